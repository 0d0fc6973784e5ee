"""Periodic neighbours of a cell in any setting, in time that grows with the number of sites."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from polyqw.errors import CrowdedError

if TYPE_CHECKING:
    from scipy.spatial import cKDTree

    from polyqw.core.arrays import FloatArray, Image, IntArray
    from polyqw.core.cell import Cell

MOST_NEIGHBORS: Final = 600_000
"""Neighbours of all sites together that are looked at; 20,000 atoms of a close-packed metal have 500,000."""


def add(first: Image, second: Image) -> Image:
    """Return the sum of two cell shifts."""
    return (first[0] + second[0], first[1] + second[1], first[2] + second[2])


def subtract(first: Image, second: Image) -> Image:
    """Return the difference of two cell shifts."""
    return (first[0] - second[0], first[1] - second[1], first[2] - second[2])


@dataclass(frozen=True, slots=True)
class Contact:
    """A neighbour of a site: an image of another, and the vector to it.

    Parameters
    ----------
    image : tuple of int, (3,)
        Cell shift of the neighbour when the site itself stands at shift (0, 0, 0).
    vector : tuple of float, (3,)
        Cartesian vector [Å].
    length : float
        Its length [Å].
    """

    site: int
    image: Image
    vector: FloatArray
    length: float


@dataclass(frozen=True, eq=False, slots=True)
class Pairs:
    """Sites and their neighbours, as arrays; those of one site follow each other, nearest first.

    Parameters
    ----------
    start, end : array of int, (m,)
    image : array of int, (m, 3)
        Cell shift of the end when the start stands at shift (0, 0, 0).
    vector : array, (m, 3)
        From start to end [Å].
    length : array, (m,)
        [Å].
    """

    start: IntArray
    end: IntArray
    image: IntArray
    vector: FloatArray
    length: FloatArray

    def __getitem__(self, rows: IntArray) -> Pairs:
        """Return some of them."""
        return Pairs(self.start[rows], self.end[rows], self.image[rows], self.vector[rows], self.length[rows])

    def ends(self) -> list[tuple[int, Image]]:
        """Return the end of each, site and image, where the start stands at shift (0, 0, 0)."""
        return [(end, (x, y, z)) for end, (x, y, z) in zip(self.end.tolist(), self.image.tolist(), strict=True)]

    def by_start(self, sites: IntArray) -> dict[int, list[Contact]]:
        """Return the neighbours of each of some sites, among them all that a pair starts from."""
        found: dict[int, list[Contact]] = {int(i): [] for i in sites}
        for start, (end, image), vector, length in zip(
            self.start.tolist(), self.ends(), self.vector, self.length.tolist(), strict=True
        ):
            found[start].append(Contact(end, image, vector, length))
        return found


@dataclass(frozen=True, eq=False)
class Surroundings:
    """All images of a cell's sites within a margin of the home cell.

    Sites are first wrapped into [0, 1); images are counted from the fractional positions as given.

    Parameters
    ----------
    margin : float
        Distance from the home cell up to which images are present [Å].
    site : array of int, (m,)
        Site of each image.
    image : array of int, (m, 3)
        Its cell shift.
    cart : array, (m, 3)
        Its Cartesian position [Å].
    """

    cell: Cell
    margin: float
    site: IntArray
    image: IntArray
    cart: FloatArray

    @cached_property
    def tree(self) -> cKDTree:
        """Tree over the Cartesian positions of all images."""
        from scipy.spatial import cKDTree  # noqa: PLC0415 - a process that only stores results does without

        return cKDTree(self.cart)

    @cached_property
    def home(self) -> IntArray:
        """Cell shift that wraps each site into [0, 1), (n, 3)."""
        return home_shifts(self.cell.frac)

    @cached_property
    def home_cart(self) -> FloatArray:
        """Cartesian positions of the wrapped sites, (n, 3) [Å]."""
        return np.asarray((self.cell.frac + self.home) @ self.cell.lattice)

    def within(self, points: FloatArray, reach: float) -> list[IntArray]:
        """Return the rows of the images within a reach [Å] of each point (m, 3) [Å].

        Raises
        ------
        CrowdedError
            If there are more than `MOST_NEIGHBORS`, counted before any is gathered.
        """
        if len(points) * len(self.site) > MOST_NEIGHBORS:
            count = int(np.sum(self.tree.query_ball_point(points, reach, return_length=True)))
            if count > MOST_NEIGHBORS:
                raise CrowdedError(
                    f"{len(points)} places have {count} sites within {reach:.2f} Å, at most {MOST_NEIGHBORS} are "
                    "looked at; crystals have some hundred at each place"
                )
        return [np.asarray(near, dtype=np.intp) for near in self.tree.query_ball_point(points, reach)]

    def contacts(
        self, centres: IntArray, others: IntArray, reach: float, nearest: float = 0.0
    ) -> dict[int, list[Contact]]:
        """Return the neighbours of each centre among other sites, nearest first; parameters as those of `pairs`.

        Raises
        ------
        CrowdedError
            As `within`.
        """
        return self.pairs(centres, others, reach, nearest).by_start(centres)

    def pairs(self, centres: IntArray, others: IntArray, reach: float, nearest: float = 0.0) -> Pairs:
        """Return the neighbours of each centre among other sites.

        Parameters
        ----------
        centres, others : array of int
            Site indices.
        reach : float
            Largest distance [Å], at most the margin.
        nearest : float
            Smallest distance [Å]; a site is never a neighbour of itself.

        Raises
        ------
        CrowdedError
            As `within`.
        """
        mask = np.zeros(len(self.cell.sites), dtype=bool)
        mask[others] = True
        origin = self.home_cart[centres]
        hits = self.within(origin, reach) if mask.any() else []
        rows = np.concatenate([np.empty(0, dtype=np.intp), *hits])
        owner = np.repeat(np.arange(len(hits)), [len(near) for near in hits])
        wanted = mask[self.site[rows]]
        rows, owner = rows[wanted], owner[wanted]
        vectors = self.cart[rows] - origin[owner]
        lengths = np.sqrt((vectors**2).sum(axis=1))
        order = np.lexsort((lengths, owner))
        order = order[(lengths[order] > 1e-6) & (lengths[order] >= nearest)]
        rows, owner = rows[order], owner[order]
        shifts = self.image[rows] - self.home[centres[owner]]
        return Pairs(centres[owner], self.site[rows], shifts, vectors[order], lengths[order])


def home_shifts(frac: FloatArray) -> IntArray:
    """Return the cell shifts (n, 3) that bring fractional positions into [0, 1)."""
    return np.asarray(-np.floor(frac + 1e-9), dtype=np.intp)


def surroundings(cell: Cell, margin: float) -> Surroundings:
    """Return all images of the sites of a cell within a margin [Å] of the home cell."""
    reach = margin / cell.plane_spacings + 1e-6
    shifts = home_shifts(cell.frac)
    wrapped = cell.frac + shifts
    count = np.ceil(reach).astype(int)
    site = np.arange(len(cell.sites), dtype=np.intp)
    image = np.zeros((len(site), 3), dtype=np.intp)
    for axis in range(3):  # one axis at a time, so that only what lies within the margin is ever multiplied
        steps = np.arange(-count[axis], count[axis] + 1)
        along = wrapped[site, axis][:, None] + steps[None, :]
        row, column = np.nonzero((along >= -reach[axis]) & (along < 1.0 + reach[axis]))
        site, image = site[row], image[row]
        image[:, axis] = steps[column]
    cart = (wrapped[site] + image) @ cell.lattice
    return Surroundings(cell, margin, site, image + shifts[site], np.asarray(cart))
