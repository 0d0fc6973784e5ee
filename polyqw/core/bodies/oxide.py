"""The search for oxide wells: nets of metals that anions bridge, their octahedra, and the phases by plane."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from polyqw.core.bodies.blocks import phases_by_block, without_reservoirs
from polyqw.core.bodies.octahedron import Octahedron, find_apices, make_octahedron
from polyqw.core.bodies.plane_search import PlaneSearch, shared_anions
from polyqw.core.elements import ANIONS
from polyqw.core.reasons import NothingFoundError, Reason, ReasonCode
from polyqw.core.site_weights import weigh_sites
from polyqw.core.squares import nets_with

if TYPE_CHECKING:
    from polyqw.core.account import Account
    from polyqw.core.arrays import FloatArray, IntArray
    from polyqw.core.bodies.candidates import Candidate
    from polyqw.core.cell import Cell
    from polyqw.core.neighbors import Contact, Pairs, Surroundings
    from polyqw.core.options import AnalysisOptions
    from polyqw.core.squares import Net, Plaquette

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
class OxidePlanes:
    """What the search for oxide wells found.

    Parameters
    ----------
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
    """

    reason: Reason | None
    candidates: tuple[Candidate, ...] = ()
    bridges: dict[int, list[Bridge]] = field(default_factory=dict)
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
    search = PlaneSearch(around, weights, metals, tol.oxide_edge, tol, account)
    try:
        return _find(search, "/".join(sorted(options.bridging_anions)))
    except NothingFoundError as nothing:
        return OxidePlanes(nothing.reason)


def _find(search: PlaneSearch, anions: str) -> OxidePlanes:
    bridges, edges = _bridged_edges(search, anions)
    squares, nets = search.squares(
        edges,
        lambda rank, n: "chains or ladders" if rank == 1 else "isolated squares" if n else "no squares",
    )
    found, refused = find_apices(search, squares)
    octahedra = without_reservoirs(found, partial(_in_plane_occupancy, bridges), search.tolerances.whole_plane)
    if not octahedra:
        raise search.nothing_on(squares, "octahedron", refused)
    phases, n_planes = phases_by_block(octahedra)
    wells = tuple(make_octahedron(o, phase) for o, phase in zip(octahedra, phases, strict=True))
    layered = len({o.plaquette.orientation for o in octahedra}) == 1
    if len(octahedra) < len(found):
        search.account.note(
            "reservoirs",
            f"{len(found) - len(octahedra)} squares of planes that are not whole, between whole ones whose apices "
            "they share, belong to a reservoir.",
        )
    search.account.note(
        "blocks",
        "the blocks have no end" if n_planes == 0 else f"the thickest block has {n_planes} planes",
        n_planes=n_planes,
        layered=layered,
    )
    planes = nets_with(nets, [o.plaquette for o in octahedra])
    return OxidePlanes(None, wells, bridges, planes, tuple(octahedra), n_planes, layered)


def _bridged_edges(search: PlaneSearch, anions: str) -> tuple[dict[int, list[Bridge]], Pairs]:
    tol = search.tolerances
    near = search.metal_contacts()
    bridges, rows, best = _find_bridges(search, near)
    edges = search.bridged(
        near,
        rows,
        f"are bridged by {anions} (bonds up to {tol.oxide_bond_max} Å, angle at least "
        f"{tol.oxide_bridge_degrees:g}°, occupancy at least {tol.bridge_occupancy})",
        (
            ReasonCode.EDGES_NOT_BRIDGED,
            f"is bridged by {anions}" + (f" (largest bridging occupancy {best:.2f})" if best else ""),
        ),
        largest_refused_occupancy=best,
    )
    return bridges, edges


def _find_bridges(search: PlaneSearch, near: Pairs) -> tuple[dict[int, list[Bridge]], IntArray, float]:
    """Return the bridges from each metal, the rows of their edges, and the largest occupancy that was refused."""
    tol, weights = search.tolerances, search.weights
    bonds = search.around.contacts(weights.metal_sites, weights.bridge_sites, tol.oxide_bond_max)
    cosine = np.cos(np.radians(tol.oxide_bridge_degrees))
    kept: dict[int, list[tuple[Contact, Contact, float]]] = {}
    refused = 0.0
    for row, shared in enumerate(shared_anions(near, bonds)):
        bends = [float(first.vector @ second.vector) / (first.length * second.length) for first, second in shared]
        straight = [(*bonded, bend) for bonded, bend in zip(shared, bends, strict=True) if bend <= cosine]
        occupancy = float(sum(weights.bridge[first.site] for first, _, _ in straight))
        if occupancy >= tol.bridge_occupancy:
            kept[row] = straight
        else:
            refused = max(refused, occupancy)
    rows = np.array(list(kept), dtype=np.intp)
    anions = iter(kept.values())
    edges = near[rows].by_start(weights.metal_sites)
    bridges = {site: [_bridge(edge, next(anions), weights.bridge) for edge in found] for site, found in edges.items()}
    return bridges, rows, refused


def _bridge(edge: Contact, anions: list[tuple[Contact, Contact, float]], occupancies: FloatArray) -> Bridge:
    weights = occupancies[[first.site for first, _, _ in anions]]
    shares = weights / weights.sum()
    bonds = shares @ [[first.length, second.length] for first, second, _ in anions]
    angles = np.degrees(np.arccos(np.clip([bend for _, _, bend in anions], -1, 1)))
    position = shares @ [first.vector for first, _, _ in anions]
    return Bridge(edge, float(weights.sum()), (float(bonds[0]), float(bonds[1])), float(shares @ angles), position)


def _in_plane_occupancy(bridges: dict[int, list[Bridge]], plaquette: Plaquette) -> float:
    """Return the mean occupancy of the anions that bridge a square's metals within its plane."""
    found = [
        bridge.occupancy
        for site, _ in plaquette.corners
        for bridge in bridges[site]
        if abs(bridge.edge.vector @ plaquette.normal) < 0.3 * bridge.edge.length
    ]
    return float(np.mean(found))
