"""Draw windows of pressure: the observed Tc, and the law's Tc of each well."""

from __future__ import annotations

from typing import TYPE_CHECKING

from polyqw.services.drawing.style import MARKERS, OF_PHASE, new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from polyqw.services.systems.series.pressure_values import LawWindow, PressurePhases


def draw_pressure_phases(found: PressurePhases) -> Figure:
    """Return the figure of the windows: observed Tc against pressure, the law's Tc of each well as a line across."""
    figure = new_figure(8.2, 4.6)
    axes = figure.subplots()
    bounds = [x for w in found.windows for x in (w.pressure_from_gpa, w.pressure_to_gpa) if x is not None]
    end = max(bounds) * 1.15
    top = 1.3 * max(p.tc_law_kelvin for p in found.phases)
    known = {p.state for p in found.measured}
    for window in found.windows:
        _draw_window(axes, window, end, top)
        if window.state not in known:
            _draw_unplaced(axes, window, end)
    for phase in found.phases:
        axes.axhline(phase.tc_law_kelvin, color=OF_PHASE[phase.phase], lw=1.2, ls="--",
                     label=f"law, {phase.phase}: λ/h² = {phase.tc_law_kelvin:.1f} K")  # fmt: skip
    for point in found.measured:
        label = f"measured, {point.state}: {point.tc_kelvin:g} K at {point.pressure_gpa:g} GPa"
        marker, colour = MARKERS.get(point.phase or "", "D"), OF_PHASE.get(point.phase or "", "0.3")
        axes.plot(point.pressure_gpa, point.tc_kelvin, marker, ms=8, color=colour, label=label)
    axes.set(xlabel="pressure (GPa)", ylabel="Tc (K)", xlim=(min(bounds), end), ylim=(0, top))
    axes.set_title(f"{found.compound}: windows of the papers, highest Tc of each", fontsize=10, parse_math=False)
    axes.legend(frameon=True, fontsize=8, loc="lower left")
    return figure


def _draw_window(axes: Axes, window: LawWindow, end: float, top: float) -> None:
    start, stop = window.pressure_from_gpa, window.pressure_to_gpa or end
    colour = OF_PHASE.get(window.phase or "", "0.6")
    axes.axvspan(start, stop, color=colour, alpha=0.1 if window.phase else 0.2, lw=0)
    label = window.state + (f"\n{window.phase}" if window.phase else "")
    narrow = stop - start < 0.2 * end and not window.phase
    axes.text((start + stop) / 2, 0.97 * top, label, ha="center", va="top", fontsize=9, rotation=90 if narrow else 0)


def _draw_unplaced(axes: Axes, window: LawWindow, end: float) -> None:
    """Draw the highest Tc of a window as a bar across it, where no measurement says at which pressure it was."""
    highest = window.tc_observed_kelvin
    if highest is not None:
        start, stop = window.pressure_from_gpa, window.pressure_to_gpa or end
        colour, label = OF_PHASE.get(window.phase or "", "0.6"), f"highest Tc, {window.state}: {highest:g} K"
        axes.hlines(highest, start, stop, color=colour, lw=5, alpha=0.4, label=label)
