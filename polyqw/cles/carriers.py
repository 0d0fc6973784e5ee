"""How pairs divide between extended and localized states: papers/000, Fig. 3b."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from polyqw.cles.gaps import find_gaps
from polyqw.cles.parameters import FloatArray, Parameters, Points, StrArray, make_points


@dataclass(frozen=True, slots=True, eq=False)
class Carriers:
    """Pairs per impurity at zero temperature; all arrays have the broadcast shape of the question.

    Attributes
    ----------
    mu_ev, p : array
        Chemical potential μ [eV] and doping p = (D0/Nd)·μ, which the paper plots as N_E.
    n_e : array
        N_E, extended pairs: the sum of v² over the band, which tends to p as χ → 0.
    n_l : array
        N_L, localized pairs, 0 to 1; ½ at μ*.
    n_p : array
        N_p = N_E + N_L.
    reason : array of str
        "" or a `Reason` why the numbers are NaN.
    """

    mu_ev: FloatArray
    p: FloatArray
    n_e: FloatArray
    n_l: FloatArray
    n_p: FloatArray
    reason: StrArray


def solve_carriers(mu: ArrayLike, parameters: Parameters) -> Carriers:
    """Compute the numbers of extended and localized pairs (papers/000, below Eq. 5; Fig. 3b).

    Parameters
    ----------
    mu : array_like
        Chemical potential μ [eV].
    parameters : Parameters
        The model; broadcast against `mu`.

    Returns
    -------
    Carriers

    Raises
    ------
    UsageError
        If `mu` is not finite or does not broadcast.
    """
    points = make_points(mu, parameters)
    gaps = find_gaps(points)
    n_e = _extended_pairs(points, gaps.chi)
    n_l = _localized_pairs(points.delta, gaps.delta_j, gaps.e_d)
    shape = points.reshape
    return Carriers(
        mu_ev=shape(points.mu),
        p=shape(points.dn * points.mu),
        n_e=shape(n_e),
        n_l=shape(n_l),
        n_p=shape(n_e + n_l),
        reason=gaps.reason.reshape(points.shape),
    )


def _extended_pairs(points: Points, chi: FloatArray) -> FloatArray:
    """Return (DN/2)·[ω_c - hypot(ω_c - μ, χ) + hypot(μ, χ)], written as a quotient of positive numbers."""
    with np.errstate(invalid="ignore", under="ignore"):
        below = _hypot_plus(points.mu, chi)
        above = _hypot_plus(-points.above_mu, chi)
        both = np.hypot(points.mu, chi) + np.hypot(points.above_mu, chi)
        n_e: FloatArray = 0.5 * points.dn * points.omega_c * ((below + above) / both)
    return n_e


def _hypot_plus(x: FloatArray, chi: FloatArray) -> FloatArray:
    """Return hypot(x, χ) + x without cancellation for x < 0."""
    total = np.hypot(x, chi) + np.abs(x)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(x >= 0, total, chi * (chi / total))


def _localized_pairs(delta: FloatArray, delta_j: FloatArray, e_d: FloatArray) -> FloatArray:
    """Return ½(1 - δ/E_D), by Δ_J² where the level lies above μ and the difference would cancel."""
    with np.errstate(divide="ignore", invalid="ignore", under="ignore"):
        plain = 0.5 * (1.0 - delta / e_d)
        by_gap = 0.5 * (delta_j / e_d) * (delta_j / (e_d + delta))
    at_level = np.where(np.isnan(e_d), np.nan, 0.5)
    return np.where(e_d == 0, at_level, np.where(delta > 0, by_gap, plain))
