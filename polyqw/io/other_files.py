"""Read structures of files that are no CIF, with ASE or pymatgen: POSCAR, extended XYZ, XSF, GEN, RES, CSSR, JSON.

What such a file is, its name says. Symmetry is not expanded: these formats list every atom of the cell.
"""

from __future__ import annotations

import hashlib
import re
import warnings
from io import StringIO
from pathlib import PurePath
from typing import TYPE_CHECKING, Final

from polyqw.core.record import StructureRecord, structure_digest
from polyqw.errors import ReadError
from polyqw.io.ase import cell_from_atoms
from polyqw.io.cif.plausible import ImageBudget, refuse_implausible, refuse_size
from polyqw.io.cif.read import BlockError, parser_name
from polyqw.io.pymatgen import cell_from_structure
from polyqw.io.read_options import DEFAULT
from polyqw.io.reasons import Unread
from polyqw.untrusted import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from polyqw.core.cell import Cell
    from polyqw.io.read_options import ReadOptions

ASE: Final = {
    ".vasp": "vasp", ".poscar": "vasp", ".extxyz": "extxyz", ".xyz": "extxyz", ".xsf": "xsf", ".gen": "gen",
    ".ascii": "v-sim", ".cfg": "cfg",
}  # fmt: skip
"""Endings and what ASE calls these formats."""

PYMATGEN: Final = {".res": "res", ".cssr": "cssr", ".json": "json"}
"""Endings and what pymatgen calls these formats."""

_VASP_NAMES: Final = ("poscar", "contcar")
_SYMMETRY: Final = re.compile(r"^(?:SYMM\b.*|LATT\s+(?!-1\b).*)$", re.MULTILINE | re.IGNORECASE)


def other_format(name: str) -> tuple[str, str] | None:
    """Return the library and the format by which a file is read that is no CIF; None where it may be one."""
    path = PurePath(name.lower().removesuffix(".gz"))
    if path.name.startswith(_VASP_NAMES) and not path.name.endswith((".cif", ".zip")):
        return "ase", "vasp"
    if path.suffix in ASE:
        return "ase", ASE[path.suffix]
    return ("pymatgen", PYMATGEN[path.suffix]) if path.suffix in PYMATGEN else None


def read_other(
    name: str, data: bytes, library: str, form: str, options: ReadOptions = DEFAULT
) -> list[StructureRecord | BlockError]:
    """Return the structures of a file, each with its number, or what is wrong with it.

    Raises
    ------
    ReadError
        If the library cannot read the file, or the file holds no structure or too many.
    """
    if not data.strip():
        raise ReadError(Unread.EMPTY, f"{name}: this file is empty")
    digest, stem = hashlib.sha256(data).hexdigest(), PurePath(name.removesuffix(".gz")).stem
    results: list[StructureRecord | BlockError] = []
    left = ImageBudget(options.file_atoms)
    for number, cell in enumerate(_cells(name, data, library, form, options), start=1):
        block = stem if number == 1 else f"{stem}#{number}"
        try:
            if isinstance(cell, ReadError):
                raise cell
            results.append(_record(name, block, digest, cell, parser_name(library), options, left))
        except ReadError as error:
            results.append(BlockError(name, block, digest, error.reason, str(error)))
    if not results:
        raise ReadError(Unread.NO_STRUCTURE, f"{name}: there is no structure in it")
    return results


def _record(
    name: str, block: str, digest: str, cell: Cell, parser: str, options: ReadOptions, left: ImageBudget
) -> StructureRecord:
    if not cell.sites:
        raise ReadError(Unread.NO_ATOMS, f"{name}: it holds no atoms")
    refuse_size(name, len(cell.sites), 1, options)
    left.take(name, len(cell.sites))
    refuse_implausible(name, cell, options)
    return StructureRecord(name, block, cell, None, None, None, digest, structure_digest(cell), parser)


def _cells(name: str, data: bytes, library: str, form: str, options: ReadOptions) -> Sequence[Cell | ReadError]:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ReadError(Unread.BINARY, f"{name}: this is no text; give a CIF or a POSCAR") from error
    if form == "res" and (found := _SYMMETRY.search(text)):
        raise ReadError(
            Unread.BAD_OPERATION,
            f"{name}: symmetry ({one_line(found[0], 40)}) is not expanded in .res files; give a CIF",
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _with_ase(name, text, form, options) if library == "ase" else [_with_pymatgen(text, form)]
    except ReadError:
        raise
    except MemoryError:
        raise
    except Exception as error:  # both raise whatever their parsers stumble over
        why = one_line(f"{type(error).__name__}: {error}", 120)
        raise ReadError(
            Unread.PARSE_ERROR, f"{name}: {library} cannot read it as {form} ({why}); check the file, or give a CIF"
        ) from error


def _with_ase(name: str, text: str, form: str, options: ReadOptions) -> list[Cell | ReadError]:
    from ase.io import iread  # noqa: PLC0415 - slow to import

    cells: list[Cell | ReadError] = []
    for atoms in iread(StringIO(text), index=":", format=form):
        if len(cells) == options.blocks:
            raise ReadError(Unread.TOO_LARGE, f"{name}: over {options.blocks} structures (--limit blocks=...)")
        if not all(atoms.pbc) or abs(atoms.cell.volume) < 1e-6:
            why = f"{name}: no lattice in three directions, so it is no crystal; give a file with all three vectors"
            cells.append(ReadError(Unread.NOT_PERIODIC, why))
        else:
            cells.append(cell_from_atoms(atoms))
    return cells


def _with_pymatgen(text: str, form: str) -> Cell:
    from pymatgen.core import Structure  # noqa: PLC0415 - slow to import

    return cell_from_structure(Structure.from_str(text, fmt=form))
