"""The report's sections on structures: those with wells, the pictures of these, and those without."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from markupsafe import Markup
from sqlalchemy import select

from polyqw.core.record import Trust
from polyqw.core.wells import Status
from polyqw.db.look.restore import read_cell, read_claims
from polyqw.db.models import IngestIssue
from polyqw.db.well_columns import read_well
from polyqw.services.drawing.columns import Column
from polyqw.services.drawing.section import Paragraph, Part, Section, Table
from polyqw.services.law.heights_section import comparisons
from polyqw.services.report.length import MOST_DRAWN, MOST_ROWS, not_all
from polyqw.services.structures.file_claims import claims_words
from polyqw.services.structures.records import structure_summary, transition_record
from polyqw.services.viewer.atoms import element_colour
from polyqw.services.viewer.shapes import picture_file
from polyqw.services.viewer.view import make_view, view_row
from polyqw.services.viewer.well_picture import picture
from polyqw.services.viewer.well_scene import make_scenes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from polyqw.db.models import Structure
    from polyqw.services.structures.lookup import Lookup
    from polyqw.services.viewer.view import View
    from polyqw.services.viewer.well_scene import Scene

COLUMNS: tuple[str | Column, ...] = (
    "name", "formula_written", "family", "origin",
    *(Column(f"h_{p}_angstrom", f"h {p}", "Å", 4) for p in ("alpha", "beta", "gamma")), "tc_kelvin", "tc_kind",
    Column("pressure_gpa", "p", "GPa", 1), "source",
)  # fmt: skip
FAILURES = ("name", "formula_written", "status", "reason", Column("message", "with numbers"))
INTRODUCTION = Markup(
    "Every well stands here as it is stored: its vertices, the plaquette (yellow, the plane that confines the "
    "electron), and h as a line with its value, among the atoms of its crystal. All pictures have one scale. "
    '<span class="controls" hidden>The crystal of each structure can be unfolded, turned and zoomed.</span>'
)
LEFT_OUT = Markup("{} of them are not drawn here; <code>polyqw show ID</code> gives their wells.")


@dataclass(frozen=True, eq=False, slots=True)
class DrawnWell:
    """A well of the database by its number, with its picture and the heights of the papers beside it.

    Parameters
    ----------
    colours : dict
        Elements of the picture with the colours they are drawn in.
    """

    number: int
    title: str
    scene: Scene
    colours: dict[str, str]
    picture: Markup
    printed: list[dict[str, Any]]


@dataclass(frozen=True, eq=False, slots=True)
class StructurePage:
    """A structure, what is known of it, its wells, and the view of its crystal."""

    structure: Structure
    facts: dict[str, str]
    wells: list[DrawnWell]
    view: View

    @property
    def row(self) -> dict[str, Any]:
        """What the page draws in 3-D."""
        return view_row(self.view)


@dataclass(frozen=True, slots=True)
class WellPages(Part):
    """Structures with the pictures of their wells."""

    pages: list[StructurePage]
    name = "wells"

    @property
    def files(self) -> dict[str, bytes]:
        """The pictures."""
        return {f"wells/{well.number}.svg": picture_file(well.picture) for page in self.pages for well in page.wells}


def drawn_structures(data: Lookup) -> list[Structure]:
    """Return the structures whose wells are drawn: the user's first, then those beside a row of the papers."""
    with_wells = (s for s in data.current if s.status == Status.OK)
    order = sorted(with_wells, key=lambda s: (s.trust == Trust.REFERENCE, s.table_row is None))
    return order[:MOST_DRAWN]


def section(data: Lookup) -> Section:
    """Return the section on structures with wells."""
    structures = [s for s in data.current if s.status == Status.OK]
    drawn = {s.id for s in drawn_structures(data)}
    rows = [
        {**structure_summary(s), "origin": _origin(s), "anchor": f"structure-{s.id}" if s.id in drawn else None}
        for s in sorted(structures, key=lambda s: s.id not in drawn)
    ]
    left_out = len(structures) - len(drawn)
    return Section(
        "structures",
        "Structures and wells",
        [
            Paragraph(INTRODUCTION),
            Table(
                rows[:MOST_ROWS],
                COLUMNS,
                f"Structures with wells.{not_all(len(rows), MOST_ROWS)}",
                "",
                link="anchor",
            ),
            *([Paragraph(LEFT_OUT.format(left_out))] if left_out else []),
            WellPages([structure_page(data, s) for s in structures if s.id in drawn]),
        ],
    )


def failures_section(data: Lookup) -> Section:
    """Return the section on structures without wells, and on files that could not be read."""
    rows = [
        {
            "name": s.block,
            "formula_written": s.formula_written,
            "status": s.status,
            "reason": s.reason,
            "message": s.message,
        }
        for s in data.current
        if s.status != Status.OK
    ]
    rows += [
        {"name": i.file, "formula_written": None, "status": i.status, "reason": i.reason, "message": i.message}
        for i in data.session.scalars(select(IngestIssue).order_by(IngestIssue.file, IngestIssue.block))
    ]
    return Section(
        "failures",
        "Structures without wells, and failures",
        [
            Table(
                rows[:MOST_ROWS],
                FAILURES,
                f"Each with its reason.{not_all(len(rows), MOST_ROWS)}",
                "",
                choose="reason",
            )
        ],
        entry="No wells, and failures",
    )


def structure_page(data: Lookup, structure: Structure) -> StructurePage:
    """Return a structure with the pictures of its wells."""
    compared = [c for c in comparisons(data) if c["structure_id"] == structure.id]
    cell, found = read_cell(data.session, structure), tuple(read_well(w) for w in structure.wells)
    wells = [
        _drawn(structure, stored.id, scene, compared)
        for stored, scene in zip(structure.wells, make_scenes(cell, found), strict=True)
    ]
    return StructurePage(structure, _facts(structure), wells, make_view(cell, found, structure.block))


def _drawn(structure: Structure, number: int, scene: Scene, compared: Sequence[dict[str, Any]]) -> DrawnWell:
    well = scene.well
    title = f"{well.phase} {well.kind}"
    spoken = (
        f"{structure.block}, {title}: apices {' and '.join(well.apices)}, {len(well.vertices)} vertices, "
        f"h = {well.height:.4f} Å"
    )
    printed = [c for c in compared if c["phase"] == well.phase]
    colours = {element: element_colour(element) for element in scene.elements}
    return DrawnWell(number, title, scene, colours, picture(scene, spoken), printed)


def _origin(structure: Structure) -> str:
    claimed = structure.origin_claimed
    return f"{structure.origin} (the file says {claimed})" if claimed else structure.origin


def _facts(structure: Structure) -> dict[str, str]:
    conditions = [
        f"{value:g} {unit}"
        for value, unit in ((structure.temperature_kelvin, "K"), (structure.pressure_gpa, "GPa"))
        if value is not None
    ]
    facts = {
        "formula": structure.formula_written,
        "row of the papers": structure.table_row or "",
        "origin": ", ".join(x for x in (structure.origin, structure.method, *conditions) if x),
        "source": ". ".join(x for x in (structure.source, structure.citation) if x),
        "cell": _cell(structure),
        "Tc": "; ".join(_transition(t) for t in map(transition_record, structure.transitions)),
        "vouched for by": "the user, not the reference set" if structure.trust == Trust.USER else "",
        "the file says": claims_words(read_claims(structure)),
        "note": structure.note or "",
        "warnings": "; ".join([*structure.parser_warnings, *structure.warnings]),
        "file": f"{structure.file.rpartition('/')[2]}, SHA-256 {structure.file_sha256}",
    }
    return {name: text for name, text in facts.items() if text}


def _cell(structure: Structure) -> str:
    cell = ", ".join(f"{k} {getattr(structure, f'{k}_angstrom'):.4f}" for k in "abc") + " Å"
    angles = [getattr(structure, f"{k}_degrees") for k in ("alpha", "beta", "gamma")]
    if any(abs(angle - 90) > 0.005 for angle in angles):
        cell += f", angles {angles[0]:.2f}, {angles[1]:.2f}, {angles[2]:.2f}°"
    return cell + (f", {structure.space_group}" if structure.space_group else "")


def _transition(row: dict[str, Any]) -> str:
    at = "" if row["pressure_gpa"] is None else f" at {row['pressure_gpa']:g} GPa"
    return f"{row['tc_kelvin']:g} K, {row['kind'].replace('_', ' ')}{at}"
