"""Pages that were made before, as long as the database is the one that they were made from."""

from __future__ import annotations

from collections import OrderedDict
from functools import wraps
from threading import Lock
from typing import TYPE_CHECKING, Final

from polyqw.services.browse.site import site_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from starlette.requests import Request
    from starlette.responses import Response

    Page = Callable[[Request], Response]

MOST_PAGES: Final = 256
"""Pages that are kept."""

LARGEST: Final = 512 * 1024
"""Bytes of a page beyond which it is not kept."""

COUNTER: Final = slice(24, 28)
"""Where a SQLite file counts its changes: https://www.sqlite.org/fileformat2.html#file_change_counter."""

Stamp = tuple[bytes, ...]


def stamp_of(database: Path) -> Stamp:
    """Return what differs after every change of a database file: its counter, sizes and times, and of its log."""
    try:
        with database.open("rb") as stream:
            counter = stream.read(COUNTER.stop)[COUNTER]
    except OSError:
        return ()
    parts = [counter]
    for path in (database, database.with_name(f"{database.name}-wal")):
        try:
            told = path.stat()
        except OSError:
            continue
        parts.append(f"{told.st_mtime_ns} {told.st_size} {told.st_ino}".encode())
    return tuple(parts)


class Memory:
    """Answers by their address, the least asked for given up first."""

    def __init__(self) -> None:
        self._pages: OrderedDict[str, tuple[Stamp, Response]] = OrderedDict()
        self._lock = Lock()

    def find(self, address: str, stamp: Stamp) -> Response | None:
        """Return the answer that was given when the database was the same."""
        with self._lock:
            known = self._pages.get(address)
            if known is None or known[0] != stamp:
                return None
            self._pages.move_to_end(address)
            return known[1]

    def keep(self, address: str, stamp: Stamp, answer: Response) -> None:
        """Keep an answer."""
        with self._lock:
            self._pages[address] = stamp, answer
            self._pages.move_to_end(address)
            if len(self._pages) > MOST_PAGES:
                self._pages.popitem(last=False)


def remembered(page: Page) -> Page:
    """Return a page that is made anew only after the database has changed."""
    memory = Memory()

    @wraps(page)
    def answer(request: Request) -> Response:
        path = site_of(request).path
        address = f"{path}?{request.url.path}?{request.url.query}"
        stamp = stamp_of(path)  # before the page is made: a change meanwhile makes it stale
        known = memory.find(address, stamp)
        if known is not None:
            return known
        made = page(request)
        if made.status_code == 200 and len(made.body) <= LARGEST:
            memory.keep(address, stamp, made)
        return made

    return answer
