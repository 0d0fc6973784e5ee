"""Analyse structures without a database: from what a user names to wells, file by file."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from polyqw.core.analysis import find_wells
from polyqw.core.outside import as_row
from polyqw.core.reasons import ReasonCode
from polyqw.core.wells import Analysis, Status
from polyqw.errors import CrowdedError, ReadError
from polyqw.io.cif.read import BlockError, read_cif
from polyqw.io.cif.space_group import find_space_group
from polyqw.io.inputs import RefusedSource, expand_inputs
from polyqw.io.other_files import other_format, read_other
from polyqw.io.read_options import DEFAULT, Allowance, Reader, ReadOptions
from polyqw.io.reasons import Unread
from polyqw.services.structures.file_claims import claims_row
from polyqw.services.workers.guard import Guard, work_on
from polyqw.services.workers.pool import Limits
from polyqw.services.workers.server import READING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from polyqw.core.options import AnalysisOptions
    from polyqw.core.record import StructureRecord
    from polyqw.io.inputs import Source


__all__ = [
    "ABSENT",
    "DEFAULT",
    "Allowance",
    "Analysed",
    "Analysing",
    "Guard",
    "Limits",
    "ReadOptions",
    "Reader",
    "analyse_inputs",
    "analyse_source",
    "analysed_row",
    "as_it_is",
    "beside",
    "map_inputs",
    "read_inputs",
    "read_source",
]

Outcome = TypeVar("Outcome")

UNREACHABLE = frozenset({Unread.MISSING, Unread.UNREADABLE})
"""Reasons that are no fault of a file's content."""

ABSENT = frozenset({Unread.MISSING, Unread.NO_CIF_IN_FOLDER})
"""Reasons of names behind which there is nothing to read."""


@dataclass(frozen=True, slots=True)
class Analysed:
    """What one data block came to.

    Parameters
    ----------
    file, block : str
    status : Status
    reason : str or None
        Reason code when the status is not ``ok``.
    message : str
    record : StructureRecord or None
        None when nothing could be read.
    analysis : Analysis or None
    """

    file: str
    block: str
    status: Status
    reason: str | None
    message: str
    record: StructureRecord | None = None
    analysis: Analysis | None = None

    @property
    def is_done(self) -> bool:
        """Whether the structure was read and analysed, with or without a well."""
        return self.status in (Status.OK, Status.NO_WELL)

    @property
    def is_absent(self) -> bool:
        """Whether there is nothing to read behind the name that was given."""
        return not self.is_done and self.reason in ABSENT

    @property
    def complaint(self) -> str:
        """One line on why it is not done, with the file."""
        text = self.message or self.reason or "unknown reason"
        return text if self.file in text else f"{self.file}: {text}"

    @property
    def warnings(self) -> tuple[str, ...]:
        """Warnings of the reader, then of the analysis."""
        read = self.record.warnings if self.record else ()
        found = self.analysis.warnings if self.analysis else ()
        return (*read, *found)

    def row(self, **more: Any) -> dict[str, Any]:
        """Return what every row begins with as plain values: the file, what it holds, and whether it could be read.

        Further values stand after the formula.
        """
        return {
            "file": self.file,
            "block": self.block,
            "formula": self.record.cell.formula if self.record else None,
            "formula_written": self.record.cell.formula_written if self.record else None,
            **more,
            "status": str(self.status),
            "reason": self.reason,
            "message": self.message,
            "warnings": list(self.warnings),
        }


@dataclass(frozen=True, slots=True)
class Analysing(Generic[Outcome]):
    """What workers do with each file where it is read and analysed, and nothing is stored.

    Parameters
    ----------
    then : callable
        Makes of each data block what is wanted of it; it travels to the workers.
    options : AnalysisOptions or None
        None reads without analysing.
    explain : bool
        Keep the steps.
    reading : ReadOptions
    """

    modules: ClassVar[tuple[str, ...]] = READING

    then: Callable[[Analysed], Outcome]
    options: AnalysisOptions | None = None
    explain: bool = False
    reading: ReadOptions = DEFAULT

    def do(self, source: Source | RefusedSource) -> tuple[Outcome, ...]:
        """Return what is wanted of each data block of a file."""
        if self.options is None:
            blocks = read_source(source, self.reading)
        else:
            blocks = analyse_source(source, self.options, explain=self.explain, reading=self.reading)
        return tuple(map(self.then, blocks))

    def fail(self, name: str, reason: str, message: str) -> tuple[Outcome, ...]:
        """Return the same for a file that was not read."""
        return (self.then(Analysed(name, "", Status.FAILED, reason, message)),)


def as_it_is(analysed: Analysed) -> Analysed:
    """Return a data block itself, where nothing else is wanted of it."""
    return analysed


def beside(then: Callable[[Analysed], Outcome], analysed: Analysed) -> tuple[Analysed, Outcome]:
    """Return a data block with what is computed of it; one that cannot be searched is rejected."""
    try:
        return analysed, then(analysed)
    except CrowdedError as error:
        refused = Analysed(analysed.file, analysed.block, Status.REJECTED, ReasonCode.TOO_CROWDED, str(error))
        return refused, then(refused)


def map_inputs(names: Iterable[str], job: Analysing[Outcome], guard: Guard | None = None) -> Iterator[Outcome]:
    """Yield what is wanted of each data block behind the names; no error of one file touches another.

    Parameters
    ----------
    names : iterable of str
        Files, folders, globs, archives, or ``-``.
    job : Analysing
    guard : Guard, optional
        Work in processes that end at a deadline or a limit of memory; without it, in this process.
    """
    for blocks in work_on(expand_inputs(names, job.reading), job, guard):
        yield from blocks


def analyse_inputs(
    names: Iterable[str],
    options: AnalysisOptions,
    *,
    explain: bool = False,
    reading: ReadOptions = DEFAULT,
    guard: Guard | None = None,
) -> Iterator[Analysed]:
    """Yield each data block behind the names, analysed; see `map_inputs`."""
    return map_inputs(names, Analysing(as_it_is, options, explain, reading), guard)


def read_inputs(
    names: Iterable[str], reading: ReadOptions = DEFAULT, guard: Guard | None = None
) -> Iterator[Analysed]:
    """Yield each data block behind the names as it was read, not yet analysed, or why it could not be."""
    return map_inputs(names, Analysing(as_it_is, reading=reading), guard)


def analyse_source(
    source: Source | RefusedSource,
    options: AnalysisOptions,
    *,
    explain: bool = False,
    reading: ReadOptions = DEFAULT,
) -> Iterator[Analysed]:
    """Yield what each data block of one source came to."""
    for read in read_source(source, reading):
        if read.record is None:
            yield read
            continue
        analysis = find_wells(read.record.cell, options, explain=explain)
        if options.space_group_tolerance is not None:
            analysis = _with_space_group(analysis, read.record, options.space_group_tolerance)
        yield Analysed(
            read.file, read.block, analysis.status, analysis.reason, analysis.message, read.record, analysis
        )


def _with_space_group(analysis: Analysis, record: StructureRecord, tolerance: float) -> Analysis:
    """Return an analysis with the space group that the cell has, and a warning where the file declares another."""
    found = find_space_group(record.cell, tolerance)
    if found is None:
        return replace(analysis, warnings=(*analysis.warnings, f"space group: none is found within {tolerance:g} Å"))
    declared, warnings = record.space_group_number, analysis.warnings
    if declared is not None and declared != found.number:
        told = (
            f"space group: the file declares number {declared}, the cell has {found.symbol} (number {found.number}) "
            f"within {tolerance:g} Å"
        )
        warnings = (*warnings, told)
    descriptors = {**analysis.descriptors, "space_group_number_found": float(found.number)}
    return replace(analysis, warnings=warnings, descriptors=descriptors)


def read_source(source: Source | RefusedSource, reading: ReadOptions = DEFAULT) -> Iterator[Analysed]:
    """Yield each data block of one source as it was read, not yet analysed, or why it could not be."""
    if isinstance(source, RefusedSource):
        status = Status.FAILED if source.error.reason in UNREACHABLE else Status.REJECTED
        yield Analysed(source.name, "", status, source.error.reason, str(source.error))
        return
    try:
        other = other_format(source.name)
        data = source.read(reading)
        blocks = read_other(source.name, data, *other, reading) if other else read_cif(source.name, data, reading)
    except ReadError as error:
        yield Analysed(source.name, "", Status.REJECTED, error.reason, str(error))
        return
    for block in blocks:
        if isinstance(block, BlockError):
            yield Analysed(block.file, block.block, Status.REJECTED, block.reason, block.message)
        else:
            yield Analysed(block.file, block.block, Status.OK, None, "", block)


def analysed_row(analysed: Analysed, *, explain: bool = False) -> dict[str, Any]:
    """Return what a data block came to as plain values, the fields of ``polyqw wells --json``."""
    record, analysis = analysed.record, analysed.analysis
    row = {
        **analysed.row(family=str(analysis.family) if analysis and analysis.family else None),
        "trust": str(record.provenance.trust) if record else None,
        "claims": claims_row(record.provenance.claims) if record else None,
        "wells": [as_row(well) for well in analysis.wells] if analysis else [],
        "descriptors": dict(analysis.descriptors) if analysis else {},
    }
    if explain:
        row["steps"] = [{"name": s.name, "text": s.text, **s.data} for s in (analysis.steps if analysis else ())]
    return row
