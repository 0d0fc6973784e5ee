"""The atoms of a view, their colours, radii and bonds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from ase.data import atomic_numbers, covalent_radii
from ase.data.colors import jmol_colors

from polyqw.core.tolerances import SITES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from polyqw.core.arrays import Corner, FloatArray
    from polyqw.core.cell import Cell
    from polyqw.core.wells import Well

BOND = 1.18
"""Largest length of a bond over the sum of the covalent radii."""

ON_FACE = 0.01
"""Distance within which an atom lies on a face of the cell [Å]."""

NON_METALS = frozenset("O F S Cl Se Br Te I N P As Sb".split())
"""Elements that are bonded to metals."""


@dataclass(frozen=True, slots=True)
class Atom:
    """An atom of a view: a periodic image of a site.

    Parameters
    ----------
    element : str
        Main element of the site.
    site : int
        Index of the site in its cell.
    image : tuple of int, (3,)
        Cell shift of the image, relative to the site's fractional position as given.
    cart : tuple of float, (3,)
        Position [Å].
    species : tuple of (str, float)
        Elements of the site and their occupancies.
    wells : tuple of int
        Of an atom outside of the drawn cell, the wells that have it for a corner; empty of one within.
    """

    element: str
    site: int
    image: tuple[int, int, int]
    cart: tuple[float, float, float]
    species: tuple[tuple[str, float], ...]
    wells: tuple[int, ...] = ()

    @property
    def label(self) -> str:
        """The element; of a shared or partly empty site all elements with their occupancies, ``Ba0.6K0.4``."""
        if len(self.species) == 1 and abs(self.species[0][1] - 1) <= SITES.disorder:
            return self.element
        return "".join(f"{element}{occupancy:.3g}" for element, occupancy in self.species if occupancy > 0)


def drawn_atoms(cell: Cell, lattice: FloatArray, wells: Sequence[Well]) -> tuple[Atom, ...]:
    """Return all atoms of the cell that a lattice spans, with each image on its faces, and the corners of wells."""
    found: dict[Corner, tuple[int, ...]] = dict.fromkeys(_images_inside(cell, lattice), ())
    inside = set(found)
    for number, well in enumerate(wells):
        for corner in dict.fromkeys((v.site, v.image) for v in well.vertices):
            if corner not in inside:
                found[corner] = (*found.get(corner, ()), number)
    return tuple(
        Atom(cell.sites[site].main_element, site, image, (x, y, z), cell.sites[site].species, of_wells)
        for ((site, image), of_wells), (x, y, z) in zip(found.items(), cell.positions(found).tolist(), strict=True)
    )


def _images_inside(cell: Cell, lattice: FloatArray) -> list[Corner]:
    """Return the images of all sites within a cell or on its faces, site by site."""
    corners = np.array(np.meshgrid(*[(0, 1)] * 3)).reshape(3, -1).T @ lattice @ cell.inverse
    low, high = np.floor(corners.min(axis=0)).astype(int) - 1, np.ceil(corners.max(axis=0)).astype(int) + 1
    shifts = np.array(np.meshgrid(*(np.arange(a, b + 1) for a, b in zip(low, high, strict=True)))).reshape(3, -1).T
    home = -np.floor(cell.frac + 1e-9).astype(int)
    to_box = cell.lattice @ np.linalg.inv(lattice)
    margin = ON_FACE * np.linalg.norm(np.linalg.inv(lattice), axis=0)
    found = []
    for site, (frac, shift) in enumerate(zip(cell.frac, home, strict=True)):
        if not cell.sites[site].occupancy > 0:
            continue
        places = (frac + shift + shifts) @ to_box
        for k in np.flatnonzero(((places >= -margin) & (places <= 1 + margin)).all(axis=1)):
            x, y, z = (shift + shifts[k]).tolist()
            found.append((site, (x, y, z)))
    return found


def find_bonds(elements: Sequence[str], cart: FloatArray, metals: frozenset[str]) -> tuple[tuple[int, int], ...]:
    """Return pairs of a metal and a nonmetal that are as near as their covalent radii say.

    Parameters
    ----------
    cart : array, (n, 3)
        Positions of the atoms [Å].
    metals : frozenset of str
        Metals whose bonds are drawn; where none is named, all of them.
    """
    from scipy.spatial import cKDTree  # noqa: PLC0415 - slow to import

    radii = np.array([element_radius(element) for element in elements])
    reach = 2 * BOND * float(radii.max(initial=0.0))
    pairs = cKDTree(cart).query_pairs(reach, output_type="ndarray")
    one, other = np.array(pairs, dtype=np.intp).reshape(-1, 2).T
    near = np.linalg.norm(cart[one] - cart[other], axis=1) < BOND * (radii[one] + radii[other])
    is_nonmetal = np.array([element in NON_METALS for element in elements], dtype=bool)
    is_metal = np.array([e in metals if metals else e not in NON_METALS for e in elements], dtype=bool)
    wanted = near & ((is_metal[one] & is_nonmetal[other]) | (is_nonmetal[one] & is_metal[other]))
    return tuple(sorted((int(i), int(j)) for i, j in zip(one[wanted], other[wanted], strict=True)))


def element_colour(element: str) -> str:
    """Return the colour by which an element is usually drawn, that of Jmol."""
    red, green, blue = (round(255 * float(x)) for x in jmol_colors[atomic_numbers[element]])
    return f"#{red:02x}{green:02x}{blue:02x}"


def element_radius(element: str) -> float:
    """Return the covalent radius of an element [Å]."""
    return float(covalent_radii[atomic_numbers[element]])
