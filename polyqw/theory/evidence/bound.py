"""λ/h² as an upper bound: the papers speak of the highest Tc of a compound."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import optimize, stats

from polyqw.errors import UsageError

if TYPE_CHECKING:
    from polyqw.core.arrays import FloatArray

QUANTILE = 0.9
"""Quantile of Tc that is fitted as its upper edge."""


@dataclass(frozen=True, slots=True)
class BoundTest:
    """How well λ/h² bounds Tc from above.

    Parameters
    ----------
    n, n_above : int
        Compounds, and those whose Tc exceeds λ/h².
    fraction_ci95 : tuple of float, (2,)
        Exact binomial interval (Clopper and Pearson).
    excess_max_kelvin : float
        Largest Tc less λ/h² [K]; negative when none lies above.
    lambda_needed : float
        Smallest λ that bounds every Tc [K Å²].
    edge_slope, edge_intercept : float or None
        Quantile regression of Tc on 1/h² [K Å², K]: under the law as a bound the slope is λ and the intercept 0.
        None with fewer than ten compounds.
    """

    n: int
    n_above: int
    fraction_above: float
    fraction_ci95: tuple[float, float]
    excess_max_kelvin: float
    lambda_needed: float
    quantile: float
    edge_slope: float | None
    edge_intercept: float | None


def bound_test(heights_angstrom: FloatArray, tcs_kelvin: FloatArray, lam: float) -> BoundTest:
    """Count the Tc above λ/h², and fit the upper edge of Tc.

    Parameters
    ----------
    heights_angstrom, tcs_kelvin : array, (n,)
    lam : float
        λ fixed beforehand [K Å²].

    Raises
    ------
    UsageError
        Without compounds.
    """
    heights, tcs = np.asarray(heights_angstrom, dtype=float), np.asarray(tcs_kelvin, dtype=float)
    if not len(heights):
        raise UsageError("an upper bound needs at least one compound with a height and a Tc")
    excess = tcs - lam * heights**-2.0
    n_above = int((excess > 1e-9).sum())
    interval = stats.binomtest(n_above, len(tcs)).proportion_ci(0.95, method="exact")
    slope = intercept = None
    if len(tcs) >= 10 and np.ptp(heights) > 1e-9:
        intercept, slope = quantile_regression(heights**-2.0, tcs, QUANTILE)
    return BoundTest(
        n=len(tcs),
        n_above=n_above,
        fraction_above=n_above / len(tcs),
        fraction_ci95=(float(interval.low), float(interval.high)),
        excess_max_kelvin=float(excess.max()),
        lambda_needed=float((tcs * heights**2).max()),
        quantile=QUANTILE,
        edge_slope=slope,
        edge_intercept=intercept,
    )


def quantile_regression(x: FloatArray, y: FloatArray, quantile: float) -> tuple[float, float]:
    """Return intercept and slope of a quantile of y as a line in x (Koenker and Bassett 1978, as a linear program).

    Parameters
    ----------
    x, y : array, (n,)
    quantile : float
        Between 0 and 1.
    """
    n = len(x)
    scale = float(np.abs(x).max()) or 1.0
    design = np.column_stack([np.ones(n), x / scale])
    cost = np.concatenate([np.zeros(2), np.full(n, quantile), np.full(n, 1 - quantile)])
    found = optimize.linprog(
        cost,
        A_eq=np.hstack([design, np.eye(n), -np.eye(n)]),
        b_eq=y,
        bounds=[(None, None)] * 2 + [(0, None)] * (2 * n),
        method="highs",
    )
    if found.x is None:
        raise UsageError(f"the quantile regression has no solution: {found.message}")
    return float(found.x[0]), float(found.x[1] / scale)
