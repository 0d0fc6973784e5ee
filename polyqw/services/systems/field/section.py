"""The report's section on the Coulomb field in a well."""

from __future__ import annotations

from typing import TYPE_CHECKING

from polyqw.core.options import AnalysisOptions
from polyqw.errors import PolyqwError
from polyqw.services.drawing.section import Picture, Section, system_section
from polyqw.services.systems.field.field import field_of
from polyqw.services.systems.field.figure import draw_field
from polyqw.theory.field import state_verdict

if TYPE_CHECKING:
    from polyqw.services.structures.lookup import Lookup

IN_REPORT = ("lco_lto_cod", "lafeaso_cod")


def section(data: Lookup) -> Section:
    """Return the report's section."""
    notes, pictures = [], []
    for analysed in data.analysed(IN_REPORT):
        name = analysed.block
        try:
            found = field_of(analysed, AnalysisOptions())
        except PolyqwError as error:
            notes.append(str(error))
            continue
        notes += [f"{name}, {w.well.kind} {w.well.phase}: {state_verdict(w.survey)}." for w in found.wells]
        if found.wells:
            pictures.append(Picture(f"field_{name}", draw_field(found), f"Energy of a test electron, {name}."))
    return system_section("field", "The Coulomb field in a well", "polyqw field FILE", notes, pictures)
