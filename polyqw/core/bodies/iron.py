"""The search for iron wells: square nets of Fe between layers of X, and the bodies on their squares."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from polyqw.core.bodies.caps import Cap, find_caps
from polyqw.core.bodies.nonahedron import make_nonahedron
from polyqw.core.bodies.plane_search import PlaneSearch, shared_anions
from polyqw.core.bodies.tetrahedron import make_tetrahedra
from polyqw.core.bodies.tridecahedron import make_tridecahedron
from polyqw.core.reasons import NothingFoundError, Reason, ReasonCode
from polyqw.core.site_weights import weigh_sites
from polyqw.core.squares import nets_with, plane_numbers
from polyqw.core.wells import Phase

if TYPE_CHECKING:
    from polyqw.core.account import Account
    from polyqw.core.arrays import IntArray
    from polyqw.core.bodies.candidates import Candidate
    from polyqw.core.cell import Cell
    from polyqw.core.neighbors import Pairs, Surroundings
    from polyqw.core.options import AnalysisOptions
    from polyqw.core.planes import Edges
    from polyqw.core.site_weights import SiteWeights
    from polyqw.core.squares import Net
    from polyqw.core.tolerances import Tolerances

IRON_REACH = 5.75
"""Margin that the search needs around the cell [Å]: the farthest spacer, and a little more."""


@dataclass(frozen=True, slots=True)
class IronPlanes:
    """What the search for iron wells found.

    Parameters
    ----------
    reason : Reason or None
        Why there are none.
    nets : tuple of Net
        Planes that carry wells.
    complete_fraction : float
        Share of the squares of the nets that keep all four metals; below one where vacancies are ordered.
    """

    reason: Reason | None
    candidates: tuple[Candidate, ...] = ()
    nets: tuple[Net, ...] = ()
    caps: tuple[Cap, ...] = ()
    complete_fraction: float = 1.0
    layered: bool = True
    warnings: tuple[str, ...] = ()


def find_iron_wells(cell: Cell, around: Surroundings, options: AnalysisOptions, account: Account) -> IronPlanes:
    """Return the nonahedra, tridecahedra and tetrahedra of the iron planes of a cell.

    papers/001 Fig. 5 and papers/002 Figs. 5 and 7 draw the bodies and count their faces; the definitions by the
    roles of the vertices are our own.
    """
    tol = options.tolerances
    weights = weigh_sites(cell, options.iron_metals, options.iron_anions, frozenset(), tol)
    metals = "/".join(sorted(options.iron_metals))
    search = PlaneSearch(around, weights, metals, tol.iron_edge, tol, account)
    try:
        return _find(search, "/".join(sorted(options.iron_anions)))
    except NothingFoundError as nothing:
        return IronPlanes(nothing.reason)


def _find(search: PlaneSearch, anions: str) -> IronPlanes:
    tol, weights = search.tolerances, search.weights
    near = search.metal_contacts()
    bonds = search.around.contacts(weights.metal_sites, weights.bridge_sites, tol.iron_bond.high, tol.iron_bond.low)
    edges = search.bridged(
        near,
        _bridged_rows(near, bonds, weights, tol),
        f"share an X (bonds {tol.iron_bond} Å)",
        (ReasonCode.NO_ANION_LAYER, f"shares an anion of {anions}"),
    )
    squares, nets = search.squares(edges, lambda rank, n: "a ladder or chain" if rank == 1 and n else "no net")
    caps, refused = find_caps(search, squares, bonds)
    if not caps:
        raise search.nothing_on(squares, "well", refused)
    candidates, warnings = _wells(search.cell, caps, plane_numbers(nets), tol)
    fraction = _complete_fraction(caps, bonds, weights)
    if fraction < 0.999:
        kept = f"only {fraction:.3g} of the squares keep all four {search.metals}"
        warnings.append(f"{kept} (ordered vacancies); the wells are those")
    search.account.note(
        "complete_squares",
        f"{fraction:.0%} of the squares of the net keep all four {search.metals}.",
        complete_fraction=fraction,
    )
    planes = nets_with(nets, [cap.plaquette for cap in caps])
    layered = len({cap.plaquette.orientation for cap in caps}) == 1
    return IronPlanes(None, tuple(candidates), planes, tuple(caps), fraction, layered, tuple(warnings))


def _bridged_rows(near: Pairs, bonds: Edges, weights: SiteWeights, tol: Tolerances) -> IntArray:
    shared = [sum(weights.bridge[x.site] for x, _ in anions) for anions in shared_anions(near, bonds)]
    return np.flatnonzero(np.array(shared) >= tol.bridge_occupancy)


def _wells(
    cell: Cell, caps: list[Cap], plane_of: dict[tuple[int, int], int], tol: Tolerances
) -> tuple[list[Candidate], list[str]]:
    """Return all bodies on the caps, and a warning where some have no spacer."""
    candidates = [make_nonahedron(cap) for cap in caps]
    for cap, phase in zip(caps, _spacer_phases(caps, plane_of, tol), strict=True):
        if cap.spacer is not None:
            candidates.append(make_tridecahedron(cap, cap.spacer, phase))
    candidates += make_tetrahedra(cell, caps)
    refusals = sorted(cap.refusal for cap in caps if cap.refusal)
    which = "" if len(refusals) == len(caps) else f" for {len(refusals)} of {len(caps)} squares"
    return candidates, [f"beta is undefined{which}: {refusals[0]}"] if refusals else []


def _spacer_phases(caps: list[Cap], plane_of: dict[tuple[int, int], int], tol: Tolerances) -> list[Phase]:
    """Return the phase over the spacer of each cap: where two spacers face one plane, beta is the nearer."""
    sides: dict[tuple[int, int], list[Cap]] = defaultdict(list)
    keys = []
    for cap in caps:
        number = plane_of[cap.plaquette.orientation, cap.plaquette.corners[0][0]]
        keys.append((number, cap.side))
        if cap.spacer is not None:
            sides[keys[-1]].append(cap)
    height = {key: float(np.mean([cap.spacer_height for cap in members])) for key, members in sides.items()}
    species = {key: frozenset(cap.spacer.species for cap in members if cap.spacer) for key, members in sides.items()}
    farther = set()
    for here in sides:
        there = (here[0], -here[1])
        beyond = height[here] - height.get(there, np.inf)
        if beyond > tol.height and (species[here] != species[there] or beyond > tol.spacer_difference):
            farther.add(here)
    return [Phase.GAMMA if key in farther else Phase.BETA for key in keys]


def _complete_fraction(caps: list[Cap], bonds: Edges, weights: SiteWeights) -> float:
    """Return the share of squares that keep all four metals: each X of a whole net stands over one square."""
    orientation = caps[0].plaquette.orientation
    here = [cap for cap in caps if cap.plaquette.orientation == orientation]
    metals = {site for cap in here for site, _ in cap.plaquette.corners}
    bonded = {contact.site for metal in metals for contact in bonds[metal]}
    return min(1.0, sum(cap.apex.occupancy for cap in here) / float(sum(weights.bridge[k] for k in bonded)))
