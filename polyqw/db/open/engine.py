"""Open a database for reading or writing, and run transactions on it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import URL, Engine, create_engine, event, exc, inspect, make_url, text
from sqlalchemy.orm import Session
from sqlalchemy.pool import QueuePool

from polyqw.db.open.location import Location, locate
from polyqw.db.open.revision import require_head
from polyqw.db.open.sqlite_file import BUSY_SECONDS, LOCKED, FileMode, connect_file
from polyqw.errors import DatabaseError, MissingLibraryError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Connection

Mode = Literal["read", "write", "create"]

_FILE_MODES: dict[Mode, FileMode] = {"read": "ro", "write": "rw", "create": "rwc"}
_FULL = "; free some space and run it again, what was stored before is kept"
_READ_ONLY = "; make the file and its folder writable, or give another --db"
_REMEDIES = {
    "disk is full": _FULL,
    "disk I/O error": _FULL,
    "No space left": _FULL,
    "readonly database": _READ_ONLY,
    "unable to open database file": _READ_ONLY,
    "database is locked": LOCKED,
    "lock timeout": LOCKED,
    "connection timeout expired": "; check that the server runs and can be reached",
}
CONNECT_SECONDS = 20
"""How long a PostgreSQL server may take to answer."""

STATEMENT_SECONDS = 3600
"""How long one statement may take; migrations take what they need."""

_ALIVE = {"keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3, "tcp_user_timeout": 60_000}
"""How a server is noticed that is gone while one waits for its answer [s; the last in ms]."""

_WRITE_LOCK = 0x706F6C797177  # "polyqw" in ASCII


def open_database(database: str | Path, mode: Mode = "read", *, check_schema: bool = True) -> Engine:
    """Open a database; dispose of the engine when done.

    Parameters
    ----------
    database : str or Path
        A path or a SQLAlchemy URL.
    mode : {'read', 'write', 'create'}
        ``read`` cannot write, ``write`` needs an existing database, ``create`` makes the SQLite file.
        Writing transactions exclude each other, on SQLite and on PostgreSQL.
    check_schema : bool
        Whether to insist on the schema revision of this program (never with ``create``).

    Raises
    ------
    DatabaseError
        If the database does not exist, cannot be opened, or its driver is missing.
    SchemaVersionError
        If its schema is older or newer than this program.
    """
    location = locate(database)
    engine = _sqlite_engine(location.path, mode) if location.path else _postgresql_engine(location, mode)
    try:
        revision = schema_revision(engine, location)
        if check_schema and mode != "create":
            require_head(revision, str(location))
    except BaseException:
        engine.dispose()
        raise
    return engine


def schema_revision(engine: Engine, location: Location | None = None) -> str | None:
    """Return the schema revision of an open database, or None if it holds no polyqw schema.

    Raises
    ------
    DatabaseError
        If the database cannot be reached.
    """
    where = str(location or _name_of(engine))
    with in_one_line(where), engine.connect() as connection:
        return connection_revision(connection)


def connection_revision(connection: Connection) -> str | None:
    """Return the schema revision seen by a connection, or None if there is no polyqw schema."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return None if found is None else str(found)


def _name_of(engine: Engine) -> str:
    """Return a database as its user names it, a password hidden."""
    is_file = engine.dialect.name == "sqlite" and engine.url.database is not None
    return str(engine.url.database) if is_file else engine.url.render_as_string()


@contextmanager
def transaction(engine: Engine) -> Iterator[Session]:
    """Open a session, commit it when the block ends, roll everything back when it raises.

    What was loaded stays readable after the end; what was not yet loaded cannot be loaded then.

    Raises
    ------
    DatabaseError
        If the database refuses: locked for too long, full, read-only, a constraint broken.
    """
    with (
        in_one_line(_name_of(engine)),
        Session(engine, expire_on_commit=False) as session,
        session.begin(),
    ):
        session.connection()  # begin now: a writer waits for its turn here, not at its first statement
        yield session


@contextmanager
def open_session(database: str | Path, mode: Mode = "read") -> Iterator[Session]:
    """Open a database for one transaction, and close it after.

    Raises
    ------
    DatabaseError, SchemaVersionError
        As `open_database` and `transaction`.
    """
    engine = open_database(database, mode)
    try:
        with transaction(engine) as session:
            yield session
    finally:
        engine.dispose()


@contextmanager
def in_one_line(where: str) -> Iterator[None]:
    """Turn what a database driver raises into a `DatabaseError` of one line.

    Parameters
    ----------
    where : str
        The database, for the message.
    """
    try:
        yield
    except exc.DBAPIError as error:
        told = _first_line(error)
        raise DatabaseError(f"{where}: {told}{_remedy(told)}") from error


def _first_line(error: exc.DBAPIError) -> str:
    lines = str(error.orig).strip().splitlines()
    return lines[0] if lines else type(error.orig).__name__


def _remedy(told: str) -> str:
    return next((remedy for phrase, remedy in _REMEDIES.items() if phrase in told), "")


def _sqlite_engine(path: Path, mode: Mode) -> Engine:
    def connect() -> Any:
        return connect_file(path, _FILE_MODES[mode])

    engine = create_engine(URL.create("sqlite", database=str(path)), creator=connect, poolclass=QueuePool)
    begin = "BEGIN" if mode == "read" else "BEGIN IMMEDIATE"

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def _postgresql_engine(location: Location, mode: Mode) -> Engine:
    try:
        url = make_url(str(location.url))
    except (exc.ArgumentError, ValueError) as error:
        raise DatabaseError(f"{location} is not a database URL: postgresql://USER@HOST/NAME") from error
    options = f"-c default_transaction_read_only={'on' if mode == 'read' else 'off'}"
    options += f" -c lock_timeout={round(BUSY_SECONDS * 1000)}ms"
    if mode != "create":
        options += f" -c statement_timeout={STATEMENT_SECONDS}s"
    limits = {"connect_timeout": CONNECT_SECONDS, **_ALIVE}
    asked = {name: value for name, value in limits.items() if name not in url.query}
    try:
        engine = create_engine(url, connect_args={"options": options, **asked})
    except ModuleNotFoundError as error:
        raise MissingLibraryError("PostgreSQL needs the psycopg driver", "postgres") from error
    if mode != "read":

        @event.listens_for(engine, "begin")
        def _begin(connection: Connection) -> None:
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITE_LOCK})")

    return engine
