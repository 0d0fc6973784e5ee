"""Columns of positions over a plaquette: split and mixed sites that stand for one atom."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from polyqw.core.arrays import as_image

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from polyqw.core.arrays import BoolArray, Corner, FloatArray, IntArray
    from polyqw.core.cell import Cell
    from polyqw.core.neighbors import Surroundings
    from polyqw.core.squares import Plaquette


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

    members: tuple[Corner, ...]
    shares: tuple[float, ...]
    cart: FloatArray
    elevation: float
    occupancy: float
    spread: float
    species: str
    main: Corner

    @property
    def weighted(self) -> tuple[tuple[Corner, float], ...]:
        """The members with their shares."""
        return tuple(zip(self.members, self.shares, strict=True))


@dataclass(frozen=True, slots=True)
class Positions:
    """Site images over a plaquette.

    Parameters
    ----------
    site : array of int, (m,)
    image : array of int, (m, 3)
    cart : array, (m, 3)
        [Å].
    elevation : array, (m,)
        Over the centre of the plaquette, along its normal [Å].
    lateral : array, (m,)
        Distance from its axis [Å].
    """

    cell: Cell
    site: IntArray
    image: IntArray
    cart: FloatArray
    elevation: FloatArray
    lateral: FloatArray

    def __getitem__(self, rows: IntArray | BoolArray) -> Positions:
        """Return some of them."""
        return Positions(
            self.cell, self.site[rows], self.image[rows], self.cart[rows], self.elevation[rows], self.lateral[rows]
        )

    def turned(self) -> Positions:
        """Return them as seen from the other side of the plaquette."""
        return Positions(self.cell, self.site, self.image, self.cart, -self.elevation, self.lateral)

    def upward(self, lowest: float) -> Positions:
        """Return those from an elevation [Å] on, the lowest first."""
        order = np.argsort(self.elevation, kind="stable")
        return self[order[self.elevation[order] >= lowest]]

    def gather(self, weight: FloatArray) -> Column:
        """Return them as one column; `weight` is the occupancy of each site of the cell, some of these above zero."""
        weight = weight[self.site]
        if len(self.site) == 1:
            return self._alone(float(weight[0]))
        share = weight / weight.sum()
        images = ((x, y, z) for x, y, z in self.image.tolist())
        members = list(zip(self.site.tolist(), images, strict=True))
        heaviest = min(
            range(len(members)),
            key=lambda k: (-round(float(weight[k]), 6), round(float(self.elevation[k]), 6), members[k]),
        )
        order = sorted(range(len(members)), key=members.__getitem__)
        return Column(
            tuple(members[k] for k in order),
            tuple(float(share[k]) for k in order),
            share @ self.cart,
            float(share @ self.elevation),
            float(weight.sum()),
            float(self.elevation.max() - self.elevation.min()),
            species_text(self.cell, self.site),
            members[heaviest],
        )

    def _alone(self, occupancy: float) -> Column:
        site, image = int(self.site[0]), as_image(self.image[0])
        species = species_text(self.cell, (site,))
        elevation = float(self.elevation[0])
        return Column(((site, image),), (1.0,), self.cart[0], elevation, occupancy, 0.0, species, (site, image))

    def columns(self, weight: FloatArray, highest: float, reach: float) -> Iterator[tuple[int, float, Column | None]]:
        """Yield each position up to an elevation [Å]: its site, its elevation, and the column that begins with it.

        A column gathers what has a weight within a reach [Å] upward; None where the position itself has none. The
        positions must be in the order of `upward`.
        """
        for site, elevation in zip(self.site.tolist(), self.elevation.tolist(), strict=True):
            if elevation > highest:
                return
            near = (self.elevation >= elevation) & (self.elevation <= elevation + reach) & (weight[self.site] > 0)
            yield site, elevation, self[near].gather(weight) if weight[site] > 0 else None


def positions_over(plaquette: Plaquette, cell: Cell, site: IntArray, image: IntArray, cart: FloatArray) -> Positions:
    """Return site images as positions over a plaquette."""
    offset = cart - plaquette.centre
    elevation = offset @ plaquette.normal
    lateral = np.linalg.norm(offset - elevation[:, None] * plaquette.normal, axis=1)
    return Positions(cell, site, image, cart, elevation, lateral)


def along_axes(
    around: Surroundings, plaquettes: Sequence[Plaquette], highest: float, lateral: float
) -> Iterator[tuple[Plaquette, Positions]]:
    """Yield each plaquette with the positions along its axis, up to an elevation and a distance from it [Å]."""
    hits = around.within(np.array([p.centre for p in plaquettes]), float(np.hypot(highest, lateral)))
    for plaquette, near in zip(plaquettes, hits, strict=True):
        over = positions_over(plaquette, around.cell, around.site[near], around.image[near], around.cart[near])
        yield plaquette, over[over.lateral <= lateral]


def species_text(cell: Cell, sites: Sequence[int] | IntArray) -> str:
    """Return the composition of some sites taken together, most abundant element first."""
    if len(sites) == 1 and len(species := cell.sites[sites[0]].species) == 1 and species[0][1] > 0.99:
        return species[0][0]
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
