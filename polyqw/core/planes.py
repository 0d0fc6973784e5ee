"""Planes of edges between sites: the orientations they have, what they connect, and in how many dimensions.

All searches for planes (oxide, iron, kagome) go this way: edges, their orientations, the connected parts of those
that lie flat, and the rank of the lattice translations of each part.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np

from polyqw.core.neighbors import Contact, add, subtract

if TYPE_CHECKING:
    from collections.abc import Iterator

    from polyqw.core.arrays import BoolArray, Corner, FloatArray, Image, IntArray
    from polyqw.core.neighbors import Pairs

MOST_COMPARISONS: Final = 20_000_000
"""Comparisons of edges that a search may need; 20,000 atoms of a close packing need 9 million for their squares."""

Edges: TypeAlias = dict[int, list[Contact]]


class Orientations:
    """The orientations of normals: those within an angle of the mean of an orientation have it, whatever their sign.

    Parameters
    ----------
    degrees : float
        The angle.
    """

    def __init__(self, degrees: float) -> None:
        self._threshold = np.cos(np.radians(degrees))
        self._sums = np.empty((0, 3))

    def add(self, normals: FloatArray) -> tuple[IntArray, FloatArray]:
        """Return the number of the orientation of each unit normal (m, 3), and the sign that turns it alike."""
        numbers, signs = np.empty(len(normals), dtype=np.intp), np.ones(len(normals))
        left = np.arange(len(normals))
        while len(left):
            cosines = normals[left] @ self.means.T
            parallel = np.abs(cosines) >= self._threshold
            known = parallel.any(axis=1)
            if len(self._sums):
                rows, nearest = left[known], parallel[known].argmax(axis=1)
                numbers[rows], signs[rows] = nearest, np.sign(cosines[known, nearest])
                np.add.at(self._sums, nearest, signs[rows, None] * normals[rows])
            left = left[~known]
            if len(left):
                numbers[left[0]] = len(self._sums)
                self._sums = np.vstack([self._sums, normals[left[0]]])
                left = left[1:]
        return numbers, signs

    @property
    def means(self) -> FloatArray:
        """The unit normal of each orientation, (k, 3)."""
        return np.asarray(self._sums / np.linalg.norm(self._sums, axis=1, keepdims=True))


def edges_by_twos(edges: Pairs) -> Iterator[tuple[IntArray, IntArray]]:
    """Yield for each site the rows of all twos of edges that start from it."""
    counts = np.bincount(edges.start)
    twos = {count: np.triu_indices(count, 1) for count in np.unique(counts).tolist() if count > 1}
    for last, count in zip(np.cumsum(counts).tolist(), counts.tolist(), strict=True):
        if count > 1:
            one, other = twos[count]
            yield one + (last - count), other + (last - count)


def common_neighbors(edges: Edges, one: Corner, other: Corner) -> list[Corner]:
    """Return the corners that both of two corners have an edge to, nearest to the other first."""
    ends = {(c.site, add(one[1], c.image)) for c in edges[one[0]]}
    return [end for c in edges[other[0]] if (end := (c.site, add(other[1], c.image))) in ends]


def lies_flat(edges: Pairs, normal: FloatArray, degrees: float) -> BoolArray:
    """Return which edges are within an angle of the plane of a normal."""
    return np.asarray(np.abs(edges.vector @ normal) <= np.sin(np.radians(degrees)) * edges.length)


def connected_parts(edges: Pairs, n_sites: int) -> IntArray:
    """Return the number of the part that each site is connected to, (n_sites,), ordered by their first sites."""
    from scipy.sparse import coo_matrix  # noqa: PLC0415 - slow to import
    from scipy.sparse.csgraph import connected_components  # noqa: PLC0415

    joined = coo_matrix((np.ones(len(edges.start)), (edges.start, edges.end)), shape=(n_sites, n_sites))
    return np.asarray(connected_components(joined, directed=False)[1], dtype=np.intp)


def members_of_parts(part: IntArray, sites: IntArray) -> list[IntArray]:
    """Return the sites of each part that has any."""
    if not len(sites):
        return []
    order = np.argsort(part[sites], kind="stable")
    return np.split(sites[order], np.flatnonzero(np.diff(part[sites[order]])) + 1)


def rank_of(edges: Edges, lattice: FloatArray) -> int:
    """Return in how many dimensions a connected part extends: 2 is a plane, 1 a chain or ladder, 0 a cluster."""
    found = sorted(_translations(edges))
    return int(np.linalg.matrix_rank(np.array(found, dtype=float) @ lattice, tol=1e-3)) if found else 0


def _translations(edges: Edges) -> set[Image]:
    """Return the lattice translations that walks along the edges from a site to its images make."""
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
    return found
