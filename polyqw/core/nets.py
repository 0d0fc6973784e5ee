"""Square nets of metal sites: edges, plaquettes, orientations, and the translations that make a net a plane."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np

from polyqw.core.neighbors import Contact, Image, add, subtract
from polyqw.errors import CrowdedError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from polyqw.core.cell import FloatArray
    from polyqw.core.neighbors import Surroundings
    from polyqw.core.options import Tolerances

MOST_SQUARES: Final = 40_000
"""Squares of a cell that are looked at; 20,000 atoms of a rock salt have 30,000."""

MOST_COMPARISONS: Final = 20_000_000
"""Comparisons of edges that the search for squares may need; 20,000 atoms of a close packing need 9 million."""

Corner: TypeAlias = tuple[int, Image]
Edges: TypeAlias = dict[int, list[Contact]]


@dataclass(frozen=True, slots=True)
class Plaquette:
    """A square of four metal sites whose edges all belong to the net.

    Parameters
    ----------
    corners : tuple of (site, image), (4,)
        In order around the square; the centre lies in the home cell.
    cart : array, (4, 3)
        Their positions [Å].
    centre : array, (3,)
        Mean of the corners, the point Γ of the papers [Å].
    normal : array, (3,)
        Unit vector along the cross product of the diagonals, on the positive side of its orientation.
    orientation : int
        Number of the orientation that the normal belongs to.
    """

    corners: tuple[Corner, Corner, Corner, Corner]
    cart: FloatArray
    centre: FloatArray
    normal: FloatArray
    orientation: int = 0

    @property
    def edges(self) -> tuple[tuple[Corner, Corner], ...]:
        """The four pairs of neighbouring corners."""
        a, b, c, d = self.corners
        return ((a, b), (b, c), (c, d), (d, a))


@dataclass(frozen=True, slots=True)
class Net:
    """What the metal edges of one orientation connect.

    Parameters
    ----------
    orientation : int
    normal : array, (3,)
        Mean normal of its plaquettes.
    sites : frozenset of int
        Metal sites of the connected component.
    rank : int
        Rank of its lattice translations: 2 is a plane, 1 a chain or ladder, 0 a cluster.
    four_coordinated : float
        Share of its sites that have all four neighbours.
    """

    orientation: int
    normal: FloatArray
    sites: frozenset[int]
    rank: int
    four_coordinated: float


def find_plaquettes(around: Surroundings, edges: Edges, tolerances: Tolerances) -> list[Plaquette]:
    """Return all squares of four sites joined by edges, each once per cell.

    Parameters
    ----------
    around : Surroundings
    edges : dict
        Edges of the net from each metal site.
    tolerances : Tolerances

    Raises
    ------
    CrowdedError
        If the edges are so many that the squares cannot be counted.
    """
    if sum(len(contacts) ** 3 for contacts in edges.values()) > MOST_COMPARISONS:
        most = max(map(len, edges.values()))
        raise CrowdedError(f"a plane metal has up to {most} edges of squares; those of crystals have at most 12")
    limit = np.sin(np.radians(tolerances.corner_degrees))
    frac, lattice = around.cell.frac, around.cell.lattice
    inverse = np.linalg.inv(lattice)
    found: dict[tuple[Corner, ...], Plaquette] = {}
    for start, contacts in edges.items():
        for k, one in enumerate(contacts):
            for other in contacts[k + 1 :]:
                if abs(one.vector @ other.vector) > limit * one.length * other.length:
                    continue
                for opposite in _common(edges, one, other):
                    if opposite == (start, (0, 0, 0)):
                        continue
                    corners = ((start, (0, 0, 0)), (one.site, one.image), opposite, (other.site, other.image))
                    key = _translation_free(corners)
                    if key in found:
                        continue
                    cart = np.array([(frac[s] + im) @ lattice for s, im in corners])
                    if not _is_square(cart, limit):
                        continue
                    if len(found) == MOST_SQUARES:
                        raise CrowdedError(f"more than {MOST_SQUARES} squares of plane metals in one cell")
                    centre = cart.mean(axis=0)
                    shift = np.floor(centre @ inverse + 1e-6).astype(int)
                    back = (int(-shift[0]), int(-shift[1]), int(-shift[2]))
                    moved = tuple((s, add(im, back)) for s, im in corners)
                    offset = np.array(back) @ lattice
                    normal = np.cross(cart[2] - cart[0], cart[3] - cart[1])
                    found[key] = Plaquette(
                        (moved[0], moved[1], moved[2], moved[3]),
                        cart + offset,
                        centre + offset,
                        normal / np.linalg.norm(normal),
                    )
    return list(found.values())


def _translation_free(corners: tuple[Corner, ...]) -> tuple[Corner, ...]:
    """Return a key that is the same for all lattice translations of some corners."""
    first = min(site for site, _ in corners)
    return min(
        tuple(sorted((site, subtract(image, origin)) for site, image in corners))
        for start, origin in corners
        if start == first
    )


def _common(edges: Edges, one: Contact, other: Contact) -> list[Corner]:
    ends = {(c.site, add(one.image, c.image)) for c in edges[one.site]}
    return [end for c in edges[other.site] if (end := (c.site, add(other.image, c.image))) in ends]


def _is_square(cart: FloatArray, limit: float) -> bool:
    sides = np.roll(cart, -1, axis=0) - cart
    lengths = np.linalg.norm(sides, axis=1)
    following = np.roll(sides, -1, axis=0)
    cosines = np.abs((sides * following).sum(axis=1)) / (lengths * np.roll(lengths, -1))
    return bool(np.all(cosines <= limit))


def orient(plaquettes: Iterable[Plaquette], tolerances: Tolerances) -> tuple[list[Plaquette], list[FloatArray]]:
    """Return the plaquettes with their orientation filled in, and the unit normal of each orientation."""
    threshold = np.cos(np.radians(tolerances.orientation_degrees))
    normals: list[FloatArray] = []
    oriented = []
    for plaquette in plaquettes:
        normal = plaquette.normal
        cosines = [float(known @ normal) for known in normals]
        k = next((k for k, cosine in enumerate(cosines) if abs(cosine) >= threshold), len(normals))
        if k == len(normals):
            normals.append(normal)
            cosines.append(1.0)
        sign = 1.0 if cosines[k] > 0 else -1.0
        oriented.append(Plaquette(plaquette.corners, plaquette.cart, plaquette.centre, sign * normal, orientation=k))
    means = []
    for k in range(len(normals)):
        total = np.sum([p.normal for p in oriented if p.orientation == k], axis=0)
        means.append(total / np.linalg.norm(total))
    return oriented, means


def find_nets(lattice: FloatArray, edges: Edges, normals: list[FloatArray], tolerances: Tolerances) -> list[Net]:
    """Return the connected components of the edges that run in the plane of each orientation.

    A component counts as a plane when its translations span two dimensions; chains, strips and ladders span one.
    """
    return [
        net
        for k, normal in enumerate(normals)
        for net in _components(lattice, edges, k, normal, np.sin(np.radians(tolerances.orientation_degrees)))
    ]


def _components(lattice: FloatArray, edges: Edges, orientation: int, normal: FloatArray, slope: float) -> list[Net]:
    flat: dict[int, list[Contact]] = {
        site: [c for c in contacts if abs(c.vector @ normal) <= slope * c.length] for site, contacts in edges.items()
    }
    place: dict[int, Image] = {}
    nets = []
    for seed in flat:
        if seed in place:
            continue
        place[seed] = (0, 0, 0)
        members, translations = [seed], set()
        queue = [seed]
        while queue:
            site = queue.pop()
            for contact in flat[site]:
                here = add(place[site], contact.image)
                if contact.site not in place:
                    place[contact.site] = here
                    members.append(contact.site)
                    queue.append(contact.site)
                elif here != place[contact.site]:
                    translations.add(subtract(here, place[contact.site]))
        rank = 0
        if translations:
            vectors = np.array(sorted(translations), dtype=float) @ lattice
            rank = int(np.linalg.matrix_rank(vectors, tol=1e-3))
        four = sum(len(flat[s]) >= 4 for s in members) / len(members)
        nets.append(Net(orientation, normal, frozenset(members), rank, four))
    return nets


def residual_angstrom(plaquettes: Iterable[Plaquette]) -> float:
    """Return the largest distance of a corner from the plane through its plaquette's centre [Å]."""
    return max((float(np.abs((p.cart - p.centre) @ p.normal).max()) for p in plaquettes), default=0.0)


def plaquettes_in_planes(plaquettes: Iterable[Plaquette], nets: Iterable[Net]) -> list[Plaquette]:
    """Return the plaquettes whose four corners belong to one net of rank two in their orientation."""
    plane_of: dict[int, dict[int, int]] = defaultdict(dict)
    for number, net in enumerate(nets):
        if net.rank == 2:
            for site in net.sites:
                plane_of[net.orientation][site] = number
    kept = []
    for plaquette in plaquettes:
        planes = {plane_of[plaquette.orientation].get(site) for site, _ in plaquette.corners}
        if len(planes) == 1 and None not in planes:
            kept.append(plaquette)
    return kept
