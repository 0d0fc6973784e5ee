"""Squares of plane metals, and the nets that extend in two dimensions."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np

from polyqw.core.arrays import as_image
from polyqw.core.neighbors import subtract
from polyqw.core.planes import (
    MOST_COMPARISONS,
    Orientations,
    common_neighbors,
    connected_parts,
    edges_by_twos,
    lies_flat,
    members_of_parts,
    rank_of,
)
from polyqw.errors import CrowdedError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from polyqw.core.account import Account
    from polyqw.core.arrays import BoolArray, Corner, FloatArray, Image, IntArray
    from polyqw.core.cell import Cell
    from polyqw.core.neighbors import Pairs, Surroundings
    from polyqw.core.tolerances import Tolerances

MOST_SQUARES: Final = 40_000
"""Squares of a cell that are looked at; 20,000 atoms of a rock salt have 30,000."""

Corners: TypeAlias = tuple["Corner", "Corner", "Corner", "Corner"]


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

    corners: Corners
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
    normal : array, (3,)
        Mean normal of its plaquettes.
    sites : frozenset of int
        Metal sites of the connected part.
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


def find_squares(around: Surroundings, edges: Pairs, tolerances: Tolerances) -> tuple[list[Plaquette], FloatArray]:
    """Return all squares of four sites joined by edges, each once per cell, and the normals of their orientations.

    Raises
    ------
    CrowdedError
        If the edges are so many that the squares cannot be counted.
    """
    counts = np.bincount(edges.start).astype(float)
    if float((counts**3).sum()) > MOST_COMPARISONS:
        most = int(counts.max())
        raise CrowdedError(f"a plane metal has up to {most} edges of squares; those of crystals have at most 12")
    limit = np.sin(np.radians(tolerances.corner_degrees))
    found: dict[tuple[Corner, ...], Corners] = {}
    for corners in _right_angles(edges, limit):
        if corners[0][0] > min(site for site, _ in corners):
            continue  # a square is met from each of its corners
        found.setdefault(translation_free(corners), corners)
        if len(found) > MOST_SQUARES:
            raise CrowdedError(f"more than {MOST_SQUARES} squares of plane metals in one cell")
    quadrilaterals = list(found.values())
    cart = around.cell.positions([corner for corners in quadrilaterals for corner in corners]).reshape(-1, 4, 3)
    rows = np.flatnonzero(_are_squares(cart, limit))
    orientations = Orientations(tolerances.orientation_degrees)
    return _plaquettes(around.cell, [quadrilaterals[k] for k in rows], cart[rows], orientations), orientations.means


def _right_angles(edges: Pairs, limit: float) -> Iterator[Corners]:
    """Yield the corners that two edges near a right angle and a common neighbour of their ends make."""
    starts, ends = edges.start.tolist(), edges.ends()
    neighbors = edges.by_start(np.unique(edges.start))
    for one, other in edges_by_twos(edges):
        cosines = np.abs((edges.vector[one] * edges.vector[other]).sum(axis=1))
        right = cosines <= limit * edges.length[one] * edges.length[other]
        for i, j in zip(one[right].tolist(), other[right].tolist(), strict=True):
            start = (starts[i], (0, 0, 0))
            for opposite in common_neighbors(neighbors, ends[i], ends[j]):
                if opposite != start:
                    yield start, ends[i], opposite, ends[j]


def translation_free(corners: tuple[Corner, ...]) -> tuple[Corner, ...]:
    """Return a key that is the same for all lattice translations of some corners."""
    first = min(site for site, _ in corners)
    return min(
        tuple(sorted((site, subtract(image, origin)) for site, image in corners))
        for start, origin in corners
        if start == first
    )


def _are_squares(cart: FloatArray, limit: float) -> BoolArray:
    """Return which quadrilaterals (n, 4, 3) have right angles."""
    sides = np.roll(cart, -1, axis=1) - cart
    following = np.roll(sides, -1, axis=1)
    lengths = np.linalg.norm(sides, axis=2)
    cosines = np.abs((sides * following).sum(axis=2)) / (lengths * np.roll(lengths, -1, axis=1))
    return np.asarray((cosines <= limit).all(axis=1))


def _plaquettes(
    cell: Cell, squares: Sequence[Corners], cart: FloatArray, orientations: Orientations
) -> list[Plaquette]:
    """Return squares, moved so that their centres lie in the home cell, with corners at `cart` (n, 4, 3) [Å]."""
    centres = cart.mean(axis=1)
    home = cell.cells_of(centres)
    offset = home @ cell.lattice
    normals = np.cross(cart[:, 2] - cart[:, 0], cart[:, 3] - cart[:, 1])
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    numbers, signs = orientations.add(normals)
    parts = squares, home, cart - offset[:, None], centres - offset, signs[:, None] * normals, numbers.tolist()
    return [
        Plaquette(_shifted(corners, as_image(shift)), *place) for corners, shift, *place in zip(*parts, strict=True)
    ]


def _shifted(corners: Corners, shift: Image) -> Corners:
    a, b, c, d = ((site, subtract(image, shift)) for site, image in corners)
    return a, b, c, d


def find_nets(
    lattice: FloatArray, edges: Pairs, sites: IntArray, normals: FloatArray, tolerances: Tolerances
) -> list[Net]:
    """Return what the edges that lie flat in each orientation connect, single sites included.

    A net is a plane when its translations span two dimensions; those of chains, strips and ladders span one.
    """
    nets = []
    for number, normal in enumerate(normals):
        flat = edges[np.flatnonzero(lies_flat(edges, normal, tolerances.orientation_degrees))]
        near = flat.by_start(sites)
        for members in members_of_parts(connected_parts(flat, int(sites.max()) + 1), sites):
            own = {site: near[site] for site in members.tolist()}
            four = sum(len(contacts) >= 4 for contacts in own.values()) / len(own)
            nets.append(Net(number, normal, frozenset(own), rank_of(own, lattice), four))
    return nets


def squares_in_planes(squares: Iterable[Plaquette], nets: Iterable[Net]) -> list[Plaquette]:
    """Return the squares whose four corners belong to one net of rank two in their orientation."""
    plane_of = plane_numbers(nets)
    kept = []
    for square in squares:
        planes = {plane_of.get((square.orientation, site)) for site, _ in square.corners}
        if len(planes) == 1 and None not in planes:
            kept.append(square)
    return kept


def plane_numbers(nets: Iterable[Net]) -> dict[tuple[int, int], int]:
    """Return the number of the net of rank two that holds a site in an orientation."""
    return {(net.orientation, site): number for number, net in enumerate(nets) if net.rank == 2 for site in net.sites}


def nets_with(nets: Iterable[Net], squares: Iterable[Plaquette]) -> tuple[Net, ...]:
    """Return the nets of rank two that hold some of the squares."""
    used = {(square.orientation, site) for square in squares for site, _ in square.corners}
    return tuple(n for n in nets if n.rank == 2 and any((n.orientation, site) in used for site in n.sites))


def note_squares(
    account: Account, cell: Cell, squares: Sequence[Plaquette], in_planes: Sequence[Plaquette], nets: Sequence[Net]
) -> None:
    """Add to the account how many squares lie in planes, how flat those are, and which squares were refused."""
    rank = max((net.rank for net in nets), default=0)
    residual = max((float(np.abs((p.cart - p.centre) @ p.normal).max()) for p in in_planes), default=0.0)
    orientations = len({square.orientation for square in squares})
    account.note(
        "square_net",
        f"{len(squares)} squares in {orientations} orientations; {len(in_planes)} lie in a net that extends in two "
        f"dimensions (largest rank {rank}), their corners within {residual:.4f} Å of a plane.",
        n_squares=len(squares),
        n_in_planes=len(in_planes),
        largest_rank=rank,
        plane_residual_angstrom=residual,
        plane_site_indices=sorted({site for square in in_planes for site, _ in square.corners}),
    )
    if account.wanted:
        _note_refused(account, cell, squares, in_planes, nets)


def _note_refused(
    account: Account, cell: Cell, squares: Sequence[Plaquette], in_planes: Sequence[Plaquette], nets: Sequence[Net]
) -> None:
    kept = {square.corners for square in in_planes}
    refused = Counter(
        (tuple(sorted(cell.sites[site].label for site, _ in square.corners)), _rank_around(square, nets))
        for square in squares
        if square.corners not in kept
    )
    for (labels, rank), count in sorted(refused.items()):
        account.note(
            "refused_squares",
            f"{count} of {', '.join(labels)}: their net extends in {rank} dimension{'' if rank == 1 else 's'}.",
            n_squares=count,
            rank=rank,
        )


def _rank_around(square: Plaquette, nets: Sequence[Net]) -> int:
    corners = {site for site, _ in square.corners}
    return min((net.rank for net in nets if net.orientation == square.orientation and corners & net.sites), default=0)
