"""Write structures with their wells as CIF files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from polyqw.db.look.restore import read_analysis, read_record
from polyqw.io.cif.wells_cif import wells_cif
from polyqw.io.whole_files import write_whole
from polyqw.services.exchange.exported import Exported
from polyqw.services.exchange.selection import exchange_id, select_structures

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from sqlalchemy.orm import Session


def export_cif(session: Session, folder: Path, words: Sequence[str] = (), *, dummies: bool = False) -> Exported:
    """Write a CIF for each structure into a folder; its name is the one of `exchange_id`.

    Parameters
    ----------
    dummies : bool
        Whether centres and apices of the wells stand among the atom sites, for programs that draw.
    """
    paths = []
    for structure in select_structures(session, words):
        name = exchange_id(structure)
        text = wells_cif(name, read_record(session, structure), read_analysis(structure), dummies=dummies)
        path = folder / f"{name}.cif"
        write_whole(path, text)
        paths.append(path)
    return Exported({"structures": len(paths)}, tuple(paths))
