"""The iron wells: nonahedron in the Fe layer, tridecahedron in the X layer, tetrahedron of the X electrons."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from polyqw.core.account import Reason, note_squares
from polyqw.core.candidates import Candidate, make_vertex
from polyqw.core.columns import Column, gather_column
from polyqw.core.neighbors import add, subtract
from polyqw.core.nets import Net, Plaquette, find_nets, find_plaquettes, orient, plaquettes_in_planes
from polyqw.core.occupancy import SiteWeights, weigh_sites
from polyqw.core.wells import Kind, Phase, Role

if TYPE_CHECKING:
    from polyqw.core.account import Account
    from polyqw.core.cell import Cell, FloatArray, IntArray
    from polyqw.core.neighbors import Contact, Image, Surroundings
    from polyqw.core.nets import Corner, Edges
    from polyqw.core.options import AnalysisOptions, Tolerances

IRON_REACH = 5.75
"""Margin that the search needs around the cell [Å]: the farthest spacer, and a little more."""


@dataclass(frozen=True, slots=True)
class Cap:
    """A plaquette with the X over it, the four X on its other side, and the spacer beyond those.

    Parameters
    ----------
    plaquette : Plaquette
        Its normal points from the base to the apex.
    apex : Column
        The X over the plaquette.
    base : tuple of Column, (4,)
        The X on the other side, each at the edge between two corners.
    spacer : Column or None
        The first cation column beyond the base.
    side : int
        Which side of its net the base lies on: +1 along the net's normal, or -1.
    refusal : str
        Why there is no spacer; empty when there is one.
    """

    plaquette: Plaquette
    apex: Column
    base: tuple[Column, Column, Column, Column]
    spacer: Column | None
    side: int
    refusal: str

    @property
    def alpha_height(self) -> float:
        """X-X height across the Fe plane [Å]."""
        return float(np.mean([(self.apex.cart - x.cart) @ self.plaquette.normal for x in self.base]))

    @property
    def spacer_height(self) -> float:
        """Fe plane to spacer cation [Å]; NaN without a spacer."""
        if self.spacer is None:
            return float("nan")
        return float((self.plaquette.centre - self.spacer.cart) @ self.plaquette.normal)


@dataclass(frozen=True, slots=True)
class IronPlanes:
    """What the search for iron wells found.

    Parameters
    ----------
    candidates : tuple of Candidate
    reason : Reason or None
        Why there are none.
    nets : tuple of Net
        Planes that carry wells.
    caps : tuple of Cap
    complete_fraction : float
        Share of the squares of the nets that keep all four metals; below one where vacancies are ordered.
    layered : bool
    warnings : tuple of str
    """

    candidates: tuple[Candidate, ...]
    reason: Reason | None
    nets: tuple[Net, ...] = ()
    caps: tuple[Cap, ...] = ()
    complete_fraction: float = 1.0
    layered: bool = True
    warnings: tuple[str, ...] = ()


def find_iron_wells(cell: Cell, around: Surroundings, options: AnalysisOptions, account: Account) -> IronPlanes:
    """Return the nonahedra, tridecahedra and tetrahedra of the iron planes of a cell.

    papers/001 Fig. 5 and papers/002 Figs. 5 and 7 draw the bodies and count their faces; the definitions by the
    roles of the vertices are our own, and the tetrahedron is our reading of "X electrons" (papers/002 Fig. 5e-h).
    """
    tol = options.tolerances
    weights = weigh_sites(cell, options.iron_metals, options.iron_anions, frozenset(), tol)
    metals, anions = "/".join(sorted(options.iron_metals)), "X"
    account.note(
        "plane_metal",
        f"{len(weights.metal_sites)} sites are at least half {metals}.",
        sites=[cell.sites[k].label for k in weights.metal_sites],
    )
    if len(weights.metal_sites) == 0:
        return _nothing("no_plane_metal", f"no site is at least half {metals}", 0)
    contacts = around.contacts(weights.metal_sites, weights.metal_sites, tol.iron_edge.high)
    near = {k: [c for c in found if c.length >= tol.iron_edge.low] for k, found in contacts.items()}
    n_near = sum(map(len, near.values())) // 2
    bonds = {
        k: [c for c in found if c.length >= tol.iron_bond.low]
        for k, found in around.contacts(weights.metal_sites, weights.bridge_sites, tol.iron_bond.high).items()
    }
    edges = _bridged(near, bonds, weights, tol)
    n_bridged = sum(map(len, edges.values())) // 2
    account.note(
        "bridged_edges",
        f"{n_near} {metals} contacts of {tol.iron_edge.low}-{tol.iron_edge.high} Å; {n_bridged} share an {anions} "
        f"(bonds {tol.iron_bond.low}-{tol.iron_bond.high} Å).",
        n_contacts=n_near,
        n_bridged=n_bridged,
    )
    if n_near == 0:
        span = f"{tol.iron_edge.low}-{tol.iron_edge.high} Å"
        return _nothing("no_square_net", f"no two {metals} sites are {span} apart", 1)
    if n_bridged == 0:
        names = "/".join(sorted(options.iron_anions))
        return _nothing("no_anion_layer", f"none of {n_near} {metals} contacts shares an anion of {names}", 2)
    squares, normals = orient(find_plaquettes(around, edges, tol), tol)
    nets = find_nets(cell.lattice, edges, normals, tol)
    plaquettes = plaquettes_in_planes(squares, nets)
    rank = max((net.rank for net in nets), default=0)
    note_squares(account, cell, squares, plaquettes, nets)
    if not plaquettes:
        what = "a ladder or chain" if rank == 1 and squares else "no net"
        return _nothing(
            "no_square_net",
            f"{n_bridged} bridged {metals} contacts form {what}: {len(squares)} squares, none in a net that extends "
            "in two dimensions",
            3,
        )
    caps, refused = _find_caps(cell, around, plaquettes, bonds, weights, tol, account)
    if not caps:
        code = max(refused, key=lambda name: refused[name])
        told = ", ".join(f"{count} {name}" for name, count in sorted(refused.items()))
        return _nothing(code, f"{len(plaquettes)} squares of {metals} but no well ({told})", 4)
    phases, warnings = _spacer_phases(caps, nets, tol)
    candidates = [_nonahedron(cell, cap) for cap in caps]
    candidates += [
        _tridecahedron(cell, cap, phase) for cap, phase in zip(caps, phases, strict=True) if phase is not None
    ]
    candidates += _tetrahedra(cell, caps)
    fraction = _complete_fraction(caps, bonds, weights)
    if fraction < 0.999:
        warnings.append(
            f"only {fraction:.3g} of the squares keep all four {metals} (ordered vacancies); the wells are those"
        )
    account.note(
        "complete_squares",
        f"{fraction:.0%} of the squares of the net keep all four {metals}.",
        complete_fraction=fraction,
    )
    used = {(c.plaquette.orientation, site) for c in caps for site, _ in c.plaquette.corners}
    planes = tuple(n for n in nets if n.rank == 2 and any((n.orientation, s) in used for s in n.sites))
    layered = len({c.plaquette.orientation for c in caps}) == 1
    return IronPlanes(tuple(candidates), None, planes, tuple(caps), fraction, layered, tuple(warnings))


def _nothing(code: str, message: str, stage: int) -> IronPlanes:
    return IronPlanes((), Reason(code, message, stage))


def _bridged(near: Edges, bonds: Edges, weights: SiteWeights, tol: Tolerances) -> Edges:
    by_corner = {k: {(c.site, c.image) for c in found} for k, found in bonds.items()}
    kept: Edges = {}
    for k, contacts in near.items():
        kept[k] = []
        for edge in contacts:
            shared = sum(
                weights.bridge[c.site] for c in bonds[edge.site] if (c.site, add(edge.image, c.image)) in by_corner[k]
            )
            if shared >= tol.bridge_occupancy:
                kept[k].append(edge)
    return kept


def _find_caps(
    cell: Cell,
    around: Surroundings,
    plaquettes: list[Plaquette],
    bonds: dict[int, list[Contact]],
    weights: SiteWeights,
    tol: Tolerances,
    account: Account,
) -> tuple[list[Cap], dict[str, int]]:
    caps: list[Cap] = []
    refused: dict[str, int] = defaultdict(int)
    reach = float(np.hypot(tol.spacer_elevation.high + tol.anion_column, tol.spacer_lateral))
    hits = around.tree.query_ball_point(np.array([p.centre for p in plaquettes]), reach)
    for plaquette, found in zip(plaquettes, hits, strict=True):
        rows = np.asarray(found, dtype=np.intp)
        offset = around.cart[rows] - plaquette.centre
        elevation = offset @ plaquette.normal
        lateral = np.linalg.norm(offset - elevation[:, None] * plaquette.normal, axis=1)
        on_axis = lateral <= tol.spacer_lateral
        rows, elevation, lateral = rows[on_axis], elevation[on_axis], lateral[on_axis]
        up = _apex(cell, around, rows, elevation, lateral, weights, tol)
        down = _apex(cell, around, rows, -elevation, lateral, weights, tol)
        if up is None and down is None:
            refused["no_anion_layer"] += 1
            continue
        if up is not None and down is not None:
            refused["anion_on_both_sides"] += 1
            continue
        sign = 1.0 if up is not None else -1.0
        apex = up if up is not None else down
        assert apex is not None
        turned = Plaquette(
            plaquette.corners,
            plaquette.cart,
            plaquette.centre,
            sign * plaquette.normal,
            plaquette.orientation,
        )
        base = _base(cell, around, turned, bonds, weights, tol)
        if base is None:
            refused["incomplete_base"] += 1
            continue
        depth = float(np.mean([(turned.centre - x.cart) @ turned.normal for x in base]))
        below = -sign * elevation
        inside = (below > 0.3) & (below < depth + 0.3)
        if weights.total[around.site[rows[inside]]].sum() >= tol.anion_occupancy:
            refused["centre_occupied"] += 1
            continue
        spacer, refusal = _spacer(cell, around, rows, below, depth, weights, tol)
        if account.wanted and refusal:
            account.note("refused_spacer", f"under {_corner_names(cell, plaquette)}: {refusal}")
        caps.append(Cap(turned, apex, base, spacer, int(-sign), refusal))
    return caps, dict(refused)


def _corner_names(cell: Cell, plaquette: Plaquette) -> str:
    return ", ".join(f"{cell.sites[site].label}{list(image)}" for site, image in plaquette.corners)


def _apex(
    cell: Cell,
    around: Surroundings,
    rows: IntArray,
    elevation: FloatArray,
    lateral: FloatArray,
    weights: SiteWeights,
    tol: Tolerances,
) -> Column | None:
    """Return the X column over the plaquette on the positive side, or None."""
    sites = around.site[rows]
    x = (
        (weights.bridge[sites] > 0)
        & (elevation >= tol.anion_elevation.low)
        & (elevation <= tol.anion_elevation.high)
        & (lateral <= tol.anion_lateral)
    )
    if not x.any():
        return None
    x &= elevation <= elevation[x].min() + tol.anion_column
    column = gather_column(
        cell, sites[x], around.image[rows[x]], around.cart[rows[x]], elevation[x], weights.bridge[sites[x]]
    )
    return column if column.occupancy >= tol.anion_occupancy - 1e-9 else None


def _base(
    cell: Cell,
    around: Surroundings,
    plaquette: Plaquette,
    bonds: dict[int, list[Contact]],
    weights: SiteWeights,
    tol: Tolerances,
) -> tuple[Column, Column, Column, Column] | None:
    """Return the four X on the far side, each bonded to both ends of one edge, or None where one is missing."""
    columns = []
    for first, second in plaquette.edges:
        shared = _bonded(bonds, first) & _bonded(bonds, second)
        if not shared:
            return None
        ordered = sorted(shared)
        sites = np.array([site for site, _ in ordered], dtype=np.intp)
        images = np.array([image for _, image in ordered], dtype=np.intp)
        cart = (around.cell.frac[sites] + images) @ around.cell.lattice
        elevation = (plaquette.centre - cart) @ plaquette.normal
        far = elevation > tol.anion_elevation.low
        if not far.any():
            return None
        far &= elevation <= elevation[far].min() + tol.anion_column
        column = gather_column(cell, sites[far], images[far], cart[far], elevation[far], weights.bridge[sites[far]])
        if column.occupancy < tol.anion_occupancy - 1e-9:
            return None
        columns.append(column)
    return (columns[0], columns[1], columns[2], columns[3])


def _bonded(bonds: dict[int, list[Contact]], corner: Corner) -> set[Corner]:
    site, image = corner
    return {(c.site, add(image, c.image)) for c in bonds[site]}


def _spacer(
    cell: Cell,
    around: Surroundings,
    rows: IntArray,
    below: FloatArray,
    depth: float,
    weights: SiteWeights,
    tol: Tolerances,
) -> tuple[Column | None, str]:
    """Return the first cation column beyond the base, or None and what stands in its place."""
    sites = around.site[rows]
    order = np.argsort(below, kind="stable")
    order = order[(below[order] > depth) & (below[order] >= tol.spacer_elevation.low)]
    passed: list[str] = []
    for k in order:
        site = sites[k]
        where = f"{cell.sites[site].main_element} at {below[k]:.3f} Å"
        if below[k] > tol.spacer_elevation.high:
            break
        if (weights.is_metal[site] or weights.bridge[site] > 0) and weights.total[site] >= 0.5:
            return None, f"{where} comes before any spacer cation"
        if weights.cation[site] <= 0:
            passed.append(where)
            continue
        near = order[(below[order] >= below[k]) & (below[order] <= below[k] + tol.oxide_column)]
        near = near[weights.cation[sites[near]] > 0]
        column = gather_column(
            cell,
            sites[near],
            around.image[rows[near]],
            around.cart[rows[near]],
            below[near],
            weights.cation[sites[near]],
        )
        if column.occupancy >= tol.spacer_occupancy - 1e-9:
            return column, ""
        passed.append(f"{column.species} ({column.occupancy:.2f} full)")
    after = f" ({', '.join(passed)} only)" if passed else ""
    return None, f"no spacer cation up to {tol.spacer_elevation.high} Å beyond the X layer{after}"


def _spacer_phases(caps: list[Cap], nets: list[Net], tol: Tolerances) -> tuple[list[Phase | None], list[str]]:
    """Return beta or gamma for each cap with a spacer: where two spacers face one plane, beta is the nearer."""
    net_of = {
        (net.orientation, site): number for number, net in enumerate(nets) if net.rank == 2 for site in net.sites
    }
    sides: dict[tuple[int, int], list[Cap]] = defaultdict(list)
    keys = []
    for cap in caps:
        number = net_of[cap.plaquette.orientation, cap.plaquette.corners[0][0]]
        keys.append((number, cap.side))
        if cap.spacer is not None:
            sides[number, cap.side].append(cap)
    height = {key: float(np.mean([cap.spacer_height for cap in members])) for key, members in sides.items()}
    species = {key: frozenset(cap.spacer.species for cap in members if cap.spacer) for key, members in sides.items()}
    phases: list[Phase | None] = []
    for cap, (number, side) in zip(caps, keys, strict=True):
        if cap.spacer is None:
            phases.append(None)
            continue
        here, there = (number, side), (number, -side)
        farther = there in height and height[here] > height[there] + tol.height
        differs = there in height and (
            species[here] != species[there] or height[here] > height[there] + tol.spacer_difference
        )
        phases.append(Phase.GAMMA if farther and differs else Phase.BETA)
    refusals = sorted(cap.refusal for cap in caps if cap.refusal)
    if not refusals:
        return phases, []
    which = "" if len(refusals) == len(caps) else f" for {len(refusals)} of {len(caps)} squares"
    return phases, [f"beta is undefined{which}: {refusals[0]}"]


_RING = ((0, 1), (1, 2), (2, 3), (3, 0))


def _nonahedron(cell: Cell, cap: Cap) -> Candidate:
    plaquette = cap.plaquette
    base_centre = np.mean([x.cart for x in cap.base], axis=0)
    vertices = [
        make_vertex(cell, corner, Role.PLAQUETTE, cart)
        for corner, cart in zip(plaquette.corners, plaquette.cart, strict=True)
    ]
    vertices.append(make_vertex(cell, cap.apex.main, Role.APEX, cap.apex.cart))
    vertices += [make_vertex(cell, x.main, Role.BASE, x.cart) for x in cap.base]
    folds = [((i, j), 4, 5 + i) for i, j in _RING] + [((5, 7), 6, 8)]
    return Candidate(
        kind=Kind.NONAHEDRON,
        phase=Phase.ALPHA,
        height=cap.alpha_height,
        ends=np.array([base_centre, cap.apex.cart]),
        column_spread=max(cap.apex.spread, *(x.spread for x in cap.base)),
        apices=(cap.apex.species,),
        plane_metal=_plane_metal(cell, plaquette),
        normal=plaquette.normal,
        cart_electron=plaquette.centre,
        vertices=tuple(vertices),
        folds=tuple(folds),
        apex_elevation=float((cap.apex.cart - plaquette.centre) @ plaquette.normal),
    )


def _tridecahedron(cell: Cell, cap: Cap, phase: Phase) -> Candidate:
    assert cap.spacer is not None
    plaquette, spacer = cap.plaquette, cap.spacer
    vertices = [
        make_vertex(cell, corner, Role.PLAQUETTE, cart)
        for corner, cart in zip(plaquette.corners, plaquette.cart, strict=True)
    ]
    vertices.append(make_vertex(cell, spacer.main, Role.APEX, spacer.cart))
    vertices += [make_vertex(cell, x.main, Role.BASE, x.cart) for x in cap.base]
    return Candidate(
        kind=Kind.TRIDECAHEDRON,
        phase=phase,
        height=cap.spacer_height,
        ends=np.array([plaquette.centre, spacer.cart]),
        column_spread=spacer.spread,
        apices=(spacer.species,),
        plane_metal=_plane_metal(cell, plaquette),
        normal=plaquette.normal,
        cart_electron=np.mean([x.cart for x in cap.base], axis=0),
        vertices=tuple(vertices),
        folds=(((0, 2), 1, 3),),
    )


def _plane_metal(cell: Cell, plaquette: Plaquette) -> str:
    metals = sorted(cell.sites[site].main_element for site, _ in plaquette.corners)
    return max(metals, key=lambda m: (metals.count(m), m))


def _tetrahedra(cell: Cell, caps: list[Cap]) -> list[Candidate]:
    """Return the bodies of two neighbouring X and the two spacers over the squares on both sides of their edge."""
    shared: dict[tuple[Corner, Corner], list[tuple[Cap, int, Image]]] = defaultdict(list)
    for cap in caps:
        if cap.spacer is None:
            continue
        for i, j in _RING:
            pair = sorted((cap.base[i].members[0], cap.base[j].members[0]))
            shift = pair[0][1]
            key = ((pair[0][0], (0, 0, 0)), (pair[1][0], subtract(pair[1][1], shift)))
            if pair[0][0] == pair[1][0]:  # the same site twice: either may be called the first
                other = ((pair[0][0], (0, 0, 0)), (pair[0][0], subtract(shift, pair[1][1])))
                if other < key:
                    key, shift = other, pair[1][1]
            shared[key].append((cap, i, shift))
    found = []
    for members in shared.values():
        if len(members) != 2:
            continue
        (one, i, shift), (two, _, other_shift) = members
        assert one.spacer is not None
        assert two.spacer is not None
        move = subtract(shift, other_shift)
        offset = np.array(move) @ cell.lattice
        ends = [one.base[i], one.base[(i + 1) % 4]]
        spacers = [(one.spacer.main, one.spacer.cart)]
        spacers.append(((two.spacer.main[0], add(two.spacer.main[1], move)), two.spacer.cart + offset))
        low = np.mean([x.cart for x in ends], axis=0)
        high = np.mean([cart for _, cart in spacers], axis=0)
        vertices = [make_vertex(cell, x.main, Role.BASE, x.cart) for x in ends]
        vertices += [make_vertex(cell, corner, Role.APEX, cart) for corner, cart in spacers]
        normal = one.plaquette.normal
        found.append(
            Candidate(
                kind=Kind.TETRAHEDRON,
                phase=Phase.MU,
                height=float(abs((high - low) @ normal)),
                ends=np.array([low, high]),
                column_spread=max(one.spacer.spread, two.spacer.spread),
                apices=tuple(sorted((one.spacer.species, two.spacer.species))),
                plane_metal=_plane_metal(cell, one.plaquette),
                normal=normal,
                cart_electron=np.mean([v.cart for v in vertices], axis=0),
                vertices=tuple(vertices),
            )
        )
    return found


def _complete_fraction(caps: list[Cap], bonds: dict[int, list[Contact]], weights: SiteWeights) -> float:
    """Return the share of squares that keep all four metals: each X of a whole net stands over one square."""
    orientation = caps[0].plaquette.orientation
    here = [cap for cap in caps if cap.plaquette.orientation == orientation]
    metals = {site for cap in here for site, _ in cap.plaquette.corners}
    bonded = {contact.site for metal in metals for contact in bonds[metal]}
    return min(1.0, sum(cap.apex.occupancy for cap in here) / float(sum(weights.bridge[k] for k in bonded)))
