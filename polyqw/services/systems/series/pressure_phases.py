"""The pressure phases of K0.8FeySe2: the windows of the papers beside the law's Tc of both wells."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from polyqw.core.wells import Family
from polyqw.db.look.find import pressure_windows, published_predictions
from polyqw.db.well_columns import read_well
from polyqw.errors import PolyqwError, UsageError
from polyqw.services.drawing.columns import Column
from polyqw.services.law.predict import ALL_SETS, prediction_set, printed_lambda
from polyqw.services.structures.stored import structures_for_compound
from polyqw.services.systems.series.measured_pressure import measured_points
from polyqw.services.systems.series.pressure_notes import pressure_notes
from polyqw.services.systems.series.pressure_values import LawWindow, PressurePhases, PrintedPhase, Shift
from polyqw.theory.scaling import height_of_tc, law_tc
from polyqw.theory.transfer import beta_alpha_shift

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from polyqw.db.models import Compound, PredictionSet, PressurePoint

AS_PRINTED = (Column("height_angstrom", "h printed", "Å", 3), Column("tc_law_kelvin", "Tc by law", "K", 2))
WINDOWS = (
    "pressure_from_gpa", "pressure_to_gpa", "state", "phase", *AS_PRINTED, "tc_observed_kelvin", "pressure_of_tc_gpa",
    "height_for_observed_angstrom",
)  # fmt: skip
"""Columns of the table of windows."""


def pressure_phases(session: Session, name: str, lam: float | None = None) -> PressurePhases:
    """Return the windows of a set of predictions with the law's Tc of each window's well.

    Parameters
    ----------
    lam : float, optional
        λ [K Å²]; default the one that the papers print for the family.
    """
    if name not in ALL_SETS:
        raise UsageError(f"--set {name}: there is no such set of predictions; the sets are {', '.join(ALL_SETS)}")
    chosen = prediction_set(name)
    compound, windows = _windows(session, chosen)
    if lam is not None and not 0 < lam <= 1e6:
        raise UsageError(f"--lambda {lam:g}: λ is a positive number of K Å²")
    used, source = (lam, "given") if lam is not None else printed_lambda(Family(compound.family or Family.IRON))
    printed = [
        (p.phase, p.height_angstrom, p.tc_kelvin)
        for p in published_predictions(session, chosen)
        if p.compound_id == compound.id and p.phase and p.height_angstrom
    ]
    heights = {phase: height for phase, height, _ in printed}
    found = PressurePhases(
        name,
        compound.name,
        used,
        source,
        windows=tuple(_window(w, heights.get(w.phase or ""), used) for w in windows),
        phases=tuple(PrintedPhase(phase, height, law_tc(height, used), tc) for phase, height, tc in sorted(printed)),
        measured=measured_points(session, compound),
        shifts=_shifts(session, compound),
    )
    return replace(found, notes=tuple(pressure_notes(found)))


def _windows(session: Session, chosen: PredictionSet) -> tuple[Compound, Sequence[PressurePoint]]:
    compounds = {p.compound.name: p.compound for p in published_predictions(session, chosen)}
    for name, compound in compounds.items():
        windows = pressure_windows(session, name)
        if windows:
            return compound, windows
    raise PolyqwError(f"the database has no windows of pressure for {', '.join(compounds) or chosen}; try k08feyse2")


def _window(window: PressurePoint, height: float | None, lam: float) -> LawWindow:
    return LawWindow(
        window.pressure_from_gpa,
        window.pressure_to_gpa,
        window.state,
        window.phase,
        height,
        law_tc(height, lam) if height else None,
        window.tc_kelvin,
        window.pressure_of_tc_gpa,
        height_of_tc(window.tc_kelvin, lam) if window.tc_kelvin else None,
        window.source,
        window.note,
    )


def _shifts(session: Session, compound: Compound) -> tuple[Shift, ...]:
    found = (
        (structure, beta_alpha_shift([read_well(w) for w in structure.wells]))
        for structure in structures_for_compound(session, compound)
    )
    return tuple(Shift(structure.block, structure.origin, shift) for structure, shift in found if shift is not None)
