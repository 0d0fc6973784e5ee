"""The oxide well: an octahedron of four plane metals and the two cations over and under their square."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from polyqw.core.account import Reason, note_squares
from polyqw.core.bodies.candidates import Candidate, make_vertex
from polyqw.core.columns import Column, gather_column
from polyqw.core.elements import ANIONS
from polyqw.core.neighbors import add, subtract
from polyqw.core.nets import Edges, Net, Plaquette, find_nets, find_plaquettes, orient, plaquettes_in_planes
from polyqw.core.site_weights import SiteWeights, weigh_sites
from polyqw.core.uncertainty import Span
from polyqw.core.wells import Kind, Phase, Role

if TYPE_CHECKING:
    from polyqw.core.account import Account
    from polyqw.core.cell import Cell, FloatArray
    from polyqw.core.neighbors import Contact, Image, Surroundings
    from polyqw.core.options import AnalysisOptions, Tolerances

OXIDE_REACH = 4.75
"""Margin that the search needs around the cell [Å]: the highest apex, and a little more."""


@dataclass(frozen=True, slots=True)
class Bridge:
    """An edge of an oxide plane and the anion that bridges it.

    Parameters
    ----------
    edge : Contact
        From one metal to the other.
    occupancy : float
        Summed occupancy of the bridging positions.
    bonds : tuple of float, (2,)
        Metal-anion distances, occupancy-weighted [Å].
    angle_degrees : float
        Metal-anion-metal angle, occupancy-weighted.
    anion : array, (3,)
        Vector from the first metal to the occupancy-weighted anion position [Å].
    """

    edge: Contact
    occupancy: float
    bonds: tuple[float, float]
    angle_degrees: float
    anion: FloatArray


@dataclass(frozen=True, slots=True)
class Octahedron:
    """A plaquette with its two apices, below and above along the normal."""

    plaquette: Plaquette
    apices: tuple[Column, Column]


@dataclass(frozen=True, slots=True)
class OxidePlanes:
    """What the search for oxide wells found.

    Parameters
    ----------
    candidates : tuple of Candidate
    reason : Reason or None
        Why there are none.
    bridges : dict
        Bridged edges from each plane metal site.
    nets : tuple of Net
        Planes that carry wells.
    octahedra : tuple of Octahedron
        In the order of the candidates.
    n_planes : int
        Planes of the thickest block; 0 stands for a block without end.
    layered : bool
    """

    candidates: tuple[Candidate, ...]
    reason: Reason | None
    bridges: dict[int, list[Bridge]]
    nets: tuple[Net, ...] = ()
    octahedra: tuple[Octahedron, ...] = ()
    n_planes: int = 0
    layered: bool = True

    def in_plane_bridges(self) -> list[tuple[FloatArray, Bridge]]:
        """Return the bridged edges that lie in the planes which carry wells, each with its plane's normal."""
        in_planes = {(o.plaquette.orientation, site) for o in self.octahedra for site, _ in o.plaquette.corners}
        normals = {o.plaquette.orientation: o.plaquette.normal for o in self.octahedra}
        return [
            (normals[orientation], bridge)
            for orientation, site in sorted(in_planes)
            for bridge in self.bridges[site]
            if abs(bridge.edge.vector @ normals[orientation]) < 0.3 * bridge.edge.length
        ]


def find_octahedra(cell: Cell, around: Surroundings, options: AnalysisOptions, account: Account) -> OxidePlanes:
    """Return the octahedral wells of the oxide planes of a cell.

    The plane is a net of metals bridged by anions that extends in two dimensions; each of its squares whose two
    neighbouring cations can be found makes a well. The definitions are our own reading of papers/001 Figs. 1 and 4
    and papers/002 Figs. 1 to 4, which draw the octahedron without defining it.
    """
    tol = options.tolerances
    weights = weigh_sites(cell, options.oxide_metals, options.bridging_anions, ANIONS, tol)
    metals = "/".join(sorted(options.oxide_metals))
    n_metal = len(weights.metal_sites)
    account.note(
        "plane_metal",
        f"{n_metal} sites are at least half {metals}.",
        sites=[cell.sites[k].label for k in weights.metal_sites],
    )
    if n_metal == 0:
        return _nothing("no_plane_metal", f"no site is at least half {metals}", 0)
    near = around.contacts(weights.metal_sites, weights.metal_sites, tol.oxide_edge.high, tol.oxide_edge.low)
    n_near = sum(map(len, near.values())) // 2
    bridges, best = _bridge_edges(around, near, weights, tol)
    edges: Edges = {k: [b.edge for b in found] for k, found in bridges.items()}
    n_bridged = sum(map(len, edges.values())) // 2
    anions = "/".join(sorted(options.bridging_anions))
    account.note(
        "bridged_edges",
        f"{n_near} {metals} contacts of {tol.oxide_edge.low}-{tol.oxide_edge.high} Å; {n_bridged} are bridged by "
        f"{anions} (bonds up to {tol.oxide_bond_max} Å, angle at least {tol.oxide_bridge_degrees:g}°, occupancy at "
        f"least {tol.bridge_occupancy}).",
        n_contacts=n_near,
        n_bridged=n_bridged,
        largest_refused_occupancy=best,
    )
    if n_near == 0:
        span = f"{tol.oxide_edge.low}-{tol.oxide_edge.high} Å"
        return _nothing("no_square_net", f"no two {metals} sites are {span} apart", 1)
    if n_bridged == 0:
        return _nothing(
            "edges_not_bridged",
            f"none of {n_near} {metals} contacts is bridged by {anions}"
            + (f" (largest bridging occupancy {best:.2f})" if best else ""),
            2,
        )
    squares, normals = orient(find_plaquettes(around, edges, tol), tol)
    nets = find_nets(cell.lattice, edges, normals, tol)
    plaquettes = plaquettes_in_planes(squares, nets)
    rank = max((net.rank for net in nets), default=0)
    note_squares(account, cell, squares, plaquettes, nets)
    if not plaquettes:
        what = "chains or ladders" if rank == 1 else "no squares" if not squares else "isolated squares"
        return _nothing(
            "no_square_net",
            f"{n_bridged} bridged {metals} contacts form {what}: {len(squares)} squares, none in a net that extends "
            "in two dimensions",
            3,
        )
    octahedra, refused = _add_apices(cell, around, plaquettes, weights, tol, account)
    if not octahedra:
        code = max(refused, key=lambda name: refused[name])
        told = ", ".join(f"{count} {name}" for name, count in sorted(refused.items()))
        return _nothing(code, f"{len(plaquettes)} squares of {metals} but no octahedron ({told})", 4)
    used = {(o.plaquette.orientation, site) for o in octahedra for site, _ in o.plaquette.corners}
    planes = tuple(
        net for net in nets if net.rank == 2 and any((net.orientation, site) in used for site in net.sites)
    )
    phases, n_planes = _phases(octahedra)
    candidates = tuple(
        _candidate(cell, octahedron, phase) for octahedron, phase in zip(octahedra, phases, strict=True)
    )
    layered = len({o.plaquette.orientation for o in octahedra}) == 1
    account.note(
        "blocks",
        "the blocks have no end" if n_planes == 0 else f"the thickest block has {n_planes} planes",
        n_planes=n_planes,
        layered=layered,
    )
    return OxidePlanes(candidates, None, bridges, planes, tuple(octahedra), n_planes, layered)


def _nothing(code: str, message: str, stage: int) -> OxidePlanes:
    return OxidePlanes((), Reason(code, message, stage), {})


def _bridge_edges(
    around: Surroundings, near: Edges, weights: SiteWeights, tol: Tolerances
) -> tuple[dict[int, list[Bridge]], float]:
    """Return the bridged edges and the largest bridging occupancy that was still refused."""
    bonds = around.contacts(weights.metal_sites, weights.bridge_sites, tol.oxide_bond_max)
    cosine = np.cos(np.radians(tol.oxide_bridge_degrees))
    by_corner = {k: {(c.site, c.image): c for c in found} for k, found in bonds.items()}
    bridges: dict[int, list[Bridge]] = {k: [] for k in near}
    refused = 0.0
    for k, contacts in near.items():
        for edge in contacts:
            shared = []
            for anion in bonds[edge.site]:
                first = by_corner[k].get((anion.site, add(edge.image, anion.image)))
                if first is None:
                    continue
                bend = float(first.vector @ anion.vector) / (first.length * anion.length)
                if bend <= cosine:
                    shared.append((weights.bridge[anion.site], first, anion, bend))
            occupancy = float(sum(w for w, *_ in shared))
            if occupancy < tol.bridge_occupancy:
                refused = max(refused, occupancy)
                continue
            mean = [
                sum(w * value for w, value in pairs) / occupancy
                for pairs in (
                    [(w, f.length) for w, f, _, _ in shared],
                    [(w, a.length) for w, _, a, _ in shared],
                    [(w, float(np.degrees(np.arccos(np.clip(b, -1, 1))))) for w, _, _, b in shared],
                )
            ]
            position = np.sum([w * f.vector for w, f, _, _ in shared], axis=0) / occupancy
            bridges[k].append(Bridge(edge, occupancy, (mean[0], mean[1]), mean[2], position))
    return bridges, refused


def _add_apices(
    cell: Cell,
    around: Surroundings,
    plaquettes: list[Plaquette],
    weights: SiteWeights,
    tol: Tolerances,
    account: Account,
) -> tuple[list[Octahedron], dict[str, int]]:
    reach = float(np.hypot(tol.oxide_apex_elevation.high + tol.oxide_column, tol.oxide_apex_lateral))
    hits = around.within(np.array([p.centre for p in plaquettes]), reach)
    octahedra: list[Octahedron] = []
    refused: dict[str, int] = defaultdict(int)
    for plaquette, near in zip(plaquettes, hits, strict=True):
        offset = around.cart[near] - plaquette.centre
        elevation = offset @ plaquette.normal
        lateral = np.linalg.norm(offset - elevation[:, None] * plaquette.normal, axis=1)
        on_axis = lateral <= tol.oxide_apex_lateral
        rows, elevation = near[on_axis], elevation[on_axis]
        middle = np.abs(elevation) < tol.oxide_apex_elevation.low
        if weights.total[around.site[rows[middle]]].sum() >= tol.oxide_apex_occupancy:
            refused["centre_occupied"] += 1
            continue
        below = _first_column(cell, around, rows, -elevation, weights, tol, account)
        above = _first_column(cell, around, rows, elevation, weights, tol, account)
        if below is None or above is None:
            refused["no_apex"] += 1
            continue
        octahedra.append(Octahedron(plaquette, (below, above)))
    return octahedra, dict(refused)


def _first_column(
    cell: Cell,
    around: Surroundings,
    rows: np.ndarray[tuple[int], np.dtype[np.intp]],
    elevation: FloatArray,
    weights: SiteWeights,
    tol: Tolerances,
    account: Account,
) -> Column | None:
    """Return the first cation column on the positive side, or None where a plane metal or nothing comes first."""
    sites = around.site[rows]
    order = np.argsort(elevation, kind="stable")
    order = order[(elevation[order] >= tol.oxide_apex_elevation.low)]
    for k in order:
        site = sites[k]
        if weights.is_metal[site]:
            return None
        if weights.cation[site] <= 0:
            continue
        if elevation[k] > tol.oxide_apex_elevation.high:
            return None
        near = order[(elevation[order] >= elevation[k]) & (elevation[order] <= elevation[k] + tol.oxide_column)]
        near = near[weights.cation[sites[near]] > 0]
        column = gather_column(
            cell,
            sites[near],
            around.image[rows[near]],
            around.cart[rows[near]],
            elevation[near],
            weights.cation[sites[near]],
        )
        if column.occupancy >= tol.oxide_apex_occupancy - 1e-9:
            return column
        if account.wanted:
            account.note(
                "refused_apex",
                f"{column.species} at {column.elevation:.3f} Å fills only {column.occupancy:.2f} of its column.",
                elevation_angstrom=column.elevation,
                occupancy=column.occupancy,
            )
    return None


def _phases(octahedra: list[Octahedron]) -> tuple[list[Phase], int]:
    """Return the phase of each octahedron by its place in its block, and the planes of the thickest block.

    Two planes belong to one block when they share an apex: the upper apex of the one is the lower of the other.
    The innermost plane is alpha; a block without end (infinite layers) is alpha throughout.
    """
    names = (Phase.ALPHA, Phase.BETA, Phase.GAMMA)
    lower: dict[tuple[int, int], list[tuple[int, Image]]] = defaultdict(list)
    for number, octahedron in enumerate(octahedra):
        site, image = octahedron.apices[0].members[0]
        lower[octahedron.plaquette.orientation, site].append((number, image))
    above: dict[int, tuple[int, Image]] = {}
    below: dict[int, tuple[int, Image]] = {}
    for number, octahedron in enumerate(octahedra):
        site, image = octahedron.apices[1].members[0]
        for other, other_image in lower[octahedron.plaquette.orientation, site]:
            if octahedra[other].apices[0].members[0][0] == site:
                shift = subtract(image, other_image)
                above[number] = (other, shift)
                below[other] = (number, subtract((0, 0, 0), shift))
    phases, thickest, endless = [], 1, False
    for number in range(len(octahedra)):
        up, down = _steps(above, number), _steps(below, number)
        if up is None or down is None:
            phases.append(Phase.ALPHA)
            endless = True
            continue
        thickest = max(thickest, up + down + 1)
        depth = (up + down) // 2 - min(up, down)
        phases.append(names[min(depth, 2)])
    return phases, 0 if endless else thickest


def _steps(links: dict[int, tuple[int, Image]], start: int) -> int | None:
    """Return how many planes follow one another from a well, or None when they return to it."""
    count, here = 0, start
    while here in links:
        here = links[here][0]
        count += 1
        if here == start or count > len(links):
            return None
    return count


def _candidate(cell: Cell, octahedron: Octahedron, phase: Phase) -> Candidate:
    plaquette, (below, above) = octahedron.plaquette, octahedron.apices
    ends = np.array([below.cart, above.cart])
    vertices = [
        make_vertex(cell, corner, Role.PLAQUETTE, cart)
        for corner, cart in zip(plaquette.corners, plaquette.cart, strict=True)
    ]
    vertices += [make_vertex(cell, column.main, Role.APEX, column.cart) for column in (below, above)]
    metals = sorted(vertex.element for vertex in vertices[:4])
    return Candidate(
        kind=Kind.OCTAHEDRON,
        phase=phase,
        height=float(abs((above.cart - below.cart) @ plaquette.normal)),
        ends=ends,
        span=Span(plaquette.corners, below.weighted, above.weighted),
        column_spread=max(below.spread, above.spread),
        apices=tuple(sorted((below.species, above.species))),
        plane_metal=max(metals, key=lambda m: (metals.count(m), m)),
        normal=plaquette.normal,
        cart_electron=plaquette.centre,
        vertices=tuple(vertices),
    )
