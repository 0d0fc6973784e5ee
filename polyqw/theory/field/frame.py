"""The plane of a well: its axes, the square that is looked at, and the ions in and near it."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

import numpy as np

from polyqw.core.wells import Kind, Role
from polyqw.errors import UsageError

if TYPE_CHECKING:
    from polyqw.core.arrays import FloatArray
    from polyqw.core.cell import Cell
    from polyqw.core.wells import Well


@dataclass(frozen=True, eq=False, slots=True)
class Frame:
    """The plane through the electron's place Γ, parallel to the plaquette.

    Its square is the plaquette; of a tridecahedron, whose electron stands in the X layer, the square of the four X.

    Parameters
    ----------
    origin : array, (3,)
        Γ [Å].
    axes : array, (3, 3)
        Unit vectors x, y, z as rows: x along the T-T edge that is nearer to the lattice vector a, z the plaquette
        normal.
    edges : array, (2, 2)
        Two edges of the square as rows, in the plane's x and y [Å].
    metals : array, (4, 2)
        The four plane metals, dropped on the plane [Å].
    """

    origin: FloatArray
    axes: FloatArray
    edges: FloatArray
    metals: FloatArray

    def to_cart(self, in_plane: FloatArray) -> FloatArray:
        """Return points (n, 2) of the plane [Å] in space, (n, 3) [Å]."""
        return np.asarray(self.origin + in_plane @ self.axes[:2])

    def to_frame(self, cart: FloatArray) -> FloatArray:
        """Return points (n, 3) in space by their x, y and elevation z from Γ, (n, 3) [Å]."""
        return np.asarray((cart - self.origin) @ self.axes.T)

    def to_square(self, in_plane: FloatArray) -> FloatArray:
        """Return points (n, 2) by their shares of the edges; the square runs from -1/2 to 1/2 in both."""
        return np.asarray(in_plane @ np.linalg.inv(self.edges))


def make_frame(cell: Cell, well: Well) -> Frame:
    """Return the plane of a well.

    Raises
    ------
    UsageError
        If the well is a tetrahedron, which has no plaquette.
    """
    if well.kind is Kind.TETRAHEDRON:
        raise UsageError("a tetrahedron has no plaquette; the field is drawn for octahedra, nonahedra, tridecahedra")
    origin, normal = np.array(well.cart_electron), np.array(well.normal)
    metals = np.array([v.cart for v in well.vertices if v.role is Role.PLAQUETTE])
    corners = metals
    if well.kind is Kind.TRIDECAHEDRON:
        corners = np.array([v.cart for v in well.vertices if v.role is Role.BASE])
    sides = _sides(metals)
    lengthwise = np.abs(sides @ cell.lattice[0]) / np.linalg.norm(sides, axis=1)
    x = sides[int(lengthwise[1] > lengthwise[0] + 1e-6)]
    x = x - (x @ normal) * normal
    if x @ cell.lattice[0] < 0:
        x = -x
    x /= np.linalg.norm(x)
    axes = np.array([x, np.cross(normal, x), normal])
    return Frame(origin, axes, _sides(corners) @ axes[:2].T, ((metals - origin) @ axes.T)[:, :2])


def _sides(corners: FloatArray) -> FloatArray:
    """Return the two mean sides of a square whose corners are given in order."""
    a, b, c, d = corners
    return np.array([(b - a + c - d) / 2, (d - a + c - b) / 2])


@dataclass(frozen=True, slots=True)
class NearIon:
    """An ion in or near the plane of a well.

    Parameters
    ----------
    site : int
        Index in the cell.
    element : str
        Main element of the site.
    charge : float
        [e]
    x, y, elevation : float
        In the plane's axes, from Γ [Å].
    """

    site: int
    element: str
    charge: float
    x: float
    y: float
    elevation: float


def find_ions(cell: Cell, charges: FloatArray, frame: Frame, *, margin: float, reach: float) -> list[NearIon]:
    """Return the charged sites that stand over or under the square.

    Parameters
    ----------
    charges : array, (n,)
        Of the sites [e].
    margin : float
        How far beyond the square, as a share of its edges.
    reach : float
        Largest distance from the plane [Å].
    """
    half = 0.5 + margin
    radius = float(np.hypot(half * np.linalg.norm(frame.edges, axis=1).sum(), reach))
    spacing = 1 / np.linalg.norm(np.linalg.inv(cell.lattice), axis=0)
    start = cell.frac - np.floor(cell.frac - frame.origin @ np.linalg.inv(cell.lattice))
    steps = [np.arange(-ceil(radius / d) - 1, ceil(radius / d) + 1) for d in spacing]
    shifts = np.stack(np.meshgrid(*steps, indexing="ij"), axis=-1).reshape(-1, 3)
    found = []
    for site in np.flatnonzero(charges):
        place = frame.to_frame((start[site] + shifts) @ cell.lattice)
        inside = np.all(np.abs(frame.to_square(place[:, :2])) <= half + 1e-9, axis=1)
        found += [
            NearIon(int(site), cell.sites[site].main_element, float(charges[site]), float(x), float(y), float(z))
            for x, y, z in place[inside & (np.abs(place[:, 2]) <= reach)]
        ]
    return found
