"""Heights along a series of structures: slopes, crossings, reversals, the phase with the smallest height.

The papers let pressure and substitution act on Tc through h alone (papers/001, text after Eq. 1; 002, II.B and
III.E): along a series the law Tc = λ/h² gives dTc/dx = -2 (Tc/h) dh/dx.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations, pairwise
from math import log
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy import stats

from polyqw.theory.scaling import law_tc

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SAME_VALUE: Final = 1e-6
"""Abscissae that differ by no more than this are one [GPa, K or holes per metal]."""

EQUAL_HEIGHT: Final = 1e-9
"""Heights that differ by no more than this differ by rounding alone [Å]."""

ROUNDING: Final = 1e-12
"""Relative spread below which ordinates are equal."""


class Abscissa(StrEnum):
    """What changes along a series."""

    PRESSURE = "pressure"
    TEMPERATURE = "temperature"
    DOPING = "doping"


UNITS: Final = {Abscissa.PRESSURE: "GPa", Abscissa.TEMPERATURE: "K", Abscissa.DOPING: "holes per metal"}
"""Unit of each abscissa."""


@dataclass(frozen=True, slots=True)
class SeriesPoint:
    """One structure of a series.

    Parameters
    ----------
    value : float
        Abscissa.
    heights : mapping of str to float
        Height of each phase that the structure has [Å].
    """

    value: float
    heights: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Slope:
    """A slope by least squares.

    Parameters
    ----------
    value : float
        Per unit of the abscissa.
    standard_error : float or None
        None with two points, which a line always meets.
    intercept : float
        At abscissa zero.
    """

    value: float
    standard_error: float | None
    intercept: float


@dataclass(frozen=True, slots=True)
class PhaseTrend:
    """What a phase does along a series.

    Parameters
    ----------
    n : int
        Number of structures that have it.
    height, log_height, tc : Slope or None
        Of h [Å], of ln h, and of the law's Tc [K]; None where all structures with the phase share one abscissa.
    reversal : float
        How far h runs against its main direction [Å]; zero when it only rises or only falls.
    turns : tuple of float
        Abscissae at which h turns.
    """

    phase: str
    n: int
    height: Slope | None
    log_height: Slope | None
    tc: Slope | None
    reversal: float
    turns: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Crossing:
    """A place where two phases have the same height.

    Parameters
    ----------
    phases : tuple of str, (2,)
    value : float
        By linear interpolation between neighbouring structures that have both phases.
    height : float
        [Å].
    between : tuple of float, (2,)
        The abscissae of those neighbours; twice the same where the heights of a structure itself are equal.
    smaller_before, smaller_after : str or None
        Phase with the smaller height on either side; None where the series ends or they stay equal.
    """

    phases: tuple[str, str]
    value: float
    height: float
    between: tuple[float, float]
    smaller_before: str | None
    smaller_after: str | None


@dataclass(frozen=True, slots=True)
class SmallestChange:
    """A pair of neighbours between which another phase comes to have the smallest height.

    Parameters
    ----------
    between : tuple of float, (2,)
    value : float or None
        Abscissa of their crossing; None where one of them is missing on a side, so that they do not cross.
    """

    between: tuple[float, float]
    before: str
    after: str
    value: float | None


def fit_slope(points: Sequence[tuple[float, float]]) -> Slope | None:
    """Return the least-squares slope through (abscissa, ordinate) pairs; None without two different abscissae.

    The order of the points does not matter, to the last digit.
    """
    x, y = np.array(sorted(points), dtype=float).reshape(-1, 2).T
    if len(x) < 2 or np.ptp(x) <= SAME_VALUE:
        return None
    if np.ptp(y) <= ROUNDING * np.abs(y).max():  # rounding alone, whose square vanishes in the standard error
        return Slope(0.0, 0.0 if len(x) > 2 else None, float(y[0]))
    line = stats.linregress(x, y)
    return Slope(float(line.slope), float(line.stderr) if len(x) > 2 else None, float(line.intercept))


def phases_of(points: Sequence[SeriesPoint]) -> tuple[str, ...]:
    """Return the phases that any point has, in alphabetical order."""
    return tuple(sorted({phase for p in points for phase in p.heights}))


def merge_equal(points: Sequence[SeriesPoint]) -> list[SeriesPoint]:
    """Return the points by rising abscissa, those of one abscissa made one with the mean of each height."""
    groups: list[list[SeriesPoint]] = []
    for point in sorted(points, key=lambda p: (p.value, sorted(p.heights.items()))):
        if groups and point.value - groups[-1][0].value <= SAME_VALUE:
            groups[-1].append(point)
        else:
            groups.append([point])
    return [SeriesPoint(group[0].value, _mean_heights(group)) for group in groups]


def _mean_heights(group: Sequence[SeriesPoint]) -> dict[str, float]:
    return {
        phase: float(np.mean([p.heights[phase] for p in group if phase in p.heights])) for phase in phases_of(group)
    }


def phase_trend(phase: str, points: Sequence[SeriesPoint], lam: float) -> PhaseTrend:
    """Return the slopes and turns of one phase.

    dTc/dx is the least-squares slope of λ/h² itself, structure by structure; for small changes it equals
    -2 (Tc/h) dh/dx.

    Parameters
    ----------
    points : sequence of SeriesPoint
        In any order; each structure counts once in the slopes.
    lam : float
        λ [K Å²].
    """
    own = [(p.value, p.heights[phase]) for p in points if phase in p.heights]
    means = [(p.value, p.heights[phase]) for p in merge_equal(points) if phase in p.heights]
    return PhaseTrend(
        phase=phase,
        n=len(own),
        height=fit_slope(own),
        log_height=fit_slope([(x, log(h)) for x, h in own]),
        tc=fit_slope([(x, law_tc(h, lam)) for x, h in own]),
        reversal=_reversal([h for _, h in means]),
        turns=_turns(means),
    )


def _reversal(heights: Sequence[float]) -> float:
    """Return the smaller of the largest rise and the largest fall between any two places of a sequence."""
    rise = fall = 0.0
    lowest = highest = heights[0] if heights else 0.0
    for height in heights:
        lowest, highest = min(lowest, height), max(highest, height)
        rise, fall = max(rise, height - lowest), max(fall, highest - height)
    smaller = min(rise, fall)
    return smaller if smaller > EQUAL_HEIGHT else 0.0


def _turns(means: Sequence[tuple[float, float]]) -> tuple[float, ...]:
    steps = [(x1, h2 - h1) for (x1, h1), (_, h2) in pairwise(means) if abs(h2 - h1) > EQUAL_HEIGHT]
    return tuple(x for (_, before), (x, after) in pairwise(steps) if before * after < 0)


def find_crossings(points: Sequence[SeriesPoint]) -> tuple[Crossing, ...]:
    """Return the places where two phases have the same height, by rising abscissa."""
    merged = merge_equal(points)
    found = [c for pair in combinations(phases_of(merged), 2) for c in _crossings_of(pair, merged)]
    return tuple(sorted(found, key=lambda c: (c.value, c.phases)))


def _crossings_of(pair: tuple[str, str], merged: Sequence[SeriesPoint]) -> list[Crossing]:
    one, other = pair
    both = [p for p in merged if one in p.heights and other in p.heights]
    gaps = [p.heights[one] - p.heights[other] for p in both]
    smaller = [None if abs(gap) <= EQUAL_HEIGHT else one if gap < 0 else other for gap in gaps]
    found = []
    for k, (point, phase) in enumerate(zip(both, smaller, strict=True)):
        if phase is None:
            before = next((s for s in reversed(smaller[:k]) if s), None)
            after = next((s for s in smaller[k:] if s), None)
            found.append(Crossing(pair, point.value, point.heights[one], (point.value,) * 2, before, after))
    for k, (before, after) in enumerate(pairwise(smaller)):
        if before and after and before != after:
            left, right = both[k], both[k + 1]
            share = gaps[k] / (gaps[k] - gaps[k + 1])
            found.append(
                Crossing(
                    pair,
                    left.value + share * (right.value - left.value),
                    left.heights[one] + share * (right.heights[one] - left.heights[one]),
                    (left.value, right.value),
                    before,
                    after,
                )
            )
    return found


def smallest_phase(heights: Mapping[str, float]) -> str | None:
    """Return the phase with the smallest height, of equal ones the first in the alphabet; None without any."""
    return min(sorted(heights), key=lambda phase: heights[phase], default=None)


def find_smallest_changes(points: Sequence[SeriesPoint]) -> tuple[SmallestChange, ...]:
    """Return the neighbours between which the phase with the smallest height changes."""
    told = [(p.value, phase) for p in merge_equal(points) if (phase := smallest_phase(p.heights)) is not None]
    crossings = find_crossings(points)
    found = []
    for (left, before), (right, after) in pairwise(told):
        if before != after:
            meet = [c.value for c in crossings if {*c.phases} == {before, after} and left <= c.value <= right]
            found.append(SmallestChange((left, right), before, after, meet[0] if meet else None))
    return tuple(found)
