"""Predict each compound from others that are no kin of it, and rank models by their errors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import stats

from polyqw.theory.evidence.rivals import fit_model, predict_tc
from polyqw.theory.evidence.rows import bounds_of, tcs_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from polyqw.core.arrays import FloatArray, IntArray
    from polyqw.theory.evidence.rivals import Model
    from polyqw.theory.evidence.rows import EvidenceRow

MAX_FOLDS = 50
"""Groups are left out one at a time up to this many; beyond it they are dealt into as many folds."""

RESAMPLES = 2000

FEWEST_GROUPS = 8
"""Groups from which on an interval, or a verdict that rests on one, is given."""


@dataclass(frozen=True, slots=True)
class Score:
    """How a model does on rows that it was not fitted to.

    Parameters
    ----------
    n, n_groups, n_bounds : int
        Rows, groups among them, and rows that are bounds.
    rmse_kelvin, mae_kelvin : float
        A bound counts with what the prediction exceeds it by.
    rmse_ci95_kelvin : tuple of float or None
        Percentile bootstrap over groups; None with fewer than eight of them.
    spearman : float or None
        Rank correlation of prediction and Tc over rows that are no bounds; None when either does not vary, and for a
        model that says the same of every row.
    predictions_kelvin : tuple of float
        In the order of the rows.
    """

    model: Model
    n: int
    n_groups: int
    n_bounds: int
    rmse_kelvin: float
    rmse_ci95_kelvin: tuple[float, float] | None
    mae_kelvin: float
    spearman: float | None
    predictions_kelvin: tuple[float, ...]


def left_out_predictions(
    model: Model, rows: Sequence[EvidenceRow], others: Sequence[EvidenceRow] = (), *, seed: int = 0
) -> FloatArray:
    """Return for each row what the model gives, fitted without the row's group (n,) [K].

    Where nothing is left to fit to, the prediction is NaN. A model whose parameters are not those of one family also
    learns from the other rows.
    """
    if others and not model.by_family:
        return left_out_predictions(model, [*rows, *others], seed=seed)[: len(rows)]
    predictions = np.full(len(rows), np.nan)
    fold_of = _folds([row.group for row in rows], seed)
    families = np.array([row.family for row in rows]) if model.by_family else np.zeros(len(rows))
    bounds = bounds_of(rows)
    for fold in np.unique(fold_of):
        for family in np.unique(families[fold_of == fold]):
            out = np.flatnonzero((fold_of == fold) & (families == family)).tolist()
            known = np.flatnonzero((fold_of != fold) & (families == family)).tolist()
            if model.fixed is None and (~bounds[known]).sum() < len(model.terms(rows[out[0]])):
                continue
            parameters = fit_model(model, [rows[k] for k in known])
            predictions[out] = predict_tc(model, parameters, [rows[k] for k in out])
    return predictions


def _folds(groups: Sequence[str], seed: int) -> IntArray:
    """Return the fold of each row; a group lies in one fold."""
    names, index = np.unique(np.array(groups), return_inverse=True)
    if len(names) <= MAX_FOLDS:
        return np.asarray(index)
    dealt = np.random.default_rng(seed).permutation(len(names)) % MAX_FOLDS
    return np.asarray(dealt[index])


def errors(predictions: FloatArray, rows: Sequence[EvidenceRow]) -> FloatArray:
    """Return prediction less Tc (n,) [K]; for a bound what exceeds it, and 0 below it."""
    differences = predictions - tcs_of(rows)
    return np.where(bounds_of(rows), np.maximum(differences, 0.0), differences)


def score_model(
    model: Model, rows: Sequence[EvidenceRow], others: Sequence[EvidenceRow] = (), *, seed: int = 0
) -> Score | None:
    """Return how a model does on rows left out group by group, or None where it says nothing of them."""
    return score_predictions(model, rows, left_out_predictions(model, rows, others, seed=seed), seed=seed)


def score_predictions(
    model: Model, rows: Sequence[EvidenceRow], predictions: FloatArray, *, seed: int = 0
) -> Score | None:
    """Return how predictions do, or None where there are none."""
    if not len(rows) or np.isnan(predictions).any():
        return None
    wrong = errors(predictions, rows)
    groups = [row.group for row in rows]
    bounds = bounds_of(rows)
    return Score(
        model=model,
        n=len(rows),
        n_groups=len(set(groups)),
        n_bounds=int(bounds.sum()),
        rmse_kelvin=float(np.sqrt((wrong**2).mean())),
        rmse_ci95_kelvin=_interval(wrong, groups, seed),
        mae_kelvin=float(np.abs(wrong).mean()),
        spearman=_spearman(predictions[~bounds], tcs_of(rows)[~bounds]) if _tells_rows_apart(model, rows) else None,
        predictions_kelvin=tuple(float(x) for x in predictions),
    )


@dataclass(frozen=True, slots=True)
class DifferenceTest:
    """The RMSE of one model less that of another on the same rows.

    Parameters
    ----------
    ci95 : tuple of float, (2,)
        Percentile bootstrap over groups, both models on the same draws [K].
    p_value : float
        Twice the share of draws on the rarer side of zero, the data themselves counted on it.
    """

    ci95: tuple[float, float]
    p_value: float


def difference_test(one: Score, other: Score, rows: Sequence[EvidenceRow], *, seed: int = 0) -> DifferenceTest | None:
    """Return how the errors of two models differ; None with fewer than eight groups."""
    wrong = [errors(np.array(score.predictions_kelvin), rows) for score in (one, other)]
    groups = [row.group for row in rows]
    drawn = _draws(
        groups,
        wrong,
        lambda a, b, n, axis: np.sqrt(a.sum(axis) / n.sum(axis)) - np.sqrt(b.sum(axis) / n.sum(axis)),
        seed,
    )
    if drawn is None:
        return None
    rarer = min(int((drawn >= 0).sum()), int((drawn <= 0).sum()))
    return DifferenceTest(_ends(drawn), min(1.0, 2 * (rarer + 1) / (len(drawn) + 1)))


def _interval(wrong: FloatArray, groups: Sequence[str], seed: int) -> tuple[float, float] | None:
    drawn = _draws(groups, [wrong], lambda s, n, axis: np.sqrt(s.sum(axis) / n.sum(axis)), seed)
    return None if drawn is None else _ends(drawn)


def _ends(drawn: FloatArray) -> tuple[float, float]:
    low, high = np.quantile(drawn, (0.025, 0.975))
    return float(low), float(high)


def _draws(
    groups: Sequence[str], wrong: Sequence[FloatArray], statistic: Callable[..., FloatArray], seed: int
) -> FloatArray | None:
    """Return bootstrap draws of a statistic of the squared errors summed over each group, and the group sizes."""
    names, index = np.unique(np.array(groups), return_inverse=True)
    sums = (*(np.bincount(index, weights=w**2) for w in wrong), np.bincount(index).astype(float))
    if len(names) < FEWEST_GROUPS:
        return None
    found = stats.bootstrap(
        sums,
        statistic,
        paired=True,
        vectorized=True,
        method="percentile",
        n_resamples=RESAMPLES,
        rng=np.random.default_rng(seed),
    )
    return np.asarray(found.bootstrap_distribution)


def _tells_rows_apart(model: Model, rows: Sequence[EvidenceRow]) -> bool:
    return bool(np.ptp([model.terms(row) for row in rows], axis=0).any())


def _spearman(one: FloatArray, other: FloatArray) -> float | None:
    if len(one) < 3 or np.ptp(one) < 1e-9 or np.ptp(other) < 1e-9:
        return None
    return float(stats.spearmanr(one, other).statistic)


def rank_models(
    models: Sequence[Model], rows: Sequence[EvidenceRow], others: Sequence[EvidenceRow] = (), *, seed: int = 0
) -> list[Score]:
    """Return the scores of all models that speak of every row, best first.

    All are scored on the same rows; hand in those rows that the models to be compared can all predict, and others
    from which models that know no families learn too.
    """
    scores = [
        score
        for model in models
        if all(model.applies_to(row) for row in rows)
        for score in [score_model(model, rows, others, seed=seed)]
        if score is not None
    ]
    return sorted(scores, key=lambda score: score.rmse_kelvin)


@dataclass(frozen=True, slots=True)
class Influence:
    """What one row does to λ.

    Parameters
    ----------
    lambda_without : float
        Least-squares λ of the other rows [K Å²].
    cook : float
        Cook's distance of the row.
    """

    name: str
    lambda_without: float
    cook: float


def influences(rows: Sequence[EvidenceRow]) -> list[Influence]:
    """Return what each row does to the least-squares λ of a line through the origin of Tc on 1/h²."""
    u = np.array([row.height_angstrom**-2.0 for row in rows])
    tcs = tcs_of(rows)
    lam = float(u @ tcs / (u @ u))
    residual = tcs - lam * u
    variance = float(residual @ residual) / (len(rows) - 1)
    lever = u**2 / (u @ u)
    without = (u @ tcs - u * tcs) / (u @ u - u * u)
    cook = residual**2 / variance * lever / (1 - lever) ** 2 if variance > 0 else np.zeros(len(rows))
    return [Influence(r.name, float(w), float(c)) for r, w, c in zip(rows, without, cook, strict=True)]
