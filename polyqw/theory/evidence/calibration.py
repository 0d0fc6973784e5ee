"""Intervals for one more compound: what they cover on compounds at hand, and one that is made to cover them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from polyqw.core.arrays import BoolArray, FloatArray

LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class Calibration:
    """An interval of fixed width about a prediction, from the errors on compounds at hand (split conformal).

    Parameters
    ----------
    n, n_groups : int
        Rows and groups behind it.
    level : float
        Share of new groups whose row it holds, if they come as those at hand did: 0.95, or n_groups/(n_groups + 1)
        where there are too few groups for that.
    half_width_kelvin : float
        [K].
    """

    n: int
    n_groups: int
    level: float
    half_width_kelvin: float


def calibrate(misses_kelvin: FloatArray, groups: Sequence[str], level: float = LEVEL) -> Calibration:
    """Return the interval that holds a row of a new group with probability ``level``, whatever their distribution.

    Every group counts alike, its rows sharing its weight 1/(G + 1), and the group to come counts as a miss of any
    size: hierarchical conformal prediction (Lee, Barber and Willett, arXiv:2306.06342; Dunn, Wasserman and Ramdas,
    J. Am. Stat. Assoc. 118, 2491 (2023)). The predictions must not have been fitted to these rows.

    Parameters
    ----------
    misses_kelvin : array, (n,)
        Absolute errors, see `misses`.
    """
    _, index = np.unique(np.array(groups), return_inverse=True)
    sizes = np.bincount(index)
    reached = min(level, len(sizes) / (len(sizes) + 1))
    order = np.argsort(misses_kelvin)
    running = np.cumsum((1 / (sizes[index] * (len(sizes) + 1)))[order])
    place = min(int(np.searchsorted(running, reached - 1e-12)), len(order) - 1)
    return Calibration(len(index), len(sizes), reached, float(misses_kelvin[order][place]))


def misses(predictions_kelvin: FloatArray, tcs_kelvin: FloatArray, is_bound: BoolArray) -> FloatArray:
    """Return absolute errors (n,) [K]; for a bound the largest that any Tc below it allows."""
    differences = np.abs(predictions_kelvin - tcs_kelvin)
    return np.where(is_bound, np.maximum(differences, predictions_kelvin), differences)


def holm(p_values: Sequence[float]) -> list[float]:
    """Return p-values adjusted for being several (Holm, Scand. J. Stat. 6, 65 (1979)), in their order."""
    order = np.argsort(p_values)
    steps = np.array(p_values)[order] * np.arange(len(order), 0, -1)
    adjusted = np.empty(len(order))
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1.0)
    return [float(p) for p in adjusted]
