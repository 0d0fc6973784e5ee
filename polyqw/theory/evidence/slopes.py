"""The slope of Tc on 1/h²: over all rows, within a subfamily, and with parents as random effects.

Under the law every one of them is λ, and every intercept zero.
"""

from __future__ import annotations

import warnings
from collections import defaultdict
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING

import numpy as np

from polyqw.theory.evidence.cross_validation import FEWEST_GROUPS
from polyqw.theory.evidence.rows import bounds_of, heights_of, tcs_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from polyqw.core.arrays import FloatArray, IntArray
    from polyqw.theory.evidence.rows import EvidenceRow

LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class TcSlope:
    """A slope of Tc on 1/h².

    Parameters
    ----------
    n, n_groups : int
    slope, intercept : float
        [K Å², K].
    ci95 : tuple of float or None
        Of the slope; None with fewer than eight groups.
    """

    n: int
    n_groups: int
    slope: float
    intercept: float
    ci95: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class MixedSlope:
    """The slope that all parents share where each has a level of its own.

    Parameters
    ----------
    slope : TcSlope
        Its interval is Wald's.
    sd_parents_kelvin, sd_rest_kelvin : float
        Spread of the levels of parents, and of the compounds about them [K].
    """

    slope: TcSlope
    sd_parents_kelvin: float
    sd_rest_kelvin: float


def measured(rows: Sequence[EvidenceRow]) -> list[EvidenceRow]:
    """Return the rows whose Tc is no bound."""
    return [row for row, bound in zip(rows, bounds_of(rows), strict=True) if not bound]


def tc_slope(rows: Sequence[EvidenceRow]) -> TcSlope | None:
    """Return the least-squares slope with an interval that allows for kin; None without two heights or three rows.

    The interval is that of Student with one degree of freedom less than there are groups, the variance being summed
    over groups (Liang and Zeger, Biometrika 73, 13 (1986), with the factor G/(G - 1) (n - 1)/(n - 2)).
    """
    known = measured(rows)
    if len(known) < 3 or np.ptp(heights_of(known)) < 1e-9:
        return None
    u, tcs = heights_of(known) ** -2.0, tcs_of(known)
    _, index = np.unique(np.array([row.group for row in known]), return_inverse=True)
    n, n_groups = len(u), int(index.max()) + 1
    centred = u - u.mean()
    slope = float(centred @ tcs / (centred @ centred))
    intercept = float(tcs.mean() - slope * u.mean())
    if n_groups < FEWEST_GROUPS:
        return TcSlope(n, n_groups, slope, intercept, None)
    half = _half_width(centred, tcs - intercept - slope * u, index, n_groups)
    return TcSlope(n, n_groups, slope, intercept, (slope - half, slope + half))


def _half_width(centred: FloatArray, residuals: FloatArray, index: IntArray, n_groups: int) -> float:
    from scipy import stats  # noqa: PLC0415 - takes longer to load than most verbs to run

    n = len(centred)
    scores = np.bincount(index, weights=centred * residuals)
    variance = float(scores @ scores) / float(centred @ centred) ** 2
    variance *= n_groups / (n_groups - 1) * (n - 1) / (n - 2)
    return float(stats.t.ppf(0.5 + LEVEL / 2, n_groups - 1) * np.sqrt(variance))


def has_mixed_models() -> bool:
    """Whether the library that fits mixed models is installed (``pip install 'polyqw[mixed]'``)."""
    return find_spec("statsmodels") is not None


def mixed_slope(rows: Sequence[EvidenceRow]) -> MixedSlope | None:
    """Return the slope with parents as random effects, by restricted likelihood.

    Refinements of one compound are one row with the means of 1/h² and Tc: a measurement that stands beside several of
    them would else say that Tc does not change with h. None without the library, with fewer than eight parents,
    where no parent has two compounds, or where the fit does not converge.
    """
    compounds = defaultdict(list)
    for row in measured(rows):
        compounds[row.group, row.name].append((row.height_angstrom**-2.0, row.tc_kelvin))
    groups = [group for group, _ in compounds]
    if not has_mixed_models() or not FEWEST_GROUPS <= len(set(groups)) < len(groups):
        return None
    u, tcs = np.array([np.mean(own, axis=0) for own in compounds.values()]).T
    return None if np.ptp(u) < 1e-9 else _fit_mixed(u, tcs, groups)


def _fit_mixed(u: FloatArray, tcs: FloatArray, groups: Sequence[str]) -> MixedSlope | None:
    from statsmodels.regression.mixed_linear_model import MixedLM  # noqa: PLC0415 - takes long to load

    scale = float(np.ptp(u))
    design = np.column_stack([np.ones(len(u)), u / scale])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a variance of zero is an answer, and convergence is asked for below
        found = MixedLM(tcs, design, np.array(groups)).fit(reml=True)
    low, high = (float(end) / scale for end in found.conf_int()[1])
    if not found.converged or not np.isfinite([low, high]).all():
        return None
    intercept, slope = (float(value) for value in found.fe_params)
    shared = TcSlope(len(tcs), len(set(groups)), slope / scale, intercept, (low, high))
    return MixedSlope(shared, float(np.sqrt(found.cov_re[0, 0])), float(np.sqrt(found.scale)))
