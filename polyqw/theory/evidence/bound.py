"""λ/h² as an upper bound: the papers speak of the highest Tc of a compound."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import optimize, stats

from polyqw.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from polyqw.core.arrays import FloatArray

QUANTILE = 0.9
"""Quantile of Tc that is fitted as its upper edge."""

RESAMPLES = 400


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
    edge_slope_ci95 : tuple of float or None
        Percentile bootstrap over compounds [K Å²].
    rival : CeilingTest or None
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
    edge_slope_ci95: tuple[float, float] | None
    rival: CeilingTest | None


@dataclass(frozen=True, slots=True)
class CeilingTest:
    """λ/h² as an upper edge beside a ceiling that knows no height, each fitted without the compound it is to bound.

    A bound can only be right by lying high, and the shortest well makes it lie highest; the loss of the quantile
    (Koenker and Bassett 1978) counts what lies above an edge and, with less weight, the room left below it.

    Parameters
    ----------
    ceiling_kelvin, lambda_edge : float
        Quantile of Tc [K], and λ of the line through the origin that is the quantile of Tc [K Å²].
    loss_law_kelvin, loss_printed_kelvin, loss_ceiling_kelvin : float
        Mean loss of λ/h² with that λ, with the printed one, and of the ceiling [K].
    law_less_ceiling_ci95_kelvin : tuple of float, (2,)
        Percentile bootstrap of the difference of the first and the last.
    """

    ceiling_kelvin: float
    lambda_edge: float
    loss_law_kelvin: float
    loss_printed_kelvin: float
    loss_ceiling_kelvin: float
    law_less_ceiling_ci95_kelvin: tuple[float, float]


def bound_test(heights_angstrom: FloatArray, tcs_kelvin: FloatArray, lam: float, *, seed: int = 0) -> BoundTest:
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
    slope = intercept = slope_interval = rival = None
    if len(tcs) >= 10 and np.ptp(heights) > 1e-9:
        intercept, slope = quantile_regression(heights**-2.0, tcs, QUANTILE)
        slope_interval = _slope_interval(heights**-2.0, tcs, seed)
        rival = _ceiling_test(heights**-2.0, tcs, lam, seed)
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
        edge_slope_ci95=slope_interval,
        rival=rival,
    )


def quantile_regression(x: FloatArray, y: FloatArray, quantile: float) -> tuple[float, float]:
    """Return intercept and slope of a quantile of y as a line in x (Koenker and Bassett 1978).

    The linear program is solved in its dual form, whose size grows with n alone; the line is what its two equations
    cost.

    Parameters
    ----------
    x, y : array, (n,)
    quantile : float
        Between 0 and 1.
    """
    scale = float(np.abs(x).max()) or 1.0
    design = np.column_stack([np.ones(len(x)), x / scale])
    found = optimize.linprog(
        -y, A_eq=design.T, b_eq=(1 - quantile) * design.sum(axis=0), bounds=(0, 1), method="highs"
    )
    if found.x is None:
        raise UsageError(f"the quantile regression has no solution: {found.message}")
    intercept, slope = -found.eqlin.marginals
    return float(intercept), float(slope / scale)


def _slope_interval(u: FloatArray, tcs: FloatArray, seed: int) -> tuple[float, float]:
    drawn = np.random.default_rng(seed).integers(0, len(u), (RESAMPLES, len(u)))
    slopes = [quantile_regression(u[k], tcs[k], QUANTILE)[1] for k in drawn if np.ptp(u[k]) > 0]
    return _ends(slopes)


def _ceiling_test(u: FloatArray, tcs: FloatArray, lam: float, seed: int) -> CeilingTest:
    flat = np.ones(len(u))
    law, ceiling = (_loss(tcs, _edges_of_others(x, tcs) * x) for x in (u, flat))
    drawn = np.random.default_rng(seed).integers(0, len(u), (9999, len(u)))
    return CeilingTest(
        ceiling_kelvin=edge_through_origin(flat, tcs),
        lambda_edge=edge_through_origin(u, tcs),
        loss_law_kelvin=float(law.mean()),
        loss_printed_kelvin=float(_loss(tcs, lam * u).mean()),
        loss_ceiling_kelvin=float(ceiling.mean()),
        law_less_ceiling_ci95_kelvin=_ends((law - ceiling)[drawn].mean(axis=1)),
    )


def edge_through_origin(x: FloatArray, y: FloatArray) -> float:
    """Return the slope of a line through the origin that is the 0.9 quantile of y: that of y/x, weighted with x."""
    order = np.argsort(y / x)
    running = np.cumsum(x[order])
    place = np.searchsorted(running, QUANTILE * running[-1] * (1 - 1e-12))
    return float((y / x)[order][place])


def _edges_of_others(x: FloatArray, y: FloatArray) -> FloatArray:
    return np.array([edge_through_origin(np.delete(x, k), np.delete(y, k)) for k in range(len(x))])


def _loss(tcs: FloatArray, edges: FloatArray) -> FloatArray:
    return np.maximum(QUANTILE * (tcs - edges), (QUANTILE - 1) * (tcs - edges))


def _ends(values: Sequence[float] | FloatArray) -> tuple[float, float]:
    low, high = np.quantile(values, (0.025, 0.975))
    return float(low), float(high)
