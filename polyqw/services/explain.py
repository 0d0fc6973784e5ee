"""Explain each height of a structure: the steps, the vertices, the tolerances."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from polyqw.core.analysis import find_wells
from polyqw.core.wells import Status
from polyqw.db.find import find_structure
from polyqw.db.restore import read_cell
from polyqw.errors import UsageError
from polyqw.io.read_options import DEFAULT
from polyqw.services.analyse import Analysed, analyse_inputs, analysed_row
from polyqw.services.database import reading

if TYPE_CHECKING:
    from polyqw.core.options import AnalysisOptions
    from polyqw.io.read_options import ReadOptions
    from polyqw.services.analyse import Guard


def explain_input(
    name: str, options: AnalysisOptions, reading: ReadOptions = DEFAULT, guard: Guard | None = None
) -> tuple[list[dict[str, Any]], int]:
    """Return the explained structures behind a name, and how many of them could not be analysed."""
    found = list(analyse_inputs([name], options, explain=True, reading=reading, guard=guard))
    return [_explained(a, options) for a in found], sum(not a.is_done for a in found)


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
        return {**_explained(analysed, options), "formula": structure.formula, "structure_id": structure.id}


def _explained(analysed: Analysed, options: AnalysisOptions) -> dict[str, Any]:
    row = analysed_row(analysed, explain=True)
    for well in row["wells"]:
        normal, electron = np.array(well["normal"]), np.array(well["electron_cart_angstrom"])
        for vertex in well["vertices"]:
            vertex["elevation_angstrom"] = float((np.array(vertex["cart_angstrom"]) - electron) @ normal)
    row["tolerances"] = options.as_dict()["tolerances"]
    return row
