"""The report's section on doped wells: which way the electron is pushed, and which undoped wells are balanced."""

from __future__ import annotations

from typing import TYPE_CHECKING

from polyqw.core.options import AnalysisOptions
from polyqw.services.drawing.section import Picture, Section, Table, system_section
from polyqw.services.systems.field.doping import (
    BALANCE_COLUMNS,
    BALANCED,
    balance_rows,
    dope_structure,
    doped_verdict,
    draw_doping,
    parse_substitution,
)
from polyqw.services.systems.field.doping_survey import SURVEY_COLUMNS, survey_notes, survey_rows

if TYPE_CHECKING:
    from polyqw.services.structures.lookup import Lookup

DOPED = {"lco_lto_cod": "La:Sr@upper", "bi2201_amaa": "Sr:La@lower"}
"""papers/001 and 002, Fig. 1b-c: both push the electron up, they say."""

MOST_ROWS = 200
"""Most structures of the tables."""


def section(data: Lookup) -> Section:
    """Return the report's section."""
    notes, pictures = [], []
    for analysed in data.analysed(list(DOPED)):
        substitution = parse_substitution(DOPED[analysed.block])
        found = dope_structure(analysed, substitution, AnalysisOptions())
        notes += [f"{analysed.block}: {doped_verdict(substitution, one)}; the papers say up." for one in found.wells]
        name = f"doping_{analysed.block}"
        pictures.append(Picture(name, draw_doping(found), f"Energy along the normal, {analysed.block} doped."))
    structures = data.analysed(sorted(data.structures)[:MOST_ROWS])
    rows = balance_rows(structures, AnalysisOptions())
    if not rows:
        return Section("doping", "Doped wells", ())
    balanced = sum(row["balanced"] for row in rows)
    alike, unlike = (sum(len(set(r["apices"])) == 1 for r in rows if r["balanced"] is b) for b in (True, False))
    notes.append(
        f"{balanced} of {len(rows)} octahedra are balanced: the force on an electron at the centre of the plaquette "
        f"is at most {BALANCED:g} eV/Å. The two apices hold the same element in {alike} of the balanced ones and in "
        f"{unlike} of the others."
    )
    surveyed = survey_rows(structures, AnalysisOptions())
    notes += survey_notes(surveyed)
    rows = [{**r, "apices": "-".join(r["apices"]), "balanced": "yes" if r["balanced"] else "no"} for r in rows]
    table = Table(rows, BALANCE_COLUMNS, "The force on the electron of each octahedron, formal charges.", "")
    each = Table(surveyed, SURVEY_COLUMNS, "One ion of another charge at an apex of each octahedron.", "")
    command = "polyqw field cifs/lco_lto_cod.cif --dope La:Sr@upper"
    return system_section("doping", "Doped wells", command, notes, pictures, [table, each])
