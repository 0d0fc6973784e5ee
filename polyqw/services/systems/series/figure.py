"""Draw a series: heights and the law's Tc against what changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from polyqw.services.drawing.style import MARKERS, OF_PHASE, new_figure
from polyqw.theory.series import SeriesPoint, merge_equal

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from polyqw.services.systems.series.values import Series, SeriesPhase


def draw_series(series: Series) -> Figure:
    """Return the figure of a series: heights on the left, Tc = λ/h² on the right, places of equal height marked."""
    figure = new_figure(9.6, 4.4)
    left, right = figure.subplots(1, 2)
    for row in series.phases:
        _draw_phase(left, series, row, "height_angstrom")
        _draw_phase(right, series, row, "tc_law_kelvin")
    for axes, key in ((left, "height_angstrom"), (right, "tc_law_kelvin")):
        for crossing in series.crossings:
            axes.plot(crossing.value, getattr(crossing, key), "o", ms=12, mfc="none", color="0.25", mew=1)
        if series.crossings:
            axes.plot([], [], "o", ms=10, mfc="none", color="0.25", mew=1, label="two phases of equal height")
        axes.set_xlabel(f"{series.by} ({series.unit})")
        axes.margins(x=0.06, y=0.1)
    left.set_ylabel("well height h (Å)")
    right.set_ylabel("Tc by the law (K)")
    left.legend(frameon=False, fontsize=8)
    right.set_title(f"λ/h² with λ = {series.lambda_used_kelvin_angstrom2:g} K Å²", fontsize=10)
    dotted = " (dotted: between neighbours)" if any(row.n > 2 for row in series.phases) else ""
    left.set_title(f"heights, least-squares lines{dotted}", fontsize=10)
    return figure


def _draw_phase(axes: Axes, series: Series, row: SeriesPhase, key: str) -> None:
    phase, slope, intercept = row.phase, row.slope_angstrom_per_unit, row.intercept_angstrom
    wells = series.wells_of(phase)
    label = phase if slope is None else f"{phase}: {slope:+.4g} Å per {series.unit.replace('holes', 'hole')}"
    colour, y = OF_PHASE[phase], [getattr(well, key) for _, well in wells]
    axes.plot([x for x, _ in wells], y, MARKERS[phase], color=colour, label=label)
    if slope is None or intercept is None or series.lambda_used_kelvin_angstrom2 is None:
        return
    means = merge_equal([SeriesPoint(x, {phase: well.height_angstrom}) for x, well in wells])
    x = np.linspace(means[0].value, means[-1].value, 400)
    lines = [(intercept + slope * x, "-")]
    if row.n > 2:  # crossings lie on the straight lines between neighbours, not on that of the slope
        lines.append((np.interp(x, [p.value for p in means], [p.heights[phase] for p in means]), ":"))
    for heights, style in lines:
        of_height = heights if key == "height_angstrom" else series.lambda_used_kelvin_angstrom2 / heights**2
        axes.plot(x, of_height, style, color=colour, lw=1)
