"""Tc measured under pressure, as the database holds it, beside what the law gives along a series of structures."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from polyqw.core.record import TransitionKind
from polyqw.db.look.find import find_compound, pressure_windows, transitions_of
from polyqw.services.systems.series.values import Measured, MeasuredPoint, Window
from polyqw.theory.series import Abscissa, fit_slope

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

    from polyqw.db.models import Compound
    from polyqw.services.systems.series.values import Series


def add_measured(series: Series, session: Session | None) -> Series:
    """Return a series by pressure with the measured Tc of its compounds and their slopes, and notes on both.

    Any other abscissa leaves it as it is; without a database to compare with, the notes say so.
    """
    if series.by is not Abscissa.PRESSURE:
        return series
    if session is None:
        note = "no database was read, so the slopes stand beside no measured Tc; --db gives one."
        return replace(series, notes=(*series.notes, note))
    measured = tuple(_measured(session, compound) for compound in _compounds(session, series))
    notes = (note for compound in measured for note in _comparison(compound, series))
    return replace(series, measured=measured, notes=(*series.notes, *notes))


def _compounds(session: Session, series: Series) -> list[Compound]:
    """Return the compounds that the structures are, or stand beside in the papers' tables."""
    found: dict[str, Compound] = {}
    for record in (member.analysed.record for member in series.members):
        if record is None:
            continue
        for key in ((record.provenance.table_row or "").partition(" (")[0], record.cell.formula):
            compound = find_compound(session, key) if key else None
            if compound is not None:
                found.setdefault(compound.name, compound)
                break
    return [found[name] for name in sorted(found)]


def _measured(session: Session, compound: Compound) -> Measured:
    points = measured_points(session, compound)
    slope = fit_slope([(p.pressure_gpa, p.tc_kelvin) for p in points])
    windows = (
        Window(w.pressure_from_gpa, w.pressure_to_gpa, w.state, w.phase, w.tc_kelvin)
        for w in pressure_windows(session, compound.name)
    )
    return Measured(compound.name, points, tuple(windows), slope.value if slope else None)


def measured_points(session: Session, compound: Compound) -> tuple[MeasuredPoint, ...]:
    """Return the measured Tc of a compound whose pressure is stated, by pressure, with the window they lie in."""
    windows = pressure_windows(session, compound.name)
    found = []
    for transition in transitions_of(session, compound):
        pressure = transition.pressure_gpa
        if pressure is None or transition.kind != TransitionKind.MEASURED:
            continue
        held = [w for w in windows if w.pressure_from_gpa <= pressure <= (w.pressure_to_gpa or pressure)]
        found.append(
            MeasuredPoint(
                pressure,
                transition.tc_kelvin,
                held[0].state if held else None,
                held[0].phase if held else None,
                transition.source,
                transition.reference.key if transition.reference else None,
            )
        )
    return tuple(sorted(found, key=lambda p: p.pressure_gpa))


def _comparison(measured: Measured, series: Series) -> Iterator[str]:
    points = "; ".join(
        f"{p.tc_kelvin:g} K at {p.pressure_gpa:g} GPa" + (f" ({p.state})" if p.state else "") for p in measured.points
    )
    slope = measured.tc_slope_kelvin_per_gpa
    if slope is None:
        have = f"only {points}" if points else "no measured Tc with a stated pressure"
        yield f"{measured.compound}: the database holds {have}, so no measured dTc/dP stands beside the law's."
        return
    law = ", ".join(
        f"{p.phase} {p.tc_slope_kelvin_per_unit:+.3f}"
        for p in series.phases
        if p.tc_slope_kelvin_per_unit is not None
    )
    across = " across windows of different wells" if len({p.phase for p in measured.points}) > 1 else ""
    yield (
        f"{measured.compound}: measured {points}, {slope:+.3f} K/GPa{across}; the law along this series: {law} K/GPa."
    )
