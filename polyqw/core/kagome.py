"""Kagome nets of a metal: triangles, hexagons and stars of David (papers/003 Fig. 1).

A kagome net is a plane in which every site has four neighbours and two triangles and two hexagons meet in turn
(vertex symbol 3.6.3.6), and whose translations span two dimensions. Triangular nets (six neighbours), chains of
triangles (one dimension) and clusters are refused. papers/003 calls the triangle the place of the α-state, the
hexagon that of the β-state and the star of David that of the γ-state, and draws them without sizes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from polyqw.core.elements import NONMETALS
from polyqw.core.kagome_faces import alternate, faces_of, plane_normal, tips_of
from polyqw.core.kagome_places import KagomeState, Place, make_place
from polyqw.core.neighbors import surroundings
from polyqw.core.planes import (
    MOST_COMPARISONS,
    Orientations,
    connected_parts,
    edges_by_twos,
    lies_flat,
    members_of_parts,
    rank_of,
)
from polyqw.core.reasons import Reason, ReasonCode
from polyqw.core.tolerances import KAGOME
from polyqw.errors import CrowdedError

if TYPE_CHECKING:
    from polyqw.core.arrays import FloatArray, IntArray
    from polyqw.core.cell import Cell
    from polyqw.core.neighbors import Pairs, Surroundings
    from polyqw.core.planes import Edges


@dataclass(frozen=True, slots=True)
class KagomeNet:
    """One kagome net.

    Parameters
    ----------
    normal : array, (3,)
    sites : tuple of int
        Three for each unit of the net.
    edges : tuple of float, (2,)
        Shortest and longest [Å].
    area : float
        Area of one unit of the net (three sites) [Å²].
    residual : float
        Largest distance of a site from the mean plane of its hexagon [Å].
    places : tuple of Place
        Those of one cell: two triangles, one hexagon and one star for each unit.
    """

    element: str
    normal: FloatArray
    sites: tuple[int, ...]
    edges: tuple[float, float]
    area: float
    residual: float
    places: tuple[Place, ...]

    @property
    def breathing_ratio(self) -> float:
        """Longest edge over the shortest: 1 in an even net, more in a breathing one of two triangles."""
        return self.edges[1] / self.edges[0]


@dataclass(frozen=True, slots=True)
class KagomeNets:
    """The kagome nets of a cell, or the reason why it has none.

    Parameters
    ----------
    nets : tuple of KagomeNet
        Ordered by element, then orientation.
    layered : bool
        False when nets run in more than one orientation.
    """

    reason: Reason | None
    nets: tuple[KagomeNet, ...] = ()
    layered: bool = True


def find_kagome_nets(cell: Cell) -> KagomeNets:
    """Return the kagome nets of every metal of a cell; the result does not depend on its setting.

    Source: papers/003, reply to question 3 and Fig. 1; the definition is our own.
    """
    metals = {
        element: np.array(
            [k for k, s in enumerate(cell.sites) if dict(s.species).get(element, 0.0) >= KAGOME.element_share]
        )
        for element in sorted(cell.composition)
        if element not in NONMETALS
    }
    metals = {element: sites for element, sites in metals.items() if len(sites)}
    if not metals:
        return KagomeNets(Reason(ReasonCode.NO_METAL, "no site is at least half a metal", 0))
    around = surroundings(cell, KAGOME.cap_reach)
    reasons: list[Reason] = []
    nets: list[KagomeNet] = []
    for element, sites in metals.items():
        found = _nets_of(around, element, sites)
        if isinstance(found, Reason):
            reasons.append(found)
        else:
            nets += found
    if not nets:
        return KagomeNets(max(reasons, key=lambda r: r.stage))
    threshold = np.cos(np.radians(KAGOME.flat_degrees))
    layered = all(abs(float(net.normal @ nets[0].normal)) >= threshold for net in nets)
    return KagomeNets(None, tuple(nets), layered)


def _nets_of(around: Surroundings, element: str, sites: IntArray) -> list[KagomeNet] | Reason:
    pairs = around.pairs(sites, sites, KAGOME.edge.high, KAGOME.edge.low)
    if len(pairs.start) == 0:
        return Reason(ReasonCode.NO_EDGES, f"no two {element} are {KAGOME.edge} Å apart", 1)
    normals = _triangle_normals(pairs)
    if not len(normals):
        return Reason(ReasonCode.NO_TRIANGLES, f"no three {element} make a triangle of nearly equal edges", 2)
    nets: list[KagomeNet] = []
    reasons: list[Reason] = []
    for normal in normals:
        components, degrees = _flat_parts(pairs, sites, normal)
        if degrees:
            numbers = ", ".join(map(str, degrees))
            told = f"the flat {element} net has {numbers} neighbours to a site; a kagome net has 4"
            reasons.append(Reason(ReasonCode.NOT_KAGOME, told, 3))
        for edges in components:
            made = _make_net(around, element, edges, normal)
            if isinstance(made, Reason):
                reasons.append(made)
            else:
                nets.append(made)
    return nets or max(reasons, key=lambda r: r.stage)


def _triangle_normals(pairs: Pairs) -> FloatArray:
    """Return the normal of each orientation that triangles of edges have.

    Raises
    ------
    CrowdedError
        If the edges are so many that the triangles cannot be counted.
    """
    counts = np.bincount(pairs.start)
    if float(np.sum(counts.astype(float) ** 2)) > MOST_COMPARISONS:
        raise CrowdedError(f"a metal has up to {counts.max()} neighbours {KAGOME.edge} Å away")
    orientations = Orientations(KAGOME.flat_degrees)
    for one, other in edges_by_twos(pairs):
        first, second = pairs.length[one], pairs.length[other]
        third = np.linalg.norm(pairs.vector[one] - pairs.vector[other], axis=1)
        shortest, longest = (pick.reduce([first, second, third]) for pick in (np.minimum, np.maximum))
        even = (shortest > 0) & (longest <= KAGOME.longest_over_shortest * shortest)
        crosses = np.cross(pairs.vector[one[even]], pairs.vector[other[even]])
        orientations.add(crosses / np.linalg.norm(crosses, axis=1, keepdims=True))
    return orientations.means


def _flat_parts(pairs: Pairs, sites: IntArray, normal: FloatArray) -> tuple[list[Edges], list[int]]:
    """Return the connected parts of the edges that lie flat, each with its own shortest edges only.

    Parts in which every site has four neighbours come first; then the numbers of neighbours in the first part in
    which not every site has, none where there is no such part.
    """
    flat = pairs[np.flatnonzero(lies_flat(pairs, normal, KAGOME.flat_degrees))]
    part = connected_parts(flat, int(sites.max()) + 1)
    shortest = np.full(int(part.max()) + 1, np.inf)
    np.minimum.at(shortest, part[flat.start], flat.length)
    kept = flat[np.flatnonzero(flat.length <= KAGOME.longest_over_shortest * shortest[part[flat.start]])]
    degree = np.bincount(kept.start, minlength=len(part))
    n_others = np.bincount(part[sites], degree[sites] != 4, minlength=len(shortest))
    whole = sites[(np.isfinite(shortest) & (n_others == 0))[part[sites]]]
    others = np.flatnonzero(np.isfinite(shortest) & (n_others > 0))
    near = kept[np.flatnonzero(np.isin(kept.start, whole))].by_start(whole)
    found = [{site: near[site] for site in members.tolist()} for members in members_of_parts(part, whole)]
    return found, sorted(set(degree[sites[part[sites] == others[0]]].tolist())) if len(others) else []


def _make_net(around: Surroundings, element: str, edges: Edges, normal: FloatArray) -> KagomeNet | Reason:
    rank = rank_of(edges, around.cell.lattice)
    if rank != 2:
        return Reason(ReasonCode.NOT_A_PLANE, f"the flat {element} net extends in {rank} dimensions, not 2", 4)
    positions = around.cell.positions
    normal = plane_normal(edges, normal)
    faces = faces_of(edges, normal)
    sizes = sorted({len(face) for face in faces})
    if sizes != [3, 6] or not alternate(faces):
        told = ", ".join(map(str, sizes))
        return Reason(ReasonCode.NOT_KAGOME, f"the flat {element} net has faces of {told} corners, not 3.6.3.6", 5)
    lengths = [c.length for found in edges.values() for c in found]
    hexagons = [face for face in faces if len(face) == 6]
    carts = [positions(face) for face in hexagons]
    residual = max(float(np.abs((cart - cart.mean(axis=0)) @ normal).max()) for cart in carts)
    places = [make_place(around, KagomeState.ALPHA, face, normal) for face in faces if len(face) == 3]
    places += [make_place(around, KagomeState.BETA, face, normal) for face in hexagons]
    places += [make_place(around, KagomeState.GAMMA, tips_of(face, edges), normal) for face in hexagons]
    places.sort(key=lambda p: (str(p.state), round(p.radius, 6)))
    area = sum(_area(positions(face), normal) for face in faces) / len(hexagons)
    return KagomeNet(element, normal, tuple(edges), (min(lengths), max(lengths)), area, residual, tuple(places))


def _area(cart: FloatArray, normal: FloatArray) -> float:
    following = np.roll(cart, -1, axis=0)
    return float(abs(np.cross(cart, following).sum(axis=0) @ normal) / 2)
