"""Draw a series: heights and the law's Tc against what changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from polyqw.theory.series import SeriesPoint, merge_equal

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLOURS = {"alpha": "#b2182b", "beta": "#2166ac", "gamma": "#1b7837"}
MARKERS = {"alpha": "o", "beta": "s", "gamma": "^"}


def draw_series(result: dict[str, Any]) -> Figure:
    """Return the figure of a series: heights on the left, Tc = λ/h² on the right, places of equal height marked."""
    from matplotlib.figure import Figure  # noqa: PLC0415 - slow to import

    figure = Figure(figsize=(9.6, 4.4), layout="constrained")
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
    left.set_title("heights; least-squares lines (dotted: between neighbours)", fontsize=10)
    return figure


def _draw_phase(axes: Axes, result: dict[str, Any], row: dict[str, Any], key: str) -> None:
    phase = row["phase"]
    pairs = [
        (s["value"], well[key])
        for s in result["structures"]
        if s["in_series"]
        for well in s["wells"]
        if well["phase"] == phase
    ]
    x, y = zip(*pairs, strict=True)
    slope = row["slope_angstrom_per_unit"]
    label = phase if slope is None else f"{phase}: {slope:+.4g} Å per {result['unit'].replace('holes', 'hole')}"
    axes.plot(x, y, MARKERS[phase], color=COLOURS[phase], label=label)
    if slope is None:
        return
    if row["n"] > 2:  # crossings lie on these, not on the least-squares line
        axes.plot(*_mean_by_value(pairs), ":", color=COLOURS[phase], lw=1)
    span = np.linspace(min(x), max(x), 100)
    line = row["intercept_angstrom"] + slope * span
    axes.plot(span, line if key == "height_angstrom" else _law(line, result), color=COLOURS[phase], lw=1)


def _mean_by_value(pairs: list[tuple[float, float]]) -> tuple[list[float], list[float]]:
    merged = merge_equal([SeriesPoint(x, {"": y}) for x, y in pairs])
    return [p.value for p in merged], [p.heights[""] for p in merged]


def _law(heights: Any, result: dict[str, Any]) -> Any:
    return result["lambda_used_kelvin_angstrom2"] / heights**2
