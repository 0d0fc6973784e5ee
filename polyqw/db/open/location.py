"""Tell a path from a database URL, without loading a database library."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from polyqw.errors import DatabaseError

_PASSWORD = re.compile(r"(://[^:/@]*):[^@/]*@")
_PASSWORD_OPTION = re.compile(r"(password=)[^&]*")


@dataclass(frozen=True, slots=True)
class Location:
    """Where a database is: a SQLite file, or a PostgreSQL server.

    Parameters
    ----------
    path : Path or None
        The file of a SQLite database.
    url : str or None
        The URL of a PostgreSQL database.
    """

    path: Path | None = None
    url: str | None = None

    def __str__(self) -> str:
        """Return the path, or the URL without its password."""
        if self.url is None:
            return str(self.path)
        return _PASSWORD_OPTION.sub(r"\1***", _PASSWORD.sub(r"\1:***@", self.url))


def locate(database: str | Path) -> Location:
    """Return where a database is, from a path or a SQLAlchemy URL.

    Parameters
    ----------
    database : str or Path
        A path, ``sqlite:///PATH``, or ``postgresql://USER@HOST/NAME``.

    Raises
    ------
    DatabaseError
        If the URL names another kind of database, or one in memory.
    """
    text = str(database)
    scheme, separator, rest = text.partition("://")
    if not separator:
        if text in ("", ":memory:"):
            raise DatabaseError(f"{text!r} is no database to keep; give a path or a URL")
        return Location(path=Path(text).expanduser())
    if scheme in ("sqlite", "sqlite+pysqlite"):
        return Location(path=_sqlite_path(text, rest))
    if scheme in ("postgres", "postgresql", "postgresql+psycopg"):
        return Location(url=f"postgresql+psycopg://{rest}")
    raise DatabaseError(f"{scheme}:// is not supported; give a path, sqlite:///PATH or postgresql://HOST/NAME")


def _sqlite_path(text: str, rest: str) -> Path:
    """Return the path in a SQLite URL: three slashes before a relative path, four before an absolute one."""
    if "?" in rest:
        raise DatabaseError(f"a SQLite URL takes no options here: {text}")
    if not rest.startswith("/") or rest in ("/", "/:memory:"):
        raise DatabaseError(f"{text} names no file; write sqlite:///relative/path or sqlite:////absolute/path")
    return Path(unquote(rest[1:])).expanduser()
