"""Write structures with their wells as an ASE database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from polyqw.db.look.restore import read_cell
from polyqw.io.ase_db import AseRow, is_disordered, write_ase_database
from polyqw.services.exchange.exported import Exported
from polyqw.services.exchange.selection import exchange_id, select_structures
from polyqw.services.structures.phase_height import phase_height_su
from polyqw.services.structures.records import structure_record, structure_summary

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from sqlalchemy.orm import Session

    from polyqw.db.models import Structure

DISORDER_NOTE = (
    "Atoms of mixed and partly empty sites show their most abundant element. The occupancies stand in "
    "data['occupancy'] by the kinds in data['spacegroup_kinds'], as ASE's CIF reader gives them."
)
_RENAMED = {"id": "polyqw_id", "formula": "formula_with_occupancies"}
"""Names that ASE keeps for itself."""


def export_ase(session: Session, path: Path, words: Sequence[str] = ()) -> Exported:
    """Write an ASE database in the place of what stands there."""
    structures = select_structures(session, words)
    rows = [_row(session, structure) for structure in structures]
    n_disordered = sum(bool(row.pairs["disordered"]) for row in rows)
    count = write_ase_database(path, rows)
    notes = (f"{n_disordered} of {count} structures have mixed or partly empty sites: {DISORDER_NOTE}",)
    return Exported({"structures": count}, (path,), notes if n_disordered else ())


def _row(session: Session, structure: Structure) -> AseRow:
    cell = read_cell(session, structure)
    disordered = is_disordered(cell)
    summary = structure_summary(structure)
    pairs = {
        _RENAMED.get(name, name): value
        for name, value in summary.items()
        if isinstance(value, int | float | str) and name != "volume_angstrom3"
    }
    pairs |= {
        f"h_{phase}_su_angstrom": su
        for phase in ("alpha", "beta", "gamma")
        if (su := phase_height_su(structure, phase)) is not None
    }
    pairs |= {
        "exchange_id": exchange_id(structure),
        "structure_sha256": structure.structure_sha256,
        "disordered": disordered,
    }
    data = {"polyqw": structure_record(structure), **({"disorder_note": DISORDER_NOTE} if disordered else {})}
    return AseRow(cell, pairs, data)
