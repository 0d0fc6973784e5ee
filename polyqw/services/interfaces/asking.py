"""One request's look at the database: reading only, and no longer than its time."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from polyqw.db.open.engine import open_session
from polyqw.errors import DatabaseError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from sqlalchemy.orm import Session

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
        with open_session(path) as session:
            driver: Any = session.connection().connection.driver_connection
            prepare(driver)
            driver.set_progress_handler(lambda: time.monotonic() > deadline, _STEPS_BETWEEN_CLOCK_CHECKS)
            yield session
    except DatabaseError as error:
        if time.monotonic() > deadline:
            raise TooSlowError(limit_seconds) from error
        raise
