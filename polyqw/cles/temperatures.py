"""The critical temperatures Tc and T*, and the node curve of the pseudogap: papers/000, below Eq. 7.

With t = kB·T the paper's BCS-like ratio reads

    2E_G/t = C·exp(n/K0(t) - n/K),   K0(t) = g + v0(t),   v0(t) = (A/2δ)·tanh(δ/2t),

where E_G = χ gives Tc and E_G = E_D gives T*; the node curve is T* with Δ_J = 0. In τ = ln(C·t/2E_G)
it becomes τ + n(v - v0)/(K·K0) = 0, v = K - g, whose left side increases: there is exactly one root.

The paper prints n = 2. Its own gap equations, extended to finite temperature and linearised, are

    1 = ½·K0(t)·[H((ω_c - μ)/t) + H(μ/t)],   H(z) = ∫ tanh(x/2)/x dx from 0 to z,

and give n = 1 in the band for weak coupling, and n = 2 only for μ → 0; `solve_tc_linearised` solves them.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import exp1

from polyqw.cles.gaps import Gaps, find_gaps
from polyqw.cles.parameters import (
    EXACT_PREFACTOR,
    BoolArray,
    FloatArray,
    IntArray,
    Parameters,
    Points,
    StrArray,
    make_points,
)
from polyqw.cles.reasons import Reason, make_reasons
from polyqw.cles.rootfinding import solve_increasing
from polyqw.constants import BOLTZMANN_EV_PER_K

_LN_T_MIN: Final = -700.0
_SERIES_ENDS: Final = 4.0
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(28)


class Method(StrEnum):
    """How a critical temperature was computed."""

    GAP_RATIO = "gap_ratio"
    """From the gaps at zero temperature by the printed ratio, with exponent n."""
    LINEARISED = "linearised"
    """From the gap equations linearised at finite temperature."""


@dataclass(frozen=True, slots=True, eq=False)
class TemperatureSolution:
    """Critical temperatures; all arrays have the broadcast shape of mu and the parameters.

    Attributes
    ----------
    mu_ev, p : array
        Chemical potential μ [eV] and doping p = (D0/Nd)·μ.
    tc_kelvin : array
        Tc [K], where the gap χ of the extended pairs closes; 0 where χ underflows a double.
    tstar_kelvin : array
        T* [K], where the pseudogap E_D closes; NaN for `Method.LINEARISED`, which knows one transition.
    tstar_node_kelvin : array
        T* for Δ_J = 0 [K], which vanishes at μ*; needs no gap and so has a value where `reason` is set,
        unless g = j = 0. NaN for `Method.LINEARISED`.
    exponent : array
        n in the ratio; 1 for `Method.LINEARISED`, whose weak-coupling limit it is.
    method : Method
        How the numbers were computed.
    converged : array
        Whether all iterations ended.
    reason : array of str
        "" or a `Reason` why Tc and T* are NaN.
    """

    mu_ev: FloatArray
    p: FloatArray
    tc_kelvin: FloatArray
    tstar_kelvin: FloatArray
    tstar_node_kelvin: FloatArray
    exponent: FloatArray
    method: Method
    converged: BoolArray
    reason: StrArray


def solve_temperatures(mu: ArrayLike, parameters: Parameters) -> TemperatureSolution:
    """Solve the printed ratio for Tc, T* and the node curve (papers/000, below Eq. 7; Fig. 3a).

    Parameters
    ----------
    mu : array_like
        Chemical potential μ [eV].
    parameters : Parameters
        The model; broadcast against `mu`. Its `exponent` and `prefactor` choose the form of the ratio.

    Returns
    -------
    TemperatureSolution

    Raises
    ------
    UsageError
        If `mu` is not finite or does not broadcast.
    """
    points = make_points(mu, parameters)
    gaps = find_gaps(points)
    tc, _, tc_converged = find_critical_energy(points, gaps.chi, gaps)
    tstar, _, tstar_converged = find_critical_energy(points, gaps.e_d, gaps)
    node, node_converged = _find_node_energy(points)
    shape = points.reshape
    return TemperatureSolution(
        mu_ev=shape(points.mu),
        p=shape(points.dn * points.mu),
        tc_kelvin=shape(tc / BOLTZMANN_EV_PER_K),
        tstar_kelvin=shape(tstar / BOLTZMANN_EV_PER_K),
        tstar_node_kelvin=shape(node / BOLTZMANN_EV_PER_K),
        exponent=shape(points.exponent),
        method=Method.GAP_RATIO,
        converged=(gaps.converged & tc_converged & tstar_converged & node_converged).reshape(points.shape),
        reason=gaps.reason.reshape(points.shape),
    )


def solve_tc(mu: ArrayLike, parameters: Parameters) -> FloatArray:
    """Return Tc [K] alone, at half the cost of `solve_temperatures`; NaN where there is none.

    Parameters and errors are those of `solve_temperatures`.
    """
    points = make_points(mu, parameters)
    gaps = find_gaps(points)
    tc, _, _ = find_critical_energy(points, gaps.chi, gaps)
    return points.reshape(tc / BOLTZMANN_EV_PER_K)


def find_critical_energy(points: Points, gap: FloatArray, gaps: Gaps) -> tuple[FloatArray, FloatArray, BoolArray]:
    """Return t = kB·T [eV] where `gap` closes, τ = ln(C·t/2E_G), and convergence; flat arrays.

    `gap` is E_G [eV]: χ, E_D, or |δ| for the node curve, with `gaps` to match.
    """
    delta = np.abs(points.delta)
    n, prefactor = points.exponent, points.prefactor
    with np.errstate(divide="ignore", invalid="ignore", over="ignore", under="ignore"):
        scale = 2.0 * gap / prefactor
        # tanh y >= y/(1 + y), tanh y <= y: v0(t_low) >= v >= v0(t_high)
        t_low = 0.5 * gaps.delta_j * (gaps.delta_j / (gaps.e_d + delta))
        t_high = 0.5 * gaps.e_d
        lower = np.minimum(0.0, np.log(t_low / scale))
        v_cold = np.where(points.a > 0, 0.5 * points.a / delta, 0.0)
        v_gain = gaps.v * (gaps.delta_j / delta) * (gaps.delta_j / (gaps.e_d + delta))  # v_cold - v
        coldest = n * np.where(v_cold < np.inf, v_gain / (gaps.k * (points.g + v_cold)), 1.0 / gaps.k)
        upper = np.minimum(np.maximum(0.0, np.log(t_high / scale)), coldest)
        v_upper = _v0(scale * np.exp(upper), points.a, delta)
        lower = np.maximum(lower, upper - n * (1.0 / (points.g + v_upper) - 1.0 / (points.g + v_cold)))
        iterate = np.flatnonzero(np.isfinite(scale) & (scale > 0) & (points.a > 0))
        tau = np.where(np.isnan(scale), np.nan, np.where(points.a > 0, upper, 0.0))
        converged = np.ones(delta.shape, dtype=np.bool_)
        if iterate.size:
            pad = 1e-12 * (1.0 + np.abs(upper[iterate]))
            roots = solve_increasing(
                _ratio_equation,
                np.zeros_like(pad),
                lower[iterate] - pad,
                upper[iterate] + pad,
                tuple(item[iterate] for item in (scale, n, points.g, points.a, delta, gaps.v, gaps.k)),
            )
            tau[iterate], converged[iterate] = roots.x, roots.converged
        t = np.where(scale == 0, 0.0, np.where(converged, scale * np.exp(tau), np.nan))
    return t, tau, converged


def _find_node_energy(points: Points) -> tuple[FloatArray, BoolArray]:
    """Return t of the node curve: E_G = E_D = |δ|, K = A/2|δ| + g."""
    delta = np.abs(points.delta)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        v = np.where(points.a > 0, 0.5 * points.a / delta, 0.0)
    nothing = points.no_coupling | points.out_of_range
    zero = np.zeros_like(delta)
    node = Gaps(
        chi=zero,
        ln_chi=zero,
        e_d=delta,
        delta_j=zero,
        v=v,
        k=points.g + v,
        iterations=zero.astype(np.int64),
        converged=~nothing,
        reason=make_reasons(delta.size),
    )
    # where v overflows 1/K and 1/K0 vanish, and the ratio is the prefactor
    strong = np.isinf(v)
    t, _, converged = find_critical_energy(points, np.where(nothing | strong, np.nan, delta), node)
    t = np.where(strong & ~nothing, 2.0 * delta / points.prefactor, t)
    return t, converged


def _v0(t: FloatArray, a: FloatArray, delta: FloatArray) -> FloatArray:
    """Return (A/2δ)·tanh(δ/2t) for δ >= 0, A/4t at δ = 0."""
    y = 0.5 * delta / t
    v0: FloatArray = np.where(y > 1e-9, 0.5 * a * np.tanh(y) / delta, 0.25 * a / t)
    return v0


def _ratio_equation(
    tau: FloatArray, scale: FloatArray, n: FloatArray, g: FloatArray, a: FloatArray, delta: FloatArray,
    v: FloatArray, k: FloatArray,
) -> tuple[FloatArray, FloatArray]:  # fmt: skip
    """Return τ + n/K0 - n/K and its derivative by τ."""
    t = scale * np.exp(tau)
    y = 0.5 * delta / t
    tanh = np.tanh(y)
    cold = 0.25 * a / t
    v0 = np.where(y > 1e-9, 0.5 * a * tanh / delta, cold)
    k0 = g + v0
    return tau + n * ((v - v0) / (k * k0)), 1.0 + n * cold * (1.0 - tanh * tanh) / (k0 * k0)


def solve_tc_linearised(mu: ArrayLike, parameters: Parameters) -> TemperatureSolution:
    """Solve the linearised gap equations for Tc; neither exponent nor prefactor enters.

    Parameters
    ----------
    mu : array_like
        Chemical potential μ [eV].
    parameters : Parameters
        The model; broadcast against `mu`.

    Returns
    -------
    TemperatureSolution
        With `Method.LINEARISED`; T* and the node curve are NaN.

    Raises
    ------
    UsageError
        If `mu` is not finite or does not broadcast.
    """
    points = make_points(mu, parameters)
    gaps = find_gaps(points)
    ln_t, _, converged = _find_linearised(points, gaps)
    with np.errstate(under="ignore"):
        tc = np.exp(ln_t) / BOLTZMANN_EV_PER_K
    none = np.full(points.shape, np.nan)
    return TemperatureSolution(
        mu_ev=points.reshape(points.mu),
        p=points.reshape(points.dn * points.mu),
        tc_kelvin=points.reshape(tc),
        tstar_kelvin=none,
        tstar_node_kelvin=none.copy(),
        exponent=np.ones(points.shape),
        method=Method.LINEARISED,
        converged=(converged & gaps.converged).reshape(points.shape),
        reason=gaps.reason.reshape(points.shape),
    )


def _find_linearised(points: Points, gaps: Gaps) -> tuple[FloatArray, IntArray, BoolArray]:
    """Return ln t of the linearised equation, which has a root where the gap equations have one."""
    ln_t = np.full(points.mu.shape, np.nan)
    iterations = np.zeros(points.mu.shape, dtype=np.int64)
    converged = np.ones(points.mu.shape, dtype=np.bool_)
    solvable = np.flatnonzero(gaps.reason == Reason.NONE.value)
    if not solvable.size:
        return ln_t, iterations, converged
    arguments = tuple(
        item[solvable] for item in (points.g, points.a, np.abs(points.delta), points.above_mu, points.mu)
    )
    with np.errstate(divide="ignore", invalid="ignore", over="ignore", under="ignore"):
        start = np.maximum(gaps.ln_chi[solvable] + np.log(2.0 / EXACT_PREFACTOR), _LN_T_MIN)
        lower = _expand(start, -1.0, arguments)
        upper = _expand(start, 1.0, arguments)
        roots = solve_increasing(_linearised_equation, start, lower, upper, arguments)
    ln_t[solvable], iterations[solvable], converged[solvable] = roots
    return ln_t, iterations, converged


def _expand(start: FloatArray, direction: float, arguments: tuple[FloatArray, ...]) -> FloatArray:
    """Return an end of the bracket where the linearised equation has the sign of `direction`."""
    end = start.copy()
    step = 0.5
    while step < 1e4:
        value, _ = _linearised_equation(end, *arguments)
        wrong = ~(direction * value >= 0) & (end > _LN_T_MIN)
        if not wrong.any():
            break
        end = np.where(wrong, np.maximum(start + direction * step, _LN_T_MIN), end)
        step *= 2.0
    return end


def _linearised_equation(
    ln_t: FloatArray, g: FloatArray, a: FloatArray, delta: FloatArray, above_mu: FloatArray, mu: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return 2/K0(t) - H((ω_c - μ)/t) - H(μ/t) and its derivative by ln t."""
    t = np.exp(ln_t)
    y = 0.5 * delta / t
    k0 = g + _v0(t, a, delta)
    k0_slope = -0.25 * a / t * (1.0 - np.tanh(y) ** 2)
    z_above, z_mu = above_mu / t, mu / t
    value = 2.0 / k0 - thermal_logarithm(z_above) - thermal_logarithm(z_mu)
    slope = -2.0 * k0_slope / (k0 * k0) + np.tanh(0.5 * z_above) + np.tanh(0.5 * z_mu)
    return value, slope


def thermal_logarithm(z: FloatArray) -> FloatArray:
    """Return H(z) = ∫ tanh(x/2)/x dx from 0 to z; odd, and ln(2·e^γ·z/π) for large z.

    Gauss-Legendre up to |z| = 4; beyond, the tail as a series of exponential integrals.
    """
    magnitude = np.abs(z)
    near = np.minimum(magnitude, _SERIES_ENDS)
    result = np.zeros_like(magnitude)
    small = np.flatnonzero(magnitude < _SERIES_ENDS)
    if small.size:
        x = 0.5 * near[small, None] * (_NODES + 1.0)
        kernel = np.where(x > 1e-9, np.tanh(0.5 * x) / np.maximum(x, 1e-300), 0.5)
        result[small] = 0.5 * near[small] * (kernel @ _WEIGHTS)
    large = np.flatnonzero(magnitude >= _SERIES_ENDS)
    if large.size:
        far = magnitude[large]
        tail = np.zeros_like(far)
        for order in range(1, 10):
            tail -= (-1.0) ** order * exp1(np.minimum(order * far, 700.0))
        result[large] = np.log(far) + np.log(4.0 / EXACT_PREFACTOR) + 2.0 * tail
    return np.copysign(result, z)
