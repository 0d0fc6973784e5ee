"""Rank structures by the Tc that the law promises: hits, misses, and what nobody has measured."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any

import numpy as np

from polyqw.core.record import Origin
from polyqw.core.wells import Status
from polyqw.io.tables.tc_rows import TcRow
from polyqw.services.law.printed import PRINTED_LAMBDA
from polyqw.services.validation.groups import join_kin
from polyqw.services.validation.rows import make_row
from polyqw.theory.evidence.cross_validation import FEWEST_GROUPS, left_out_predictions
from polyqw.theory.evidence.rivals import FAMILY_MEAN, LAW_ALPHA, RIVALS, law_with
from polyqw.theory.evidence.screening import precision
from polyqw.theory.scaling import law_tc

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from polyqw.core.arrays import BoolArray, FloatArray, IntArray
    from polyqw.services.structures.analyse import Analysed
    from polyqw.services.validation.dataset import DataSet
    from polyqw.services.validation.rows import ValidationRow
    from polyqw.theory.evidence.rivals import Model
    from polyqw.theory.evidence.rows import EvidenceRow

FIRST = (5, 10, 20, 50, 100)
"""Lengths of the head of the ranking that are looked at, up to half of the parents that were measured."""

LAMBDAS = {str(family): lam for family, lam in PRINTED_LAMBDA.items()}


class Promise(StrEnum):
    """Which well the promise of a structure rests on."""

    LOWEST = "lowest"
    ALPHA = "alpha"
    BETA = "beta"


class Outcome(StrEnum):
    """What became of a promise."""

    HIT = "hit"
    MISS = "miss"
    NOT_MEASURED = "not_measured"


def screen(
    data: DataSet,
    promise: Promise = Promise.LOWEST,
    default_origin: Origin = Origin.UNKNOWN,
    *,
    above_kelvin: float | None = None,
    with_3d: bool = False,
    seed: int = 0,
    watch: Callable[[Iterable[Analysed]], Iterator[Analysed]] = iter,
) -> dict[str, Any]:
    """Return structures by falling promise, and how the head of the list does, as plain values.

    Parameters
    ----------
    promise : Promise
        Which well counts; none knows the Tc.
    default_origin : Origin
        Of structures of which nothing says what they are.
    above_kelvin : float, optional
        Tc from which a structure is a hit [K]; default the upper quartile of the measured parents.
    with_3d : bool
        Whether structures without layers are ranked too.
    seed : int
        Of the folds in which rivals are fitted.
    """
    rows, n_files = [], 0
    for analysed in watch(data.structures):
        n_files += 1
        row = promised_row(analysed, data, promise, default_origin, with_3d=with_3d)
        if row is not None:
            rows.append(row)
    rows = sorted(join_kin(rows), key=lambda row: (-_promised(row.evidence), row.file, row.block))
    known = [row for row in rows if not np.isnan(row.evidence.tc_kelvin)]
    threshold = above_kelvin if above_kelvin is not None else _upper_quartile(known)
    table = [_plain(rank, row, threshold) for rank, row in enumerate(rows, 1)]
    heads, n_parents, n_hits = _heads([row.evidence for row in known], threshold, seed)
    found = {
        "name": data.name,
        "n_files": n_files,
        "n_ranked": len(rows),
        "n_not_measured": len(rows) - len(known),
        "n_parents_measured": n_parents,
        "n_parents_hit": n_hits,
        "wells": str(promise),
        "above_kelvin": threshold,
        "seed": seed,
        "precision": heads,
        "ranking": table,
    }
    return {**found, "verdict": verdict(found)}


def promised_row(
    analysed: Analysed, data: DataSet, promise: Promise, default_origin: Origin, *, with_3d: bool = False
) -> ValidationRow | None:
    """Return a structure with the well that its promise rests on, which no Tc has chosen; None without one."""
    record, analysis = analysed.record, analysed.analysis
    if record is None or analysis is None or analysed.status is not Status.OK:
        return None
    if analysis.family not in PRINTED_LAMBDA or not (with_3d or all(well.layered for well in analysis.wells)):
        return None
    heights = analysis.phase_heights
    phase = min(heights, key=lambda p: (heights[p], p), default=None) if promise is Promise.LOWEST else promise.value
    if phase not in heights:
        return None
    entries = [entry for entry in data.entries_of(analysed) if isinstance(entry, TcRow)]
    return make_row(analysed, record, analysis, entries, phase, default_origin)


def _promised(row: EvidenceRow) -> float:
    return law_tc(row.height_angstrom, LAMBDAS[row.family])


def _upper_quartile(known: Sequence[ValidationRow]) -> float | None:
    """Return the upper quartile of the highest Tc of each measured parent [K]; None without any."""
    best: dict[str, float] = {}
    for row in known:
        if not row.evidence.is_bound:
            group = row.evidence.group
            best[group] = max(best.get(group, 0.0), row.evidence.tc_kelvin)
    return float(np.quantile(list(best.values()), 0.75)) if best else None


def outcome(row: EvidenceRow, threshold: float | None) -> Outcome:
    """Return whether a row is a hit; a bound above the threshold leaves it open."""
    if threshold is None or np.isnan(row.tc_kelvin) or (row.is_bound and row.tc_kelvin >= threshold):
        return Outcome.NOT_MEASURED
    return Outcome.HIT if row.tc_kelvin >= threshold else Outcome.MISS


def _plain(rank: int, row: ValidationRow, threshold: float | None) -> dict[str, Any]:
    evidence = row.evidence
    return {
        "rank": rank,
        "file": row.file,
        "block": row.block,
        "formula": evidence.name,
        "family": evidence.family,
        "origin": str(row.origin),
        "group": evidence.group,
        "phase": evidence.phase,
        "height_angstrom": evidence.height_angstrom,
        "tc_law_kelvin": _promised(evidence),
        "tc_kelvin": None if np.isnan(evidence.tc_kelvin) else evidence.tc_kelvin,
        "is_bound": evidence.is_bound,
        "outcome": str(outcome(evidence, threshold)),
        "notes": "; ".join(row.notes),
    }


def _heads(rows: Sequence[EvidenceRow], threshold: float | None, seed: int) -> tuple[list[dict[str, Any]], int, int]:
    """Return the precision of every model at the head of its own ranking of parents, best first for each k."""
    judged = [row for row in rows if outcome(row, threshold) is not Outcome.NOT_MEASURED]
    groups, index = np.unique(np.array([row.group for row in judged]), return_inverse=True)
    hits = np.zeros(len(groups), dtype=bool)
    for place, row in zip(index, judged, strict=True):
        hits[place] |= outcome(row, threshold) is Outcome.HIT
    if len(groups) < FEWEST_GROUPS:
        return [], len(groups), int(hits.sum())
    scores = {model: _best_of(index, _predicted(model, judged, seed), len(groups)) for model in _models()}
    found = [
        _head(model, own, hits, k)
        for k in FIRST
        if k <= len(groups) / 2
        for model, own in sorted(scores.items(), key=lambda item: -precision(item[1], hits, k).n_hits)
    ]
    return found, len(groups), int(hits.sum())


def _models() -> list[Model]:
    return [law_with(LAMBDAS), FAMILY_MEAN, *(m for m in (LAW_ALPHA, *RIVALS) if m is not FAMILY_MEAN)]


def _predicted(model: Model, rows: Sequence[EvidenceRow], seed: int) -> FloatArray:
    """Return what a model gives for rows whose parents it has not seen; where it has nothing to say, the mean."""
    predictions = left_out_predictions(FAMILY_MEAN, rows, seed=seed)
    own = [k for k, row in enumerate(rows) if model.applies_to(row)]
    if own and model is not FAMILY_MEAN:
        told = left_out_predictions(model, [rows[k] for k in own], seed=seed)
        predictions[own] = np.where(np.isnan(told), predictions[own], told)
    return np.where(np.isnan(predictions), -np.inf, predictions)


def _best_of(index: IntArray, values: FloatArray, n: int) -> FloatArray:
    best = np.full(n, -np.inf)
    np.maximum.at(best, index, values)
    return best


def _head(model: Model, scores: FloatArray, hits: BoolArray, k: int) -> dict[str, Any]:
    found = precision(scores, hits, k)
    return {
        "k": k,
        "model": model.name,
        "title": model.title,
        "n_hits": found.n_hits,
        "precision": found.share,
        "random": float(hits.mean()),
        "random_low": found.random_low,
        "random_high": found.random_high,
        "p_value": found.p_value,
    }


def verdict(found: dict[str, Any]) -> str:
    """Return what the head of the ranking says of the law, in a sentence or two."""
    told = [row for row in found["precision"] if row["model"] == "law_fixed"]
    if not told:
        return (
            f"{found['n_ranked']} structures ranked; {found['n_parents_measured']} parents were measured, and it "
            f"takes {2 * FIRST[0]} to say how the head of the ranking does."
        )
    law = max((row for row in told if row["k"] <= 20), key=lambda row: row["k"])
    rivals = [row for row in found["precision"] if row["k"] == law["k"] and row["model"] != "law_fixed"]
    best = max(rivals, key=lambda row: row["precision"])
    better = "more than" if law["precision"] > law["random_high"] else "no more than"
    return (
        f"Of the first {law['k']} parents that the law ranks, {law['n_hits']:.3g} reach "
        f"{found['above_kelvin']:.3g} K, {better} chance gives (on average {law['random'] * law['k']:.1f}, 95 % up "
        f"to {law['random_high'] * law['k']:.0f}); best rival: {best['title']}, {best['n_hits']:.3g}."
    )
