"""Take structures of an OPTIMADE provider into the database."""

from __future__ import annotations

import time
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from polyqw.core.analysis import ANALYSIS_VERSION
from polyqw.db.open.engine import open_database, transaction
from polyqw.db.open.migrate import init
from polyqw.db.store.source_files import known_digests
from polyqw.io.optimade.client import ClientLimits, OptimadeClient, Unreachable, check_filter
from polyqw.services.exchange.optimade_entry import Provider, Vouching, analyse_entry, entry_digest, entry_file
from polyqw.services.ingest.report import Ingested
from polyqw.services.ingest.run import in_batches, store_worked
from polyqw.services.ingest.work import Worked, work_on

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any

    from sqlalchemy import Engine

    from polyqw.core.options import AnalysisOptions
    from polyqw.io.optimade.client import Page

__all__ = ["ClientLimits", "OptimadeQuery", "Vouching", "import_optimade"]


@dataclass(frozen=True, slots=True)
class OptimadeQuery:
    """What is asked of a provider.

    Parameters
    ----------
    filter_text : str
        In the language of OPTIMADE; empty for all structures.
    """

    url: str
    filter_text: str = ""
    limit: int | None = None
    page_limit: int | None = None
    vouching: Vouching = field(default_factory=Vouching)


def import_optimade(
    database: str,
    query: OptimadeQuery,
    options: AnalysisOptions,
    *,
    limits: ClientLimits | None = None,
    notify: Callable[[str], None] = lambda _line: None,
) -> Iterator[Ingested]:
    """Read structures of a provider into a database, made if it is missing; yield the outcome of each, once stored.

    The URL of an entry stands for the path of a file and its content for that of the file, so an entry that was read
    before is not analysed again, one that changed makes a new version, and a run that was stopped goes on where it
    was when it is started again.

    Yields
    ------
    Ingested
        One for each entry; where the provider stops answering, a last one with the status ``failed`` and the reason
        ``unreachable``.
    """
    check_filter(query.filter_text)
    client = OptimadeClient(query.url, limits or ClientLimits(), notify=notify)
    with closing(client):
        pages = client.pages(query.filter_text, page_limit=query.page_limit)
        first = next(pages)  # before a database is made
        wanted = _limited(first, pages, query.limit)
        init(database)
        engine = open_database(database, "write")
        try:
            yield from _stored(engine, client.structures_url(), wanted, options, query.vouching)
        except Unreachable as error:
            yield Ingested(client.url, "", "failed", "failed", "unreachable", f"{error}; run it again to go on")
        finally:
            engine.dispose()


def _limited(first: Page, rest: Iterator[Page], limit: int | None) -> Iterator[tuple[Page, Sequence[dict[str, Any]]]]:
    """Yield pages with those of their entries that are wanted."""
    n_wanted = limit
    page: Page | None = first
    while page is not None and (n_wanted is None or n_wanted > 0):
        entries = page.entries[:n_wanted]
        yield page, entries
        if n_wanted is not None:
            n_wanted -= len(entries)
        page = next(rest, None) if n_wanted is None or n_wanted > 0 else None


def _stored(
    engine: Engine,
    structures_url: str,
    pages: Iterator[tuple[Page, Sequence[dict[str, Any]]]],
    options: AnalysisOptions,
    vouching: Vouching,
) -> Iterator[Ingested]:
    host = urlsplit(structures_url).hostname or ""
    seen: set[str] = set()
    for page, entries in pages:
        named = {entry_file(structures_url, entry): entry for entry in reversed(entries)}
        fresh = {file: named[file] for file in reversed(named) if file not in seen}
        seen.update(fresh)
        with transaction(engine) as session:
            known = known_digests(
                session, list(fresh), analysis_version=ANALYSIS_VERSION, tolerances=options.as_dict()
            )
        provider = Provider.of(page, host)
        worked = (
            _work(file, entry, page, provider, known.get(file), options, vouching) for file, entry in fresh.items()
        )
        for batch in in_batches(worked):
            yield from store_worked(engine, batch, options)


def _work(
    file: str,
    entry: dict[str, Any],
    page: Page,
    provider: Provider,
    known: str | None,
    options: AnalysisOptions,
    vouching: Vouching,
) -> Worked:
    start = time.perf_counter()
    digest = entry_digest(entry, vouching)
    if digest == known:
        return Worked(file, file_sha256=digest, seconds=time.perf_counter() - start)
    analysed = (analyse_entry(entry, page, file, provider, options, vouching=vouching) for _ in range(1))
    return work_on(file, digest, analysed, options, start)
