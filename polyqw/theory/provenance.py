"""Where a printed length may come from: the lengths of a crystal, and how many match by chance."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations, combinations_with_replacement
from math import ceil, exp, prod
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from polyqw.core.arrays import FloatArray
    from polyqw.core.cell import Cell

SAME: Final = 1e-3
"""Lengths of one kind within this of each other are one [Å]."""

AROUND: Final = 0.75
"""How far on either side of a value lengths are counted for the chance of a match [Å]."""


class LengthKind(StrEnum):
    """What a length is."""

    DISTANCE = "distance"
    PLANE_SPACING = "plane spacing"
    EDGE = "cell edge"
    HEIGHT = "height"


@dataclass(frozen=True, slots=True)
class Length:
    """A length of a crystal [Å].

    Parameters
    ----------
    between : str
        Its ends: elements, or the name of an edge or a well.
    """

    value: float
    kind: LengthKind
    between: str


@dataclass(frozen=True, slots=True)
class Match:
    """A printed value and the lengths that it may be.

    Parameters
    ----------
    expected : float
        Matches to expect by chance, from the density of the crystal's lengths around the value.
    """

    value: float
    lengths: tuple[Length, ...]
    expected: float

    @property
    def chance(self) -> float:
        """Chance of at least one match without any meaning."""
        return 1.0 - exp(-self.expected)


def lengths_of(cell: Cell, longest: float, heights: Sequence[tuple[str, float]] = ()) -> list[Length]:
    """Return the distinct lengths of a crystal up to a longest one.

    Parameters
    ----------
    cell : Cell
    longest : float
        [Å]
    heights : sequence of (str, float)
        Names and heights of its wells [Å].
    """
    found = [*_distances(cell, longest), *_spacings(cell, longest)]
    found += [
        Length(float(np.linalg.norm(edge)), LengthKind.EDGE, name)
        for name, edge in zip("abc", cell.lattice, strict=True)
    ]
    found += [Length(height, LengthKind.HEIGHT, name) for name, height in heights]
    return [length for length in _distinct(found) if length.value <= longest]


def match_lengths(values: Sequence[float], lengths: Sequence[Length], tolerance: float) -> list[Match]:
    """Return for each value [Å] the lengths within a tolerance [Å], with the number to expect by chance."""
    all_values = np.sort([length.value for length in lengths])
    return [
        Match(
            value,
            tuple(length for length in lengths if abs(length.value - value) <= tolerance),
            2.0 * tolerance * _density(all_values, value),
        )
        for value in values
    ]


def chance_of_all(matches: Sequence[Match]) -> float:
    """Return the chance that every value finds a match without any meaning, as if they were independent."""
    return prod(match.chance for match in matches)


def _density(values: FloatArray, value: float) -> float:
    low = max(value - AROUND, 0.0)
    return float(((values >= low) & (values <= value + AROUND)).sum()) / (value + AROUND - low)


def _distances(cell: Cell, longest: float) -> list[Length]:
    reach = [ceil(longest / d) for d in cell.plane_spacings]
    shifts = np.stack(np.meshgrid(*[np.arange(-r - 1, r + 2) for r in reach], indexing="ij"), axis=-1).reshape(-1, 3)
    cart, moves = (cell.frac - np.floor(cell.frac)) @ cell.lattice, shifts @ cell.lattice
    elements = [site.main_element for site in cell.sites]
    names = sorted({"-".join(sorted(pair)) for pair in combinations_with_replacement(set(elements), 2)})
    number = {name: k for k, name in enumerate(names)}
    between = np.array([[number["-".join(sorted((one, other)))] for other in elements] for one in elements])
    values, ends = [np.empty(0)], [np.empty(0, dtype=int)]
    for i in range(len(elements)):
        apart = np.linalg.norm(cart[i:, None] + moves - cart[i], axis=-1)
        other, move = np.nonzero((apart > 0.5) & (apart <= longest))
        values.append(apart[other, move])
        ends.append(between[i, i + other])
    value, end = np.concatenate(values), np.concatenate(ends)
    _, first = np.unique(np.stack([end, np.rint(value / SAME).astype(int)]), axis=1, return_index=True)
    return [Length(float(value[k]), LengthKind.DISTANCE, names[end[k]]) for k in np.sort(first)]


def _spacings(cell: Cell, longest: float) -> list[Length]:
    """Return the spacings of the atomic planes across c, of one element or of two."""
    height = float(cell.plane_spacings[2])
    elevations = np.round(cell.frac[:, 2] % 1.0 * height, 4)
    planes = sorted({(site.main_element, float(z)) for site, z in zip(cell.sites, elevations, strict=True)})
    found = []
    for (one, low), (other, high) in combinations(planes, 2):
        ends = "-".join(sorted((one, other)))
        apart = abs(high - low)
        both = [value for value in (apart, height - apart) if SAME < value <= longest]
        found += [Length(value, LengthKind.PLANE_SPACING, ends) for value in both]
    return found


def _distinct(lengths: Sequence[Length]) -> list[Length]:
    kept: dict[tuple[str, str, int], Length] = {}
    for length in lengths:
        kept.setdefault((length.kind, length.between, round(length.value / SAME)), length)
    return sorted(kept.values(), key=lambda length: (length.value, length.kind, length.between))
