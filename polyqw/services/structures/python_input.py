"""Analyse whatever holds a structure: pymatgen and ASE objects, CIF files and CIF text."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import numpy as np

from polyqw.core.analysis import find_wells
from polyqw.core.cell import Cell
from polyqw.core.record import StructureRecord, structure_digest
from polyqw.core.wells import Status
from polyqw.errors import ReadError, UsageError
from polyqw.io.ase import cell_from_atoms
from polyqw.io.cif.plausible import refuse_implausible
from polyqw.io.cif.read import parser_name
from polyqw.io.inputs import Source, expand_inputs
from polyqw.io.pymatgen import cell_from_structure
from polyqw.io.read_options import DEFAULT, ReadOptions
from polyqw.io.reasons import Unread
from polyqw.services.structures.analyse import Analysed, Analysing, as_it_is
from polyqw.services.workers.guard import work_on

if TYPE_CHECKING:
    from collections.abc import Iterable

    from polyqw.core.options import AnalysisOptions
    from polyqw.io.inputs import RefusedSource
    from polyqw.services.structures.analyse import Guard

CIF_TEXT = "CIF text"
"""Stands for the file of a structure that was given as text."""


def analyse_given(
    structure: Any, options: AnalysisOptions, *, block: str | None = None, reading: ReadOptions = DEFAULT
) -> Analysed:
    """Return what a structure came to, explained.

    Parameters
    ----------
    structure : pymatgen Structure, ase.Atoms, path, str, bytes, StructureRecord or Cell
        A ``str`` with a line break in it is CIF text, any other is a path.
    options : AnalysisOptions
    block : str, optional
        Name of the data block, where a CIF holds several structures.
    reading : ReadOptions
        How a CIF is read.

    Raises
    ------
    ReadError
        If there is no structure that can be read.
    UsageError
        If the CIF holds several structures and no block is named, or the object is no structure.
    """
    record = record_of(structure, block=block, reading=reading)
    analysis = find_wells(record.cell, options, explain=True)
    return Analysed(
        record.file, record.block, Status(analysis.status), analysis.reason, analysis.message, record, analysis
    )


def record_of(structure: Any, *, block: str | None = None, reading: ReadOptions = DEFAULT) -> StructureRecord:
    """Return one structure as a record; see `analyse_given`."""
    if isinstance(structure, StructureRecord):
        return structure
    if isinstance(structure, str | bytes | os.PathLike):
        records = read_records(structure, block=block, reading=reading)
        if len(records) > 1:
            names = ", ".join(repr(r.block) for r in records[:8]) + (", ..." if len(records) > 8 else "")
            raise UsageError(f"{records[0].file} holds {len(records)} structures; choose one with block=: {names}")
        return records[0]
    if isinstance(structure, Cell):
        return _record(structure, "cell", "polyqw")
    kind = _kind(structure)
    if kind == "pymatgen":
        return _record(cell_from_structure(structure), "pymatgen structure", parser_name("pymatgen"))
    if kind == "ase":
        return _record(cell_from_atoms(structure), "ASE atoms", parser_name("ase"))
    raise UsageError(
        f"{type(structure).__name__} is no structure; give a pymatgen Structure, ASE Atoms, a path or a CIF as text"
    )


def read_records(
    source: str | bytes | os.PathLike[str],
    *,
    block: str | None = None,
    reading: ReadOptions = DEFAULT,
    guard: Guard | None = None,
) -> tuple[StructureRecord, ...]:
    """Return the structures of a CIF, or that of one of its data blocks.

    Parameters
    ----------
    source : path, str or bytes
    block : str, optional
    reading : ReadOptions
    guard : Guard, optional
        Read in processes that end at a deadline or a limit of memory.

    Raises
    ------
    ReadError
        If the source, or a block that is asked for, cannot be read.
    """
    job = Analysing(as_it_is, reading=reading)
    found = [read for blocks in work_on(sources_of(source, reading), job, guard) for read in blocks]
    chosen = [read for read in found if block is None or read.block == block or not read.block]
    if not chosen:
        names = ", ".join(repr(read.block) for read in found[:8])
        raise ReadError(Unread.NO_BLOCK, f"there is no data block {block!r} with a structure; there are {names}")
    for read in chosen:
        if read.record is None:
            others = f"; the other blocks can be read with block= ({len(chosen) - 1})" if len(chosen) > 1 else ""
            raise ReadError(read.reason or "unknown", read.complaint + others)
    return tuple(read.record for read in chosen if read.record is not None)


def sources_of(source: str | bytes | os.PathLike[str], reading: ReadOptions) -> Iterable[Source | RefusedSource]:
    """Return what a path, or the text of a CIF, gives to read.

    Raises
    ------
    UsageError
        If the path is empty or ``-``.
    """
    if isinstance(source, bytes):
        return [Source(CIF_TEXT, source)]
    if isinstance(source, str) and ("\n" in source or "\r" in source):
        return [Source(CIF_TEXT, source.encode("utf-8", "surrogatepass"))]
    name = os.fsdecode(os.fspath(source))
    if not name:
        raise UsageError("the path is empty; give a path or the text of a CIF")
    if name == "-":
        raise UsageError("'-' is no path here; pass the text of the CIF itself")
    return expand_inputs([name], reading)


def _kind(structure: Any) -> str | None:
    """Return which library an object is of, without loading either."""
    for parent in type(structure).__mro__:
        room = parent.__module__.partition(".")[0]
        if (room, parent.__name__) in {("pymatgen", "IStructure"), ("ase", "Atoms")}:
            return room
    return None


def _record(cell: Cell, name: str, parser: str) -> StructureRecord:
    if not cell.sites:
        raise ReadError("no_structure", f"{name}: it holds no atoms")
    if not (np.isfinite(cell.lattice).all() and np.isfinite(cell.frac).all() and cell.volume > 0):
        raise ReadError("bad_cell", f"{name}: lattice and positions must be finite numbers that span a cell")
    refuse_implausible(name, cell, DEFAULT)
    return StructureRecord(
        file=name,
        block="",
        cell=cell,
        formula_declared=None,
        space_group=None,
        space_group_number=None,
        file_sha256="",
        structure_sha256=structure_digest(cell),
        parser=parser,
    )
