"""The law Tc = λ/h² (papers/001 and 002, Eqs. 1 and 2): apply it, and fit it."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np

from polyqw.errors import UsageError
from polyqw.theory.evidence.exponent import fit_exponent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from polyqw.core.arrays import FloatArray

BOOTSTRAP_RESAMPLES = 9999

SAME_LAMBDA = 1e-12
"""Relative spread below which values of λ differ by rounding alone."""


@dataclass(frozen=True, slots=True)
class LawPoint:
    """A compound in the law.

    Parameters
    ----------
    phase : str
        Phase of the well whose height is used.
    """

    compound: str
    phase: str
    height_angstrom: float
    tc_kelvin: float

    @property
    def lam(self) -> float:
        """λ = Tc h² [K Å²]."""
        return law_constant(self.tc_kelvin, self.height_angstrom)


@dataclass(frozen=True, slots=True)
class LawFit:
    """The law fitted to some compounds.

    Parameters
    ----------
    lambda_mean, lambda_sd : float
        Mean and sample standard deviation of λ [K Å²].
    lambda_ci95 : tuple of float, (2,)
        Bootstrap interval of the mean (bias-corrected and accelerated).
    lambda_least_squares : float
        Slope of Tc on 1/h² through the origin [K Å²].
    exponent : float
        m of Tc = C h^-m, least squares in the logarithms.
    exponent_ci95 : tuple of float, (2,)
        From Student's t.
    correlation : float
        Pearson's r between Tc and h; NaN when all Tc are equal.
    loo_rmse_kelvin : float
        Root mean square error when each compound is predicted with the least-squares λ of the others.
    baseline_rmse_kelvin : float
        The same for a constant Tc, the mean of the others.
    residuals_kelvin : tuple of float
        Tc less λ_mean/h², in the order of the points.
    seed : int
        Of the bootstrap.
    """

    n: int
    lambda_mean: float
    lambda_sd: float
    lambda_ci95: tuple[float, float]
    lambda_least_squares: float
    exponent: float
    exponent_ci95: tuple[float, float]
    correlation: float
    loo_rmse_kelvin: float
    baseline_rmse_kelvin: float
    residuals_kelvin: tuple[float, ...]
    seed: int


def law_constant(tc_kelvin: float, height_angstrom: float) -> float:
    """Return λ = Tc h² [K Å²]."""
    return tc_kelvin * height_angstrom**2


def law_tc(height_angstrom: float, lam: float) -> float:
    """Return Tc = λ/h² [K] for a height [Å] and λ [K Å²]."""
    return lam / height_angstrom**2


def height_of_tc(tc_kelvin: float, lam: float) -> float:
    """Return the height h = (λ/Tc)^(1/2) [Å] with which the law gives a Tc [K]."""
    return float(np.sqrt(lam / tc_kelvin))


def mean_lambda(points: Sequence[LawPoint]) -> tuple[float, float]:
    """Return mean and sample standard deviation of λ over at least two compounds [K Å²]."""
    lams = np.array([p.lam for p in points])
    return float(lams.mean()), float(lams.std(ddof=1))


def fit_law(points: Sequence[LawPoint], *, seed: int = 0) -> LawFit:
    """Fit the law to at least three compounds.

    Raises
    ------
    UsageError
        With fewer than three compounds, or when all heights are equal.
    """
    if len(points) < 3:
        raise UsageError(f"a fit needs at least three compounds with a height and a Tc; there are {len(points)}")
    heights = np.array([p.height_angstrom for p in points])
    tcs = np.array([p.tc_kelvin for p in points])
    if np.ptp(heights) < 1e-9:
        raise UsageError("a fit needs at least two different heights")
    mean, sd = mean_lambda(points)
    inverse = heights**-2.0
    free = fit_exponent(heights, tcs)
    return LawFit(
        n=len(points),
        lambda_mean=mean,
        lambda_sd=sd,
        lambda_ci95=_bootstrap_interval(tcs * heights**2, seed),
        lambda_least_squares=float(inverse @ tcs / (inverse @ inverse)),
        exponent=free.exponent,
        exponent_ci95=free.ci95,
        correlation=float(np.corrcoef(heights, tcs)[0, 1]) if np.ptp(tcs) > 0 else float("nan"),
        loo_rmse_kelvin=_rmse(tcs - _slopes_of_others(inverse, tcs) * inverse),
        baseline_rmse_kelvin=_rmse(tcs - _means_of_others(tcs)),
        residuals_kelvin=tuple(float(x) for x in tcs - mean * inverse),
        seed=seed,
    )


def _bootstrap_interval(lams: FloatArray, seed: int) -> tuple[float, float]:
    """Return the 95 % interval of the mean; where all values are equal, that value twice."""
    if np.ptp(lams) <= SAME_LAMBDA * abs(lams.mean()):  # resampling equal values divides zero by zero
        return float(lams.mean()), float(lams.mean())
    from scipy import stats  # noqa: PLC0415 - takes longer to load than most verbs to run

    interval = stats.bootstrap(
        (lams,), np.mean, n_resamples=BOOTSTRAP_RESAMPLES, rng=np.random.default_rng(seed), method="BCa"
    ).confidence_interval
    return float(interval.low), float(interval.high)


def _means_of_others(values: FloatArray) -> FloatArray:
    return np.asarray((values.sum() - values) / (len(values) - 1))


def _slopes_of_others(x: FloatArray, y: FloatArray) -> FloatArray:
    """Return the slope through the origin of y on x, each time without one point."""
    return np.asarray((x @ y - x * y) / (x @ x - x * x))


def _rmse(errors: FloatArray) -> float:
    return float(np.sqrt((errors**2).mean()))


def substitution_shift_by_ratio(tc_kelvin: float, radius_from_pm: float, radius_to_pm: float) -> float:
    """Return the change of Tc [K] that papers/001 (Conclusion) gives a substitution: Tc (R - R')/R."""
    return tc_kelvin * (radius_from_pm - radius_to_pm) / radius_from_pm


def substitution_shift_by_law(tc_kelvin: float, radius_from_pm: float, radius_to_pm: float) -> float:
    """Return the change of Tc [K] when h shrinks in the ratio of the radii and Tc follows λ/h²."""
    return tc_kelvin * ((radius_from_pm / radius_to_pm) ** 2 - 1.0)


def predicted_half_width(
    height_angstrom: float, lam: float, lam_half_width: float, height_su_angstrom: float = 0.0, level: float = 0.95
) -> float:
    """Return the half width of the interval of a predicted Tc [K].

    Tc = λ/h², so a half width w of λ gives w/h², and a standard uncertainty u of h gives 2 λ u/h³, times the normal
    quantile that widens it to the same level (1.96 at 95 %). The two are independent and add in quadrature.

    Parameters
    ----------
    lam : float
        λ [K Å²].
    lam_half_width : float
        Half width of the interval of λ at this level [K Å²], see `prediction_half_width`.
    height_su_angstrom : float
        Standard uncertainty of the height; zero where it is not known.
    """
    from_lambda = law_tc(height_angstrom, lam_half_width)
    quantile = NormalDist().inv_cdf(0.5 + level / 2)
    from_height = quantile * 2 * law_tc(height_angstrom, lam) * height_su_angstrom / height_angstrom
    return float(np.hypot(from_lambda, from_height))


def prediction_half_width(lam_sd: float, n: int, level: float = 0.95) -> float:
    """Return the half width of the interval in which the λ of one more compound falls [K Å²].

    Student's interval for a new observation from n values with the sample standard deviation lam_sd.
    """
    from scipy import special  # noqa: PLC0415 - a quarter of a second that most users of the law do without

    return float(special.stdtrit(n - 1, 0.5 + level / 2) * lam_sd * np.sqrt(1 + 1 / n))
