"""The report's section on the Coulomb field in a well."""

from __future__ import annotations

from typing import TYPE_CHECKING

from polyqw.core.options import AnalysisOptions
from polyqw.core.wells import Status
from polyqw.errors import PolyqwError
from polyqw.services.drawing.section import Picture, Section, system_section
from polyqw.services.systems.field.field import field_of
from polyqw.services.systems.field.figure import draw_field
from polyqw.theory.field import state_verdict

if TYPE_CHECKING:
    from polyqw.db.models import Structure
    from polyqw.services.structures.lookup import Lookup

IN_REPORT = ("lco_lto_cod", "lafeaso_cod")

MOST_OWN = 6
MOST_DRAWN = 4

MOST_VOLUME_ANGSTROM3 = 3000.0
"""A larger cell, of some two hundred atoms, takes Ewald's sum longer than a report should."""


def section(data: Lookup) -> Section:
    """Return the report's section."""
    notes: list[str] = []
    pictures: list[Picture] = []
    structures, left_out = data.with_own(IN_REPORT, _is_small, MOST_OWN)
    for analysed in structures:
        name = analysed.block
        try:
            found = field_of(analysed, AnalysisOptions())
        except PolyqwError as error:
            notes.append(f"{name}: {str(error).removeprefix(f'{analysed.file}: ')}")
            continue
        notes += [f"{name}, {w.well.kind} {w.well.phase}: {state_verdict(w.survey)}." for w in found.wells]
        if found.wells and len(pictures) < MOST_DRAWN:
            pictures.append(
                Picture(f"field_{len(pictures) + 1}", draw_field(found), f"Energy of a test electron, {name}.")
            )
    notes += [left_out] if left_out else []
    return system_section("field", "The Coulomb field in a well", "polyqw field FILE", notes, pictures)


def _is_small(structure: Structure) -> bool:
    return structure.status == Status.OK and structure.volume_angstrom3 <= MOST_VOLUME_ANGSTROM3
