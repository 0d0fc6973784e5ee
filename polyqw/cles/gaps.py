"""The two pairing gaps at zero temperature, χ (extended) and E_D (localized): papers/000, Eqs 6-7.

The paper's sum over the band gives Δ_J = -(j/2)·χ·L and Δ_λ = -(g/2)·χ·L with

    L = asinh((ω_c - μ)/χ) + asinh(μ/χ),

the negative of its printed logarithm, which cancels catastrophically for small χ. Eqs 6-7 then read

    1 = K·L/2,   K = A/(2E_D) + g,   E_D = hypot(Δ_J, δ),   δ = ε_L + U/2 - μ,   A = j²/(D0/Nd).

L = 2/K can be solved for χ in closed form, which leaves one equation for K. It is solved for
v = K - g > 0, in ln v:   ln(2·v·E_D/A) = 0, which increases with v and has at most one root.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from polyqw.cles.parameters import BoolArray, FloatArray, IntArray, Parameters, Points, StrArray, make_points
from polyqw.cles.reasons import Reason, blank, make_reasons
from polyqw.cles.rootfinding import solve_increasing

_LN_TWO = float(np.log(2.0))
_CHI_TINY = 1e-150


@dataclass(frozen=True, slots=True, eq=False)
class GapSolution:
    """Gaps at zero temperature; all arrays have the broadcast shape of mu and the parameters.

    Attributes
    ----------
    mu_ev, p : array
        Chemical potential μ [eV] and doping p = (D0/Nd)·μ.
    chi_ev : array
        χ [eV], gap of the extended states; 0 where it underflows a double (see `ln_chi`).
    ln_chi : array
        ln(χ/eV), finite as long as χ > e^-1e300.
    e_d_ev, delta_j_ev : array
        E_D [eV], and the magnitude of Δ_J [eV], which is negative for χ > 0.
    k : array
        K = A/(2E_D) + g, the effective coupling.
    residual : array
        K·L/2 - 1 with L, Δ_J, E_D and K recomputed from χ by the printed equations.
    iterations, converged : array
        Newton or bisection steps taken, and whether they ended; True where there is nothing to iterate.
    reason : array of str
        "" or a `Reason`; every value above is NaN where it is set.
    """

    mu_ev: FloatArray
    p: FloatArray
    chi_ev: FloatArray
    ln_chi: FloatArray
    e_d_ev: FloatArray
    delta_j_ev: FloatArray
    k: FloatArray
    residual: FloatArray
    iterations: IntArray
    converged: BoolArray
    reason: StrArray


class Gaps(NamedTuple):
    """Flat gaps as the other equations need them; `v` = K - g without cancellation."""

    chi: FloatArray
    ln_chi: FloatArray
    e_d: FloatArray
    delta_j: FloatArray
    v: FloatArray
    k: FloatArray
    iterations: IntArray
    converged: BoolArray
    reason: StrArray


def solve_gaps(mu: ArrayLike, parameters: Parameters) -> GapSolution:
    """Solve the gap equations (papers/000, Eqs 6-7) for χ and E_D.

    Parameters
    ----------
    mu : array_like
        Chemical potential μ [eV]; inside the band, 0 <= μ <= ω_c, there is always a solution if a
        coupling is positive, outside it only above a threshold.
    parameters : Parameters
        The model; broadcast against `mu`.

    Returns
    -------
    GapSolution

    Raises
    ------
    UsageError
        If `mu` is not finite or does not broadcast.
    """
    points = make_points(mu, parameters)
    gaps = find_gaps(points)
    shape = points.reshape
    return GapSolution(
        mu_ev=shape(points.mu),
        p=shape(points.dn * points.mu),
        chi_ev=shape(gaps.chi),
        ln_chi=shape(gaps.ln_chi),
        e_d_ev=shape(gaps.e_d),
        delta_j_ev=shape(gaps.delta_j),
        k=shape(gaps.k),
        residual=shape(_residual(points, gaps.chi, gaps.ln_chi)),
        iterations=gaps.iterations.reshape(points.shape),
        converged=gaps.converged.reshape(points.shape),
        reason=gaps.reason.reshape(points.shape),
    )


def find_gaps(points: Points) -> Gaps:
    """Return the flat gaps of flat points; see `solve_gaps`."""
    band = _band(points)
    delta = np.abs(points.delta)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore", under="ignore"):
        v_max = np.where(points.j > 0, 0.5 * points.a / delta, 0.0)
        weak = points.g + v_max <= 2.0 / band.s_max
        solvable = ~(points.no_coupling | points.out_of_range | weak)
        v = np.zeros_like(delta)
        iterations = np.zeros(delta.shape, dtype=np.int64)
        converged = np.ones(delta.shape, dtype=np.bool_)
        iterate = np.flatnonzero(solvable & (points.j > 0))
        if iterate.size:
            everything = iterate.size == v.size
            v[iterate], iterations[iterate], converged[iterate] = _solve_localized_part(
                points if everything else points.take(iterate, points.mu[iterate]),
                v_max[iterate],
                band if everything else band.take(iterate),
            )
        k = points.g + v
        s = 2.0 / k
        chi = _chi(s, band)
        ln_chi = _ln_chi(chi, s, band)
        delta_j = points.j * chi / k
        e_d = np.hypot(delta, delta_j)
    reason = make_reasons(
        delta.size,
        (Reason.NO_COUPLING, points.no_coupling),
        (Reason.OUT_OF_RANGE, points.out_of_range),
        (Reason.NOT_SUPERCONDUCTING, weak),
        (Reason.NOT_CONVERGED, ~converged | np.isnan(chi) & solvable),
    )
    if solvable.all() and converged.all():
        return Gaps(chi, ln_chi, e_d, delta_j, v, k, iterations, converged, reason)
    chi, ln_chi, e_d, delta_j, v, k = (blank(item, reason) for item in (chi, ln_chi, e_d, delta_j, v, k))
    return Gaps(chi, ln_chi, e_d, delta_j, v, k, iterations, converged, reason)


class Band(NamedTuple):
    """The two sides of the band seen from μ: χ depends on them symmetrically.

    `near` <= `far` are μ and ω_c - μ in order; `near` < 0 outside the band, where L cannot exceed
    `s_max` = ln(far/|near|).
    """

    near: FloatArray
    far: FloatArray
    omega_c: FloatArray
    s_max: FloatArray

    def take(self, index: IntArray) -> "Band":
        """Return the bands with these indices."""
        return Band(*(item[index] for item in self))


def _band(points: Points) -> Band:
    above = points.above_mu
    near, far = np.minimum(points.mu, above), np.maximum(points.mu, above)
    s_max = np.full(near.shape, np.inf)
    outside = near < 0
    s_max[outside] = np.log1p(points.omega_c[outside] / -near[outside])
    return Band(near, far, points.omega_c, s_max)


def _factors(q: FloatArray, minus_m: FloatArray, s: FloatArray, band: Band) -> tuple[FloatArray, FloatArray]:
    """Return far + near·q and near + far·q, whose product is χ²·(1 - q²)²/(4q); q = e^-s, minus_m = q - 1."""
    first = band.omega_c + band.near * minus_m
    second = band.near + band.far * q
    out = band.near < 0
    if out.any():
        second[out] = -band.near[out] * np.expm1(band.s_max[out] - s[out])
    return first, second


def _chi(s: FloatArray, band: Band) -> FloatArray:
    """Return χ [eV] from L = s: the closed inverse of L(χ, μ) = s."""
    h = np.exp(-0.5 * s)
    minus_m = np.expm1(-s)
    q = h * h
    first, second = _factors(q, minus_m, s, band)
    chi: FloatArray = 2.0 * h * np.sqrt(first * second) / (-minus_m * (1.0 + q))
    return chi


def _ln_chi(chi: FloatArray, s: FloatArray, band: Band) -> FloatArray:
    """Return ln χ, from L = s where χ comes near to underflow."""
    ln_chi = np.log(chi)
    tiny = np.flatnonzero(chi < _CHI_TINY)
    if tiny.size:
        s, band = s[tiny], band.take(tiny)
        q, minus_m = np.exp(-s), np.expm1(-s)
        first, second = _factors(q, minus_m, s, band)
        ln_second = np.where(band.near == 0, np.log(band.far) - s, np.log(second))
        width = -minus_m * (1.0 + q)
        ln_chi[tiny] = _LN_TWO - 0.5 * s + 0.5 * (np.log(first) + ln_second) - np.log(width)
    return ln_chi


def chi_of_coupling(k: FloatArray, points: Points) -> tuple[FloatArray, FloatArray]:
    """Return χ [eV] and ln χ of a given effective coupling K, whatever the couplings of `points` are."""
    band = _band(points)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore", under="ignore"):
        s = 2.0 / k
        chi = _chi(s, band)
        return chi, _ln_chi(chi, s, band)


def chi_slopes(s: FloatArray, points: Points) -> tuple[FloatArray, FloatArray]:
    """Return ∂lnχ/∂lnK at constant μ and ∂lnχ/∂μ [1/eV] at constant K = 2/s."""
    band = _band(points)
    q, minus_m = np.exp(-s), np.expm1(-s)
    first, second = _factors(q, minus_m, s, band)
    product = first * second
    by_ln_k = -s * _ln_chi_by_s(q, minus_m, product, band)
    by_mu = 0.5 * (points.above_mu - points.mu) * minus_m**2 / product
    return by_ln_k, by_mu


def _ln_chi_by_s(q: FloatArray, minus_m: FloatArray, product: FloatArray, band: Band) -> FloatArray:
    width = -minus_m * (1.0 + q)
    slope: FloatArray = 0.5 * band.near * band.far * width / product - (1.0 + q * q) / width
    return slope


def _solve_localized_part(points: Points, v_max: FloatArray, band: Band) -> tuple[FloatArray, IntArray, BoolArray]:
    """Return v = K - g for j > 0, with iterations and convergence flags."""
    g, j, delta, half_a = points.g, points.j, np.abs(points.delta), 0.5 * points.a
    # χ/K >= 0.3·ω_c once L <= min(1, s_max/2), so there v·jχ/K = A/2 bounds v even at δ = 0.
    s_high = np.minimum(1.0, 0.5 * band.s_max)
    upper = np.minimum(v_max, np.maximum(2.0 / s_high, 2.0 * j / (points.dn * band.omega_c)))
    s_upper = 2.0 / (g + upper)
    e_d_upper = np.hypot(delta, 0.5 * j * s_upper * _chi(np.minimum(s_upper, band.s_max), band))
    lower = np.maximum(half_a / e_d_upper, 2.0 / band.s_max - g)
    ln_lower, ln_upper = np.log(np.minimum(lower, upper)), np.log(upper)
    arguments = (g, j, half_a, delta, *band)
    roots = solve_increasing(_localized_equation, ln_upper, ln_lower - 1e-12, ln_upper + 1e-12, arguments)
    v = np.exp(roots.x)
    value, slope = _localized_equation_of_v(v, *arguments)
    v *= 1.0 - np.where(np.abs(value) < 1e-6 * slope, value / slope, 0.0)
    return v, roots.iterations, roots.converged


def _localized_equation(ln_v: FloatArray, *arguments: FloatArray) -> tuple[FloatArray, FloatArray]:
    return _localized_equation_of_v(np.exp(ln_v), *arguments)


def _localized_equation_of_v(
    v: FloatArray, g: FloatArray, j: FloatArray, half_a: FloatArray, delta: FloatArray, *sides: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return ln(2·v·E_D/A) and its derivative by ln v; `sides` are the fields of a `Band`."""
    band = Band(*sides)
    k = g + v
    s = 2.0 / k
    h = np.exp(-0.5 * s)
    q, minus_m = h * h, np.expm1(-s)
    first, second = _factors(q, minus_m, s, band)
    product = np.maximum(first * second, 0.0)
    chi = 2.0 * h * np.sqrt(product) / (-minus_m * (1.0 + q))
    delta_j = j * chi / k
    larger = np.maximum(np.maximum(delta, delta_j), np.finfo(np.float64).tiny)
    e_d = larger * np.sqrt(1.0 + (np.minimum(delta, delta_j) / larger) ** 2)
    share = (delta_j / e_d) ** 2
    by_ln_k = -s * _ln_chi_by_s(q, minus_m, product, band) - 1.0
    return np.log(v * e_d / half_a), 1.0 + share * by_ln_k * (v / k)


def pairing_logarithm(chi: FloatArray, ln_chi: FloatArray, mu: FloatArray, above_mu: FloatArray) -> FloatArray:
    """Return L = asinh((ω_c - μ)/χ) + asinh(μ/χ), also where χ underflows."""
    return _asinh_ratio(above_mu, chi, ln_chi) + _asinh_ratio(mu, chi, ln_chi)


def _asinh_ratio(x: FloatArray, chi: FloatArray, ln_chi: FloatArray) -> FloatArray:
    ratio = np.where(x == 0, 0.0, np.abs(x) / chi)
    value = np.arcsinh(ratio)
    large = ratio > 1e8
    if large.any():
        value[large] = _LN_TWO + np.log(np.abs(x[large])) - ln_chi[large]
    return np.copysign(value, x)


def _residual(points: Points, chi: FloatArray, ln_chi: FloatArray) -> FloatArray:
    with np.errstate(divide="ignore", invalid="ignore", over="ignore", under="ignore"):
        log = pairing_logarithm(chi, ln_chi, points.mu, points.above_mu)
        e_d = np.hypot(points.delta, 0.5 * points.j * chi * log)
        k = np.where(points.j > 0, 0.5 * points.a / e_d, 0.0) + points.g
        residual: FloatArray = 0.5 * k * log - 1.0
    return residual
