"""The figure of the answer: measured Tc against the heights of the wells, beside the law and a constant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from polyqw.core.wells import Family
from polyqw.services.drawing.style import COLOURS, MARKERS, new_figure
from polyqw.services.law.answers import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure

    from polyqw.services.law.answers import Answer


def answers_figure(answers: Sequence[Answer]) -> Figure:
    """Return Tc against h, one panel for each family that has measured structures with a Tc."""
    own = {family: counted(family, answers) for family in Family}
    families = [family for family, found in own.items() if found]
    figure = new_figure(4.2 * max(len(families), 1), 3.4)
    panels = figure.subplots(1, max(len(families), 1), squeeze=False)[0]
    for axes, family in zip(panels, families, strict=False):
        _panel(axes, family, own[family])
    if not families:
        panels[0].set_axis_off()
        panels[0].text(0.5, 0.5, "no measured structure with a Tc", ha="center")
    return figure


def _panel(axes: Any, family: Family, answers: Sequence[Answer]) -> None:
    colour = COLOURS[family]
    lam = answers[0].lam
    assert lam is not None
    for answer in answers:
        tc = answer.tc.tc_kelvin or 0.0
        best = min(answer.wells, key=lambda w: abs(w.tc_kelvin - tc))
        for well in answer.wells:
            face = colour if well is best else "none"
            axes.plot(well.height_angstrom, tc, MARKERS[well.phase], color=colour, mfc=face, ms=6, alpha=0.85)
    heights = [w.height_angstrom for a in answers for w in a.wells]
    span = np.linspace(min(heights) - 0.1, max(heights) + 0.1, 100)
    axes.plot(span, lam.value / span**2, color="0.25", label=f"law, λ = {lam.value:.0f} K Å²")
    low, high = (lam.value - lam.half_width) / span**2, (lam.value + lam.half_width) / span**2
    axes.fill_between(span, np.maximum(low, 0), high, color="0.25", alpha=0.1, lw=0)
    mean = float(np.mean([a.tc.tc_kelvin for a in answers]))
    axes.axhline(mean, color="0.25", ls=":", label=f"constant, {mean:.0f} K")
    axes.set(xlabel="well height h (Å)", ylabel="Tc (K)", title=f"{family}: {len(answers)} measured structures")
    axes.set_ylim(bottom=0)
    axes.legend(frameon=False, fontsize=8)
