"""Read files into the database: one file, one transaction."""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from polyqw.core.analysis import ANALYSIS_VERSION
from polyqw.core.wells import Status
from polyqw.db.engine import open_database, transaction
from polyqw.db.migrate import init
from polyqw.db.store import Issue, is_unchanged, record_issue, store_file
from polyqw.errors import ReadError
from polyqw.io.inputs import RefusedSource, Source, expand_inputs
from polyqw.resources import resource_path
from polyqw.services.analyse import analyse_source

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlalchemy import Engine

    from polyqw.core.options import AnalysisOptions
    from polyqw.services.analyse import Analysed


@dataclass(frozen=True, slots=True)
class Ingested:
    """What one file, or one data block of it, came to.

    Parameters
    ----------
    file, block : str
    outcome : str
        ``stored``, ``unchanged`` or ``updated``; ``rejected`` or ``failed`` when there was nothing to store.
    status : str or None
        Status of the structure; None for an unchanged file that was not read again.
    reason : str or None
    message : str
    structure_id : int or None
    """

    file: str
    block: str
    outcome: str
    status: str | None
    reason: str | None
    message: str
    structure_id: int | None = None


@dataclass(slots=True)
class IngestReport:
    """What an ingest came to.

    Parameters
    ----------
    files : list of Ingested
    """

    files: list[Ingested] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        """Numbers by outcome, and of structures without a well among those stored or updated."""
        outcomes = Counter(f.outcome for f in self.files)
        no_well = sum(f.status == Status.NO_WELL and f.outcome in ("stored", "updated") for f in self.files)
        rejected = sum(f.status == Status.REJECTED for f in self.files)
        return {
            "stored": outcomes["stored"],
            "unchanged": outcomes["unchanged"],
            "updated": outcomes["updated"],
            "no_well": no_well,
            "rejected": rejected,
            "failed": outcomes["failed"],
        }

    def as_row(self) -> dict[str, Any]:
        """Return the report as plain values, the fields of ``polyqw ingest --json``."""
        rows = [
            {
                "file": f.file,
                "block": f.block,
                "outcome": f.outcome,
                "status": f.status,
                "reason": f.reason,
                "message": f.message,
                "structure_id": f.structure_id,
            }
            for f in self.files
        ]
        return {**self.counts, "files": rows}


def reference_folder() -> str:
    """Return the folder of the reference structures that travel with the program."""
    return str(resource_path("cifs"))


def ingest(database: str, names: Iterable[str], options: AnalysisOptions) -> Iterator[Ingested]:
    """Read what is named into a database, made if it is missing; yield what each file came to, as it is stored.

    A file that was read before with the same content, analysis and options is not read again. Each file is one
    transaction: whoever stops the program finds whole files or nothing.

    Parameters
    ----------
    database : str
        Path or URL.
    names : iterable of str
        Files, folders, globs, archives, ``-``.
    options : AnalysisOptions
    """
    init(database)
    engine = open_database(database, "write")
    try:
        for source in expand_inputs(names):
            yield from _ingest_source(engine, source, options)
    finally:
        engine.dispose()


def _ingest_source(engine: Engine, source: Source | RefusedSource, options: AnalysisOptions) -> list[Ingested]:
    tolerances = options.as_dict()
    start = time.perf_counter()
    try:
        if isinstance(source, RefusedSource):
            raise source.error
        data = source.read()
    except ReadError:
        (analysed,) = analyse_source(source, options)
        with transaction(engine) as session:
            record_issue(session, analysed.file, None, _issue(analysed))
        return [_not_stored(analysed)]
    digest = hashlib.sha256(data).hexdigest()
    with transaction(engine) as session:
        if is_unchanged(session, source.name, digest, analysis_version=ANALYSIS_VERSION, tolerances=tolerances):
            return [Ingested(source.name, "", "unchanged", None, None, "")]
    found = list(analyse_source(Source(source.name, data), options))
    whole = [(a.record, a.analysis) for a in found if a.record is not None and a.analysis is not None]
    with transaction(engine) as session:
        outcomes = store_file(
            session,
            source.name,
            digest,
            whole,
            [_issue(a) for a in found if a.record is None],
            analysis_version=ANALYSIS_VERSION,
            tolerances=tolerances,
            seconds=time.perf_counter() - start,
        )
    stored = iter(outcomes)
    results = []
    for analysed in found:
        if analysed.record is None:
            results.append(_not_stored(analysed))
            continue
        outcome = next(stored)
        results.append(
            Ingested(
                analysed.file,
                analysed.block,
                str(outcome.outcome),
                str(analysed.status),
                analysed.reason,
                analysed.message,
                outcome.structure_id,
            )
        )
    return results


def _issue(analysed: Analysed) -> Issue:
    return Issue(
        "failed" if analysed.status is Status.FAILED else "rejected",
        analysed.reason or "unknown",
        analysed.complaint,
        analysed.block,
    )


def _not_stored(analysed: Analysed) -> Ingested:
    return Ingested(
        analysed.file, analysed.block, str(analysed.status), str(analysed.status), analysed.reason, analysed.complaint
    )
