"""What a leaderboard needs: rows whose well no Tc has chosen, folds of whole parents, and how simple models do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from polyqw.core.record import Origin
from polyqw.services.law.fit_tests import MODELS, NOT_EVIDENCE
from polyqw.services.structures.stored import current_structures
from polyqw.services.validation.dataset import database_data
from polyqw.services.validation.groups import join_kin
from polyqw.services.validation.screen import LAMBDAS, Promise, promised_row
from polyqw.theory.evidence.cross_validation import folds_of, left_out_predictions, score_predictions
from polyqw.theory.evidence.rivals import law_with

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy.orm import Session

    from polyqw.services.validation.rows import ValidationRow
    from polyqw.theory.evidence.cross_validation import Score
    from polyqw.theory.evidence.rivals import Model
    from polyqw.theory.evidence.rows import EvidenceRow


@dataclass(frozen=True, slots=True)
class BenchmarkRow:
    """A structure with wells and a Tc, and the fold that its parent is left out with.

    Parameters
    ----------
    fold : int
        Counted within the structures of one origin.
    """

    structure_id: int
    row: ValidationRow
    fold: int

    @property
    def evidence(self) -> EvidenceRow:
        """The heights and Tc."""
        return self.row.evidence


@dataclass(frozen=True, slots=True)
class Baseline:
    """What a model gives for rows of one family and origin, each predicted without its parent.

    Parameters
    ----------
    rows : tuple of BenchmarkRow
        Those that the model can speak of.
    score : Score
        Its ``predictions_kelvin`` are in the order of the rows.
    """

    model: Model
    origin: Origin
    family: str
    rows: tuple[BenchmarkRow, ...]
    score: Score


def benchmark_rows(session: Session) -> list[BenchmarkRow]:
    """Return the structures of a database with layered wells and a Tc, those made from the papers' numbers left out.

    The well is the lowest of each, as in a screen: it is known without Tc. Rows of one parent, or of one composition,
    are one group, and a group lies in one fold.
    """
    ids = {(s.file, s.block): s.id for s in current_structures(session)}
    data = database_data(session, "database")
    found = [promised_row(analysed, data, Promise.LOWEST, Origin.UNKNOWN) for analysed in data.structures]
    rows = [row for row in found if row is not None and row.origin not in NOT_EVIDENCE]
    known = [row for row in rows if not np.isnan(row.evidence.tc_kelvin)]
    by_id = sorted((ids[row.file, row.block], row) for row in join_kin(known))
    return [row for origin in Origin for row in _with_folds([(i, r) for i, r in by_id if r.origin is origin])]


def _with_folds(rows: Sequence[tuple[int, ValidationRow]]) -> Iterator[BenchmarkRow]:
    folds = folds_of([row.evidence.group for _, row in rows]) if rows else ()
    for (structure_id, row), fold in zip(rows, folds, strict=True):
        yield BenchmarkRow(structure_id, row, int(fold))


def baselines(rows: Sequence[BenchmarkRow]) -> list[Baseline]:
    """Return how the law, constants and rivals do on the rows, by origin, family and model, best first."""
    models = (*MODELS, law_with(LAMBDAS))
    found = []
    for origin in Origin:
        of_origin = [row for row in rows if row.row.origin is origin]
        for family in sorted({row.evidence.family for row in of_origin}):
            own = [_baseline(model, of_origin, family, origin) for model in models]
            found += sorted((one for one in own if one), key=lambda one: one.score.rmse_kelvin)
    return found


def _baseline(model: Model, rows: Sequence[BenchmarkRow], family: str, origin: Origin) -> Baseline | None:
    """Return a model's predictions of the rows of a family that it can speak of and has others to learn from."""
    spoken = [row for row in rows if model.applies_to(row.evidence)]
    folds = np.array([row.fold for row in spoken])
    predictions = left_out_predictions(model, [row.evidence for row in spoken], folds=folds)
    kept = [k for k, row in enumerate(spoken) if row.evidence.family == family and not np.isnan(predictions[k])]
    own = tuple(spoken[k] for k in kept)
    score = score_predictions(model, [row.evidence for row in own], predictions[kept])
    return Baseline(model, origin, family, own, score) if score else None
