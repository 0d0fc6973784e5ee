"""Create, upgrade, check and back up the database that a command works on."""

from __future__ import annotations

from polyqw.db.open import migrate
from polyqw.db.open.location import locate
from polyqw.db.open.revision import HEAD
from polyqw.db.open.schema_page import schema_page
from polyqw.services.place.location import default_database


def _place(database: str | None) -> tuple[str, str]:
    """Return the database, and how to name it to people (without a password)."""
    name = database or default_database()
    return name, str(locate(name))


def init_database(database: str | None) -> tuple[str, str]:
    """Make the database with its schema and seed; return where it is and its revision."""
    name, where = _place(database)
    return where, migrate.init(name)


def upgrade_database(database: str | None) -> tuple[str, str]:
    """Bring the database to the schema of this program; return where it is and its revision."""
    name, where = _place(database)
    return where, migrate.upgrade(name)


def current_revision(database: str | None) -> tuple[str, str | None, str]:
    """Return where the database is, its revision, and that of this program."""
    name, where = _place(database)
    return where, migrate.current(name), HEAD


def check_database(database: str | None) -> tuple[str, list[str]]:
    """Return where the database is and what is wrong with it, one sentence each."""
    name, where = _place(database)
    return where, migrate.check(name)


def backup_database(database: str | None, target: str) -> tuple[str, str]:
    """Copy the database to a new file; return both places."""
    name, where = _place(database)
    migrate.backup(name, target)
    return where, target


def describe_schema() -> str:
    """Return the description of all tables and views in Markdown."""
    return schema_page()
