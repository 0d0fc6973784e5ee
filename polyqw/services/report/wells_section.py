"""The report's pages of structures: each with its wells, their pictures, and what the papers print beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from polyqw.core.record import Trust
from polyqw.db.look.restore import read_cell, read_claims
from polyqw.db.well_columns import read_well
from polyqw.services.report.well_picture import picture, picture_file
from polyqw.services.report.well_scene import element_colour, make_scenes, scene_row
from polyqw.services.structures.file_claims import claims_words
from polyqw.services.structures.records import structure_summary, transition_record

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from polyqw.db.models import Structure
    from polyqw.services.report.well_scene import Scene

MOST_DRAWN = 60
"""Most structures that are drawn, those beside a row of the papers first: a page has to open."""


def wells_content(
    session: Session, structures: Sequence[Structure], comparisons: Sequence[dict[str, Any]]
) -> dict[str, Any]:
    """Return the values of the section.

    Parameters
    ----------
    session : Session
    structures : sequence of Structure
        Those with wells.
    comparisons : sequence of dict
        Printed heights beside those of structures, see `polyqw.services.law.heights.comparison_row`.

    Returns
    -------
    dict
        ``rows`` of all structures; ``pages`` of those that are drawn; ``scenes`` and ``colours`` for the 3-D views;
        ``files``, the pictures by name; ``n_left_out``.
    """
    first = sorted(structures, key=lambda s: s.table_row is None)[:MOST_DRAWN]
    drawn = {s.id for s in first}
    pages: list[dict[str, Any]] = []
    scenes: dict[str, dict[str, Any]] = {}
    files: dict[str, bytes] = {}
    for structure in structures:
        if structure.id not in drawn:
            continue
        wells = []
        made = make_scenes(read_cell(session, structure), tuple(read_well(w) for w in structure.wells))
        for stored, scene in zip(structure.wells, made, strict=True):
            row = _well(structure, stored.id, scene, comparisons)
            scenes[row["anchor"]] = scene_row(scene)
            files[row["file"]] = picture_file(row["picture"])
            wells.append(row)
        pages.append(_page(structure, wells))
    elements = sorted({e for scene in scenes.values() for e in (*scene["elements"], *scene["near_elements"])})
    rows = [
        {
            **structure_summary(s),
            "origin": _origin(s),
            "anchor": _anchor(s) if s.id in drawn else None,  # what is not drawn has no page
        }
        for s in structures
    ]
    return {
        "rows": rows,
        "pages": pages,
        "scenes": {"colours": {e: element_colour(e) for e in elements}, "wells": scenes},
        "files": files,
        "n_left_out": len(structures) - len(drawn),
    }


def _anchor(structure: Structure) -> str:
    return f"structure-{structure.id}"


def _origin(structure: Structure) -> str:
    claimed = structure.origin_claimed
    return f"{structure.origin} (the file says {claimed})" if claimed else structure.origin


def _well(structure: Structure, number: int, scene: Scene, comparisons: Sequence[dict[str, Any]]) -> dict[str, Any]:
    well = scene.well
    title = f"{well.phase} {well.kind}"
    spoken = (
        f"{structure.block}, {title}: apices {' and '.join(well.apices)}, {len(well.vertices)} vertices, "
        f"h = {well.height:.4f} Å"
    )
    return {
        "anchor": f"well-{number}",
        "file": f"wells/{number}.svg",
        "title": title,
        "spoken": spoken,
        "height_angstrom": well.height,
        "height_su_angstrom": well.height_su,
        "apices": "-".join(well.apices),
        "multiplicity": well.multiplicity,
        "n_faces": well.n_faces,
        "volume_angstrom3": well.volume,
        "picture": picture(scene, spoken),
        "elements": [
            (element, element_colour(element)) for element in sorted(set(scene.elements), key=scene.elements.index)
        ],
        "printed": [c for c in comparisons if c["structure_id"] == structure.id and c["phase"] == well.phase],
    }


def _page(structure: Structure, wells: list[dict[str, Any]]) -> dict[str, Any]:
    cell = ", ".join(f"{k} {getattr(structure, f'{k}_angstrom'):.4f}" for k in "abc")
    angles = [getattr(structure, f"{k}_degrees") for k in ("alpha", "beta", "gamma")]
    if any(abs(angle - 90) > 0.005 for angle in angles):
        cell += f" Å, angles {angles[0]:.2f}, {angles[1]:.2f}, {angles[2]:.2f}°"
    else:
        cell += " Å"
    conditions = [
        f"{value:g} {unit}"
        for value, unit in ((structure.temperature_kelvin, "K"), (structure.pressure_gpa, "GPa"))
        if value is not None
    ]
    facts = [
        ("formula", structure.formula_declared or structure.formula),
        ("row of the papers", structure.table_row or ""),
        ("origin", ", ".join(x for x in (structure.origin, structure.method, *conditions) if x)),
        ("source", ". ".join(x for x in (structure.source, structure.citation) if x)),
        ("cell", cell + (f", {structure.space_group}" if structure.space_group else "")),
        ("Tc", "; ".join(_transition(t) for t in map(transition_record, structure.transitions))),
        ("vouched for by", "the user, not the reference set" if structure.trust == Trust.USER else ""),
        ("the file says", claims_words(read_claims(structure))),
        ("note", structure.note or ""),
        ("warnings", "; ".join([*structure.parser_warnings, *structure.warnings])),
        ("file", f"{structure.file.rpartition('/')[2]}, SHA-256 {structure.file_sha256}"),
    ]
    return {
        "anchor": _anchor(structure),
        "id": structure.id,
        "name": structure.block,
        "compound": structure.compound.name,
        "family": structure.family,
        "facts": [(name, told) for name, told in facts if told],
        "wells": wells,
    }


def _transition(row: dict[str, Any]) -> str:
    at = "" if row["pressure_gpa"] is None else f" at {row['pressure_gpa']:g} GPa"
    return f"{row['tc_kelvin']:g} K, {row['kind'].replace('_', ' ')}{at}"
