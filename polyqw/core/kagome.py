"""Kagome nets of a metal: triangles, hexagons and stars of David (papers/003 Fig. 1).

A kagome net is a plane in which every site has four neighbours and two triangles and two hexagons meet in turn
(vertex symbol 3.6.3.6), and whose translations span two dimensions. Triangular nets (six neighbours), chains of
triangles (one dimension) and clusters are refused. papers/003 calls the triangle the place of the α-state, the
hexagon that of the β-state and the star of David that of the γ-state, and draws them without sizes.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import numpy as np

from polyqw.core.account import Reason
from polyqw.core.elements import NONMETALS
from polyqw.core.kagome_faces import alternate, faces_of, make_translations, plane_normal, tips_of
from polyqw.core.neighbors import subtract, surroundings
from polyqw.core.nets import MOST_COMPARISONS
from polyqw.core.options import Range
from polyqw.errors import CrowdedError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from polyqw.core.cell import Cell, FloatArray, IntArray
    from polyqw.core.neighbors import Pairs, Surroundings
    from polyqw.core.nets import Corner, Edges

KAGOME_EDGE: Final = Range(2.2, 4.2)
"""Edges of a kagome net of metals [Å]."""

LONGEST_OVER_SHORTEST: Final = 1.3
"""Edges of a net differ at most by this factor; the second neighbours of an even net stand at 1.73."""

FLAT_DEGREES: Final = 15.0
"""Edges and triangles within this angle of a plane belong to it."""

ELEMENT_SHARE: Final = 0.5
"""A site belongs to the net's element when it is at least this much of it."""

CAP_LATERAL: Final = 0.8
"""Atoms within this distance of the axis of a place stand over it [Å]."""

OCCUPIED: Final = 0.8
"""An atom this near to the centre of a place stands in it [Å]."""

CAP_REACH: Final = 6.0
"""How far along the axis caps are looked for [Å]."""

SAME_SIZE: Final = 0.01
"""Places of one kind whose radii differ by no more have one size [Å]."""


class KagomeState(StrEnum):
    """The three states of papers/003 Fig. 1a."""

    ALPHA = "alpha"
    BETA = "beta"
    GAMMA = "gamma"


SHAPE: Final = {KagomeState.ALPHA: "triangle", KagomeState.BETA: "hexagon", KagomeState.GAMMA: "star of David"}
"""The figure of the net that each state belongs to."""


@dataclass(frozen=True, slots=True)
class Cap:
    """An atom over or under a place.

    Parameters
    ----------
    element : str
    site : int
    elevation : float
        Along the normal of the net, from the centre [Å].
    """

    element: str
    site: int
    elevation: float


@dataclass(frozen=True, slots=True)
class Place:
    """A triangle, hexagon or star of David of a net, the place of one state.

    Parameters
    ----------
    state : KagomeState
    corners : tuple of (site, image)
        In order around it; of a star its six tips, the inner hexagon being the place of a β-state.
    cart : array, (n, 3)
        Their positions [Å].
    centre : array, (3,)
        Mean of the corners; in the home cell [Å].
    edge : float
        Mean length of its edges; of a star of the edges of its triangles [Å].
    radius : float
        Mean distance from the centre to the corners; of a star to its tips [Å].
    nearest : Cap
        The atom nearest to the centre, `elevation` being its distance along the normal.
    nearest_distance : float
        Its distance from the centre [Å].
    below, above : Cap or None
        First atom on either side of the axis, more than `OCCUPIED` from the centre.
    """

    state: KagomeState
    corners: tuple[Corner, ...]
    cart: FloatArray
    centre: FloatArray
    edge: float
    radius: float
    nearest: Cap
    nearest_distance: float
    below: Cap | None
    above: Cap | None

    @property
    def is_occupied(self) -> bool:
        """Whether an atom stands in the centre."""
        return self.nearest_distance <= OCCUPIED

    @property
    def height(self) -> float | None:
        """Distance between the caps along the normal [Å]; None where one is missing."""
        return self.above.elevation - self.below.elevation if self.above and self.below else None


@dataclass(frozen=True, slots=True)
class KagomeNet:
    """One kagome net.

    Parameters
    ----------
    element : str
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


@dataclass(frozen=True, slots=True)
class KagomeNets:
    """The kagome nets of a cell, or the reason why it has none.

    Parameters
    ----------
    reason : Reason or None
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

    Parameters
    ----------
    cell : Cell
    """
    metals = {
        element: np.array([k for k, s in enumerate(cell.sites) if dict(s.species).get(element, 0.0) >= ELEMENT_SHARE])
        for element in sorted(cell.composition)
        if element not in NONMETALS
    }
    metals = {element: sites for element, sites in metals.items() if len(sites)}
    if not metals:
        return KagomeNets(Reason("no_metal", "no site is at least half a metal", 0))
    around = surroundings(cell, CAP_REACH)
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
    threshold = np.cos(np.radians(FLAT_DEGREES))
    layered = all(abs(float(net.normal @ nets[0].normal)) >= threshold for net in nets)
    return KagomeNets(None, tuple(nets), layered)


def _nets_of(around: Surroundings, element: str, sites: IntArray) -> list[KagomeNet] | Reason:
    pairs = around.pairs(sites, sites, KAGOME_EDGE.high, KAGOME_EDGE.low)
    if len(pairs.start) == 0:
        return Reason("no_edges", f"no two {element} are {KAGOME_EDGE.low}-{KAGOME_EDGE.high} Å apart", 1)
    normals = _triangle_normals(pairs)
    if not normals:
        return Reason("no_triangles", f"no three {element} make a triangle of nearly equal edges", 2)
    nets: list[KagomeNet] = []
    reasons: list[Reason] = []
    for normal in normals:
        components, degrees = _flat_components(pairs, sites, normal)
        if degrees:
            numbers = ", ".join(map(str, degrees))
            told = f"the flat {element} net has {numbers} neighbours to a site; a kagome net has 4"
            reasons.append(Reason("not_kagome", told, 3))
        for edges in components:
            made = _make_net(around, element, edges, normal)
            if isinstance(made, Reason):
                reasons.append(made)
            else:
                nets.append(made)
    return nets or max(reasons, key=lambda r: r.stage)


def _triangle_normals(pairs: Pairs) -> list[FloatArray]:
    """Return one normal for each orientation that triangles of edges have.

    Raises
    ------
    CrowdedError
        If the edges are so many that the triangles cannot be counted.
    """
    counts = np.bincount(pairs.start)
    if float(np.sum(counts.astype(float) ** 2)) > MOST_COMPARISONS:
        raise CrowdedError(f"a metal has up to {counts.max()} neighbours {KAGOME_EDGE.low}-{KAGOME_EDGE.high} Å away")
    sums = np.empty((0, 3))
    for last, count in zip(np.cumsum(counts), counts, strict=True):
        vectors, lengths = pairs.vector[last - count : last], pairs.length[last - count : last]
        one, other = np.triu_indices(count, 1)
        third = np.linalg.norm(vectors[one] - vectors[other], axis=1)
        shortest, longest = (pick.reduce([lengths[one], lengths[other], third]) for pick in (np.minimum, np.maximum))
        even = (shortest > 0) & (longest <= LONGEST_OVER_SHORTEST * shortest)
        crosses = np.cross(vectors[one[even]], vectors[other[even]])
        sums = _with_normals(sums, crosses / np.linalg.norm(crosses, axis=1, keepdims=True))
    return list(sums / np.linalg.norm(sums, axis=1, keepdims=True))


def _with_normals(sums: FloatArray, normals: FloatArray) -> FloatArray:
    """Return sums of parallel normals, one for each orientation, with more normals added to them."""
    threshold = np.cos(np.radians(FLAT_DEGREES))
    while len(normals):
        cosines = normals @ (sums / np.linalg.norm(sums, axis=1, keepdims=True)).T
        parallel = np.abs(cosines) >= threshold
        known = parallel.any(axis=1)
        nearest = parallel.argmax(axis=1)[known] if len(sums) else np.empty(0, dtype=np.intp)
        signs = np.sign(np.take_along_axis(cosines[known], nearest[:, None], axis=1))
        np.add.at(sums, nearest, signs * normals[known])
        normals = normals[~known]
        sums = np.vstack([sums, normals[:1]])
        normals = normals[1:]
    return sums


def _flat_components(pairs: Pairs, sites: IntArray, normal: FloatArray) -> tuple[list[Edges], list[int]]:
    """Return the connected parts of the edges that lie flat, each with its own shortest edges only.

    Parts in which every site has four neighbours come first; then the numbers of neighbours in the first part in
    which not every site has, none where there is no such part.
    """
    from scipy.sparse import coo_matrix  # noqa: PLC0415 - slow to import
    from scipy.sparse.csgraph import connected_components  # noqa: PLC0415

    n = int(sites.max()) + 1
    flat = pairs[np.flatnonzero(np.abs(pairs.vector @ normal) <= np.sin(np.radians(FLAT_DEGREES)) * pairs.length)]
    joined = coo_matrix((np.ones(len(flat.start)), (flat.start, flat.end)), shape=(n, n))
    n_parts, part = connected_components(joined, directed=False)
    shortest = np.full(n_parts, np.inf)
    np.minimum.at(shortest, part[flat.start], flat.length)
    kept = flat[np.flatnonzero(flat.length <= LONGEST_OVER_SHORTEST * shortest[part[flat.start]])]
    degree = np.bincount(kept.start, minlength=n)
    other_degrees = np.bincount(part[sites], degree[sites] != 4, minlength=n_parts)
    whole = np.isfinite(shortest) & (other_degrees == 0)
    other = np.flatnonzero(np.isfinite(shortest) & (other_degrees > 0))
    found = []
    for number in np.flatnonzero(whole):
        members = sites[part[sites] == number]
        found.append(kept[np.flatnonzero(part[kept.start] == number)].by_start(members))
    return found, sorted(set(degree[sites[part[sites] == other[0]]].tolist())) if len(other) else []


def _make_net(around: Surroundings, element: str, edges: Edges, normal: FloatArray) -> KagomeNet | Reason:
    translations = make_translations(edges)
    rank = int(np.linalg.matrix_rank(translations @ around.cell.lattice, tol=1e-3)) if len(translations) else 0
    if rank != 2:
        return Reason("not_a_plane", f"the flat {element} net extends in {rank} dimensions, not 2", 4)
    normal = plane_normal(edges, normal)
    faces = faces_of(edges, normal)
    sizes = sorted({len(face) for face in faces})
    if sizes != [3, 6] or not alternate(faces):
        told = ", ".join(map(str, sizes))
        return Reason("not_kagome", f"the flat {element} net has faces of {told} corners, not 3.6.3.6", 5)
    lengths = [c.length for found in edges.values() for c in found]
    hexagons = [face for face in faces if len(face) == 6]
    carts = [_cart(around, face) for face in hexagons]
    residual = max(float(np.abs((cart - cart.mean(axis=0)) @ normal).max()) for cart in carts)
    places = [_place(around, KagomeState.ALPHA, face, normal) for face in faces if len(face) == 3]
    places += [_place(around, KagomeState.BETA, face, normal) for face in hexagons]
    places += [_place(around, KagomeState.GAMMA, tips_of(face, edges), normal) for face in hexagons]
    area = sum(_area(_cart(around, face), normal) for face in faces) / len(hexagons)
    return KagomeNet(
        element, normal, tuple(edges), (min(lengths), max(lengths)), area, residual, tuple(_sorted(places))
    )


def _sorted(places: list[Place]) -> list[Place]:
    return sorted(places, key=lambda p: (str(p.state), round(p.radius, 6)))


def _cart(around: Surroundings, corners: Sequence[Corner]) -> FloatArray:
    cell = around.cell
    return np.array([(cell.frac[s] + image) @ cell.lattice for s, image in corners])


def _area(cart: FloatArray, normal: FloatArray) -> float:
    following = np.roll(cart, -1, axis=0)
    return float(abs(np.cross(cart, following).sum(axis=0) @ normal) / 2)


def _place(around: Surroundings, state: KagomeState, corners: tuple[Corner, ...], normal: FloatArray) -> Place:
    cart = _cart(around, corners)
    shift = np.floor(cart.mean(axis=0) @ np.linalg.inv(around.cell.lattice) + 1e-6).astype(int)
    back = (int(shift[0]), int(shift[1]), int(shift[2]))
    corners = tuple((site, subtract(image, back)) for site, image in corners)
    cart = _cart(around, corners)
    centre = cart.mean(axis=0)
    radius = float(np.linalg.norm(cart - centre, axis=1).mean())
    sides = float(np.linalg.norm(np.roll(cart, -1, axis=0) - cart, axis=1).mean())
    if state is KagomeState.GAMMA:  # neighbouring tips stand √3 edges apart
        sides /= np.sqrt(3)
    nearest, distance = _nearest_atom(around, centre, normal)
    below, above = _caps(around, centre, normal)
    return Place(state, corners, cart, centre, sides, radius, nearest, distance, below, above)


def _nearest_atom(around: Surroundings, centre: FloatArray, normal: FloatArray) -> tuple[Cap, float]:
    rows = np.asarray(around.tree.query_ball_point(centre, KAGOME_EDGE.high))
    lengths = np.linalg.norm(around.cart[rows] - centre, axis=1)
    row = rows[int(np.argmin(lengths))]
    return _cap(around, int(row), float((around.cart[row] - centre) @ normal)), float(lengths.min())


def _caps(around: Surroundings, centre: FloatArray, normal: FloatArray) -> tuple[Cap | None, Cap | None]:
    rows = np.asarray(around.tree.query_ball_point(centre, CAP_REACH), dtype=np.intp)
    vectors = around.cart[rows] - centre
    elevations = vectors @ normal
    lateral = np.linalg.norm(vectors - elevations[:, None] * normal, axis=1)
    ends: list[Cap | None] = []
    for sign in (-1.0, 1.0):
        side = np.flatnonzero((sign * elevations > OCCUPIED) & (lateral <= CAP_LATERAL))
        if len(side) == 0:
            ends.append(None)
            continue
        k = side[int(np.argmin(sign * elevations[side]))]
        ends.append(_cap(around, int(rows[k]), float(elevations[k])))
    return ends[0], ends[1]


def _cap(around: Surroundings, row: int, elevation: float) -> Cap:
    site = int(around.site[row])
    return Cap(around.cell.sites[site].main_element, site, elevation)


def sizes(places: Sequence[Place]) -> list[list[Place]]:
    """Return places of one state grouped by size, those of one group within `SAME_SIZE` [Å] of the next."""
    groups: list[list[Place]] = []
    for place in sorted(places, key=lambda p: p.radius):
        if groups and place.radius - groups[-1][-1].radius <= SAME_SIZE:
            groups[-1].append(place)
        else:
            groups.append([place])
    return groups
