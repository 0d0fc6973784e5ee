"""Tc of a compound along doping, where the numbers that travel with the program have it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from polyqw.services.browse.pages.law_chart import TC
from polyqw.services.drawing.chart import Dot, axis_around, draw_chart
from polyqw.services.structures.aliases import parents_called
from polyqw.services.systems.cles.dome_data import SYSTEMS, read_dome

if TYPE_CHECKING:
    from markupsafe import Markup

    from polyqw.services.systems.cles.dome_data import DomeData


@dataclass(frozen=True, slots=True)
class DopingSeries:
    """The points of a compound along doping, and their chart."""

    data: DomeData
    chart: Markup


def doping_series(parent: str) -> DopingSeries | None:
    """Return the points of a parent compound along doping; None where there are none."""
    system = next((s for s in SYSTEMS if parent in parents_called(s.alias)), None)
    if system is None:
        return None
    [data] = read_dome(system.alias)
    dots = [Dot(x.p, x.tc_kelvin, f"p = {x.p:.3f}: {x.tc_kelvin:g} K ({x.table})", "beta") for x in data.points]
    x, y = axis_around("doping p", [d.x for d in dots]), axis_around(TC, [d.y for d in dots], low=0.0)
    return DopingSeries(data, draw_chart("Tc along doping", x, y, dots=dots))
