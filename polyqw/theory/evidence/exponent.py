"""The exponent m of Tc = C h^-m, with errors in both h and Tc where they are known."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from polyqw.errors import UsageError

if TYPE_CHECKING:
    from polyqw.core.arrays import FloatArray


class Errors(StrEnum):
    """What a fit takes to be uncertain."""

    NONE = "none"
    BOTH = "height_and_tc"


@dataclass(frozen=True, slots=True)
class ExponentFit:
    """A free exponent.

    Parameters
    ----------
    ci95 : tuple of float, (2,)
        From Student's t with n - 2 degrees of freedom and the scatter about the fit.
    factor : float
        C of Tc = C h^-m [K Å^m].
    errors : Errors
        ``none``: least squares of ln Tc on ln h; ``height_and_tc``: orthogonal distances weighted with the standard
        uncertainties of both.
    reduced_chi2 : float or None
        Weighted squared distance per degree of freedom: near 1 when the law with this exponent leaves no more than
        the stated uncertainties; None without them.
    """

    exponent: float
    ci95: tuple[float, float]
    factor: float
    errors: Errors
    reduced_chi2: float | None = None


def fit_exponent(
    heights_angstrom: FloatArray,
    tcs_kelvin: FloatArray,
    height_su_angstrom: FloatArray | None = None,
    tc_su_kelvin: FloatArray | None = None,
) -> ExponentFit:
    """Fit Tc = C h^-m.

    Parameters
    ----------
    heights_angstrom, tcs_kelvin : array, (n,)
    height_su_angstrom, tc_su_kelvin : array, (n,), optional
        Standard uncertainties, all above zero. Both or neither.

    Raises
    ------
    UsageError
        With fewer than three points, equal heights, a Tc of zero, or one kind of uncertainty alone.
    """
    heights, tcs = np.asarray(heights_angstrom, dtype=float), np.asarray(tcs_kelvin, dtype=float)
    if len(heights) < 3 or np.ptp(heights) < 1e-9:
        raise UsageError("a free exponent needs at least three compounds and two different heights")
    if (tcs <= 0).any():
        raise UsageError("a free exponent needs every Tc above 0 K; leave bounds out")
    if (height_su_angstrom is None) != (tc_su_kelvin is None):
        raise UsageError("a fit with uncertainties needs those of both h and Tc; only one is given")
    from scipy import stats  # noqa: PLC0415 - takes longer to load than most verbs to run

    line = stats.linregress(np.log(heights), np.log(tcs))
    t = float(stats.t.ppf(0.975, len(heights) - 2))
    slope, half = float(line.slope), t * float(line.stderr)
    if height_su_angstrom is None or tc_su_kelvin is None:
        return ExponentFit(-slope, (-slope - half, -slope + half), float(np.exp(line.intercept)), Errors.NONE)
    su_h, su_tc = np.asarray(height_su_angstrom, dtype=float), np.asarray(tc_su_kelvin, dtype=float)
    if not (su_h > 0).all() or not (su_tc > 0).all():
        raise UsageError("standard uncertainties must be above zero")
    return _fit_distances(heights, tcs, su_h, su_tc, (float(line.intercept), -slope), t)


def _fit_distances(
    heights: FloatArray, tcs: FloatArray, su_h: FloatArray, su_tc: FloatArray, start: tuple[float, float], t: float
) -> ExponentFit:
    from odrpack import odr_fit  # noqa: PLC0415 - compiled, and needed by few

    centre = float(np.exp(np.log(heights).mean()))  # keeps factor and exponent from running together

    def law(h: FloatArray, beta: FloatArray) -> FloatArray:
        return np.asarray(beta[0] * (h / centre) ** -beta[1])

    found = odr_fit(
        law,
        heights,
        tcs,
        np.array([np.exp(start[0]) * centre ** -start[1], start[1]]),
        weight_x=su_h**-2.0,
        weight_y=su_tc**-2.0,
        diff_scheme="central",
    )
    if not found.success:
        raise UsageError(f"the fit with uncertainties found no minimum: {found.stopreason}")
    factor, exponent = (float(x) for x in found.beta)
    half = t * float(found.sd_beta[1])
    return ExponentFit(
        exponent,
        (exponent - half, exponent + half),
        factor * centre**exponent,
        Errors.BOTH,
        float(found.sum_square) / (len(heights) - 2),
    )
