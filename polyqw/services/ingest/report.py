"""The outcome of an ingest, file by file and in numbers."""

from __future__ import annotations

import csv
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from polyqw.core.wells import Status
from polyqw.errors import PolyqwError
from polyqw.io.reasons import Unread
from polyqw.services.structures.analyse import ABSENT
from polyqw.untrusted import csv_value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Ingested:
    """The outcome of one file, or of one data block of it.

    Parameters
    ----------
    outcome : str or None
        ``stored``, ``unchanged`` or ``updated``; ``rejected`` or ``failed`` when there was nothing to store; None
        until it is stored.
    status : str or None
        Status of the structure; None for an unchanged file that was not read again.
    file_sha256 : str or None
        Digest of the (uncompressed) file; None where it could not be read.
    """

    file: str
    block: str
    outcome: str | None
    status: str | None
    reason: str | None
    message: str
    structure_id: int | None = None
    file_sha256: str | None = None
    seconds: float | None = None

    @property
    def is_not_read(self) -> bool:
        """Whether a run that ended early has left it for the next one."""
        return self.reason == Unread.NOT_READ

    @property
    def is_done(self) -> bool:
        """Whether the structure was read, now or before, with or without a well."""
        return self.status not in (Status.REJECTED, Status.FAILED)

    @property
    def is_absent(self) -> bool:
        """Whether there is nothing to read behind the name that was given."""
        return not self.is_done and self.reason in ABSENT

    @property
    def complaint(self) -> str:
        """One line on why it is not done, with the file; empty for files not read, which are counted together."""
        if self.is_not_read:
            return ""
        return self.message if self.file in self.message else f"{self.file}: {self.message}"


ROW_FIELDS = ("file", "block", "outcome", "status", "reason", "message", "structure_id")


def ingested_row(done: Ingested) -> dict[str, Any]:
    """Return the outcome of a file as plain values."""
    return {name: getattr(done, name) for name in ROW_FIELDS}


@dataclass(slots=True)
class IngestReport:
    """The outcome of an ingest.

    Parameters
    ----------
    outcomes, statuses, reasons : Counter
        Numbers of data blocks by outcome, of those stored or updated by status, and of all by reason.
    files : list of Ingested
        Filled where `keep_files` is set.
    keep_files : bool
        A summary needs numbers alone; for millions of files a list would fill the memory.
    n_not_read : int
        Number of files that a run which ended early has not read.
    why_not_read : str
        Why it ended; empty where it did not.
    """

    outcomes: Counter[str] = field(default_factory=Counter)
    statuses: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    files: list[Ingested] = field(default_factory=list)
    keep_files: bool = True
    n_not_read: int = 0
    why_not_read: str = ""

    def add(self, done: Ingested) -> None:
        """Count one more."""
        self.outcomes[str(done.outcome)] += 1
        if done.status:
            self.statuses[done.status] += 1
        if done.reason:
            self.reasons[f"{done.status}: {done.reason}"] += 1
        if done.is_not_read:
            self.n_not_read += 1
            self.why_not_read = done.message
        if self.keep_files:
            self.files.append(done)

    @property
    def n_blocks(self) -> int:
        """Number of files, or of data blocks where a file has several."""
        return self.outcomes.total()

    @property
    def n_stored(self) -> int:
        """Number of structures that were written to the database."""
        return self.outcomes["stored"] + self.outcomes["updated"]

    @property
    def counts(self) -> dict[str, int]:
        """Numbers by outcome, and of structures without a well or that contradict themselves."""
        return {
            "stored": self.outcomes["stored"],
            "unchanged": self.outcomes["unchanged"],
            "updated": self.outcomes["updated"],
            "no_well": self.statuses[Status.NO_WELL],
            "rejected": self.statuses[Status.REJECTED],
            "failed": self.outcomes["failed"],
        }

    def as_row(self) -> dict[str, Any]:
        """Return the report as plain values, the fields of ``polyqw ingest --json``."""
        return {**self.counts, "files": [ingested_row(done) for done in self.files]}


FILE_COLUMNS = ("file", "block", "file_sha256", "outcome", "status", "reason", "message", "structure_id", "seconds")


@contextmanager
def report_writer(path: Path | None) -> Iterator[Callable[[Ingested], None]]:
    """Open a CSV file to which the outcome of each file is written line by line; without a path nothing is."""
    if path is None:
        yield lambda _done: None
        return
    with _in_one_line(path):
        stream = path.open("w", encoding="utf-8", errors="backslashreplace", newline="")
    writer = csv.writer(stream)

    def write(values: Iterable[Any]) -> None:
        with _in_one_line(path):
            writer.writerow(map(csv_value, values))

    try:
        write(FILE_COLUMNS)
        yield lambda done: write(getattr(done, column) for column in FILE_COLUMNS)
    finally:
        with _in_one_line(path):
            stream.close()


@contextmanager
def _in_one_line(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise PolyqwError(
            f"{path}: cannot be written ({error.strerror}); give another --report-file, what was stored is kept"
        ) from error
