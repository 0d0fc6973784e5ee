"""Optimal doping: the chemical potential in the band at which Tc is highest.

The paper puts it at μ* (papers/000, Fig. 3c); the maximum of its equations lies close by, and with
exponent 2 and g ≳ 0.1 there is a dip at μ* between two maxima. Tc(μ) therefore is scanned first, with its
analytical derivative. Every rise that is followed by a fall is refined; a stretch whose ends suggest a
hidden rise and fall is halved.
"""

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from polyqw.cles.gaps import Gaps, chi_slopes, find_gaps
from polyqw.cles.parameters import BoolArray, FloatArray, IntArray, Parameters, Points, StrArray, make_points
from polyqw.cles.rootfinding import solve_bracketed
from polyqw.cles.scan import N_AROUND, N_SCAN, make_scan, spread
from polyqw.cles.temperatures import find_critical_energy
from polyqw.constants import BOLTZMANN_EV_PER_K

_POINTS_AT_ONCE: Final = 100_000
_SPLITS: Final = 8
_MARGIN: Final = 0.5
_PRECISION: Final = 1e-9
"""Of μ in units of its bracket; Tc is flat there and has twice as many digits."""
_T_MIN: Final = 1e-290


@dataclass(frozen=True, slots=True, eq=False)
class Optimum:
    """The highest Tc of a model; all arrays have the shape of the parameters.

    Attributes
    ----------
    mu_ev, p : array
        The chemical potential [eV] and doping of the maximum.
    tc_kelvin : array
        Tc there [K].
    tc_at_mu_star_kelvin : array
        Tc at μ* [K], which the paper takes for the maximum; NaN if μ* lies outside the band and
        there is none.
    exponent : array
        n of the temperature ratio.
    reason : array of str
        "" or a `Reason` why there is no maximum.
    """

    mu_ev: FloatArray
    p: FloatArray
    tc_kelvin: FloatArray
    tc_at_mu_star_kelvin: FloatArray
    exponent: FloatArray
    reason: StrArray


def find_optimum(parameters: Parameters, n_scan: int = N_SCAN, n_around: int = N_AROUND) -> Optimum:
    """Find the chemical potential 0 <= μ <= ω_c of the highest Tc.

    Parameters
    ----------
    parameters : Parameters
        One model or an array of models.
    n_scan : int
        Evenly spaced chemical potentials looked at before refining, >= 2.
    n_around : int
        Chemical potentials looked at besides, on either side of μ* in geometric steps, >= 2.

    Returns
    -------
    Optimum

    Raises
    ------
    UsageError
        If `n_scan` or `n_around` is too small.
    """
    models = make_points(0.0, parameters)
    size = models.mu.size
    mu, ln_t = np.empty(size), np.empty(size)
    step = max(1, _POINTS_AT_ONCE // (n_scan + 2 * n_around))
    for first in range(0, size, step):
        block = np.arange(first, min(first + step, size))
        mu[block], ln_t[block] = _find_in_block(models.take(block, models.mu[block]), n_scan, n_around)
    here = np.arange(size)
    at_level = models.take(here, models.epsilon_l + 0.5 * models.u)
    level_t, _, _ = find_critical_energy(at_level, (gaps := find_gaps(at_level)).chi, gaps)
    shape = models.reshape
    with np.errstate(under="ignore"):
        tc = np.exp(ln_t) / BOLTZMANN_EV_PER_K
    return Optimum(
        mu_ev=shape(mu),
        p=shape(models.dn * mu),
        tc_kelvin=shape(tc),
        tc_at_mu_star_kelvin=shape(level_t / BOLTZMANN_EV_PER_K),
        exponent=shape(models.exponent),
        reason=find_gaps(models).reason.reshape(models.shape),
    )


class _Intervals(NamedTuple):
    """Flat stretches of μ: the model each belongs to, its ends, and ln t and slope there."""

    model: IntArray
    left: FloatArray
    right: FloatArray
    ln_t_left: FloatArray
    ln_t_right: FloatArray
    slope_left: FloatArray
    slope_right: FloatArray

    def where(self, chosen: BoolArray) -> "_Intervals":
        model, *ends = self
        return _Intervals(model[chosen], *(item[chosen] for item in ends))


def _find_in_block(models: Points, n_scan: int, n_around: int) -> tuple[FloatArray, FloatArray]:
    """Return the best μ and ln t of each model, NaN where nothing is known."""
    mu = make_scan(models, n_scan, n_around)
    points, index = spread(models, mu)
    ln_t, slope = (item.reshape(mu.shape) for item in _ln_t_and_slope(points))
    height = np.where(np.isnan(ln_t), -np.inf, ln_t)
    rows = np.arange(mu.shape[0])
    best = height.argmax(axis=1)
    best_mu, best_ln_t = mu[rows, best], height[rows, best]
    intervals = _Intervals(
        index.reshape(mu.shape)[:, 1:].ravel(),
        *(item.ravel() for item in (mu[:, :-1], mu[:, 1:], height[:, :-1], height[:, 1:])),
        *(item.ravel() for item in (slope[:, :-1], slope[:, 1:])),
    )
    for _ in range(_SPLITS):
        intervals = intervals.where(_may_exceed(intervals, best_ln_t))
        _refine_peaks(models, intervals, best_mu, best_ln_t)
        intervals = _split(models, intervals.where(_hides_peak(intervals)))
        if not intervals.model.size:
            break
    nothing = best_ln_t == -np.inf
    return np.where(nothing, np.nan, best_mu), np.where(nothing, np.nan, best_ln_t)


def _may_exceed(intervals: _Intervals, best_ln_t: FloatArray) -> BoolArray:
    """Tell where the tangents at the ends allow a value above the best known."""
    width = intervals.right - intervals.left
    with np.errstate(invalid="ignore"):
        from_left = intervals.ln_t_left + np.abs(intervals.slope_left) * width
        from_right = intervals.ln_t_right + np.abs(intervals.slope_right) * width
        return (width > 0) & (np.maximum(from_left, from_right) > best_ln_t[intervals.model])


def _refine_peaks(models: Points, intervals: _Intervals, best_mu: FloatArray, best_ln_t: FloatArray) -> None:
    """Refine every rise followed by a fall; update the best of each model in place, highest peak last."""
    peaks = intervals.where((intervals.slope_left > 0) & (intervals.slope_right < 0))
    if not peaks.model.size:
        return
    mu = solve_bracketed(
        lambda x, index: _ln_t_and_slope(models.take(index, x))[1],
        (peaks.left, peaks.right),
        (peaks.slope_left, peaks.slope_right),
        peaks.model,
        _PRECISION,
    )
    ln_t, _ = _ln_t_and_slope(models.take(peaks.model, mu))
    order = np.argsort(ln_t)
    model, mu, ln_t = peaks.model[order], mu[order], ln_t[order]
    better = ln_t > best_ln_t[model]
    best_mu[model[better]], best_ln_t[model[better]] = mu[better], ln_t[better]


def _hides_peak(intervals: _Intervals) -> BoolArray:
    """Tell where the cubic through both ends comes near to a rise and fall between slopes of one sign."""
    width = intervals.right - intervals.left
    secant = (intervals.ln_t_right - intervals.ln_t_left) / width
    first, last = intervals.slope_left, intervals.slope_right
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        bend = 3.0 * (first + last) - 6.0 * secant
        vertex = np.clip((2.0 * first + last - 3.0 * secant) / bend, 0.0, 1.0)
        middle = first + vertex * (6.0 * secant - 4.0 * first - 2.0 * last + vertex * bend)
        lowest = _MARGIN * np.minimum(np.abs(first), np.abs(last))
        hidden: BoolArray = (np.sign(first) == np.sign(last)) & (np.sign(first) * middle < lowest)
        return hidden


def _split(models: Points, intervals: _Intervals) -> _Intervals:
    """Return both halves of each interval."""
    middle = 0.5 * (intervals.left + intervals.right)
    ln_t, slope = _ln_t_and_slope(models.take(intervals.model, middle))
    lower = intervals._replace(right=middle, ln_t_right=ln_t, slope_right=slope)
    upper = intervals._replace(left=middle, ln_t_left=ln_t, slope_left=slope)
    ends = (np.concatenate(pair) for pair in zip(lower[1:], upper[1:], strict=True))
    return _Intervals(np.concatenate([lower.model, upper.model]), *ends)


def _ln_t_and_slope(points: Points) -> tuple[FloatArray, FloatArray]:
    """Return ln(kB·Tc/eV) and its derivative by μ [1/eV]."""
    gaps = find_gaps(points)
    t, tau, _ = find_critical_energy(points, gaps.chi, gaps)
    ln_t = gaps.ln_chi + tau + np.log(2.0 / points.prefactor)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore", under="ignore"):
        return ln_t, _slope(points, gaps, np.maximum(t, _T_MIN))


def _slope(points: Points, gaps: Gaps, t: FloatArray) -> FloatArray:
    """Differentiate Eqs 6-7 and the temperature ratio implicitly by μ."""
    delta, n = points.delta, points.exponent
    by_ln_k, by_mu = chi_slopes(2.0 / gaps.k, points)
    share = (gaps.delta_j / gaps.e_d) ** 2
    ln_v_slope = (delta / gaps.e_d / gaps.e_d - share * by_mu) / (1.0 + share * (by_ln_k - 1.0) * gaps.v / gaps.k)
    k_slope = np.where(points.a > 0, gaps.v * ln_v_slope, 0.0)
    ln_chi_slope = by_mu + by_ln_k * (k_slope / gaps.k)
    y = 0.5 * delta / t
    tanh = np.tanh(y)
    sech2 = 1.0 - tanh * tanh
    v0 = np.where(np.abs(y) > 1e-9, 0.5 * points.a * tanh / delta, 0.25 * points.a / t)
    v0_slope = np.where(
        np.abs(y) > 1e-2,
        0.5 * points.a / (delta * delta) * (tanh - y * sech2),
        points.a * delta / (t * t * t) * (1.0 / 24.0 - y * y / 30.0),
    )
    k0 = points.g + v0
    warming = 1.0 + n * 0.25 * points.a / t * sech2 / (k0 * k0)
    slope: FloatArray = (ln_chi_slope + n * (v0_slope / (k0 * k0) - k_slope / (gaps.k * gaps.k))) / warming
    return slope
