"""One request's look at the database: reading only, and no longer than its time."""

from __future__ import annotations

import time
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import create_engine, event
from sqlalchemy.pool import NullPool

from polyqw.db.open.engine import transaction
from polyqw.db.open.revision import require_head
from polyqw.db.open.sqlite_file import connect_file, file_revision
from polyqw.errors import DatabaseError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from sqlalchemy import Connection, Engine
    from sqlalchemy.orm import Session

BUSY_SECONDS: Final = 5.0
"""How long a question waits for the lock of a writer."""

_STEPS_BETWEEN_CLOCK_CHECKS = 5000


class TooSlowError(DatabaseError):
    """A request that takes more than its time."""

    def __init__(self, limit_seconds: float) -> None:
        super().__init__(f"stopped after {limit_seconds:g} s; ask for less")


@contextmanager
def asking(
    path: Path, limit_seconds: float, prepare: Callable[[Any], None] = lambda _connection: None
) -> Iterator[Session]:
    """Open a SQLite file for the questions of one request.

    Parameters
    ----------
    limit_seconds : float
        Time after which statements are stopped [s].
    prepare : callable
        Takes the connection of the driver, before anything is asked.

    Raises
    ------
    TooSlowError
        If it takes longer.
    DatabaseError, SchemaVersionError
        If the file cannot be read, or its schema is not that of this program.
    """
    deadline = time.monotonic() + limit_seconds
    try:
        with transaction(_engine(path)) as session:
            driver: Any = session.connection().connection.driver_connection
            require_head(file_revision(driver), str(path))
            prepare(driver)
            driver.set_progress_handler(lambda: time.monotonic() > deadline, _STEPS_BETWEEN_CLOCK_CHECKS)
            yield session
    except DatabaseError as error:
        if time.monotonic() > deadline:
            raise TooSlowError(limit_seconds) from error
        raise


@lru_cache(16)
def _engine(path: Path) -> Engine:
    """Return what remembers the statements of a file once they are compiled; it holds no connection."""
    engine = create_engine(
        "sqlite://", creator=lambda: connect_file(path, "ro", busy_seconds=BUSY_SECONDS), poolclass=NullPool
    )

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN")

    return engine
