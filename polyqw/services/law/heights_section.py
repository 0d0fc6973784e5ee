"""The report's section on printed heights beside those of structures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from markupsafe import Markup
from sqlalchemy import select

from polyqw.core.record import Origin
from polyqw.db.models import PublishedHeight
from polyqw.services.drawing.columns import OF_WELL, Column
from polyqw.services.drawing.section import Paragraph, Picture, Section, Table
from polyqw.services.drawing.style import COLOURS, MARKERS, new_figure
from polyqw.services.law.heights import REFINEMENT_SU, SAME_HEIGHT, compare_heights, comparison_row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure
    from sqlalchemy.orm import Session

    from polyqw.services.structures.lookup import Lookup

COLUMNS = (
    Column("compound", "row"), OF_WELL, "height_printed_angstrom", "height_structure_angstrom", "difference_angstrom",
    "height_su_angstrom", "lambda_printed_height", "lambda_structure_height", "structure", "explanation",
)  # fmt: skip
INTRODUCTION = Markup(
    "Every printed height beside every structure in the database that stands for its row. λ is T<sub>c</sub> as "
    "printed times h². Where a file states no uncertainty of its height, that of refinements of one compound stands "
    "for it, {:g} Å."
).format(REFINEMENT_SU)
CAPTION = (
    "Printed height less the height of the structure; open marks: cells under pressure; grey: the usual scatter of "
    "refinements, ±0.02 Å."
)
FAR = 0.05
"""Distance between a printed height and that of a structure beyond which they are of two things [Å]."""

ALT = "Printed height less the height of each structure, row by row; the numbers stand in the next table."


def comparisons(data: Lookup) -> list[dict[str, Any]]:
    """Return every printed height beside those of structures, see `polyqw.services.law.heights.comparison_row`."""
    return data.once("comparisons", lambda: [comparison_row(c) for c in compare_heights(data.session)])


def section(data: Lookup) -> Section:
    """Return the section on heights."""
    compared = comparisons(data)
    without = _rows_without(data.session, compared)
    rest = f"Rows for which the database holds no structure: {', '.join(without)}."
    return Section(
        "heights",
        "Printed heights against structures",
        [
            Paragraph(INTRODUCTION),
            Picture("heights", height_figure(compared), CAPTION, ALT, "Printed height less height of the structure"),
            Table(compared, COLUMNS, "Heights and what the data say about each difference.", ""),
            *([Paragraph(rest, rest)] if without else []),
        ],
        entry="Heights",
        verdicts=_verdicts(compared),
    )


def _rows_without(session: Session, comparisons: Sequence[dict[str, Any]]) -> list[str]:
    covered = {(c["table"], c["row"]) for c in comparisons}
    rows = session.execute(
        select(PublishedHeight.table_name, PublishedHeight.row_number, PublishedHeight.formula_printed)
        .distinct()
        .order_by(PublishedHeight.table_name, PublishedHeight.row_number)
    ).all()
    return [formula for table, row, formula in rows if (table, row) not in covered]


def _verdicts(compared: Sequence[dict[str, Any]]) -> list[str]:
    known = [c for c in compared if c["origin"] == Origin.MEASURED and c["difference_angstrom"] is not None]
    if not known:
        return ["No measured structure in the database stands for a row of the tables."]
    equal = [c for c in known if abs(c["difference_angstrom"]) <= SAME_HEIGHT]
    nearest: dict[tuple[Any, ...], float] = {}
    for c in known:
        nearest[_printed(c)] = min(nearest.get(_printed(c), 9.0), abs(c["difference_angstrom"]))
    return [
        f"Measured structures stand for {len(nearest)} printed heights: {len(equal)} agree to the digits printed, "
        f"{sum(d > FAR for d in nearest.values())} lie more than {FAR} Å from every structure here.",
        _by_uncertainty(known),
        *(_mixed_states(c, known) for c in equal if c["pressure_gpa"] and c["chosen"]),
    ]


def _by_uncertainty(known: Sequence[dict[str, Any]]) -> str:
    beyond = [c for c in known if abs(c["difference_angstrom"]) > 2 * max(c["height_su_angstrom"], REFINEMENT_SU)]
    shares = [c["lambda_su_kelvin_angstrom2"] / c["lambda_structure_height"] for c in known]
    return (
        f"Of {len(known)} comparisons, {len(beyond)} differ by more than twice the uncertainty of a refinement "
        f"({REFINEMENT_SU:g} Å, or what the file states if that is more); by it λ is uncertain by up to "
        f"{max(shares):.1%}."
    )


def _printed(row: dict[str, Any]) -> tuple[Any, ...]:
    return row["table"], row["row"], row["phase"]


def _mixed_states(row: dict[str, Any], known: Sequence[dict[str, Any]]) -> str:
    ambient = [o for o in known if _printed(o) == _printed(row) and not o["pressure_gpa"]]
    others = ", ".join(f"{o['lambda_structure_height']:.0f}" for o in ambient)
    return (
        f"The printed heights of {row['compound']} are those of a cell at about {row['pressure_gpa']:g} GPa, but "
        f"Tc = {row['tc_printed_kelvin']:g} K is the ambient one: λ = {row['lambda_printed_height']:.0f} K Å² "
        f"mixes two states" + (f"; ambient structures give {others} K Å²." if others else ".")
    )


def height_figure(comparisons: Sequence[dict[str, Any]]) -> Figure:
    """Return the figure of printed heights less those that structures give, row by row."""
    rows = [c for c in comparisons if c["difference_angstrom"] is not None and c["origin"] != "constructed"]
    figure = new_figure(8, 0.26 * len(rows) + 1.4, layout=None)
    axes = figure.subplots()
    for position, row in enumerate(rows):
        family = "iron" if row["table"] == "iron" else "cuprate"
        under_pressure = bool(row["pressure_gpa"])
        axes.plot([0, row["difference_angstrom"]], [position, position], color=COLOURS[family], lw=1)
        axes.plot(
            row["difference_angstrom"], position, MARKERS[row["phase"]], color=COLOURS[family],
            mfc="none" if under_pressure else COLOURS[family],
        )  # fmt: skip
    axes.axvline(0, color="0.3", lw=0.8)
    axes.axvspan(-0.02, 0.02, color="0.5", alpha=0.2, lw=0)
    labels = [f"{r['compound']}  {r['phase']}  [{r['structure']}]" for r in rows]
    axes.set_yticks(range(len(rows)), labels, fontsize=7)
    axes.set_ylim(max(len(rows), 1) - 0.5, -0.5)
    axes.set(xlabel="printed h less h of the structure (Å)")
    figure.tight_layout()
    return figure
