"""Explain each height of a structure: the steps, the vertices, the tolerances."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from polyqw.core.analysis import find_wells
from polyqw.core.wells import Status
from polyqw.db.look.find import find_structure
from polyqw.db.look.restore import read_cell
from polyqw.errors import UsageError
from polyqw.services.place.database import reading
from polyqw.services.structures.analyse import Analysed, analysed_row

if TYPE_CHECKING:
    from polyqw.core.options import AnalysisOptions


def explain_stored(database: str | None, structure_id: int, options: AnalysisOptions) -> dict[str, Any]:
    """Return a structure of the database, analysed anew and explained.

    Raises
    ------
    UsageError
        If there is no such structure.
    """
    with reading(database) as session:
        structure = find_structure(session, structure_id)
        if structure is None:
            raise UsageError(f"no structure {structure_id} in the database; polyqw find lists what is there")
        analysis = find_wells(read_cell(session, structure), options, explain=True)
        analysed = Analysed(
            structure.file,
            structure.block,
            Status(analysis.status),
            analysis.reason,
            analysis.message,
            None,
            analysis,
        )
        return {**explained_row(analysed, options), "formula": structure.formula, "structure_id": structure.id}


def explained_row(analysed: Analysed, options: AnalysisOptions) -> dict[str, Any]:
    """Return an explained structure as plain values, the fields of ``polyqw explain --json``."""
    row = analysed_row(analysed, explain=True)
    for well in row["wells"]:
        normal, electron = np.array(well["normal"]), np.array(well["electron_cart_angstrom"])
        for vertex in well["vertices"]:
            vertex["elevation_angstrom"] = float((np.array(vertex["cart_angstrom"]) - electron) @ normal)
    row["tolerances"] = options.as_dict()["tolerances"]
    return row
