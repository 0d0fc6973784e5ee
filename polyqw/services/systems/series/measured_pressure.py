"""Tc measured under pressure, as the database holds it, beside what the law gives along a series of structures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from polyqw.core.record import TransitionKind
from polyqw.db.look.find import find_compound, pressure_windows, transitions_of
from polyqw.services.systems.series.notes import members
from polyqw.theory.series import Abscissa, fit_slope

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

    from polyqw.db.models import Compound


def add_measured(result: dict[str, Any], session: Session | None) -> dict[str, Any]:
    """Return a series by pressure with the measured Tc of its compounds and their slopes, and notes on both.

    Parameters
    ----------
    result : dict
        As `polyqw.services.systems.series.series.series_result` gives it; any other abscissa leaves it as it is.
    session : Session or None
        None where there is no database to compare with, which the notes then say.
    """
    if result["by"] != Abscissa.PRESSURE:
        return result
    if session is None:
        note = "no database was read, so the slopes stand beside no measured Tc; --db gives one."
        return result | {"notes": [*result["notes"], note]}
    measured = [_measured_row(session, compound) for compound in _compounds(session, result)]
    notes = [note for row in measured for note in _comparison(row, result)]
    return result | {"measured": measured, "notes": [*result["notes"], *notes]}


def _compounds(session: Session, result: dict[str, Any]) -> list[Compound]:
    """Return the compounds that the structures are, or stand beside in the papers' tables."""
    found: dict[str, Compound] = {}
    for row in members(result):
        for key in ((row["table_row"] or "").partition(" (")[0], row["formula"]):
            compound = find_compound(session, key) if key else None
            if compound is not None:
                found.setdefault(compound.name, compound)
                break
    return [found[name] for name in sorted(found)]


def _measured_row(session: Session, compound: Compound) -> dict[str, Any]:
    points = measured_points(session, compound)
    slope = fit_slope([(p["pressure_gpa"], p["tc_kelvin"]) for p in points])
    windows = [
        {
            "pressure_from_gpa": w.pressure_from_gpa,
            "pressure_to_gpa": w.pressure_to_gpa,
            "state": w.state,
            "phase": w.phase,
            "tc_kelvin": w.tc_kelvin,
        }
        for w in pressure_windows(session, compound.name)
    ]
    return {
        "compound": compound.name,
        "points": points,
        "windows": windows,
        "tc_slope_kelvin_per_gpa": slope.value if slope else None,
    }


def measured_points(session: Session, compound: Compound) -> list[dict[str, Any]]:
    """Return the measured Tc of a compound whose pressure is stated, by pressure, with the window they lie in."""
    windows = pressure_windows(session, compound.name)
    found = []
    for transition in transitions_of(session, compound):
        if transition.pressure_gpa is None or transition.kind != TransitionKind.MEASURED:
            continue
        held = [
            w
            for w in windows
            if w.pressure_from_gpa <= transition.pressure_gpa <= (w.pressure_to_gpa or transition.pressure_gpa)
        ]
        found.append(
            {
                "pressure_gpa": transition.pressure_gpa,
                "tc_kelvin": transition.tc_kelvin,
                "state": held[0].state if held else None,
                "phase": held[0].phase if held else None,
                "source": transition.source,
                "reference": transition.reference.key if transition.reference else None,
            }
        )
    return sorted(found, key=lambda p: p["pressure_gpa"])


def _comparison(row: dict[str, Any], result: dict[str, Any]) -> Iterator[str]:
    points = row["points"]
    told = "; ".join(
        f"{p['tc_kelvin']:g} K at {p['pressure_gpa']:g} GPa" + (f" ({p['state']})" if p["state"] else "")
        for p in points
    )
    slope = row["tc_slope_kelvin_per_gpa"]
    if slope is None:
        have = f"only {told}" if told else "no measured Tc with a stated pressure"
        yield f"{row['compound']}: the database holds {have}, so no measured dTc/dP stands beside the law's."
        return
    law = ", ".join(
        f"{p['phase']} {p['tc_slope_kelvin_per_unit']:+.3f}"
        for p in result["phases"]
        if p["tc_slope_kelvin_per_unit"] is not None
    )
    across = len({p["phase"] for p in points}) > 1
    yield (
        f"{row['compound']}: measured {told}, {slope:+.3f} K/GPa"
        + (" across windows of different wells" if across else "")
        + f"; the law along this series: {law} K/GPa."
    )
