"""The report's section on slopes along series, and their figure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from markupsafe import Markup

from polyqw.services.drawing.columns import OF_WELL, Column
from polyqw.services.drawing.section import Paragraph, Picture, Section, Table
from polyqw.services.drawing.style import new_figure
from polyqw.services.law.slopes import measured_slopes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from polyqw.services.structures.lookup import Lookup

SLOPES = (
    Column("series", "series"), Column("quantity", "x"), Column("side", "side"), OF_WELL,
    Column("n", "n", decimals=0),
    Column("tc_slope_measured_kelvin_per_unit", "measured dTc/dx", "K", 1),
    Column("tc_slope_measured_kelvin_per_unit_standard_error", "±", "K", 1),
    Column("tc_slope_law_kelvin_per_unit", "law's", "K", 1),
    Column("tc_slope_law_kelvin_per_unit_standard_error", "± ", "K", 1), Column("same_sign", "same sign"),
)  # fmt: skip
STYLES = {"alpha": ("o", "#2166ac"), "beta": ("s", "#d6604d"), "gamma": ("^", "#762a83")}
CAPTION = Markup(
    "Measured T<sub>c</sub> (black) along doping series and λ/h² of the wells of the structures (coloured), λ as "
    "printed. T<sub>c</sub> and structure are paired by composition, not by sample."
)


def section(data: Lookup) -> Section:
    """Return the section on slopes along series."""
    found = data.once("slopes", measured_slopes)
    rows = [row for series in found["series"] for row in series["slopes"]]
    return Section(
        "slopes",
        "Slopes along doping series",
        [
            Paragraph(found["verdict"], found["verdict"]),
            Picture("slopes", draw_slopes(found), CAPTION, "Measured Tc and λ/h² along doping series."),
            Table(rows, SLOPES, "Measured slopes beside the law's, on the same structures (polyqw slopes)."),
        ],
        entry="Slopes",
        verdicts=[found["verdict"]],
    )


def draw_slopes(found: Mapping[str, Any]) -> Figure:
    """Return the figure of Tc and λ/h² along the series that have structures, a panel each."""
    drawn = [s for s in found["series"] if sum(bool(p["heights_angstrom"]) for p in s["points"]) > 1]
    columns = min(3, max(len(drawn), 1))
    n_rows = -(-len(drawn) // columns) or 1
    figure = new_figure(3.6 * columns, 2.9 * n_rows)
    panels = np.atleast_1d(figure.subplots(n_rows, columns)).ravel()
    for axes, series in zip(panels, drawn, strict=False):
        _panel(axes, series)
    for axes in panels[len(drawn) :]:
        axes.set_visible(False)
    return figure


def _panel(axes: Axes, series: Mapping[str, Any]) -> None:
    points = sorted(series["points"], key=lambda p: p["x"])
    axes.plot([p["x"] for p in points], [p["tc_kelvin"] for p in points], "k.-", ms=7, lw=0.8, label="measured")
    for phase, (marker, colour) in STYLES.items():
        own = [p for p in points if phase in p["heights_angstrom"]]
        law = [series["lambda_kelvin_angstrom2"] / p["heights_angstrom"][phase] ** 2 for p in own]
        if own:
            axes.plot([p["x"] for p in own], law, marker, color=colour, ms=4, ls="--", lw=0.8, label=f"λ/h², {phase}")
    axes.set(title=series["series"], xlabel=f"x, {series['quantity']}", ylabel="Tc (K)")
    axes.set_ylim(bottom=0)
    axes.legend(frameon=False, fontsize=6.5)
