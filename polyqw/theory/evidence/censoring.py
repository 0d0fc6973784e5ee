"""λ of compounds some of which only have a bound: not superconducting down to T says Tc < T, and is no zero."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import stats

from polyqw.errors import UsageError

if TYPE_CHECKING:
    from polyqw.core.arrays import BoolArray, FloatArray


@dataclass(frozen=True, slots=True)
class CensoredLambda:
    """λ as a log-normal quantity, bounds kept as bounds.

    Parameters
    ----------
    n, n_bounds : int
        Compounds, and those with a bound alone.
    lambda_median : float
        [K Å²].
    spread_factor : float
        One standard deviation of ln λ, as a factor: 68 % lie within median / factor and median * factor.
    """

    n: int
    n_bounds: int
    lambda_median: float
    spread_factor: float


def censored_lambda(heights_angstrom: FloatArray, tcs_kelvin: FloatArray, is_bound: BoolArray) -> CensoredLambda:
    """Fit a log-normal distribution of λ by maximum likelihood.

    Parameters
    ----------
    heights_angstrom, tcs_kelvin : array, (n,)
        For a bound, the lowest temperature reached.
    is_bound : array of bool, (n,)

    Raises
    ------
    UsageError
        With fewer than three measured values, or values that are all equal.
    """
    lams = np.asarray(tcs_kelvin, dtype=float) * np.asarray(heights_angstrom, dtype=float) ** 2
    bound = np.asarray(is_bound, dtype=bool)
    if (~bound).sum() < 3 or np.ptp(lams[~bound]) <= 0 or (lams <= 0).any():
        raise UsageError("λ with bounds needs at least three different measured Tc, all above 0 K")
    data = stats.CensoredData(uncensored=np.log(lams[~bound]), left=np.log(lams[bound]))
    centre, spread = stats.norm.fit(data)
    return CensoredLambda(len(lams), int(bound.sum()), float(np.exp(centre)), float(np.exp(spread)))
