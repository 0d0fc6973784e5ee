"""Open SQLite files through the standard library: really read-only, foreign keys on, one-line errors."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Literal
from urllib.parse import quote

from polyqw.db.open.sqlite_functions import Connection, add_functions
from polyqw.errors import DatabaseError

if TYPE_CHECKING:
    from pathlib import Path

FileMode = Literal["ro", "rw", "rwc"]

BUSY_SECONDS = 60.0
"""How long a connection waits for another one's lock."""

LOCKED = "; another program keeps it locked, wait for that one or end it, and run this again"


def connect_file(path: Path, mode: FileMode, *, busy_seconds: float | None = None) -> Connection:
    """Open a SQLite file, in autocommit mode so that every BEGIN is explicit.

    Parameters
    ----------
    mode : {'ro', 'rw', 'rwc'}
        Read only, write to an existing file, or create it.
    busy_seconds : float, optional
        How long to wait for a lock [s]; default `BUSY_SECONDS`.

    Raises
    ------
    DatabaseError
        If the file does not exist (unless ``rwc``), is not a database, or cannot be opened.
    """
    if mode != "rwc" and not path.exists():
        raise DatabaseError(f"no database at {path}; make one with `polyqw db init` or `polyqw ingest`")
    if path.exists() and not path.is_file():
        raise DatabaseError(f"{path} is not a file; a SQLite database is a file")
    busy_seconds = BUSY_SECONDS if busy_seconds is None else busy_seconds
    try:
        connection = _open(path, mode, busy_seconds)
    except sqlite3.DatabaseError as error:
        if mode != "ro" or not _needs_rollback(error) or not os.access(path, os.W_OK):
            raise _refusal(path, error) from error
        _roll_back(path)
        try:
            connection = _open(path, mode, busy_seconds)
        except sqlite3.DatabaseError as again:
            raise _refusal(path, again) from again
    return connection


def file_revision(connection: sqlite3.Connection) -> str | None:
    """Return the schema revision of an open SQLite database, or None if it holds no polyqw schema."""
    known = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone()
    row = connection.execute("SELECT version_num FROM alembic_version").fetchone() if known else None
    return None if row is None else str(row[0])


def _open(path: Path, mode: FileMode, busy_seconds: float) -> Connection:
    uri = f"file:{quote(str(path.absolute()))}?mode={mode}"
    connection = sqlite3.connect(
        uri, uri=True, timeout=busy_seconds, isolation_level=None, check_same_thread=False, factory=Connection
    )
    try:
        add_functions(connection)
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA recursive_triggers = ON")  # INSERT OR REPLACE meets the append-only triggers
        if mode == "ro":
            connection.execute("PRAGMA query_only = ON")
        connection.execute("SELECT count(*) FROM sqlite_master")
    except sqlite3.DatabaseError:
        connection.close()
        raise
    return connection


def _needs_rollback(error: sqlite3.DatabaseError) -> bool:
    """Whether a killed writer left a journal that a read-only connection may not play back."""
    return error.sqlite_errorname == "SQLITE_READONLY_ROLLBACK"


def _roll_back(path: Path) -> None:
    """Undo the unfinished transaction of a killed writer, as any writer would do first."""
    with closing(_open(path, "rw", BUSY_SECONDS)):
        pass


def _refusal(path: Path, error: sqlite3.DatabaseError) -> DatabaseError:
    if error.sqlite_errorname == "SQLITE_NOTADB":
        return DatabaseError(f"{path} is not a SQLite database; give another path, or move it away")
    return DatabaseError(f"{path} cannot be opened: {error}{LOCKED if 'locked' in str(error) else ''}")
