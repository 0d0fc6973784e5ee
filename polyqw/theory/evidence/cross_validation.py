"""Predict each compound from others that are no kin of it, and rank models by their errors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import stats

from polyqw.theory.evidence.rivals import fit_model, predict_tc
from polyqw.theory.evidence.rows import bounds_of, tcs_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from polyqw.core.arrays import FloatArray, IntArray
    from polyqw.theory.evidence.rivals import Model
    from polyqw.theory.evidence.rows import EvidenceRow

MAX_FOLDS = 50
"""Groups are left out one at a time up to this many; beyond it they are dealt into as many folds."""

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
        Jackknife over groups; None with fewer than eight of them.
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
    model: Model,
    rows: Sequence[EvidenceRow],
    others: Sequence[EvidenceRow] = (),
    *,
    seed: int = 0,
    folds: IntArray | None = None,
) -> FloatArray:
    """Return for each row what the model gives, fitted without the row's group (n,) [K].

    Where nothing is left to fit to, the prediction is NaN. A model whose parameters are not those of one family also
    learns from the other rows. `folds` (n,) of rows without others take the place of those that the groups give.
    """
    if others and not model.by_family:
        return left_out_predictions(model, [*rows, *others], seed=seed)[: len(rows)]
    predictions = np.full(len(rows), np.nan)
    fold_of = folds_of([row.group for row in rows], seed) if folds is None else folds
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


def folds_of(groups: Sequence[str], seed: int = 0) -> IntArray:
    """Return the fold of each row (n,); a group lies in one fold, and is a fold of its own up to `MAX_FOLDS`."""
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
    return score_predictions(model, rows, left_out_predictions(model, rows, others, seed=seed))


def score_predictions(model: Model, rows: Sequence[EvidenceRow], predictions: FloatArray) -> Score | None:
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
        rmse_ci95_kelvin=_interval(wrong, groups),
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
        Jackknife over groups with Student's t [K].
    p_value : float
        Two-sided, from the same t.
    """

    ci95: tuple[float, float]
    p_value: float


def difference_test(one: Score, other: Score, rows: Sequence[EvidenceRow]) -> DifferenceTest | None:
    """Return how the errors of two models differ; None with fewer than eight groups."""
    groups = [row.group for row in rows]
    first, second = (_leave_one_out(errors(np.array(s.predictions_kelvin), rows), groups) for s in (one, other))
    if first is None or second is None:
        return None
    value, less = first[0] - second[0], first[1] - second[1]
    spread = _jackknife_error(less)
    low, high = _with_t(value, spread, len(less))
    if spread <= 0:
        return DifferenceTest((low, high), float(value == 0))
    return DifferenceTest((low, high), float(2 * stats.t.sf(abs(value) / spread, len(less) - 1)))


def _interval(wrong: FloatArray, groups: Sequence[str]) -> tuple[float, float] | None:
    """Return the 95 % interval of an RMSE: jackknife of its logarithm over groups, with Student's t.

    In tables of eight to thirty parents it holds 0.90 to 0.95 of normal errors; percentiles of a bootstrap hold 0.80
    to 0.90.
    """
    found = _leave_one_out(wrong, groups)
    if found is None:
        return None
    value, less = found
    if value <= 0 or (less <= 0).any():
        return 0.0, float(less.max())
    low, high = _with_t(float(np.log(value)), _jackknife_error(np.log(less)), len(less))
    return float(np.exp(low)), float(np.exp(high))


def _leave_one_out(wrong: FloatArray, groups: Sequence[str]) -> tuple[float, FloatArray] | None:
    """Return the RMSE, and those without each group (G,); None with fewer than eight groups."""
    names, index = np.unique(np.array(groups), return_inverse=True)
    if len(names) < FEWEST_GROUPS:
        return None
    squares, sizes = np.bincount(index, weights=wrong**2), np.bincount(index)
    less = (squares.sum() - squares) / (sizes.sum() - sizes)
    return float(np.sqrt(squares.sum() / sizes.sum())), np.sqrt(np.maximum(less, 0.0))


def _jackknife_error(values: FloatArray) -> float:
    return float(np.sqrt((len(values) - 1) * values.var()))


def _with_t(value: float, spread: float, n_groups: int) -> tuple[float, float]:
    half = float(stats.t.ppf(0.975, n_groups - 1)) * spread
    return value - half, value + half


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
