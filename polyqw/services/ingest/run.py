"""Run an ingest: hand out files, store what comes back in batches, report the outcome of each file."""

from __future__ import annotations

import time
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from polyqw.core.analysis import ANALYSIS_VERSION
from polyqw.db.open.engine import open_database, transaction
from polyqw.db.open.migrate import init
from polyqw.db.store.bulk import store_batch
from polyqw.db.store.source_files import known_digests, record_issue
from polyqw.io.inputs import expand_inputs
from polyqw.io.read_options import DEFAULT
from polyqw.resources import resource_path
from polyqw.services.ingest.cluster import WORKER_WAIT_SECONDS, open_cluster
from polyqw.services.ingest.report import Ingested
from polyqw.services.ingest.work import Ingesting, Worked, unchanged
from polyqw.services.workers.pool import Limits, open_workers
from polyqw.services.workers.server import start_server

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from contextlib import AbstractContextManager

    from sqlalchemy import Engine

    from polyqw.core.options import AnalysisOptions
    from polyqw.db.store.structures import StoreOutcome
    from polyqw.io.inputs import RefusedSource, Source
    from polyqw.io.read_options import ReadOptions
    from polyqw.services.workers.pool import Workers

BATCH = 128
"""Files stored in one transaction."""

BATCH_SECONDS = 1.0
"""Longest time that something read waits for its transaction."""


def reference_folder() -> str:
    """Return the folder of the reference structures that travel with the program."""
    return str(resource_path("cifs"))


def ingest(
    database: str,
    names: Iterable[str],
    options: AnalysisOptions,
    *,
    jobs: int = 0,
    limits: Limits | None = None,
    reading: ReadOptions = DEFAULT,
    scheduler: str | None = None,
    worker_wait: float = WORKER_WAIT_SECONDS,
) -> Iterator[Ingested]:
    """Read what is named into a database, made if it is missing; yield the outcome of each file, once it is stored.

    A file that was read before with the same content, analysis and options is not read again, unless the user now
    vouches for it and did not then, or the other way round. Files are stored in the
    order in which they were named, many in one transaction: whoever stops the program finds whole files or nothing,
    and a second run ends where an undisturbed one would have.

    Parameters
    ----------
    reading : ReadOptions
        Which library expands the symmetry, the limits within which a file is read, and whether the user vouches for
        what the files say of themselves.
    scheduler : str, optional
        Dask scheduler that hands out the work: an address, or ``local``.
    worker_wait : float
        How long its cluster may be without a worker that takes up files [s]. Then the run ends: files that are left
        come back as failed with the reason ``not_read``, and nothing is stored of them.
    """
    if jobs > 0 and scheduler is None:
        start_server(Ingesting.modules)  # it loads while the database is made
    init(database)
    with _open(scheduler, options, reading, jobs, limits or Limits(), worker_wait) as workers:
        yield from _store(database, workers, expand_inputs(names, reading), options, reading)


def ingest_sources(
    database: str,
    sources: Iterable[Source | RefusedSource],
    options: AnalysisOptions,
    *,
    jobs: int = 0,
    limits: Limits | None = None,
    reading: ReadOptions = DEFAULT,
) -> Iterator[Ingested]:
    """Read what is there already, such as uploads, into a database that exists; see `ingest`."""
    with open_workers(Ingesting(options, reading), jobs, limits or Limits()) as workers:
        yield from _store(database, workers, iter(sources), options, reading)


def _store(
    database: str,
    workers: Workers[Worked],
    sources: Iterator[Source | RefusedSource],
    options: AnalysisOptions,
    reading: ReadOptions,
) -> Iterator[Ingested]:
    engine = open_database(database, "write")
    try:
        items = _without_unchanged(engine, sources, options, reading)
        for batch in in_batches(workers.run(items)):
            yield from store_worked(engine, batch, options)
    finally:
        engine.dispose()


def _open(
    scheduler: str | None,
    options: AnalysisOptions,
    reading: ReadOptions,
    jobs: int,
    limits: Limits,
    worker_wait: float,
) -> AbstractContextManager[Workers[Worked]]:
    if scheduler is None:
        return open_workers(Ingesting(options, reading), jobs, limits)
    return open_cluster(scheduler, options, reading, jobs, limits, worker_wait)


def _without_unchanged(
    engine: Engine, sources: Iterator[Source | RefusedSource], options: AnalysisOptions, reading: ReadOptions
) -> Iterator[Source | RefusedSource | Worked]:
    """Yield the files to read, and of those that the database holds as they are, that they are unchanged."""
    tolerances = options.as_dict()
    while part := list(islice(sources, BATCH)):
        with transaction(engine) as session:
            known = known_digests(
                session,
                [s.name for s in part],
                analysis_version=ANALYSIS_VERSION,
                tolerances=tolerances,
                trusted=reading.trusted,
            )
        for source in part:
            yield unchanged(source, known.get(source.name), reading) or source


def in_batches(results: Iterator[Worked]) -> Iterator[list[Worked]]:
    """Yield results in lists that go into one transaction each: many together, none waiting long."""
    batch: list[Worked] = []
    start = time.monotonic()
    for worked in results:
        batch.append(worked)
        if len(batch) >= BATCH or time.monotonic() - start >= BATCH_SECONDS:
            yield batch
            batch, start = [], time.monotonic()
    if batch:
        yield batch


def store_worked(engine: Engine, batch: Sequence[Worked], options: AnalysisOptions) -> list[Ingested]:
    """Store the outcomes of files in one transaction, and return them for the report.

    Parameters
    ----------
    options : AnalysisOptions
        Those they were analysed with.
    """
    contents = [worked.rows for worked in batch if worked.rows is not None]
    outcomes: Iterator[list[StoreOutcome]] = iter(())
    if any(not worked.is_nothing_new for worked in batch):
        with transaction(engine) as session:
            outcomes = iter(
                store_batch(session, contents, analysis_version=ANALYSIS_VERSION, tolerances=options.as_dict())
            )
            for worked in batch:
                if worked.issue is not None:
                    record_issue(session, worked.file, worked.file_sha256, worked.issue, seconds=worked.seconds)
    return [done for worked in batch for done in _finished(worked, next(outcomes) if worked.rows is not None else [])]


def _finished(worked: Worked, outcomes: Sequence[StoreOutcome]) -> Iterator[Ingested]:
    if worked.is_unchanged:
        yield Ingested(
            worked.file, "", "unchanged", None, None, "", file_sha256=worked.file_sha256, seconds=worked.seconds
        )
    stored = iter(outcomes)
    for found in worked.found:
        if found.outcome is None:
            outcome = next(stored)
            yield replace(found, outcome=str(outcome.outcome), structure_id=outcome.structure_id)
        else:
            yield found
