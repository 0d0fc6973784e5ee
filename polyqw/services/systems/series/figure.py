"""Draw a series: heights and the law's Tc against what changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from polyqw.services.drawing.style import MARKERS, OF_PHASE, new_figure
from polyqw.theory.series import SeriesPoint, merge_equal

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def draw_series(result: dict[str, Any]) -> Figure:
    """Return the figure of a series: heights on the left, Tc = λ/h² on the right, places of equal height marked."""
    figure = new_figure(9.6, 4.4)
    left, right = figure.subplots(1, 2)
    for row in result["phases"]:
        _draw_phase(left, result, row, "height_angstrom")
        _draw_phase(right, result, row, "tc_law_kelvin")
    for axes, key in ((left, "height_angstrom"), (right, "tc_law_kelvin")):
        for crossing in result["crossings"]:
            axes.plot(crossing["value"], crossing[key], "o", ms=12, mfc="none", color="0.25", mew=1)
        if result["crossings"]:
            axes.plot([], [], "o", ms=10, mfc="none", color="0.25", mew=1, label="two phases of equal height")
        axes.set_xlabel(f"{result['by']} ({result['unit']})")
        axes.margins(x=0.06, y=0.1)
    left.set_ylabel("well height h (Å)")
    right.set_ylabel("Tc by the law (K)")
    left.legend(frameon=False, fontsize=8)
    right.set_title(f"λ/h² with λ = {result['lambda_used_kelvin_angstrom2']:g} K Å²", fontsize=10)
    dotted = " (dotted: between neighbours)" if any(row["n"] > 2 for row in result["phases"]) else ""
    left.set_title(f"heights, least-squares lines{dotted}", fontsize=10)
    return figure


def _draw_phase(axes: Axes, result: dict[str, Any], row: dict[str, Any], key: str) -> None:
    phase, slope = row["phase"], row["slope_angstrom_per_unit"]
    wells = [
        (s["value"], well)
        for s in result["structures"]
        if s["in_series"]
        for well in s["wells"]
        if well["phase"] == phase
    ]
    label = phase if slope is None else f"{phase}: {slope:+.4g} Å per {result['unit'].replace('holes', 'hole')}"
    axes.plot([x for x, _ in wells], [w[key] for _, w in wells], MARKERS[phase], color=OF_PHASE[phase], label=label)
    if slope is None:
        return
    means = merge_equal([SeriesPoint(x, {phase: w["height_angstrom"]}) for x, w in wells])
    x = np.linspace(means[0].value, means[-1].value, 400)
    straight = np.interp(x, [p.value for p in means], [p.heights[phase] for p in means])
    lines = [(row["intercept_angstrom"] + slope * x, "-")]
    if row["n"] > 2:  # crossings lie on the straight lines between neighbours, not on that of the slope
        lines.append((straight, ":"))
    for heights, style in lines:
        y = heights if key == "height_angstrom" else result["lambda_used_kelvin_angstrom2"] / heights**2
        axes.plot(x, y, style, color=OF_PHASE[phase], lw=1)
