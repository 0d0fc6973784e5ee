"""Explain each height of a structure: the steps, the vertices, the tolerances."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from polyqw.core.analysis import find_wells
from polyqw.db.look.restore import read_cell
from polyqw.services.place.database import reading
from polyqw.services.structures.analyse import Analysed, analysed_row
from polyqw.services.structures.naming import structures_named

if TYPE_CHECKING:
    from polyqw.core.options import AnalysisOptions


def explain_stored(database: str | None, key: str, options: AnalysisOptions) -> list[dict[str, Any]]:
    """Return the structures of the database that a key names, analysed anew and explained.

    Raises
    ------
    UsageError
        If it names none.
    """
    with reading(database) as session:
        rows = []
        for structure in structures_named(session, key):
            analysis = find_wells(read_cell(session, structure), options, explain=True)
            analysed = Analysed(
                structure.file, structure.block, analysis.status, analysis.reason, analysis.message, None, analysis
            )
            own = {
                "formula": structure.formula,
                "formula_written": structure.formula_written,
                "structure_id": structure.id,
            }
            rows.append({**explained_row(analysed, options), **own})
        return rows


def explained_row(analysed: Analysed, options: AnalysisOptions) -> dict[str, Any]:
    """Return an explained structure as plain values, the fields of ``polyqw explain --json``."""
    row = analysed_row(analysed, explain=True)
    for well in row["wells"]:
        normal, electron = np.array(well["normal"]), np.array(well["electron_cart_angstrom"])
        for vertex in well["vertices"]:
            vertex["elevation_angstrom"] = float((np.array(vertex["cart_angstrom"]) - electron) @ normal)
    row["tolerances"] = options.as_dict()["tolerances"]
    return row
