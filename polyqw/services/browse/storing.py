"""Store uploads in the database that is shown, one after the other."""

from __future__ import annotations

import hashlib
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

from polyqw.io.inputs import Source
from polyqw.services.ingest.report import ingested_row
from polyqw.services.ingest.run import ingest_sources

if TYPE_CHECKING:
    from polyqw.io.inputs import RefusedSource
    from polyqw.services.browse.site import Site
    from polyqw.services.browse.uploads import Upload

_one_writer: Final = Lock()
WAIT_SECONDS: Final = 300.0
"""Longest wait for those who store before."""


def store(site: Site, upload: Upload) -> list[dict[str, Any]]:
    """Read, analyse and store the files of an upload; return the outcome of each.

    What a file says of its own origin and Tc stays its own claim: an upload vouches for nothing.

    Raises
    ------
    TimeoutError
        If others store for too long.
    """
    sources = [_named_by_content(source) for source in upload.sources(site.reading)]
    if not _one_writer.acquire(timeout=WAIT_SECONDS):
        raise TimeoutError
    try:
        done = ingest_sources(str(site.path), sources, site.options, jobs=1, reading=site.reading)
        return [ingested_row(one) for one in done]
    finally:
        _one_writer.release()


def _named_by_content(source: Source | RefusedSource) -> Source | RefusedSource:
    """Return a source whose name holds its digest, so that no upload takes the place of another of its name."""
    if not isinstance(source, Source) or source.content is None:
        return source
    return Source(f"upload/{hashlib.sha256(source.content).hexdigest()[:16]}/{source.name}", source.content)
