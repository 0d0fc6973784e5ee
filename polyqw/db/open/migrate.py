"""Make, upgrade, check and copy a database; the only module that loads Alembic, where it needs it."""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import CheckConstraint, inspect, text
from sqlalchemy.orm import Session

from polyqw.db.models import Base
from polyqw.db.open.engine import connection_revision, in_one_line, open_database, schema_revision
from polyqw.db.open.location import locate
from polyqw.db.open.revision import HEAD, REVISIONS, require_head
from polyqw.db.open.seed import seed
from polyqw.db.open.sqlite_file import LOCKED, connect_file
from polyqw.errors import DatabaseError, SchemaVersionError
from polyqw.resources import resource_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alembic.config import Config
    from sqlalchemy import Connection, Table

_ALEMBIC_TABLE = "alembic_version"


def init(database: str | Path) -> str:
    """Make a database with the schema and the seed; an existing one is brought up to date.

    Parameters
    ----------
    database : str or Path
        A path or URL. The folder of a SQLite file is made; a PostgreSQL database must exist.

    Returns
    -------
    str
        The schema revision.

    Raises
    ------
    DatabaseError, SchemaVersionError
        If the database cannot be made, or is newer than this program; it is then as it was.
    """
    path = locate(database).path
    is_new = path is not None and not path.exists()
    if path is not None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise DatabaseError(f"no folder for {path}: {error.strerror}") from error
    try:
        return _migrate(database, HEAD)
    except BaseException:
        if is_new and path is not None and path.exists() and path.stat().st_size == 0:
            path.unlink()
        raise


def upgrade(database: str | Path) -> str:
    """Bring an existing database to the schema of this program and renew its seed.

    Returns
    -------
    str
        The schema revision.

    Raises
    ------
    DatabaseError, SchemaVersionError
        If there is no polyqw database, or it is newer than this program; it is then as it was.
    """
    found = current(database)
    if found is None:
        require_head(None, str(locate(database)))
    return _migrate(database, HEAD)


def downgrade(database: str | Path, revision: str) -> None:
    """Take a database back to an earlier revision; ``base`` removes all tables and their contents.

    Raises
    ------
    DatabaseError
        If the revision is unknown or the database refuses; it is then as it was.
    """
    if revision not in (*REVISIONS, "base"):
        raise DatabaseError(f"unknown schema revision {revision!r}; one of base, {', '.join(REVISIONS)}")
    from alembic import command  # noqa: PLC0415

    with _migration(database) as connection:
        command.downgrade(_config(connection), revision)


def current(database: str | Path) -> str | None:
    """Return the schema revision of a database, or None if it holds no polyqw schema.

    Raises
    ------
    DatabaseError
        If the database does not exist or cannot be reached.
    """
    engine = open_database(database, check_schema=False)
    try:
        return schema_revision(engine, locate(database))
    finally:
        engine.dispose()


def check(database: str | Path) -> list[str]:
    """Return what is wrong with a database, one sentence each; an empty list means sound.

    The schema is compared with the models; SQLite files are also checked for damage and broken keys.

    Raises
    ------
    DatabaseError, SchemaVersionError
        If the database cannot be opened, or has another revision.
    """
    engine = open_database(database)
    try:
        with in_one_line(str(locate(database))), engine.connect() as connection:
            problems = _schema_differences(connection)
            if connection.dialect.name == "sqlite":
                problems += _damage(connection)
            return problems
    finally:
        engine.dispose()


def backup(database: str | Path, target: str | Path) -> None:
    """Copy a SQLite database to a new file, consistently even while it is written to.

    Raises
    ------
    DatabaseError
        If the target exists, the copy fails, or the database is on PostgreSQL.
    """
    location = locate(database)
    if location.path is None:
        raise DatabaseError(f"{location} is a PostgreSQL database; copy it with pg_dump")
    copy = Path(target)
    if copy.exists():
        raise DatabaseError(f"{copy} exists; give another name for the backup")
    with closing(connect_file(location.path, "ro")) as source:
        try:
            with closing(connect_file(copy, "rwc")) as destination:
                source.execute("BEGIN")
                source.execute(
                    "SELECT count(*) FROM sqlite_master"
                )  # waits for a writer, which `backup` does for ever
                source.backup(destination)
        except sqlite3.Error as error:
            copy.unlink(missing_ok=True)
            remedy = LOCKED if "locked" in str(error) else ""
            raise DatabaseError(f"no backup of {location} to {copy}: {error}{remedy}") from error


def _migrate(database: str | Path, revision: str) -> str:
    with _migration(database) as connection:
        if connection_revision(connection) != revision:
            from alembic import command  # noqa: PLC0415

            command.upgrade(_config(connection), revision)
        with Session(connection) as session:
            seed(session)
            session.flush()
    return revision


@contextmanager
def _migration(database: str | Path) -> Iterator[Connection]:
    """Open one transaction around the schema and the seed, so that a failure leaves what was there."""
    where = str(locate(database))
    engine = open_database(database, "create")
    try:
        with in_one_line(where), engine.connect() as connection:
            _let_tables_be_rebuilt(connection)
            with connection.begin():
                found = connection_revision(connection)
                if found is not None and found not in REVISIONS:
                    require_head(found, where)
                _refuse_foreign(connection, where)
                yield connection
                _refuse_broken_keys(connection)
    finally:
        engine.dispose()


def _let_tables_be_rebuilt(connection: Connection) -> None:
    """Turn foreign keys off on SQLite: dropping the old form of a table would empty those pointing to it."""
    if connection.dialect.name == "sqlite":
        driver: Any = connection.connection.driver_connection
        driver.execute("PRAGMA foreign_keys = OFF")  # has no effect once a transaction has begun


def _refuse_broken_keys(connection: Connection) -> None:
    broken = _broken_keys(connection) if connection.dialect.name == "sqlite" else []
    if broken:
        raise DatabaseError(f"the migration is undone, for it would break keys: {broken[0]}")


def _refuse_foreign(connection: Connection, where: str) -> None:
    """Refuse to build on a database that another program made."""
    tables = set(inspect(connection).get_table_names())
    if tables and _ALEMBIC_TABLE not in tables:
        raise SchemaVersionError(f"{where} holds another program's tables; give polyqw a database of its own")


def _config(connection: Connection | None = None) -> Config:
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(resource_path("migrations")).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _schema_differences(connection: Connection) -> list[str]:
    from alembic.autogenerate import compare_metadata  # noqa: PLC0415
    from alembic.migration import MigrationContext  # noqa: PLC0415

    context = MigrationContext.configure(connection, opts={"compare_type": True})
    found = [
        f"schema differs from the models: {difference}" for difference in compare_metadata(context, Base.metadata)
    ]
    inspector = inspect(connection)
    for table in Base.metadata.sorted_tables:
        if not inspector.has_table(table.name):
            continue
        present = {str(check["name"]) for check in inspector.get_check_constraints(table.name)}
        found += [f"table {table.name} lacks the check {name}" for name in sorted(_check_names(table) - present)]
    return found


def _check_names(table: Table) -> set[str]:
    return {str(item.name) for item in table.constraints if isinstance(item, CheckConstraint)}


def _damage(connection: Connection) -> list[str]:
    integrity = connection.execute(text("PRAGMA integrity_check")).scalars()
    return [f"damaged file: {line}" for line in integrity if line != "ok"] + _broken_keys(connection)


def _broken_keys(connection: Connection) -> list[str]:
    broken = connection.execute(text("PRAGMA foreign_key_check")).all()
    return [f"row {row[1]} of {row[0]} points to a missing row of {row[2]}" for row in broken]
