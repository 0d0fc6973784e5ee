"""Heights of a compound along pressure, where the database has structures of it at several."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from polyqw.core.wells import Status
from polyqw.errors import PolyqwError
from polyqw.services.drawing.chart import Dot, axis_around, draw_chart
from polyqw.services.structures.stored import as_analysed
from polyqw.services.systems.series.section import ambient_unless_stated
from polyqw.services.systems.series.series import series_result
from polyqw.theory.series import Abscissa

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markupsafe import Markup
    from sqlalchemy.orm import Session

    from polyqw.db.models import Structure
    from polyqw.services.systems.series.values import Series


@dataclass(frozen=True, slots=True)
class PressureSeries:
    """A series along pressure, and its chart."""

    series: Series
    chart: Markup


def pressure_series(session: Session, structures: Sequence[Structure]) -> PressureSeries | None:
    """Return the series of structures along pressure; None where there is none."""
    own = [s for s in structures if s.status == Status.OK]
    if len({s.pressure_gpa or 0.0 for s in own}) < 2:
        return None
    members = [ambient_unless_stated(as_analysed(session, s)) for s in own]
    try:
        series = series_result(members, Abscissa.PRESSURE)
    except PolyqwError:
        return None
    return PressureSeries(series, _chart(series))


def _chart(series: Series) -> Markup:
    dots = [
        Dot(s.place.value, w.height_angstrom, f"{s.analysed.block}, {w.phase}: {w.height_angstrom:.4f} Å", w.phase)
        for s in series.structures
        if s.place.value is not None
        for w in s.place.wells
    ]
    x = axis_around("pressure (GPa)", [d.x for d in dots])
    y = axis_around("height h (Å)", [d.y for d in dots])
    return draw_chart("Heights along pressure", x, y, dots=dots)
