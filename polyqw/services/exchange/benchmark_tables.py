"""The tables of a benchmark: rows in folds, what simple models predict for them, and how they do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from polyqw.io.tables.values import Column, DataTable
from polyqw.services.validation.benchmark import baselines, benchmark_rows
from polyqw.theory.evidence.rivals import PHASES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sqlalchemy.orm import Session

    from polyqw.services.validation.benchmark import Baseline, BenchmarkRow

_OWN = "analysis by polyqw"
_TABLE = "database"
_COMPUTED = "leave-one-parent-out by polyqw"


def _column(
    name: str, kind: Any, unit: str | None, text: str, source: str = _OWN, *, required: bool = True
) -> Column:
    title = name.replace("_", " ") + (f" ({unit})" if unit else "")
    return Column(name, title, kind, unit, text, source, required)


_STRUCTURE = _column("structure_id", "integer", None, "Structure.", _TABLE)
_ORIGIN = _column("origin", "text", None, "What kind of evidence the structure is.", _TABLE)
_FAMILY = _column("family", "text", None, "Family by the metal of the planes.")
_MODEL = _column("model", "text", None, "Short name of the model.", _COMPUTED)

ROW = (
    _STRUCTURE,
    _column("formula", "text", None, "Formula of the sites.", _TABLE),
    _FAMILY,
    _column("subfamily", "text", None, "Subfamily, empty where it has no name.", required=False),
    _ORIGIN,
    _column("parent", "text", None, "Parent compound; rows of one parent or one composition are never parted."),
    _column("fold", "integer", None, "What to leave out together, counted within an origin from 0.", _COMPUTED),
    _column("tc_kelvin", "number", "K", "Tc at the pressure of the structure, the median of its values.", _TABLE),
    _column("is_bound", "boolean", None, "Whether Tc is only known to lie below tc_kelvin.", _TABLE),
    _column("n_tc", "integer", None, "Values of Tc behind the median.", _TABLE),
    _column("phase", "text", None, "Phase of the lowest well, the one that the law takes here."),
    _column("height_angstrom", "number", "Å", "Height h of that well."),
    _column("height_su_angstrom", "number", "Å", "Its standard uncertainty.", required=False),
    *(_column(f"height_{p}_angstrom", "number", "Å", f"Height of the {p} wells.", required=False) for p in PHASES),
    _column("descriptors", "json", None, "What the rivals know of the structure, by name with unit."),
    _column("notes", "text", None, "Why structure and Tc may not belong together.", required=False),
)
PREDICTION = (
    _STRUCTURE,
    _MODEL,
    _column("tc_predicted_kelvin", "number", "K", "Tc by the model fitted without the fold of the row.", _COMPUTED),
)
SCORE = (
    _ORIGIN,
    _FAMILY,
    _MODEL,
    _column("title", "text", None, "The model as a formula or in words.", _COMPUTED),
    _column("source", "text", None, "Who proposed it, or that it is a yardstick.", _COMPUTED),
    _column("n", "integer", None, "Rows that it can speak of.", _COMPUTED),
    _column("n_parents", "integer", None, "Parents among them.", _COMPUTED),
    _column("rmse_kelvin", "number", "K", "Root mean square error; a bound counts by what exceeds it.", _COMPUTED),
    _column("rmse_low_kelvin", "number", "K", "Lower end of its 95 % interval, from 8 parents on.", _COMPUTED,
            required=False),
    _column("rmse_high_kelvin", "number", "K", "Upper end of the interval.", _COMPUTED, required=False),
    _column("mae_kelvin", "number", "K", "Mean absolute error.", _COMPUTED),
    _column("spearman", "number", None, "Rank correlation with Tc; null where one of them does not vary.", _COMPUTED,
            required=False),
)  # fmt: skip


def benchmark_tables(session: Session, licences: Mapping[int, str], licence: Column) -> list[DataTable]:
    """Return the tables `row`, `prediction` and `score`; the first two end in the licence of their structure."""
    rows = benchmark_rows(session)
    found = baselines(rows)
    to_structure = (("structure_id", "structure", "id"),)
    predictions = sorted(_predictions(found))
    return [
        DataTable(
            "row", "row", "Structures with wells and a Tc, in folds of whole parents.", (*ROW, licence),
            [(*_row(row), licences[row.structure_id]) for row in rows], ("structure_id",), to_structure,
        ),
        DataTable(
            "prediction", "prediction", "What models give for each row, fitted without its fold.",
            (*PREDICTION, licence), [(*one, licences[one[0]]) for one in predictions], ("structure_id", "model"),
            (("structure_id", "row", "structure_id"),),
        ),
        DataTable(
            "score", "score", "How the models do, by origin and family, best first.", SCORE,
            [_score(one) for one in found], ("origin", "family", "model"),
        ),
    ]  # fmt: skip


def _row(row: BenchmarkRow) -> tuple[Any, ...]:
    own, evidence = row.row, row.evidence
    heights: Sequence[float | None] = [evidence.heights_angstrom.get(phase) for phase in PHASES]
    return (
        row.structure_id, evidence.name, evidence.family, evidence.subfamily or None, str(own.origin), evidence.group,
        row.fold, evidence.tc_kelvin, evidence.is_bound, own.n_reports, evidence.phase, evidence.height_angstrom,
        evidence.height_su_angstrom, *heights, dict(evidence.descriptors), "; ".join(own.notes) or None,
    )  # fmt: skip


def _predictions(found: Sequence[Baseline]) -> Iterator[tuple[int, str, float]]:
    for one in found:
        for row, tc in zip(one.rows, one.score.predictions_kelvin, strict=True):
            yield row.structure_id, one.model.name, tc


def _score(one: Baseline) -> tuple[Any, ...]:
    score, model = one.score, one.model
    low, high = score.rmse_ci95_kelvin or (None, None)
    return (
        str(one.origin), one.family, model.name, model.title, model.source, score.n, score.n_groups,
        score.rmse_kelvin, low, high, score.mae_kelvin, score.spearman,
    )  # fmt: skip
