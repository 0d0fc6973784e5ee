"""The iron wells: square nets of Fe between layers of X, and the bodies that stand on their squares."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from polyqw.core.account import Reason, note_squares
from polyqw.core.bodies.caps import Cap, find_caps
from polyqw.core.bodies.iron_bodies import make_nonahedron, make_tetrahedra, make_tridecahedron
from polyqw.core.neighbors import add
from polyqw.core.nets import Net, find_nets, find_plaquettes, orient, plaquettes_in_planes
from polyqw.core.site_weights import SiteWeights, weigh_sites
from polyqw.core.wells import Phase

if TYPE_CHECKING:
    from polyqw.core.account import Account
    from polyqw.core.bodies.candidates import Candidate
    from polyqw.core.cell import Cell
    from polyqw.core.neighbors import Contact, Surroundings
    from polyqw.core.nets import Edges
    from polyqw.core.options import AnalysisOptions, Tolerances

IRON_REACH = 5.75
"""Margin that the search needs around the cell [Å]: the farthest spacer, and a little more."""


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
    near = around.contacts(weights.metal_sites, weights.metal_sites, tol.iron_edge.high, tol.iron_edge.low)
    n_near = sum(map(len, near.values())) // 2
    bonds = around.contacts(weights.metal_sites, weights.bridge_sites, tol.iron_bond.high, tol.iron_bond.low)
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
    caps, refused = find_caps(cell, around, plaquettes, bonds, weights, tol, account)
    if not caps:
        code = max(refused, key=lambda name: refused[name])
        told = ", ".join(f"{count} {name}" for name, count in sorted(refused.items()))
        return _nothing(code, f"{len(plaquettes)} squares of {metals} but no well ({told})", 4)
    phases, warnings = _spacer_phases(caps, nets, tol)
    candidates = [make_nonahedron(cell, cap) for cap in caps]
    candidates += [
        make_tridecahedron(cell, cap, phase) for cap, phase in zip(caps, phases, strict=True) if phase is not None
    ]
    candidates += make_tetrahedra(cell, caps)
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


def _complete_fraction(caps: list[Cap], bonds: dict[int, list[Contact]], weights: SiteWeights) -> float:
    """Return the share of squares that keep all four metals: each X of a whole net stands over one square."""
    orientation = caps[0].plaquette.orientation
    here = [cap for cap in caps if cap.plaquette.orientation == orientation]
    metals = {site for cap in here for site, _ in cap.plaquette.corners}
    bonded = {contact.site for metal in metals for contact in bonds[metal]}
    return min(1.0, sum(cap.apex.occupancy for cap in here) / float(sum(weights.bridge[k] for k in bonded)))
