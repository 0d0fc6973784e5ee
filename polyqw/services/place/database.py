"""Open the database that a command works on."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from polyqw.db.look.printed import seed_in_memory
from polyqw.db.open.engine import open_session
from polyqw.db.open.location import locate
from polyqw.services.place.location import default_database

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session


@contextmanager
def reading(database: str | None) -> Iterator[Session]:
    """Open a database for reading, and close it after; without a name, the default one."""
    with open_session(database or default_database()) as session:
        yield session


@contextmanager
def reading_if_any(database: str | None) -> Iterator[Session | None]:
    """Open a database for reading; None where none is named and the default one is not there."""
    if database is None and not os.path.exists(default_database()):
        yield None
        return
    with reading(database) as session:
        yield session


@contextmanager
def printed_tables() -> Iterator[Session]:
    """Open the printed tables that travel with the program, for when there is no database; nothing is written."""
    with seed_in_memory() as session:
        yield session


@contextmanager
def reading_or_printed(database: str | None) -> Iterator[tuple[Session, bool]]:
    """Open a database for reading, and say that it is one; else the printed tables, where none is named or there."""
    with reading_if_any(database) as session:
        if session is not None:
            yield session, True
            return
        with printed_tables() as printed:
            yield printed, False


@contextmanager
def writing(database: str | None) -> Iterator[Session]:
    """Open an existing database for one writing transaction."""
    with open_session(database or default_database(), "write") as session:
        yield session


def can_write(database: str | None) -> bool:
    """Whether the database may be written to, as far as its file tells; a server is asked by writing."""
    location = locate(database or default_database())
    if location.path is None:
        return True
    return os.access(location.path, os.W_OK) and os.access(location.path.parent, os.W_OK)
