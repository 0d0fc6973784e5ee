"""Pairing instability and binding energy of one pair: papers/000, Eqs 2-4 and Fig. 2.

With E0 the pole of the pair, β = 2μ - E0 > 0, R = 2(ω_c - μ) and w = -E1, Eq. 3 reads

    1 = (κ/2)·ln(1 + R/β),   κ = g + A/w,   w = β + c,

with c = 2δ + U in region 1 (μ < μ*) and c = 2δ <= 0 in region 2 (μ >= μ*), δ = μ* - μ. Both sides are
monotone, so the lowest root (the one below the continuum and below the pole w = 0) is unique. β falls to
1e-15 eV and far below, and near the pole w does, so the equation is solved for ln β where c > 0 and
for ln w where c <= 0, never for E0.

That is Eq. 3 as printed. The Hamiltonian of Eq. 1 gives the state of Eq. 2 in region 1 the E0 without the +U
(`polyqw.cles.fock` counts it): then c = 2δ in both regions, and the equation is continuous at μ*.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from polyqw.cles.parameters import BoolArray, FloatArray, IntArray, Parameters, Points, StrArray, make_points
from polyqw.cles.reasons import Reason, blank, make_reasons
from polyqw.cles.rootfinding import solve_increasing


class PairEnergy(StrEnum):
    """Which E0 stands in Eq. 3 for μ < μ*; for μ >= μ* they agree."""

    PRINTED = "printed"
    """E0 = Ω + μ/2 + ε_L + U, as papers/000 prints it."""
    DERIVED = "derived"
    """E0 = Ω + μ/2 + ε_L, as its Hamiltonian gives it."""


@dataclass(frozen=True, slots=True, eq=False)
class BindingSolution:
    """The lowest pair state; all arrays have the broadcast shape of mu and the parameters.

    Attributes
    ----------
    mu_ev, p : array
        Chemical potential μ [eV] and doping p = (D0/Nd)·μ.
    region : array of int
        1 for μ < μ*, 2 for μ >= μ*.
    omega_ev : array
        Ω [eV], the root of Eq. 3.
    ln_beta, beta_ev : array
        ln(β/eV), and β = 2μ - E0 [eV], the part of the binding that depends on the couplings; β is 0
        where it underflows a double.
    w_ev : array
        w = -E1 [eV]; negative only for j = 0 in region 2, where E1 has no part in the equation.
    e0_ev : array
        E0 = 2μ - β [eV].
    binding_ev : array
        E_b [eV] as in the text: energy of the unpaired electrons (region 1: ε_L + μ/2) or of the
        localized pair (region 2: 2ε_L + U), less Ω.
    gain_ev : array
        -Ω [eV], by how much the pair state lies below the unpaired one: Ω of Eq. 3 is counted from that already, so
        that E_b counts its energy twice.
    e0 : PairEnergy
        Which E0.
    residual : array
        (κ/2)·ln(1 + R/β) - 1.
    converged : array
        Whether the iteration ended.
    reason : array of str
        "" or a `Reason`; all other numbers are NaN where it is set.
    """

    mu_ev: FloatArray
    p: FloatArray
    region: IntArray
    omega_ev: FloatArray
    ln_beta: FloatArray
    beta_ev: FloatArray
    w_ev: FloatArray
    e0_ev: FloatArray
    binding_ev: FloatArray
    gain_ev: FloatArray
    e0: PairEnergy
    residual: FloatArray
    converged: BoolArray
    reason: StrArray


class Pair(NamedTuple):
    """The flat root of Eq. 3."""

    ln_beta: FloatArray
    beta: FloatArray
    w: FloatArray
    converged: BoolArray
    reason: StrArray


def solve_binding(mu: ArrayLike, parameters: Parameters, e0: PairEnergy = PairEnergy.PRINTED) -> BindingSolution:
    """Solve the pairing instability (papers/000, Eq. 3) for its lowest root, in both regions.

    Parameters
    ----------
    mu : array_like
        Chemical potential μ [eV], 0 <= μ < ω_c; elsewhere the result is NaN with a reason.
    parameters : Parameters
        The model; broadcast against `mu`. Prefactor and exponent play no part.
    e0 : PairEnergy
        E0 of region 1, as printed or as derived.

    Returns
    -------
    BindingSolution

    Raises
    ------
    UsageError
        If `mu` is not finite or does not broadcast.
    """
    points = make_points(mu, parameters)
    pair = find_pair(points, e0)
    first = _in_first_region(points)
    binding = _level(points, e0) + np.where(first, pair.beta, pair.w)
    half_mu = 0.5 * points.mu
    omega = np.where(first, points.epsilon_l + half_mu - binding, -pair.w)
    shape = points.reshape
    return BindingSolution(
        mu_ev=shape(points.mu),
        p=shape(points.dn * points.mu),
        region=np.where(first, 1, 2).reshape(points.shape),
        omega_ev=shape(omega),
        ln_beta=shape(pair.ln_beta),
        beta_ev=shape(pair.beta),
        w_ev=shape(pair.w),
        e0_ev=shape(2.0 * points.mu - pair.beta),
        binding_ev=shape(binding),
        gain_ev=shape(-omega),
        e0=e0,
        residual=shape(_residual(points, pair)),
        converged=pair.converged.reshape(points.shape),
        reason=pair.reason.reshape(points.shape),
    )


def find_binding_onset(mu: ArrayLike, parameters: Parameters, e0: PairEnergy = PairEnergy.PRINTED) -> FloatArray:
    """Return the coupling D0·J above which the binding energy E_b is positive.

    At E_b = 0 the root of Eq. 3 is known, β = -(E_b - β), and gives κ = 2/ln(1 + R/β) and A = (κ - g)·w.

    Parameters
    ----------
    mu : array_like
        Chemical potential μ [eV].
    parameters : Parameters
        The model; its own j is not used.
    e0 : PairEnergy

    Returns
    -------
    array
        0 where E_b is positive at every coupling, however weak; NaN outside 0 <= μ < ω_c.
    """
    points = make_points(mu, parameters)
    offset, level = _offset(points, e0), _level(points, e0)
    first = _in_first_region(points)
    with np.errstate(divide="ignore", invalid="ignore"):
        beta = np.where(first, -level, -level - offset)
        kappa = 2.0 / np.log1p(2.0 * points.above_mu / beta)
        a = np.maximum(kappa - points.g, 0.0) * (beta + offset)
        onset = np.where(level >= 0, 0.0, np.sqrt(a * points.dn))
    inside = (points.mu >= 0) & (points.above_mu > 0)
    return points.reshape(np.where(inside, onset, np.nan))


def _level(points: Points, e0: PairEnergy) -> FloatArray:
    """Return what remains of E_b [eV] without coupling."""
    twice = 2.0 * points.epsilon_l
    first = twice - points.mu + (points.u if e0 is PairEnergy.PRINTED else 0.0)
    return np.where(_in_first_region(points), first, twice + points.u)


def find_pair(points: Points, e0: PairEnergy = PairEnergy.PRINTED) -> Pair:
    """Return the flat root of Eq. 3; see `solve_binding`."""
    width = 2.0 * points.above_mu
    offset = _offset(points, e0)
    outside = (points.mu < 0) | (points.above_mu <= 0)
    solvable = ~(outside | points.no_coupling | points.out_of_range)
    ln_beta, w = np.full(width.shape, np.nan), np.full(width.shape, np.nan)
    converged = np.ones(width.shape, dtype=np.bool_)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore", under="ignore"):
        uncoupled = np.flatnonzero(solvable & (points.a == 0))
        ln_beta[uncoupled] = np.log(width[uncoupled]) - _ln_expm1(2.0 / points.g[uncoupled])
        w[uncoupled] = np.exp(ln_beta[uncoupled]) + offset[uncoupled]
        for bound, solve in ((offset > 0, _solve_ln_beta), (offset <= 0, _solve_ln_w)):
            here = np.flatnonzero(solvable & (points.a > 0) & bound)
            if here.size:
                ln_beta[here], w[here], converged[here] = solve(
                    points.g[here], points.a[here], width[here], np.abs(offset[here])
                )
        beta = np.exp(ln_beta)
    reason = make_reasons(
        width.size,
        (Reason.OUTSIDE_BAND, outside),
        (Reason.NO_COUPLING, points.no_coupling),
        (Reason.OUT_OF_RANGE, points.out_of_range),
        (Reason.NOT_CONVERGED, ~converged | solvable & np.isnan(ln_beta)),
    )
    return Pair(blank(ln_beta, reason), blank(beta, reason), blank(w, reason), converged, reason)


def _in_first_region(points: Points) -> BoolArray:
    """Compare with μ* as a double, so that `Parameters.mu_star` itself always lies in region 2."""
    first: BoolArray = points.mu < points.epsilon_l + 0.5 * points.u
    return first


def _offset(points: Points, e0: PairEnergy) -> FloatArray:
    """Return c = w - β [eV]."""
    twice = 2.0 * points.delta
    first = twice + points.u if e0 is PairEnergy.PRINTED else np.maximum(twice, 0.0)
    return np.where(_in_first_region(points), first, np.minimum(twice, 0.0))


def _ln_expm1(x: FloatArray) -> FloatArray:
    return np.where(x > 40.0, x, np.log(np.expm1(np.minimum(x, 40.0))))


def _solve_ln_beta(
    g: FloatArray, a: FloatArray, width: FloatArray, offset: FloatArray
) -> tuple[FloatArray, FloatArray, BoolArray]:
    """Return ln β, w and convergence for w = β + offset, offset > 0."""
    ln_width = np.log(width)
    # κ <= g + A/offset and, since A/w <= A/β, β is also below the bound of offset = 0.
    upper = np.minimum(ln_width - _ln_expm1(2.0 / (g + a / offset)), np.log(_pole_bound(g, a, width)))
    lower = ln_width - _ln_expm1(2.0 / (g + a / (offset + np.exp(upper))))
    pad = 1e-12 * (1.0 + np.abs(upper))
    roots = solve_increasing(
        _ln_beta_equation, upper, np.minimum(lower, upper) - pad, upper + pad, (g, a, ln_width, offset)
    )
    return roots.x, np.exp(roots.x) + offset, roots.converged


def _ln_beta_equation(
    ln_beta: FloatArray, g: FloatArray, a: FloatArray, ln_width: FloatArray, offset: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return 2/κ - ln(1 + R/β) and its derivative by ln β."""
    beta = np.exp(ln_beta)
    w = beta + offset
    kappa = g + a / w
    ratio = ln_width - ln_beta
    value = 2.0 / kappa - np.logaddexp(0.0, ratio)
    slope = 2.0 * (a / w) * (beta / w) / (kappa * kappa) + 1.0 / (1.0 + np.exp(-ratio))
    return value, slope


def _pole_bound(g: FloatArray, a: FloatArray, width: FloatArray) -> FloatArray:
    """Return an upper bound of w, from ln(1 + R/β) <= R/w for β >= w."""
    quarter = 0.25 * g * width
    return quarter + np.hypot(quarter, np.sqrt(0.5 * a * width))


def _solve_ln_w(
    g: FloatArray, a: FloatArray, width: FloatArray, offset: FloatArray
) -> tuple[FloatArray, FloatArray, BoolArray]:
    """Return ln β, w and convergence for β = w + offset, offset >= 0: the root below the pole w = 0."""
    w_high = _pole_bound(g, a, width)
    upper = np.log(w_high)
    lower = np.log(0.5 * a * np.log1p(width / (w_high + offset)))
    start = 0.5 * (upper + lower)
    roots = solve_increasing(
        _ln_w_equation, start, np.minimum(lower, upper) - 1e-12, upper + 1e-12, (g, a, width, offset)
    )
    w = np.exp(roots.x)
    return np.log(w + offset), w, roots.converged


def _ln_w_equation(
    ln_w: FloatArray, g: FloatArray, a: FloatArray, width: FloatArray, offset: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return ln(2/κ) - ln ln(1 + R/β) and its derivative by ln w."""
    w = np.exp(ln_w)
    beta = w + offset
    kappa = g + a / w
    log = np.log1p(width / beta)
    value = np.log(2.0 / (kappa * log))
    slope = (a / w) / kappa + w * (width / beta) / (beta + width) / log
    return value, slope


def _residual(points: Points, pair: Pair) -> FloatArray:
    with np.errstate(divide="ignore", invalid="ignore", over="ignore", under="ignore"):
        kappa = points.g + np.where(points.a > 0, points.a / pair.w, 0.0)
        ratio = np.log(2.0 * points.above_mu) - pair.ln_beta
        residual: FloatArray = 0.5 * kappa * np.logaddexp(0.0, ratio) - 1.0
    return residual
