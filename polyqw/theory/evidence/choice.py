"""What the freedom to choose a well buys: the best choice for a common λ, and how often chance does as well.

The papers take for each compound the well that agrees best with one λ. With two or three wells per compound, part of
any agreement comes from that choice; a permutation of Tc over the compounds, each with its own best choice, tells how
much.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import stats

from polyqw.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from polyqw.core.arrays import FloatArray

RESAMPLES = 9999

SAME_ERROR = 11
"""Decimals of a squared error, over the sum of squared Tc, beyond which rounding speaks."""


@dataclass(frozen=True, slots=True)
class BestChoice:
    """The wells and the λ with the smallest squared error.

    Parameters
    ----------
    phases : tuple of str
        One per compound.
    lam : float
        Least-squares λ of those wells [K Å²].
    rmse_kelvin : float
        Root of the mean squared error of λ/h² with that λ [K].
    """

    phases: tuple[str, ...]
    lam: float
    rmse_kelvin: float


@dataclass(frozen=True, slots=True)
class ChoiceTest:
    """How often permuted Tc agree as well as the true ones.

    Parameters
    ----------
    n : int
        Compounds.
    n_with_choice : int
        Compounds with more than one well.
    rmse_kelvin : float
        Error of the best choice with the Tc as they are [K].
    rmse_permuted_median_kelvin : float
        Median error of the best choice with permuted Tc [K].
    p_value : float
        Share of permutations, the true order counted among them, that err no more.
    exact : bool
        Whether all permutations were tried.
    """

    n: int
    n_with_choice: int
    rmse_kelvin: float
    rmse_permuted_median_kelvin: float
    p_value: float
    n_permutations: int
    exact: bool
    seed: int


def best_choice(heights_angstrom: Sequence[Mapping[str, float]], tcs_kelvin: Sequence[float]) -> BestChoice:
    """Return the choice of one well per compound, and the λ, that err least in Tc; no start is needed.

    Parameters
    ----------
    heights_angstrom : sequence of mapping
        Heights by phase, one mapping per compound [Å].

    Raises
    ------
    UsageError
        If there is no compound, or one without a well.
    """
    steps = _Steps.of(heights_angstrom)
    tcs = np.asarray(tcs_kelvin, dtype=float)
    error, lam = steps.least_error(tcs[None])
    phases = tuple(
        min(sorted(heights), key=lambda phase, h=heights, tc=tc: abs(lam[0] / h[phase] ** 2 - tc))  # type: ignore[misc]
        for heights, tc in zip(heights_angstrom, tcs, strict=True)
    )
    return BestChoice(phases, float(lam[0]), float(np.sqrt(error[0] / len(tcs))))


def choice_test(
    heights_angstrom: Sequence[Mapping[str, float]],
    tcs_kelvin: Sequence[float],
    *,
    seed: int = 0,
    resamples: int = RESAMPLES,
) -> ChoiceTest:
    """Return how often permuted Tc, each order with its own best wells and λ, agree as well as the true Tc.

    The null hypothesis is that Tc has nothing to do with the heights of its own compound.

    Parameters
    ----------
    heights_angstrom : sequence of mapping
        Heights by phase, one mapping per compound [Å].
    resamples : int
        Permutations to draw; all are tried where there are no more than these.

    Raises
    ------
    UsageError
        With fewer than three compounds, or a compound without a well.
    """
    n = len(tcs_kelvin)
    if n < 3:
        raise UsageError(f"a permutation test needs at least three compounds; there are {n}")
    steps = _Steps.of(heights_angstrom)
    tcs = np.asarray(tcs_kelvin, dtype=float)

    total = float(tcs @ tcs)

    def error(permuted: FloatArray, axis: int = -1) -> FloatArray:
        rows = np.moveaxis(permuted, axis, -1)
        errors = steps.least_error(rows.reshape(-1, n))[0].reshape(rows.shape[:-1])
        return np.round(errors / total, SAME_ERROR)  # equal orders must compare equal, however they were summed

    result = stats.permutation_test(
        (tcs,),
        error,
        permutation_type="pairings",
        vectorized=True,
        alternative="less",
        n_resamples=resamples,
        batch=max(1, 2_000_000 // (n * 3)),
        rng=np.random.default_rng(seed),
    )
    permuted = np.asarray(result.null_distribution)
    return ChoiceTest(
        n=n,
        n_with_choice=sum(len(h) > 1 for h in heights_angstrom),
        rmse_kelvin=float(np.sqrt(result.statistic * total / n)),
        rmse_permuted_median_kelvin=float(np.sqrt(np.median(permuted) * total / n)),
        p_value=float(result.pvalue),
        n_permutations=len(permuted),
        exact=len(permuted) < resamples,
        seed=seed,
    )


@dataclass(frozen=True, slots=True)
class _Steps:
    """The changes of well that λ causes as it grows from nothing, compound by compound.

    For a small λ every compound takes its lowest well. At λ = 2 Tc/(u + u') it goes over from u = 1/h² to the next
    smaller u', so the best choice is one of a few, whatever λ.
    """

    first: FloatArray  # (n,) largest u of each compound
    compound: FloatArray  # (m,) of each step
    larger: FloatArray  # (m,)
    smaller: FloatArray  # (m,)

    @classmethod
    def of(cls, heights: Sequence[Mapping[str, float]]) -> _Steps:
        if not heights or not all(heights):
            raise UsageError("a choice of wells needs compounds with at least one height each")
        inverse = [np.sort([h**-2.0 for h in own.values()])[::-1] for own in heights]
        pairs = [(k, u[j], u[j + 1]) for k, u in enumerate(inverse) for j in range(len(u) - 1)]
        table = np.array(pairs).reshape(-1, 3)
        return cls(np.array([u[0] for u in inverse]), table[:, 0].astype(np.intp), table[:, 1], table[:, 2])

    def least_error(self, tcs: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the least squared error and its λ for rows of Tc (p, n)."""
        own = tcs[:, self.compound]
        order = np.argsort(2 * own / (self.larger + self.smaller), axis=1, kind="stable")
        product = np.take_along_axis(own * (self.smaller - self.larger), order, axis=1)
        square = np.broadcast_to(self.smaller**2 - self.larger**2, own.shape)
        square = np.take_along_axis(square, order, axis=1)
        products = _running(tcs @ self.first, product)
        squares = _running(np.full(len(tcs), self.first @ self.first), square)
        errors = (tcs**2).sum(axis=1)[:, None] - products**2 / squares
        best = errors.argmin(axis=1)[:, None]
        lam = np.take_along_axis(products / squares, best, axis=1)[:, 0]
        return np.maximum(np.take_along_axis(errors, best, axis=1)[:, 0], 0.0), lam


def _running(start: FloatArray, changes: FloatArray) -> FloatArray:
    """Return a start and its running sums with the changes (p, m + 1)."""
    return np.concatenate([start[:, None], start[:, None] + np.cumsum(changes, axis=1)], axis=1)
