"""The crystal as the geometry sees it: a lattice and a list of sites."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cached_property
from math import gcd
from typing import TYPE_CHECKING

import numpy as np

from polyqw.core.formula import written_formula
from polyqw.core.tolerances import SITES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from polyqw.core.arrays import Corner, FloatArray, IntArray
    from polyqw.core.free_parameters import FreeParameters


@dataclass(frozen=True, slots=True)
class Site:
    """One atom position, possibly shared by several elements or partly empty.

    Parameters
    ----------
    label : str
        Label of the source file.
    species : tuple of (str, float)
        Element symbols without charge and their occupancies, in alphabetical order.
    frac : tuple of float, (3,)
        Fractional position; any lattice translation of it means the same site.
    """

    label: str
    species: tuple[tuple[str, float], ...]
    frac: tuple[float, float, float]

    @property
    def occupancy(self) -> float:
        """Total occupancy of the site."""
        return sum(occupancy for _, occupancy in self.species)

    @property
    def main_element(self) -> str:
        """Most abundant element; of equals the alphabetically first."""
        if len(self.species) == 1:  # most sites, and a search asks for it often
            return self.species[0][0]
        return min(self.species, key=lambda pair: (-pair[1], pair[0]))[0]

    @property
    def is_disordered(self) -> bool:
        """Whether the site is shared or partly empty."""
        return len(self.species) > 1 or abs(self.occupancy - 1.0) > SITES.disorder

    @property
    def is_full(self) -> bool:
        """Whether the site is fully occupied (within 5 %), by one element or several."""
        return self.occupancy >= SITES.full


@dataclass(frozen=True, eq=False)
class Cell:
    """A lattice and its sites.

    Parameters
    ----------
    lattice : array, (3, 3)
        Lattice vectors as rows [Å].
    sites : tuple of Site
        All sites of the cell, symmetry already expanded.
    parameters : FreeParameters or None
        What moves together and how well it is known; None where the source states no uncertainty at all.
    """

    lattice: FloatArray
    sites: tuple[Site, ...]
    parameters: FreeParameters | None = None

    @cached_property
    def frac(self) -> FloatArray:
        """Fractional positions, (n, 3), as given."""
        return np.array([site.frac for site in self.sites], dtype=float).reshape(-1, 3)

    @cached_property
    def inverse(self) -> FloatArray:
        """Inverse of the lattice, which turns Cartesian into fractional positions [1/Å]."""
        return np.asarray(np.linalg.inv(self.lattice))

    @cached_property
    def volume(self) -> float:
        """Volume of the cell [Å³]."""
        return float(abs(np.linalg.det(self.lattice)))

    @cached_property
    def plane_spacings(self) -> FloatArray:
        """Distances between the lattice planes (100), (010) and (001), (3,) [Å]."""
        return np.asarray(1.0 / np.linalg.norm(self.inverse, axis=0))

    def positions(self, corners: Iterable[Corner]) -> FloatArray:
        """Return the Cartesian positions of some site images, (m, 3) [Å]."""
        listed = list(corners)
        sites = np.array([site for site, _ in listed], dtype=np.intp)
        images = np.array([image for _, image in listed], dtype=float).reshape(-1, 3)
        return np.asarray((self.frac[sites] + images) @ self.lattice)

    def cells_of(self, points: FloatArray) -> IntArray:
        """Return the shifts (m, 3) of the cells that Cartesian points (m, 3) [Å] lie in."""
        return np.asarray(np.floor(points @ self.inverse + 1e-6), dtype=np.intp)

    @cached_property
    def composition(self) -> dict[str, float]:
        """Atoms of each element in the cell."""
        totals: dict[str, float] = defaultdict(float)
        for site in self.sites:
            for element, occupancy in site.species:
                totals[element] += occupancy
        return dict(sorted(totals.items()))

    @property
    def disordered_labels(self) -> list[str]:
        """Labels of all sites that are shared or partly empty."""
        return [site.label for site in self.sites if site.is_disordered]

    @cached_property
    def unit_amounts(self) -> dict[str, float]:
        """Atoms of each element in a formula unit, in alphabetical order, the same for any size of the cell.

        The unit is the smallest in which every kind of site (sites with equal species) still counts whole.
        """
        units = gcd(*Counter(site.species for site in self.sites).values()) or 1
        return {element: round(x / units, 4) for element, x in self.composition.items() if x > 0}

    @property
    def formula_written(self) -> str:
        """Formula as the field writes it, e.g. ``Ba0.9K0.1Fe2As2``."""
        return written_formula(self.unit_amounts)

    @property
    def formula(self) -> str:
        """Formula in alphabetical order, e.g. ``As2 Ba0.9 Fe2 K0.1``: a key; `formula_written` is for people."""
        return " ".join(f"{element}{amount:g}" for element, amount in self.unit_amounts.items())
