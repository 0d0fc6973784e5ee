"""Answer a reader's SQL: one statement, reading only, within a time limit.

SQLite is asked through the standard library, so that a query starts without loading SQLAlchemy.
"""

from __future__ import annotations

import re
import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from polyqw.db.open.location import Location, locate
from polyqw.db.open.revision import require_head
from polyqw.db.open.sqlite_file import connect_file, file_revision
from polyqw.errors import DatabaseError
from polyqw.suggest import or_else

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

DEFAULT_LIMIT_SECONDS = 30.0

_READING = {
    sqlite3.SQLITE_SELECT,
    sqlite3.SQLITE_READ,
    sqlite3.SQLITE_FUNCTION,
    sqlite3.SQLITE_RECURSIVE,
}
_UNSAFE_FUNCTIONS = {"load_extension", "writefile", "readfile", "edit", "fts3_tokenizer"}
_OPENING = re.compile(r"(?:\s|--[^\n]*(?:\n|$)|/\*.*?\*/|\()*([A-Za-z]*)", re.DOTALL)
_READING_VERBS = {"SELECT", "WITH", "VALUES", "EXPLAIN", "TABLE"}
_PARAMETER = re.compile(
    r"""'(?:[^']|'')*' | "(?:[^"]|"")*" | --[^\n]* | /\*.*?\*/ | :: | % | :(?P<name>[A-Za-z_]\w*)""",
    re.DOTALL | re.VERBOSE,
)
"""A named parameter; or what may hold a colon that is none, so that it is passed over."""
_UNKNOWN = re.compile(r"no such (table|column): (.+)")
_NAMES = {
    "table": "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite%'",
    "column": "SELECT DISTINCT column_name FROM column_metadata",
}
_LISTS = {
    "table": "; polyqw query --tables lists them",
    "column": "; polyqw query --schema TABLE lists those of a table",
}
_STEPS_BETWEEN_CLOCK_CHECKS = 2000
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,15})(\.[0-9]+)?")


@dataclass(frozen=True, slots=True)
class Rows:
    """The answer to a query.

    Parameters
    ----------
    columns : tuple of str
        Names, as the query gives them; a name may occur twice.
    rows : list of tuple
        All rows.
    """

    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]

    def records(self) -> list[dict[str, Any]]:
        """Return the rows by column name; of equal names the last wins."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


def read_rows(
    database: str | Path,
    sql: str,
    limit_seconds: float = DEFAULT_LIMIT_SECONDS,
    parameters: Mapping[str, str | float] | None = None,
) -> Rows:
    """Run one reading statement on a database.

    Parameters
    ----------
    database : str or Path
        A path or URL.
    sql : str
        One statement: SELECT, WITH, VALUES or EXPLAIN.
    limit_seconds : float
        Time after which the statement is stopped [s].
    parameters : mapping of str to str or float, optional
        Values of the ``:name`` in the statement; they are passed to the database beside it, never pasted in.

    Raises
    ------
    DatabaseError
        If there is no database, or the statement is wrong, writes, is not one, takes too long, or lacks a parameter.
    SchemaVersionError
        If the schema is older or newer than this program.
    """
    found = _OPENING.match(sql)
    verb = found.group(1).upper() if found else ""
    if verb not in _READING_VERBS:
        raise DatabaseError(f"query reads only: a statement begins with SELECT or WITH, not {verb or 'nothing'}")
    location = locate(database)
    if location.path is not None:
        return _read_sqlite(location.path, sql, limit_seconds, parameters or {})
    return _read_postgresql(location, sql, limit_seconds, parameters or {})


def _read_sqlite(path: Path, sql: str, limit_seconds: float, parameters: Mapping[str, str | float]) -> Rows:
    with closing(connect_file(path, "ro", busy_seconds=limit_seconds)) as connection:
        try:
            require_head(file_revision(connection), str(path))
        except sqlite3.DatabaseError as error:
            raise DatabaseError(f"{path}: {error}") from error
        connection.set_authorizer(_authorize)
        deadline = time.monotonic() + limit_seconds
        connection.set_progress_handler(lambda: time.monotonic() > deadline, _STEPS_BETWEEN_CLOCK_CHECKS)
        try:
            cursor = connection.execute(sql, {name: _number(value) for name, value in parameters.items()})
            columns = tuple(item[0] for item in cursor.description or ())
            return Rows(columns, cursor.fetchall())
        except (sqlite3.Error, sqlite3.Warning) as error:
            if connection.complaint:
                raise DatabaseError(f"query: {connection.complaint}") from error
            raise _sqlite_refusal(error, limit_seconds, connection) from error


def _names(connection: sqlite3.Connection, kind: str) -> list[str]:
    """Return the names of all tables and views, or of all columns."""
    connection.set_authorizer(None)
    connection.set_progress_handler(None, 0)
    return [row[0] for row in connection.execute(_NAMES[kind])]


def _number(value: str | float) -> str | float:
    """Return a text that is written as a number as that number.

    SQLite compares a text with the number that a view computes as texts: every text is more than any number.
    """
    if not isinstance(value, str) or not (written := _NUMBER.fullmatch(value)):
        return value
    return float(value) if written[1] else int(value)


def _authorize(action: int, *names: str | None) -> int:
    is_unsafe = action == sqlite3.SQLITE_FUNCTION and names[1] in _UNSAFE_FUNCTIONS
    return sqlite3.SQLITE_OK if action in _READING and not is_unsafe else sqlite3.SQLITE_DENY


def _sqlite_refusal(
    error: sqlite3.Error | sqlite3.Warning, limit_seconds: float, connection: sqlite3.Connection
) -> DatabaseError:
    text = str(error)
    if unknown := _UNKNOWN.fullmatch(text):
        kind, name = unknown.groups()
        return DatabaseError(
            f"query: {text}{or_else(name.rpartition('.')[2], _names(connection, kind), _LISTS[kind])}"
        )
    if text == "interrupted":
        return _too_long(limit_seconds)
    if "not authorized" in text or "readonly" in text:
        return DatabaseError(f"query reads only: {text}")
    if "one statement at a time" in text:
        return DatabaseError("query takes one statement; run the others by themselves")
    return DatabaseError(f"query: {text}")


def _read_postgresql(
    location: Location, sql: str, limit_seconds: float, parameters: Mapping[str, str | float]
) -> Rows:
    from polyqw.db.open.engine import open_database  # noqa: PLC0415  (loads SQLAlchemy)

    engine = open_database(str(location.url))  # first: it says what to do where the driver is missing
    import psycopg  # noqa: PLC0415  (an extra)

    try:
        with engine.connect() as connection:
            driver: psycopg.Connection[Any] = cast("Any", connection.connection.driver_connection)
            driver.execute(f"SET LOCAL statement_timeout = {max(1, round(limit_seconds * 1000))}")
            # what is prepared is one statement
            if parameters:
                cursor = driver.execute(_in_psycopg_style(sql).encode(), parameters, prepare=True)
            else:
                cursor = driver.execute(sql.encode(), prepare=True)
            columns = tuple(item.name for item in cursor.description or ())
            return Rows(columns, cursor.fetchall())
    except psycopg.errors.QueryCanceled as error:
        raise _too_long(limit_seconds) from error
    except psycopg.errors.ReadOnlySqlTransaction as error:
        raise DatabaseError(f"query reads only: {_first_line(error)}") from error
    except psycopg.errors.UndefinedTable as error:
        from polyqw.db.look.tables import table_names  # noqa: PLC0415  (loads the models)

        name = next(iter(re.findall(r'"(.+?)"', _first_line(error))), "")
        raise DatabaseError(f"query: {_first_line(error)}{or_else(name, table_names(), _LISTS['table'])}") from error
    except psycopg.Error as error:
        if "multiple commands" in str(error):
            raise DatabaseError("query takes one statement; run the others by themselves") from error
        raise DatabaseError(f"query: {_first_line(error)}") from error
    finally:
        engine.dispose()


def _in_psycopg_style(sql: str) -> str:
    """Return a statement with ``%(name)s`` in the place of ``:name``, outside quotes and comments."""
    return _PARAMETER.sub(lambda found: f"%({found['name']})s" if found["name"] else found[0].replace("%", "%%"), sql)


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


def _too_long(limit_seconds: float) -> DatabaseError:
    return DatabaseError(f"query stopped after {limit_seconds:g} s; ask for less, or allow it more time")
