"""Where Tc and T* cross: the dopings p1 and p2 of papers/000, Fig. 3a.

Tc = T* exactly where χ = E_D, whatever prefactor and exponent are, so the crossings are the zeros of
ln χ - ln E_D over the band. There can be none, one, or two.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from polyqw.cles.gaps import find_gaps
from polyqw.cles.parameters import FloatArray, IntArray, Parameters, Points, StrArray, make_points
from polyqw.cles.reasons import Reason, make_reasons
from polyqw.cles.rootfinding import solve_bracketed
from polyqw.cles.scan import N_SCAN, make_scan, spread

_MODELS_AT_ONCE: Final = 512


@dataclass(frozen=True, slots=True, eq=False)
class Crossings:
    """Crossings of Tc and T*; all arrays have the shape of the parameters.

    Attributes
    ----------
    mu1_ev, p1 : array
        Where χ rises above E_D with increasing μ: μ [eV] and doping; NaN if it does not.
    mu2_ev, p2 : array
        Where χ falls below E_D again; NaN if it does not.
    mu_star_ev, p_star : array
        μ* = ε_L + U/2 [eV] and its doping, the node of the pseudogap.
    count : array of int
        Crossings found in 0 <= μ <= ω_c. One alone means that χ > E_D up to an edge of the band.
    reason : array of str
        ``no_crossing`` if there is none, ``no_coupling`` or ``out_of_range`` if there are no gaps.
    """

    mu1_ev: FloatArray
    p1: FloatArray
    mu2_ev: FloatArray
    p2: FloatArray
    mu_star_ev: FloatArray
    p_star: FloatArray
    count: IntArray
    reason: StrArray


def find_crossings(parameters: Parameters, n_scan: int = N_SCAN) -> Crossings:
    """Find where Tc and T* cross in the band (papers/000, Fig. 3a).

    Parameters
    ----------
    parameters : Parameters
        One model or an array of models.
    n_scan : int
        Evenly spaced chemical potentials looked at before refining, besides those around μ*. Two
        crossings closer than the scan are not seen.

    Returns
    -------
    Crossings

    Raises
    ------
    UsageError
        If `n_scan` < 2.
    """
    models = make_points(0.0, parameters)
    size = models.mu.size
    rises, falls = np.full(size, np.nan), np.full(size, np.nan)
    count = np.zeros(size, dtype=np.int64)
    for first in range(0, size, _MODELS_AT_ONCE):
        block = np.arange(first, min(first + _MODELS_AT_ONCE, size))
        part = models.take(block, models.mu[block])
        rises[block], falls[block], count[block] = _find_in_block(part, n_scan)
    reason = make_reasons(
        size,
        (Reason.NO_COUPLING, models.no_coupling),
        (Reason.OUT_OF_RANGE, models.out_of_range),
        (Reason.NO_CROSSING, count == 0),
    )
    shape = models.reshape
    mu_star = models.epsilon_l + 0.5 * models.u
    return Crossings(
        mu1_ev=shape(rises),
        p1=shape(models.dn * rises),
        mu2_ev=shape(falls),
        p2=shape(models.dn * falls),
        mu_star_ev=shape(mu_star),
        p_star=shape(models.dn * mu_star),
        count=count.reshape(models.shape),
        reason=reason.reshape(models.shape),
    )


def _find_in_block(models: Points, n_scan: int) -> tuple[FloatArray, FloatArray, IntArray]:
    """Return the first rise, the last fall and the number of crossings of each model."""
    mu = make_scan(models, n_scan)
    points, _ = spread(models, mu)
    excess = _excess(points).reshape(mu.shape)
    above = excess > 0
    known = np.isfinite(excess[:, 1:]) & np.isfinite(excess[:, :-1])
    change = (above[:, 1:] != above[:, :-1]) & known
    model, left = np.nonzero(change)
    zeros = solve_bracketed(
        lambda x, index: _excess(models.take(index, x)),
        (mu[model, left], mu[model, left + 1]),
        (excess[model, left], excess[model, left + 1]),
        model,
    )
    rises, falls = np.full(mu.shape[0], np.nan), np.full(mu.shape[0], np.nan)
    rising = above[model, left + 1]
    rises[model[rising][::-1]] = zeros[rising][::-1]
    falls[model[~rising]] = zeros[~rising]
    return rises, falls, change.sum(axis=1)


def _excess(points: Points) -> FloatArray:
    """Return ln χ - ln E_D; +inf where E_D = 0."""
    gaps = find_gaps(points)
    with np.errstate(divide="ignore"):
        return gaps.ln_chi - np.log(gaps.e_d)
