"""Opening: read-only is read-only, what is missing is not made, errors are one line."""

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from polyqw.db.open.engine import open_database, open_session, transaction
from polyqw.db.open.revision import HEAD, require_head
from polyqw.db.open.sqlite_file import connect_file
from polyqw.errors import DatabaseError, MissingLibraryError, SchemaVersionError


def test_read_sees_the_seed(database):
    with open_session(database) as session:
        assert session.execute(text("SELECT count(*) FROM compound")).scalar() > 20


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM column_metadata",
        "UPDATE compound SET family = 'iron'",
        "INSERT INTO compound (name) VALUES ('x')",
        "CREATE TABLE x (id INTEGER)",
        "DROP VIEW v_law",
    ],
)
def test_reading_cannot_write(database, statement):
    with (
        pytest.raises(DatabaseError, match=r"readonly|read-only") as caught,
        open_session(database) as session,
    ):
        session.execute(text(statement))
    assert "\n" not in str(caught.value)


def test_reading_cannot_write_after_query_only_is_lifted(sqlite_database):
    with closing(connect_file(Path(sqlite_database), "ro")) as connection:
        connection.execute("PRAGMA query_only = OFF")
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            connection.execute("DELETE FROM column_metadata")


def test_foreign_keys_are_on(engine):
    with pytest.raises(DatabaseError, match=r"(?i)foreign key"), transaction(engine) as session:
        session.execute(text("INSERT INTO transition (compound_id, tc_kelvin, kind) VALUES (99999, 1, 'measured')"))


def insert_and_fail(engine):
    with transaction(engine) as session:
        session.execute(text("INSERT INTO compound (name) VALUES ('x')"))
        raise ZeroDivisionError


def test_transaction_rolls_back(engine):
    with pytest.raises(ZeroDivisionError):
        insert_and_fail(engine)
    with transaction(engine) as session:
        assert session.execute(text("SELECT count(*) FROM compound WHERE name = 'x'")).scalar() == 0


@pytest.mark.parametrize("mode", ["read", "write"])
def test_missing_file_is_not_made(tmp_path, mode):
    with pytest.raises(DatabaseError, match=r"polyqw db init.*polyqw ingest"):
        open_database(tmp_path / "none.db", mode)
    assert list(tmp_path.iterdir()) == []


def test_missing_postgresql_database(postgres):
    with pytest.raises(DatabaseError, match="does not exist") as caught:
        open_database(postgres.url_of("nowhere"))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("mode", ["read", "write"])
def test_not_a_database(tmp_path, mode):
    path = tmp_path / "notes.txt"
    path.write_text("These are notes, and quite long ones, about something else altogether.\n" * 20)
    with pytest.raises(DatabaseError, match="is not a SQLite database") as caught:
        open_database(path, mode)
    assert "\n" not in str(caught.value)


def test_folder(tmp_path):
    with pytest.raises(DatabaseError, match="not a file"):
        open_database(tmp_path)


def test_empty_file(tmp_path):
    path = tmp_path / "empty.db"
    path.touch()
    with pytest.raises(DatabaseError, match="holds no polyqw database"):
        open_database(path)


@pytest.mark.parametrize(("found", "hint"), [("0000x", "does not know"), ("9999", "polyqw db upgrade")])
def test_another_revision(engine, database, found, hint):
    with transaction(engine) as session:
        session.execute(text("UPDATE alembic_version SET version_num = :found"), {"found": found})
    with pytest.raises(SchemaVersionError, match=hint):
        open_database(database)


def test_older_revision(monkeypatch):
    monkeypatch.setattr("polyqw.db.open.revision.REVISIONS", ("0000", HEAD))
    with pytest.raises(SchemaVersionError, match=r"older than .*run polyqw db upgrade"):
        require_head("0000", "here")


def test_odd_characters_in_the_path(sqlite_template, tmp_path):
    folder = tmp_path / "a b?c#d%20é"
    folder.mkdir()
    shutil.copy(sqlite_template, folder / "polyqw.db")
    with open_session(folder / "polyqw.db", "write") as session:
        session.execute(text("INSERT INTO compound (name) VALUES ('x')"))
    assert [path.name for path in folder.iterdir()] == ["polyqw.db"]


def test_read_only_folder(sqlite_database, tmp_path):
    os.chmod(sqlite_database, 0o444)
    tmp_path.chmod(0o555)
    try:
        with open_session(sqlite_database) as session:
            assert session.execute(text("SELECT count(*) FROM v_wells")).scalar() == 0
    finally:
        tmp_path.chmod(0o755)


def test_locked_database_says_so(sqlite_database, monkeypatch):
    monkeypatch.setattr("polyqw.db.open.sqlite_file.connect_file.__kwdefaults__", {"busy_seconds": 0.05})
    with closing(sqlite3.connect(sqlite_database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseError, match="locked"), open_session(sqlite_database, "write") as session:
            session.execute(text("SELECT 1"))


def test_missing_driver(monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(MissingLibraryError, match=r"polyqw\[postgres\]"):
        open_database("postgresql://h/d")


def test_url_that_is_none():
    with pytest.raises(DatabaseError, match="not a database URL"):
        open_database("postgresql://h:port/d")


def test_opening_does_not_load_alembic(sqlite_database):
    code = (
        "import sys\n"
        "from polyqw.db.open.engine import open_database\n"
        "open_database(sys.argv[1]).dispose()\n"
        "assert 'alembic' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code, sqlite_database], check=True)
