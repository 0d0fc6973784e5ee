"""Cells as rows of an ASE database (``ase db FILE.db``).

ASE's atoms hold one element each. The atom of a mixed site is its most abundant element, and ``data`` of the row
holds ``occupancy`` and ``spacegroup_kinds`` as ASE's own CIF reader gives them, with ``labels``: nothing is lost, see
`polyqw.io.ase`. The key ``disordered`` says which rows this concerns.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from polyqw.io.ase import atoms_from_cell
from polyqw.io.whole_files import replacing
from polyqw.untrusted import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from ase import Atoms

    from polyqw.core.cell import Cell

LONGEST_VALUE = 200
"""Longest text that stands as a value of a key; the whole text is in ``data``."""


@dataclass(frozen=True, slots=True)
class AseRow:
    """A row of an ASE database to be.

    Parameters
    ----------
    pairs : mapping
        Keys with numbers, booleans or text; None leaves a key out.
    """

    cell: Cell
    pairs: Mapping[str, float | int | bool | str | None]
    data: Mapping[str, Any]


def write_ase_database(path: Path, rows: Iterable[AseRow]) -> int:
    """Write a new ASE database in the place of what stands there, and return the number of its rows."""
    from ase.db import connect  # noqa: PLC0415 - slow to import

    n_rows = 0
    with replacing(path) as beside:
        beside.unlink()
        with connect(str(beside), type="db", append=False, use_lock_file=False) as database:
            for row in rows:
                atoms = atoms_from_cell(row.cell)
                pairs = {key: _value(value) for key, value in row.pairs.items() if value is not None and value != ""}
                database.write(atoms, key_value_pairs=pairs, data={**row.data, **_disorder(atoms)})
                n_rows += 1
    return n_rows


def is_disordered(cell: Cell) -> bool:
    """Whether ASE's atoms alone would lose something of a cell: a mixed or partly empty site."""
    return any(site.is_disordered for site in cell.sites)


def _disorder(atoms: Atoms) -> dict[str, Any]:
    found: dict[str, Any] = {"labels": [str(label) for label in atoms.arrays.get("labels", [])]}
    if "occupancy" in atoms.info:
        found["occupancy"] = atoms.info["occupancy"]
        found["spacegroup_kinds"] = atoms.arrays["spacegroup_kinds"].tolist()
    return found


def _value(value: float | bool | str) -> float | int | bool | str:
    """Return a value as ASE takes it: it refuses text that reads as a number or a truth value."""
    if not isinstance(value, str):
        return value
    from ase.db.core import str_represents  # noqa: PLC0415

    text = one_line(value, LONGEST_VALUE)
    return f"'{text}'" if any(str_represents(text, kind) for kind in (bool, int, float)) else text
