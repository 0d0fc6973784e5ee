"""What a worker does with a file: read, hash, analyse, and make rows. It holds no database handle."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from polyqw.core.analysis import ANALYSIS_VERSION
from polyqw.core.wells import Status
from polyqw.db.store.rows import block_rows
from polyqw.db.store.source_files import Issue
from polyqw.db.store.structures import FileRows
from polyqw.errors import ReadError
from polyqw.io.inputs import RefusedSource, Source
from polyqw.io.read_options import DEFAULT
from polyqw.io.reasons import Unread
from polyqw.services.ingest.report import Ingested
from polyqw.services.structures.analyse import UNREACHABLE, analyse_source
from polyqw.services.workers.server import INGESTING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from polyqw.core.options import AnalysisOptions
    from polyqw.io.read_options import ReadOptions
    from polyqw.services.structures.analyse import Analysed


@dataclass(frozen=True, slots=True)
class Worked:
    """The outcome of a file.

    Parameters
    ----------
    rows : FileRows or None
        To be stored; None for an unchanged file, and where the content could not be had.
    found : tuple of Ingested
        Data blocks in the order of the file, those to be stored without an outcome; empty for an unchanged file.
    """

    file: str
    rows: FileRows | None = None
    found: tuple[Ingested, ...] = ()
    issue: Issue | None = None
    file_sha256: str | None = None
    seconds: float | None = None

    @property
    def is_unchanged(self) -> bool:
        """Whether the database holds this content already."""
        return self.is_nothing_new and not self.found

    @property
    def is_nothing_new(self) -> bool:
        """Whether there is nothing to store: unchanged, or not read."""
        return self.rows is None and self.issue is None


@dataclass(frozen=True, slots=True)
class Ingesting:
    """What workers of an ingest do with each file."""

    modules: ClassVar[tuple[str, ...]] = INGESTING

    options: AnalysisOptions
    reading: ReadOptions

    def do(self, source: Source | RefusedSource) -> Worked:
        """Return the rows of a file."""
        return work(source, self.options, self.reading)

    def fail(self, name: str, reason: str, message: str) -> Worked:
        """Return that a file gives no rows."""
        return without_content(name, Status.FAILED, reason, message)


def unchanged(source: Source | RefusedSource, known_sha256: str | None, reading: ReadOptions) -> Worked | None:
    """Return that a file is what the database holds, or None where it has to be read."""
    if known_sha256 is None or isinstance(source, RefusedSource):
        return None
    start = time.perf_counter()
    try:
        digest = hashlib.sha256(source.read(reading)).hexdigest()
    except ReadError:
        return None
    same = digest == known_sha256
    return Worked(source.name, file_sha256=digest, seconds=time.perf_counter() - start) if same else None


def work(source: Source | RefusedSource, options: AnalysisOptions, reading: ReadOptions = DEFAULT) -> Worked:
    """Return the outcome of a file; whatever goes wrong costs this file alone."""
    start = time.perf_counter()
    try:
        if isinstance(source, RefusedSource):
            raise source.error
        data = source.read(reading)
    except ReadError as error:
        status = Status.FAILED if error.reason in UNREACHABLE else Status.REJECTED
        return without_content(source.name, status, error.reason, str(error))
    found = analyse_source(Source(source.name, data), options, reading=reading)
    return work_on(source.name, hashlib.sha256(data).hexdigest(), found, options, start)


def work_on(file: str, digest: str, analysed: Iterable[Analysed], options: AnalysisOptions, start: float) -> Worked:
    """Return the outcome of a file; whatever goes wrong costs this file alone.

    Parameters
    ----------
    file : str
        Path, or whatever else names the content.
    digest : str
        SHA-256 of the content.
    analysed : iterable of Analysed
        Its data blocks, analysed as they are asked for.
    start : float
        Reading of `time.perf_counter` when the work began.
    """
    try:
        return _rows(list(analysed), file, digest, options, start)
    except MemoryError:
        return without_content(
            file, Status.FAILED, Unread.MEMORY, f"{file}: needs more memory than a worker may take", digest
        )
    except Exception as error:
        detail = " ".join(str(error).split())[:200]
        return without_content(
            file, Status.FAILED, Unread.INTERNAL_ERROR, f"{file}: {type(error).__name__}: {detail}", digest
        )


def without_content(file: str, status: Status, reason: str, message: str, digest: str | None = None) -> Worked:
    """Return that a file gave nothing."""
    issue = Issue("failed" if status is Status.FAILED else "rejected", reason, message)
    found = Ingested(file, "", str(status), str(status), reason, message, file_sha256=digest)
    return Worked(file, None, (found,), issue, digest)


def not_read(file: str, why: str) -> Worked:
    """Return that nobody has read a file; nothing is stored of it, so that the next run reads it."""
    failed = str(Status.FAILED)
    return Worked(file, None, (Ingested(file, "", failed, failed, Unread.NOT_READ, why),))


def _rows(found: list[Analysed], file: str, digest: str, options: AnalysisOptions, start: float) -> Worked:
    tolerances = options.as_dict()
    seconds = time.perf_counter() - start
    rows = FileRows(
        file,
        digest,
        tuple(
            block_rows(a.record, a.analysis, ANALYSIS_VERSION, tolerances)
            for a in found
            if a.record is not None and a.analysis is not None
        ),
        tuple(_issue(a) for a in found if a.record is None),
        seconds,
    )
    return Worked(file, rows, tuple(_ingested(a, file, digest, seconds) for a in found), None, digest, seconds)


def _ingested(analysed: Analysed, file: str, digest: str, seconds: float) -> Ingested:
    is_stored, status = analysed.record is not None, str(analysed.status)
    message = analysed.message if is_stored else analysed.complaint
    outcome = None if is_stored else status
    return Ingested(file, analysed.block, outcome, status, analysed.reason, message, None, digest, seconds)


def _issue(analysed: Analysed) -> Issue:
    return Issue(
        "failed" if analysed.status is Status.FAILED else "rejected",
        analysed.reason or Unread.UNKNOWN,
        analysed.complaint,
        analysed.block,
    )
