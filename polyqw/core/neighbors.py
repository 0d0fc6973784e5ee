"""Periodic neighbours of a cell in any setting, in time that grows with the number of sites."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from scipy.spatial import cKDTree

if TYPE_CHECKING:
    from polyqw.core.cell import Cell, FloatArray, IntArray

Image: TypeAlias = tuple[int, int, int]


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
    site : int
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


@dataclass(frozen=True, eq=False)
class Surroundings:
    """All images of a cell's sites within a margin of the home cell.

    Sites are first wrapped into [0, 1); images are counted from the fractional positions as given.

    Parameters
    ----------
    cell : Cell
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
        return cKDTree(self.cart)

    @cached_property
    def home(self) -> IntArray:
        """Cell shift that wraps each site into [0, 1), (n, 3)."""
        return home_shifts(self.cell.frac)

    @cached_property
    def home_cart(self) -> FloatArray:
        """Cartesian positions of the wrapped sites, (n, 3) [Å]."""
        return np.asarray((self.cell.frac + self.home) @ self.cell.lattice)

    def contacts(self, centres: IntArray, others: IntArray, reach: float) -> dict[int, list[Contact]]:
        """Return the neighbours of each centre among other sites, nearest first.

        Parameters
        ----------
        centres, others : array of int
            Site indices.
        reach : float
            Largest distance [Å], at most the margin.
        """
        found: dict[int, list[Contact]] = {int(i): [] for i in centres}
        if len(centres) == 0 or len(others) == 0:
            return found
        mask = np.zeros(len(self.cell.sites), dtype=bool)
        mask[others] = True
        keep = np.flatnonzero(mask[self.site])
        tree = cKDTree(self.cart[keep])
        origin = self.home_cart[centres]
        for i, start, hits in zip(centres, origin, tree.query_ball_point(origin, reach), strict=True):
            rows = keep[np.asarray(hits, dtype=np.intp)]
            vectors = self.cart[rows] - start
            lengths = np.sqrt((vectors**2).sum(axis=1))
            shifts = self.image[rows] - self.home[i]
            for k in np.argsort(lengths, kind="stable"):
                if lengths[k] > 1e-6:
                    shift = shifts[k]
                    image = (int(shift[0]), int(shift[1]), int(shift[2]))
                    found[int(i)].append(Contact(int(self.site[rows[k]]), image, vectors[k], float(lengths[k])))
        return found


def home_shifts(frac: FloatArray) -> IntArray:
    """Return the cell shifts (n, 3) that bring fractional positions into [0, 1)."""
    return np.asarray(-np.floor(frac + 1e-9), dtype=np.intp)


def surroundings(cell: Cell, margin: float) -> Surroundings:
    """Return all images of the sites of a cell within a margin [Å] of the home cell."""
    spacing = 1.0 / np.linalg.norm(np.linalg.inv(cell.lattice), axis=0)
    reach = margin / spacing + 1e-6
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
