"""Columns of positions over a plaquette: split and mixed sites that stand for one atom."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from polyqw.core.cell import Cell, FloatArray, IntArray
    from polyqw.core.neighbors import Image


@dataclass(frozen=True, slots=True)
class Column:
    """Positions gathered to one atom.

    Parameters
    ----------
    members : tuple of (site, image)
        Sorted, so that equal columns compare equal.
    shares : tuple of float
        Of the members, in their order; they sum to one.
    cart : array, (3,)
        Occupancy-weighted mean position [Å].
    elevation : float
        Occupancy-weighted mean height over the plaquette [Å].
    occupancy : float
        Sum over the members.
    spread : float
        Difference between the highest and the lowest member [Å].
    species : str
        Composition, e.g. ``Ba0.6K0.4``; a full single element as its symbol.
    main : tuple of (site, image)
        Member with the largest occupancy.
    """

    members: tuple[tuple[int, Image], ...]
    shares: tuple[float, ...]
    cart: FloatArray
    elevation: float
    occupancy: float
    spread: float
    species: str
    main: tuple[int, Image]

    @property
    def weighted(self) -> tuple[tuple[tuple[int, Image], float], ...]:
        """The members with their shares."""
        return tuple(zip(self.members, self.shares, strict=True))


def gather_column(
    cell: Cell,
    sites: IntArray,
    images: IntArray,
    cart: FloatArray,
    elevation: FloatArray,
    weight: FloatArray,
) -> Column:
    """Return the column of some positions.

    Parameters
    ----------
    cell : Cell
    sites : array of int, (m,)
    images : array of int, (m, 3)
    cart : array, (m, 3)
        Positions [Å].
    elevation : array, (m,)
        Their heights over the plaquette [Å].
    weight : array, (m,)
        Their occupancies, at least one above zero.
    """
    share = weight / weight.sum()
    members = [(int(s), (int(i[0]), int(i[1]), int(i[2]))) for s, i in zip(sites, images, strict=True)]
    heaviest = min(
        range(len(members)), key=lambda k: (-round(float(weight[k]), 6), round(float(elevation[k]), 6), members[k])
    )
    order = sorted(range(len(members)), key=members.__getitem__)
    return Column(
        tuple(members[k] for k in order),
        tuple(float(share[k]) for k in order),
        share @ cart,
        float(share @ elevation),
        float(weight.sum()),
        float(elevation.max() - elevation.min()),
        species_text(cell, sites),
        members[heaviest],
    )


def species_text(cell: Cell, sites: Sequence[int] | IntArray) -> str:
    """Return the composition of some sites taken together, most abundant element first."""
    amounts: dict[str, float] = defaultdict(float)
    for site in sites:
        for element, occupancy in cell.sites[site].species:
            amounts[element] += occupancy
    ordered = sorted(amounts.items(), key=lambda pair: (-round(pair[1], 4), pair[0]))
    if len(ordered) == 1 and ordered[0][1] > 0.99:
        return ordered[0][0]
    return "".join(f"{element}{round(amount, 3):g}" for element, amount in ordered if amount > 0)


def split_by_gap(values: FloatArray, gap: float) -> list[IntArray]:
    """Return the indices of values in ascending groups, cut where the distance to a group's first exceeds the gap."""
    groups: list[list[int]] = []
    first = -np.inf
    for k in np.argsort(values, kind="stable"):
        if values[k] - first > gap:
            groups.append([])
            first = float(values[k])
        groups[-1].append(int(k))
    return [np.array(group, dtype=np.intp) for group in groups]
