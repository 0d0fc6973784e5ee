"""Curves of Tc over doping, fitted to measured points and held against each other.

A curve has a few free parameters; least squares, confidence intervals from the Jacobian with Student's t, the
corrected Akaike criterion, and each point predicted by the fit to all others.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy import stats
from scipy.optimize import least_squares

from polyqw.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from polyqw.core.arrays import FloatArray

PRESLAND_CENTRE: Final = 0.16
PRESLAND_CURVATURE: Final = 82.6
"""Tc/Tc,max = 1 - 82.6(p - 0.16)²: Presland, Tallon, Buckley, Liu & Flower, Physica C 176, 95 (1991)."""

_EXACT: Final = 1e-24
"""Mean square [K²] below which a fit is exact."""

_FINE: Final = 4001
_LOWEST_P, _HIGHEST_P = -0.05, 0.6


@dataclass(frozen=True, slots=True)
class Curve:
    """A curve Tc(p) with free parameters.

    Parameters
    ----------
    names : tuple of str
        Of the parameters, with their units.
    predict : callable
        From the parameters and dopings (n,) to Tc [K], (n,).
    starts : callable
        From dopings and Tc to the parameters that least squares begins with.
    source : str
    """

    name: str
    title: str
    names: tuple[str, ...]
    predict: Callable[[FloatArray, FloatArray], FloatArray]
    starts: Callable[[FloatArray, FloatArray], Sequence[Sequence[float]]]
    source: str


@dataclass(frozen=True, slots=True, eq=False)
class CurveFit:
    """A fitted curve.

    Attributes
    ----------
    values, ci95 : array
        Parameters, (k,), and their 95 % confidence intervals, (k, 2).
    rmse_kelvin, aicc : float
        Over the fitted points; the variance counts as a parameter.
    left_out_kelvin : array
        Each point by the fit to all others.
    left_out_rmse_kelvin : float
    highest_kelvin, centre, width : float
        Highest Tc of the curve, its doping, and the full width at half of it.
    """

    curve: Curve
    values: FloatArray
    ci95: FloatArray
    rmse_kelvin: float
    aicc: float
    left_out_kelvin: FloatArray
    left_out_rmse_kelvin: float
    highest_kelvin: float
    centre: float
    width: float


def _parabola(values: FloatArray, p: FloatArray) -> FloatArray:
    top, centre, half = values
    return np.asarray(np.maximum(top * (1.0 - ((p - centre) / half) ** 2), 0.0))


def _presland(values: FloatArray, p: FloatArray) -> FloatArray:
    half_width = float(PRESLAND_CURVATURE**-0.5)
    return _parabola(np.array([values[0], PRESLAND_CENTRE, half_width]), p)


def _gaussian(values: FloatArray, p: FloatArray) -> FloatArray:
    top, centre, sd = values
    return np.asarray(top * np.exp(-0.5 * ((p - centre) / sd) ** 2))


def _dome_starts(p: FloatArray, tc: FloatArray) -> Sequence[Sequence[float]]:
    top, centre = float(tc.max()), float(p[tc.argmax()])
    return [(top, middle, width) for middle in (centre, float(p.mean())) for width in (0.06, 0.12)]


PRESLAND = Curve(
    "presland", "Presland's parabola", ("tc_max_kelvin",), _presland, lambda _, tc: [(float(tc.max()),)],
    "Physica C 176, 95 (1991)",
)  # fmt: skip
PARABOLA = Curve(
    "parabola", "a parabola of any centre and width", ("tc_max_kelvin", "centre", "half_width"), _parabola,
    _dome_starts, "a yardstick",
)  # fmt: skip
GAUSSIAN = Curve("gaussian", "a Gaussian", ("tc_max_kelvin", "centre", "sd"), _gaussian, _dome_starts, "a yardstick")


def fit_curve(curve: Curve, p: FloatArray, tc_kelvin: FloatArray) -> CurveFit:
    """Fit a curve to measured points by least squares.

    Raises
    ------
    UsageError
        If there are too few points for its parameters.
    """
    n, k = len(p), len(curve.names)
    if n < k + 3:
        raise UsageError(f"{curve.title} has {k} free parameters and needs at least {k + 3} points, not {n}")
    values, jacobian = _best(curve, p, tc_kelvin, curve.starts(p, tc_kelvin))
    rest = tc_kelvin - curve.predict(values, p)
    squares = float(rest @ rest)
    left_out = np.array([_without(curve, p, tc_kelvin, i, values) for i in range(n)])
    highest, centre, width = shape_of(lambda x: curve.predict(values, x))
    return CurveFit(
        curve, values, _intervals(values, jacobian, squares, n), (squares / n) ** 0.5,
        aicc(squares, n, k + 1), left_out,
        float(np.sqrt(np.mean((left_out - tc_kelvin) ** 2))), highest, centre, width,
    )  # fmt: skip


def aicc(squares: float, n: int, k: int) -> float:
    """Return the corrected Akaike criterion of a least-squares fit with k parameters, the variance among them."""
    return n * float(np.log(max(squares / n, _EXACT))) + 2.0 * k + 2.0 * k * (k + 1) / (n - k - 1)


def shape_of(predict: Callable[[FloatArray], FloatArray]) -> tuple[float, float, float]:
    """Return the highest Tc [K] of a curve, its doping, and the full width at half of it."""
    p = np.linspace(_LOWEST_P, _HIGHEST_P, _FINE)
    tc = np.nan_to_num(predict(p))
    top = int(tc.argmax())
    high = p[tc >= 0.5 * tc[top]]
    return float(tc[top]), float(p[top]), float(high.max() - high.min())


def _best(
    curve: Curve, p: FloatArray, tc: FloatArray, starts: Sequence[Sequence[float]]
) -> tuple[FloatArray, FloatArray]:

    def difference(values: FloatArray) -> FloatArray:
        return curve.predict(values, p) - tc

    fits = [least_squares(difference, np.array(start, dtype=float), x_scale="jac", max_nfev=400) for start in starts]
    best = min(fits, key=lambda fit: fit.cost)
    return np.asarray(best.x), np.asarray(best.jac)


def _without(curve: Curve, p: FloatArray, tc: FloatArray, i: int, start: FloatArray) -> float:
    keep = np.arange(len(p)) != i
    values, _ = _best(curve, p[keep], tc[keep], [tuple(start)])
    return float(curve.predict(values, p[[i]])[0])


def _intervals(values: FloatArray, jacobian: FloatArray, squares: float, n: int) -> FloatArray:
    free = n - len(values)
    covariance = np.linalg.pinv(jacobian.T @ jacobian) * squares / free
    half = stats.t.ppf(0.975, free) * np.sqrt(np.diag(covariance))
    return np.stack([values - half, values + half], axis=1)
