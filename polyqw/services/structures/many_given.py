"""Analyse many structures that a program gives, as files, texts or objects; one that is unreadable stops no other."""

from __future__ import annotations

import os
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from polyqw.core.analysis import find_wells
from polyqw.errors import PolyqwError, ReadError
from polyqw.io.inputs import RefusedSource, Source
from polyqw.io.reasons import Unread
from polyqw.services.structures.analyse import Analysed, Analysing, as_it_is
from polyqw.services.structures.python_input import record_of, sources_of
from polyqw.services.workers.guard import work_on

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator

    from polyqw.core.options import AnalysisOptions
    from polyqw.core.record import StructureRecord
    from polyqw.io.read_options import ReadOptions
    from polyqw.services.structures.analyse import Guard


@dataclass(frozen=True, slots=True)
class GivenSource(Source):
    """A structure that was given as an object; it can be sent to another process as any source."""

    record: StructureRecord | None = None


@dataclass(frozen=True, slots=True)
class AnalysingGiven(Analysing[Analysed]):
    """What workers do with each structure: analyse it, read from a file or as it was given."""

    def do(self, source: Source | RefusedSource) -> tuple[Analysed, ...]:
        """Return what each data block of a source came to."""
        if not isinstance(source, GivenSource) or source.record is None or self.options is None:
            return Analysing.do(self, source)
        record, analysis = source.record, find_wells(source.record.cell, self.options)
        return (
            Analysed(record.file, record.block, analysis.status, analysis.reason, analysis.message, record, analysis),
        )


def analyse_many(
    structures: Iterable[tuple[Hashable, Any]],
    options: AnalysisOptions,
    reading: ReadOptions,
    guard: Guard | None = None,
) -> Iterator[tuple[Hashable, Analysed]]:
    """Yield what each data block of each structure came to, with the key of the structure, in their order.

    Parameters
    ----------
    structures : iterable of (key, structure)
        Structures as `polyqw.services.structures.python_input.analyse_given` takes them; a path may also be that of a
        folder, or a pattern.
    guard : Guard, optional
        Work in processes that end at a deadline or a limit of memory; without it, in this process.
    """
    keys: deque[Hashable] = deque()

    def sources() -> Iterator[Source | RefusedSource]:
        for key, structure in structures:
            for source in _sources_of(structure, reading):
                keys.append(key)
                yield source

    for blocks in work_on(sources(), AnalysingGiven(as_it_is, options, reading=reading), guard):
        key = keys.popleft()
        for analysed in blocks:
            yield key, analysed


def _sources_of(structure: Any, reading: ReadOptions) -> Iterator[Source | RefusedSource]:
    name = structure if isinstance(structure, str) and "\n" not in structure else type(structure).__name__
    try:
        if isinstance(structure, str | bytes | os.PathLike):
            yield from sources_of(structure, reading)
        else:
            record = record_of(structure)
            yield GivenSource(record.file, record=record)
    except ReadError as error:
        yield RefusedSource(name, error)
    except PolyqwError as error:
        yield RefusedSource(name, ReadError(Unread.NO_STRUCTURE, str(error)))
