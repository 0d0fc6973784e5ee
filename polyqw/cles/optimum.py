"""Optimal doping: the chemical potential in the band at which Tc is highest.

The paper puts it at μ* (papers/000, Fig. 3c); the maximum of its equations lies close by, and with
exponent 2 and g ≳ 0.1 there is a dip at μ* between two maxima. Tc(μ) therefore is scanned first and every
rise that is followed by a fall is refined with the analytical derivative.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from polyqw.cles.gaps import Gaps, chi_slopes, find_gaps
from polyqw.cles.parameters import FloatArray, IntArray, Parameters, Points, StrArray, make_points
from polyqw.cles.rootfinding import solve_bracketed
from polyqw.cles.scan import N_SCAN, make_scan, spread
from polyqw.cles.temperatures import find_critical_energy
from polyqw.constants import BOLTZMANN_EV_PER_K

_POINTS_AT_ONCE: Final = 200_000
_CANDIDATES: Final = 3
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


def find_optimum(parameters: Parameters, n_scan: int = N_SCAN) -> Optimum:
    """Find the chemical potential 0 <= μ <= ω_c of the highest Tc.

    Parameters
    ----------
    parameters : Parameters
        One model or an array of models.
    n_scan : int
        Evenly spaced chemical potentials looked at before refining, besides μ* and 38 points around it
        whose distance scales with |Δ_J(μ*)|.

    Returns
    -------
    Optimum

    Raises
    ------
    UsageError
        If `n_scan` < 2.
    """
    models = make_points(0.0, parameters)
    size = models.mu.size
    mu, ln_t = np.empty(size), np.empty(size)
    step = max(1, _POINTS_AT_ONCE // (n_scan + 40))
    for first in range(0, size, step):
        block = np.arange(first, min(first + step, size))
        mu[block], ln_t[block] = _find_in_block(models.take(block, models.mu[block]), n_scan)
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


def _find_in_block(models: Points, n_scan: int) -> tuple[FloatArray, FloatArray]:
    """Return the best μ and ln t of each model, NaN where nothing is known."""
    mu = make_scan(models, n_scan)
    points, _ = spread(models, mu)
    ln_t, slope = (item.reshape(mu.shape) for item in _ln_t_and_slope(points))
    height = np.where(np.isnan(ln_t), -np.inf, ln_t)
    rows = np.arange(mu.shape[0])
    best = height.argmax(axis=1)
    best_mu, best_ln_t = mu[rows, best], height[rows, best]
    peak = (slope[:, :-1] > 0) & (slope[:, 1:] < 0)
    peak_height = np.where(peak, np.maximum(height[:, :-1], height[:, 1:]), -np.inf)
    for _ in range(_CANDIDATES):
        left = peak_height.argmax(axis=1)
        model = np.flatnonzero(peak_height[rows, left] > -np.inf)
        if not model.size:
            break
        left = left[model]
        refined = solve_bracketed(
            lambda x, index: _ln_t_and_slope(models.take(index, x))[1],
            (mu[model, left], mu[model, left + 1]),
            (slope[model, left], slope[model, left + 1]),
            model,
        )
        refined_ln_t, _ = _ln_t_and_slope(models.take(model, refined))
        better = refined_ln_t > best_ln_t[model]
        best_mu[model[better]], best_ln_t[model[better]] = refined[better], refined_ln_t[better]
        peak_height[model, left] = -np.inf
    nothing = best_ln_t == -np.inf
    return np.where(nothing, np.nan, best_mu), np.where(nothing, np.nan, best_ln_t)


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
