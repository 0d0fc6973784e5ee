"""Fermi-surface sketches as plain values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from polyqw.services.systems.fermi.notes import fermi_notes

if TYPE_CHECKING:
    from polyqw.services.systems.fermi.sketch import FermiSketch
    from polyqw.theory.fermi import Sheet


def fermi_row(sketch: FermiSketch) -> dict[str, Any]:
    """Return a sketch as plain values, the fields of ``polyqw fermi --json``; without wells status and reason."""
    read = sketch.analysed
    analysis = read.analysis
    return {
        **read.row(family=str(analysis.family) if analysis and analysis.family else None),
        "n_planes": sketch.n_planes,
        "sheets": [{**sheet_row(sheet), "occupied": sketch.is_occupied(sheet)} for sheet in sketch.sheets],
        "notes": fermi_notes(sketch) if sketch.sheets else [],
    }


def sheet_row(sheet: Sheet) -> dict[str, Any]:
    """Return a sheet as plain values."""
    return {
        "kind": str(sheet.kind),
        "centre": str(sheet.centre),
        "phase": str(sheet.phase),
        "branch": None if sheet.branch is None else str(sheet.branch),
        "apices": list(sheet.apices),
        "height_angstrom": sheet.height,
        "degeneracy": sheet.degeneracy,
        "places": sheet.places,
        "relative_binding": sheet.relative_binding,
        "relative_radius": sheet.relative_radius,
        "relative_gap": sheet.relative_gap,
        "relative_length": sheet.relative_length,
    }
