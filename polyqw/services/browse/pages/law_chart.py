"""Charts of Tc against the height of wells, with the law."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from polyqw.services.drawing.chart import Axis, Band, Dot, Line, axis_around, draw_chart
from polyqw.theory.scaling import law_tc

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markupsafe import Markup

    from polyqw.services.law.answers import Answer

HEIGHT, TC = "height h (Å)", "Tc (K)"


def law_lines(axis: Axis, lam: float, half_width: float, name: str) -> tuple[Line, Band]:
    """Return Tc = λ/h² along an axis of heights, and the band of one more compound's λ."""
    heights = [float(h) for h in np.linspace(max(axis.low, 0.5), axis.high, 121)]
    line = Line([(h, law_tc(h, lam)) for h in heights], name, "law")
    edges = [(h, law_tc(h, lam - half_width), law_tc(h, lam + half_width)) for h in heights]
    return line, Band(edges, "law")


def heights_chart(answers: Sequence[Answer]) -> Markup | None:
    """Return the chart of structures with a Tc of their own; None where there is none."""
    dots = [
        Dot(w.height_angstrom, a.tc.tc_kelvin, f"{a.structure.block}, {w.phase}: {a.tc.tc_kelvin:g} K", str(w.phase))
        for a in answers
        if a.tc.tc_kelvin is not None
        for w in a.wells
    ]
    lam = next((a.lam for a in answers if a.lam is not None), None)
    if not dots or lam is None:
        return None
    x = axis_around(HEIGHT, [d.x for d in dots])
    line, band = law_lines(x, lam.value, lam.half_width, f"λ/h², λ = {lam.value:.0f} K Å²")
    y = axis_around(TC, [*(d.y for d in dots), *(v for _, v in line.points if v is not None)], low=0.0)
    return draw_chart("Tc against height", x, y, dots=dots, lines=[line], bands=[band])
