"""The report's section on screening: what the law promises, and how the head of its ranking does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from polyqw.services.drawing.columns import Column
from polyqw.services.drawing.section import Paragraph, Picture, Section, Table
from polyqw.services.drawing.style import new_figure
from polyqw.services.validation.dataset import database_data
from polyqw.services.validation.screen import Outcome, screen

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from polyqw.services.structures.lookup import Lookup

RANKED = (
    Column("rank", "rank", decimals=0), "formula", "family", Column("height_angstrom", "h", "Å", 3),
    Column("tc_law_kelvin", "promised", "K", 1), Column("tc_kelvin", "measured", "K", 1), "outcome",
)  # fmt: skip
HEADS = (
    Column("k", "first", decimals=0), Column("title", "ranked by"), Column("n_hits", "hits", decimals=1),
    Column("precision", "share", decimals=2), Column("random", "by chance", decimals=2),
    Column("random_high", "95 % up to", decimals=2), Column("p_value", "chance as good", decimals=3),
)  # fmt: skip
SHOWN = 20
"""Rows of the ranking on the page."""

COLOURS = {Outcome.HIT: "#1b7837", Outcome.MISS: "#b2182b", Outcome.NOT_MEASURED: "0.6"}
CAPTION = (
    "Promised Tc by rank, and the Tc that was measured; crosses on the axis: nobody has measured it. Line: Tc from "
    "which a structure is a hit."
)


def section(data: Lookup) -> Section:
    """Return the section on screening the database."""
    found = screen(database_data(data.session, "the database", with_unmeasured=True))
    if not found["ranking"]:
        return Section("screen", "Screening", [])
    return Section(
        "screen",
        "Screening",
        [
            Paragraph(found["verdict"], found["verdict"]),
            Picture("screen", draw_screen(found), CAPTION, "Promised and measured Tc by rank."),
            Table(found["ranking"][:SHOWN], RANKED, "The first of the ranking (polyqw screen)."),
            Table(found["precision"], HEADS, "Hits among the first parents, against chance and rivals."),
        ],
        verdicts=[found["verdict"]],
    )


def draw_screen(found: dict[str, Any]) -> Figure:
    """Return the figure of promised and measured Tc against rank."""
    figure = new_figure(8, 4.2)
    axes = figure.subplots()
    rows = found["ranking"]
    ranks = [row["rank"] for row in rows]
    axes.plot(ranks, [row["tc_law_kelvin"] for row in rows], color="0.2", lw=1.2, label="promised, λ/h²")
    for kind in Outcome:
        own = [row for row in rows if row["outcome"] == kind]
        if own:
            axes.plot(
                [row["rank"] for row in own],
                [row["tc_kelvin"] or 0.0 for row in own],
                "x" if kind is Outcome.NOT_MEASURED else "o",
                color=COLOURS[kind],
                ms=4,
                ls="none",
                label=f"{kind.replace('_', ' ')} ({len(own)})",
            )
    if found["above_kelvin"] is not None:
        axes.axhline(found["above_kelvin"], color="0.5", lw=0.8, ls=":")
    axes.set(xlabel="rank by the law", ylabel="Tc (K)", xlim=(0, len(rows) + 1))
    axes.set_ylim(bottom=-3)
    axes.legend(frameon=False, fontsize=8)
    return figure
