"""Why a point has no answer: the reason codes that accompany every NaN."""

from enum import StrEnum
from typing import Final

import numpy as np

from polyqw.cles.parameters import BoolArray, FloatArray, StrArray


class Reason(StrEnum):
    """Reason codes; the empty one means that there is an answer."""

    NONE = ""
    NO_COUPLING = "no_coupling"
    """g = j = 0: nothing pairs."""
    NOT_SUPERCONDUCTING = "not_superconducting"
    """μ lies outside the band and the coupling is below its threshold there."""
    OUTSIDE_BAND = "outside_band"
    """The equation is defined for 0 <= μ < ω_c only."""
    OUT_OF_RANGE = "out_of_range"
    """g or j²/(D0/Nd) is too small or too large for a double."""
    NOT_CONVERGED = "not_converged"
    """The iteration ended without an answer: a defect of the program, please report it."""
    NO_CROSSING = "no_crossing"
    """χ and E_D do not meet on this side of μ*."""
    NO_SOLUTION = "no_solution"
    """No coupling gives the temperature asked for."""


_WIDTH: Final = max(len(reason.value) for reason in Reason)


def make_reasons(size: int, *cases: tuple[Reason, BoolArray]) -> StrArray:
    """Return one reason code per point; of several that apply the first wins."""
    reasons = np.full(size, Reason.NONE.value, dtype=f"<U{_WIDTH}")
    for reason, applies in reversed(cases):
        reasons[applies] = reason.value
    return reasons


def blank(values: FloatArray, reasons: StrArray) -> FloatArray:
    """Return `values` with NaN wherever a reason is given."""
    return np.where(reasons == Reason.NONE.value, values, np.nan)
