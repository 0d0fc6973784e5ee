"""The inverse problem: the coupling j = D0·J that gives an observed Tc.

At fixed μ and t = kB·Tc everything follows explicitly from v = K - g: χ from L = 2/K, then A from
A = 2v·hypot(δ, jχ/K) with j² = (D0/Nd)·A, then K0(t). What remains is one function of v,

    ln(2χ/(C·t)) + n/K - n/K0(t) = 0,

which is positive where the model's Tc exceeds the observed one. j grows with v. The paper gives no
parameters of any compound, so that a coupling found in this way is a fit.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from polyqw.cles.gaps import chi_of_coupling
from polyqw.cles.parameters import FloatArray, IntArray, Parameters, Points, StrArray, as_finite, make_points
from polyqw.cles.reasons import Reason, make_reasons
from polyqw.cles.rootfinding import solve_bracketed
from polyqw.cles.scan import spread
from polyqw.constants import BOLTZMANN_EV_PER_K
from polyqw.errors import UsageError

_N_SCAN: Final = 400
_V_MIN: Final = 1e-18
_ZOOMS: Final = 3
_QUESTIONS_AT_ONCE: Final = 512


@dataclass(frozen=True, slots=True, eq=False)
class Coupling:
    """Couplings that reproduce a Tc; all arrays have the broadcast shape of the question.

    Attributes
    ----------
    tc_kelvin : array
        The Tc asked for [K].
    mu_ev : array
        The chemical potential [eV] it was asked at.
    j : array
        D0·J; the larger of two, NaN if there is none.
    j_other : array
        The smaller of two; NaN if there is only one.
    count : array of int
        Number of solutions with j > 0.
    exponent : array
        n of the temperature ratio.
    reason : array of str
        "" or ``no_solution`` or ``outside_band``.
    """

    tc_kelvin: FloatArray
    mu_ev: FloatArray
    j: FloatArray
    j_other: FloatArray
    count: IntArray
    exponent: FloatArray
    reason: StrArray


def find_coupling(tc_kelvin: ArrayLike, parameters: Parameters, mu: ArrayLike | None = None) -> Coupling:
    """Find the coupling j = D0·J > 0 at which the model has an observed Tc.

    Parameters
    ----------
    tc_kelvin : array_like
        The observed Tc [K], > 0.
    parameters : Parameters
        The other constants; its own j is not used.
    mu : array_like, optional
        Chemical potential μ [eV], 0 <= μ <= ω_c; by default μ* = ε_L + U/2, the paper's optimal doping.
        (The maximum of Tc(μ) lies a little off μ*; see `find_optimum`.)

    Returns
    -------
    Coupling

    Raises
    ------
    UsageError
        If a Tc is not positive, a value is not finite, or the shapes do not broadcast.
    """
    tc = as_finite("tc_kelvin", tc_kelvin)
    if (tc <= 0).any():
        raise UsageError(f"tc_kelvin must be > 0, but holds {tc.min()}.")
    others = parameters.replace(j=0.0)
    centre = others.mu_star if mu is None else as_finite("mu", mu)
    tc, centre = _broadcast(tc, centre)
    points = make_points(centre, others)
    t = np.broadcast_to(tc, points.shape).ravel() * BOLTZMANN_EV_PER_K
    size = points.mu.size
    outside = (points.mu < 0) | (points.above_mu < 0)
    larger, smaller = np.full(size, np.nan), np.full(size, np.nan)
    count = np.zeros(size, dtype=np.int64)
    inside = np.flatnonzero(~outside)
    for first in range(0, inside.size, _QUESTIONS_AT_ONCE):
        block = inside[first : first + _QUESTIONS_AT_ONCE]
        part = points.take(block, points.mu[block])
        larger[block], smaller[block], count[block] = _find_in_block(part, t[block])
    reason = make_reasons(size, (Reason.OUTSIDE_BAND, outside), (Reason.NO_SOLUTION, count == 0))
    shape = points.reshape
    return Coupling(
        tc_kelvin=shape(t / BOLTZMANN_EV_PER_K),
        mu_ev=shape(points.mu),
        j=shape(larger),
        j_other=shape(smaller),
        count=count.reshape(points.shape),
        exponent=shape(points.exponent),
        reason=reason.reshape(points.shape),
    )


def _broadcast(tc: FloatArray, mu: FloatArray) -> tuple[FloatArray, FloatArray]:
    try:
        first, second = np.broadcast_arrays(tc, mu)
    except ValueError as error:
        raise UsageError(f"the shapes {tc.shape} of tc_kelvin and {mu.shape} of mu do not broadcast.") from error
    return first, second


def _find_in_block(points: Points, t: FloatArray) -> tuple[FloatArray, FloatArray, IntArray]:
    """Return the largest and the smallest of two j, and their number."""
    low = np.full(t.shape, np.log(_V_MIN))
    ln_v = _columns(low, np.log(_bound(points, t)), _N_SCAN)
    excess = _scan(points, t, ln_v)
    ln_v, excess = _zoom(points, t, ln_v, excess)
    model, left = np.nonzero((excess[:, 1:] > 0) != (excess[:, :-1] > 0))
    roots = solve_bracketed(
        lambda x, index: _excess(points.take(index, points.mu[index]), t[index], x)[0],
        (ln_v[model, left], ln_v[model, left + 1]),
        (excess[model, left], excess[model, left + 1]),
        model,
    )
    _, j = _excess(points.take(model, points.mu[model]), t[model], roots)
    larger, smaller = np.full(t.shape, np.nan), np.full(t.shape, np.nan)
    larger[model] = j
    count = np.bincount(model, minlength=t.size)
    several = count[model] > 1
    smaller[model[several][::-1]] = j[several][::-1]
    return larger, smaller, count


def _columns(low: FloatArray, high: FloatArray, n: int) -> FloatArray:
    return low[:, None] + (high - low)[:, None] * np.linspace(0.0, 1.0, n)


def _scan(points: Points, t: FloatArray, ln_v: FloatArray) -> FloatArray:
    flat, index = spread(points, np.broadcast_to(points.mu[:, None], ln_v.shape))
    return _excess(flat, t[index], ln_v.ravel())[0].reshape(ln_v.shape)


def _zoom(points: Points, t: FloatArray, ln_v: FloatArray, excess: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Insert the lowest point of each function, so that two roots between scan points are seen."""
    rows = np.arange(t.size)
    fine_v, fine = ln_v, excess
    for _ in range(_ZOOMS):
        lowest = np.clip(fine.argmin(axis=1), 1, fine.shape[1] - 2)
        fine_v = _columns(fine_v[rows, lowest - 1], fine_v[rows, lowest + 1], 100)
        fine = _scan(points, t, fine_v)
    lowest = fine.argmin(axis=1)
    ln_v = np.concatenate([ln_v, fine_v[rows, lowest][:, None]], axis=1)
    excess = np.concatenate([excess, fine[rows, lowest][:, None]], axis=1)
    order = np.argsort(ln_v, axis=1)
    return np.take_along_axis(ln_v, order, axis=1), np.take_along_axis(excess, order, axis=1)


def _bound(points: Points, t: FloatArray) -> FloatArray:
    """Return a v at which Tc exceeds t: there χ >= 0.4·ω_c·v > C·t and K0(t) > n."""
    thermal = np.sqrt(points.exponent * (t + np.abs(points.delta)) / (0.16 * points.dn)) / points.omega_c
    bound: FloatArray = 10.0 * (1.0 + 2.0 * points.prefactor * t / points.omega_c + thermal)
    return bound


def _excess(points: Points, t: FloatArray, ln_v: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return ln(2χ/(C·t)) + n/K - n/K0(t), and j."""
    v = np.exp(ln_v)
    k = points.g + v
    chi, ln_chi = chi_of_coupling(k, points)
    delta = np.abs(points.delta)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore", under="ignore"):
        j_by_gap = points.dn * v * (chi / k)
        j_by_level = np.sqrt(2.0 * points.dn * v * delta)
        j = np.sqrt(2.0) * np.sqrt(j_by_gap**2 + np.hypot(j_by_gap**2, 0.5 * j_by_level**2))
        a = j * (j / points.dn)
        y = 0.5 * delta / t
        v0 = np.where(y > 1e-9, 0.5 * a * np.tanh(y) / delta, 0.25 * a / t)
        k0 = points.g + v0
        return ln_chi - np.log(0.5 * points.prefactor * t) + points.exponent * (v0 - v) / (k * k0), j
