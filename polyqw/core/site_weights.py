"""Read the sites of a cell by their occupancies: who is plane metal, bridging anion, X, cation."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from polyqw.core.cell import Cell
from polyqw.core.elements import NONMETALS
from polyqw.core.options import OccupancyPolicy

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from polyqw.core.arrays import BoolArray, FloatArray, IntArray
    from polyqw.core.tolerances import Tolerances


def apply_policy(cell: Cell, policy: OccupancyPolicy) -> Cell:
    """Return the cell as the policy for disordered sites reads it.

    Site indices are kept: a site that the majority policy empties stays with occupancy zero.
    """
    if policy is not OccupancyPolicy.MAJORITY:
        return cell
    sites = tuple(
        replace(site, species=((site.main_element, 1.0 if site.occupancy >= 0.5 else 0.0),)) for site in cell.sites
    )
    return Cell(cell.lattice, sites, cell.parameters)


@dataclass(frozen=True, slots=True)
class SiteWeights:
    """Occupancies of each site, gathered by what they mean for one family of planes; arrays (n,).

    Parameters
    ----------
    metal : array
        Occupancy of plane metals.
    bridge : array
        Occupancy of all anions on sites where bridging anions (or X) are at least half; zero elsewhere.
    cation : array
        Occupancy of other metals than those of the planes, on sites that are not plane metal.
    total : array
        Occupancy of all species.
    is_metal : array of bool
        Whether the site belongs to the plane metal.
    """

    metal: FloatArray
    bridge: FloatArray
    cation: FloatArray
    total: FloatArray
    is_metal: BoolArray

    @property
    def metal_sites(self) -> IntArray:
        """Indices of the plane metal sites."""
        return np.flatnonzero(self.is_metal)

    @property
    def bridge_sites(self) -> IntArray:
        """Indices of the sites of bridging anions (or X)."""
        return np.flatnonzero(self.bridge > 0)


def weigh_sites(
    cell: Cell,
    metals: AbstractSet[str],
    bridging: AbstractSet[str],
    sharing: AbstractSet[str],
    tolerances: Tolerances,
) -> SiteWeights:
    """Return the site weights for one family.

    Parameters
    ----------
    metals : set of str
        Plane metals.
    bridging : set of str
        Bridging anions, or X.
    sharing : set of str
        Elements whose occupancy counts on a site that bridging anions hold at least half of.
    """
    n = len(cell.sites)
    metal, bridge, cation, total = np.zeros(n), np.zeros(n), np.zeros(n), np.zeros(n)
    for k, site in enumerate(cell.sites):
        anion = own = 0.0
        for element, occupancy in site.species:
            total[k] += occupancy
            if element in metals:
                metal[k] += occupancy
            if element in bridging:
                own += occupancy
            if element in bridging or element in sharing:
                anion += occupancy
            if element not in NONMETALS and element not in bridging and element not in metals:
                cation[k] += occupancy
        if own > 0 and own >= 0.5 * anion - 1e-9 and anion >= 0.5 * total[k] - 1e-9:
            bridge[k] = anion
    is_metal = (metal >= tolerances.metal_share * total - 1e-9) & (metal >= tolerances.metal_occupancy - 1e-9)
    cation[is_metal] = 0.0
    return SiteWeights(metal, bridge, cation, total, is_metal)
