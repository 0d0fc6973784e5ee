"""Kagome nets of a metal: triangles, hexagons and stars of David (papers/003 Fig. 1).

A kagome net is a plane in which every site has four neighbours and two triangles and two hexagons meet in turn
(vertex symbol 3.6.3.6), and whose translations span two dimensions. Triangular nets (six neighbours), chains of
triangles (one dimension) and clusters are refused. papers/003 calls the triangle the place of the α-state, the
hexagon that of the β-state and the star of David that of the γ-state, and draws them without sizes.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from typing import TYPE_CHECKING, Final

import numpy as np

from polyqw.core.account import Reason
from polyqw.core.elements import NONMETALS
from polyqw.core.neighbors import Contact, Image, add, subtract, surroundings
from polyqw.core.options import Range

if TYPE_CHECKING:
    from collections.abc import Sequence

    from polyqw.core.cell import Cell, FloatArray, IntArray
    from polyqw.core.neighbors import Surroundings
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
    contacts = around.contacts(sites, sites, KAGOME_EDGE.high)
    edges: Edges = {k: [c for c in found if c.length >= KAGOME_EDGE.low] for k, found in contacts.items()}
    if not any(edges.values()):
        return Reason("no_edges", f"no two {element} are {KAGOME_EDGE.low}-{KAGOME_EDGE.high} Å apart", 1)
    normals = _triangle_normals(edges)
    if not normals:
        return Reason("no_triangles", f"no three {element} make a triangle of nearly equal edges", 2)
    nets: list[KagomeNet] = []
    reasons: list[Reason] = []
    for normal in normals:
        for component in _flat_components(edges, normal):
            made = _make_net(around, element, component, normal)
            if isinstance(made, Reason):
                reasons.append(made)
            else:
                nets.append(made)
    return nets or max(reasons, key=lambda r: r.stage)


def _triangle_normals(edges: Edges) -> list[FloatArray]:
    """Return one normal for each orientation that triangles of edges have."""
    threshold = np.cos(np.radians(FLAT_DEGREES))
    sums: list[FloatArray] = []
    for contacts in edges.values():
        for one, other in combinations(contacts, 2):
            if not _near_equal((one.length, other.length, float(np.linalg.norm(one.vector - other.vector)))):
                continue
            normal = np.cross(one.vector, other.vector)
            normal = normal / np.linalg.norm(normal)
            for k, known in enumerate(sums):
                cosine = float(known @ normal) / float(np.linalg.norm(known))
                if abs(cosine) >= threshold:
                    sums[k] = known + np.sign(cosine) * normal
                    break
            else:
                sums.append(normal)
    return [total / np.linalg.norm(total) for total in sums]


def _near_equal(lengths: Sequence[float]) -> bool:
    return min(lengths) > 0 and max(lengths) <= LONGEST_OVER_SHORTEST * min(lengths)


def _flat_components(edges: Edges, normal: FloatArray) -> list[Edges]:
    """Return the connected parts of the edges that lie flat, each with its own shortest edges only."""
    slope = np.sin(np.radians(FLAT_DEGREES))
    flat: Edges = {k: [c for c in found if abs(c.vector @ normal) <= slope * c.length] for k, found in edges.items()}
    parts = []
    unseen = set(flat)
    while unseen:
        queue = [min(unseen)]
        members = set(queue)
        while queue:
            for contact in flat[queue.pop()]:
                if contact.site not in members:
                    members.add(contact.site)
                    queue.append(contact.site)
        unseen -= members
        lengths = [c.length for k in members for c in flat[k]]
        if lengths:
            longest = LONGEST_OVER_SHORTEST * min(lengths)
            parts.append({k: [c for c in flat[k] if c.length <= longest] for k in sorted(members)})
    return parts


def _make_net(around: Surroundings, element: str, edges: Edges, normal: FloatArray) -> KagomeNet | Reason:
    degrees = sorted({len(found) for found in edges.values()})
    if degrees != [4]:
        told = ", ".join(map(str, degrees))
        return Reason("not_kagome", f"the flat {element} net has {told} neighbours to a site; a kagome net has 4", 3)
    translations = _translations(edges)
    rank = int(np.linalg.matrix_rank(translations @ around.cell.lattice, tol=1e-3)) if len(translations) else 0
    if rank != 2:
        return Reason("not_a_plane", f"the flat {element} net extends in {rank} dimensions, not 2", 4)
    normal = _plane_normal(edges, normal)
    faces = _faces(edges, normal)
    sizes = sorted({len(face) for face in faces})
    if sizes != [3, 6] or not _alternate(faces, edges):
        told = ", ".join(map(str, sizes))
        return Reason("not_kagome", f"the flat {element} net has faces of {told} corners, not 3.6.3.6", 5)
    lengths = [c.length for found in edges.values() for c in found]
    hexagons = [face for face in faces if len(face) == 6]
    carts = [_cart(around, face) for face in hexagons]
    residual = max(float(np.abs((cart - cart.mean(axis=0)) @ normal).max()) for cart in carts)
    places = [_place(around, KagomeState.ALPHA, face, normal) for face in faces if len(face) == 3]
    places += [_place(around, KagomeState.BETA, face, normal) for face in hexagons]
    places += [_place(around, KagomeState.GAMMA, _tips(face, edges), normal) for face in hexagons]
    area = sum(_area(_cart(around, face), normal) for face in faces) / len(hexagons)
    return KagomeNet(
        element, normal, tuple(edges), (min(lengths), max(lengths)), area, residual, tuple(_sorted(places))
    )


def _sorted(places: list[Place]) -> list[Place]:
    return sorted(places, key=lambda p: (str(p.state), round(p.radius, 6)))


def _plane_normal(edges: Edges, normal: FloatArray) -> FloatArray:
    """Return the normal of the mean plane of the net, from the cross products of its edges."""
    total = np.zeros(3)
    for contacts in edges.values():
        for one, other in combinations(contacts, 2):
            cross = np.cross(one.vector, other.vector)
            total += cross * np.sign(cross @ normal)
    return np.asarray(total / np.linalg.norm(total))


def _faces(edges: Edges, normal: FloatArray) -> list[tuple[Corner, ...]]:
    """Return the faces of a flat net, each once per cell, by turning sharply left at every corner."""
    turn = {k: _anticlockwise(found, normal) for k, found in edges.items()}
    seen: set[tuple[int, int, Image]] = set()
    faces = []
    for site, contacts in turn.items():
        for first in contacts:
            if (site, first.site, first.image) in seen:
                continue
            face: list[Corner] = [(site, (0, 0, 0))]
            here, contact = face[0], first
            for _ in range(100):
                seen.add((here[0], contact.site, contact.image))
                there = (contact.site, add(here[1], contact.image))
                back = next(
                    i for i, c in enumerate(turn[there[0]]) if c.site == here[0] and add(there[1], c.image) == here[1]
                )
                here, contact = there, turn[there[0]][back - 1]
                if here == face[0] and (contact.site, contact.image) == (first.site, first.image):
                    break
                face.append(here)
            faces.append(tuple(face))
    return faces


def _anticlockwise(contacts: list[Contact], normal: FloatArray) -> list[Contact]:
    first = contacts[0].vector - (contacts[0].vector @ normal) * normal
    side = np.cross(normal, first)
    return sorted(contacts, key=lambda c: float(np.arctan2(c.vector @ side, c.vector @ first)))


def _alternate(faces: list[tuple[Corner, ...]], edges: Edges) -> bool:
    """Return whether two triangles and two hexagons meet at every site, and every edge divides one from the other."""
    at_site = {site: [0, 0] for site in edges}
    for face in faces:
        for site, _ in face:
            at_site[site][len(face) == 6] += 1
    triangle_edges = sum(3 for face in faces if len(face) == 3)
    return all(counts == [2, 2] for counts in at_site.values()) and triangle_edges == 2 * len(edges)


def _translations(edges: Edges) -> IntArray:
    start = min(edges)
    place: dict[int, Image] = {start: (0, 0, 0)}
    queue = [start]
    found: set[Image] = set()
    while queue:
        site = queue.pop()
        for contact in edges[site]:
            here = add(place[site], contact.image)
            if contact.site not in place:
                place[contact.site] = here
                queue.append(contact.site)
            elif here != place[contact.site]:
                found.add(subtract(here, place[contact.site]))
    return np.array(sorted(found), dtype=np.intp)


def _tips(hexagon: tuple[Corner, ...], edges: Edges) -> tuple[Corner, ...]:
    """Return the six tips of the star around a hexagon: the third corner of the triangle on each of its edges."""
    tips = []
    for one, other in zip(hexagon, (*hexagon[1:], hexagon[0]), strict=True):
        ends = {(c.site, add(one[1], c.image)) for c in edges[one[0]]}
        common = [end for c in edges[other[0]] if (end := (c.site, add(other[1], c.image))) in ends]
        tips.append(common[0])
    return tuple(tips)


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
