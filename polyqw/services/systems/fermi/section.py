"""The report's section on sketches of Fermi surfaces."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from polyqw.core.wells import Status
from polyqw.services.drawing.columns import OF_WELL, STRUCTURE, Column
from polyqw.services.drawing.section import Picture, Section, Table, system_section
from polyqw.services.systems.fermi.figure import draw_fermi
from polyqw.services.systems.fermi.rows import fermi_row
from polyqw.services.systems.fermi.sketch import fermi_sketch

if TYPE_CHECKING:
    from polyqw.services.structures.lookup import Lookup

IN_REPORT = ("bak122_x050", "rbcafe4as4", "fese_o2", "bi2223_pb")

MOST_DRAWN = 8

COLUMNS: tuple[str | Column, ...] = (
    STRUCTURE, Column("kind", "sheet"), "centre", OF_WELL, "apices", "height_angstrom", "degeneracy",
    *(Column(f"relative_{name}", name, decimals=3) for name in ("binding", "radius", "gap", "length")),
)  # fmt: skip
CAPTION = (
    "Rings, pockets and arcs of papers/001 Fig. 4 and papers/002 Figs. 4, 7 and 9: the papers' picture, polyqw's "
    "scale."
)


def section(data: Lookup) -> Section:
    """Return the report's section."""
    structures, left_out = data.with_own(IN_REPORT, lambda s: s.status == Status.OK)
    sketches = [fermi_sketch(a) for a in structures]
    rows = [fermi_row(s) for s in sketches]
    lines = [
        {"name": row["block"], **sheet, "apices": "-".join(sheet["apices"])}
        for row in rows
        for sheet in row["sheets"]
    ]
    drawn = [s for s in sketches if s.sheets]
    of_many = Counter(note for row in rows for note in row["notes"])
    notes = [note for note, count in of_many.items() if count > 1]
    notes += [f"{row['block']}: {note}" for row in rows for note in row["notes"] if of_many[note] == 1]
    notes += [left_out] if left_out else []
    return system_section(
        "fermi",
        "Fermi-surface sketches",
        "polyqw fermi FILE",
        notes,
        [Picture("fermi", draw_fermi(drawn[:MOST_DRAWN]), CAPTION)] if drawn else [],
        [Table(lines, COLUMNS, "Sheets, relative to those of alpha; at M to the largest ring there.")],
    )
