"""The report's section on what the law predicts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from polyqw.services.drawing.columns import OF_WELL, Column
from polyqw.services.drawing.section import Paragraph, Section, Table
from polyqw.services.law.coverage import MeasuredHeights, with_coverage
from polyqw.services.law.predict import ALL_SETS, predict_set, prediction_set

if TYPE_CHECKING:
    from collections.abc import Sequence

    from polyqw.services.structures.lookup import Lookup

COLUMNS = (
    "target", OF_WELL, "height_from", "height_angstrom", "lambda_used", "lambda_from", "tc_kelvin",
    Column("tc_low_kelvin", "low", decimals=1), Column("tc_high_kelvin", "high", decimals=1),
    Column("n_measured_inside", "measured inside", decimals=0), Column("n_measured", "of", decimals=0),
    "published_kelvin", "observed_kelvin", "note",
)  # fmt: skip
INTRODUCTION = Markup(
    "T<sub>c</sub> = λ/h². The interval is that in which one more row of the same printed table would fall with 95 % "
    "probability, if its rows were a random sample of compounds; beside it: of how many measured structures of the "
    "family with such a well in this database it holds the T<sub>c</sub>."
)


def section(data: Lookup) -> Section:
    """Return the section on predictions."""
    measured = MeasuredHeights.read(data.session)
    predicted = [p for name in ALL_SETS for p in predict_set(data.session, prediction_set(name))]
    rows = [with_coverage(p, measured, {}) for p in predicted]
    return Section(
        "predictions",
        "Predictions",
        [Paragraph(INTRODUCTION), Table(rows, COLUMNS, "Predictions.", "")],
        verdicts=_verdicts(rows),
    )


def _verdicts(predictions: Sequence[dict[str, Any]]) -> list[str]:
    found: dict[str, str] = {}
    for p in predictions:
        if p["observed_kelvin"] is None or p["lambda_used"] is None or p["phase"] is None:
            continue
        outside = not p["tc_low_kelvin"] <= p["observed_kelvin"] <= p["tc_high_kelvin"]
        if p["height_from"] == "printed" or outside:
            well = f"{p['target']} ({p['phase']}, h {p['height_angstrom']:.3f} Å, {p['height_from']})"
            found.setdefault(
                well,
                f"{well}: predicted {p['tc_kelvin']:.1f} K ({p['tc_low_kelvin']:.0f} to {p['tc_high_kelvin']:.0f}), "
                f"observed {p['observed_kelvin']:g} K, {'outside' if outside else 'inside'} the interval.",
            )
    return list(found.values())
