"""A lock that someone keeps, and a server that does not answer, end in one line within a limit."""

import socket
import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import create_engine, text

from polyqw.db.open import engine as engines
from polyqw.db.open import migrate, sqlite_file
from polyqw.db.open.engine import open_session
from polyqw.errors import DatabaseError


@pytest.fixture
def impatient(monkeypatch):
    """Make waits for locks short."""
    monkeypatch.setattr(sqlite_file, "BUSY_SECONDS", 0.2)
    monkeypatch.setattr(engines, "BUSY_SECONDS", 0.2)


@pytest.mark.usefixtures("impatient")
def test_a_lock_that_someone_keeps(database):
    engine = create_engine(database if "://" in database else f"sqlite:///{database}")
    try:
        with engine.connect() as other:
            if engine.dialect.name == "sqlite":
                other.exec_driver_sql("BEGIN EXCLUSIVE")
            else:
                other.execute(text("LOCK TABLE alembic_version"))
            for use in (migrate.upgrade, migrate.init, migrate.check):
                with pytest.raises(DatabaseError, match="another program keeps it locked") as caught:
                    use(database)
                assert "\n" not in str(caught.value)
    finally:
        engine.dispose()
    assert migrate.check(database) == []


@pytest.mark.usefixtures("impatient")
def test_a_writer_that_keeps_its_turn(database):
    with (
        open_session(database, "write"),
        pytest.raises(DatabaseError, match="another program keeps it locked"),
        open_session(database, "write"),
    ):
        pass


@pytest.mark.usefixtures("impatient")
def test_backup_while_someone_keeps_the_lock(sqlite_database, tmp_path, monkeypatch):
    """The lock is taken once the database is open; the standard library would wait for it without end."""
    with closing(sqlite3.connect(sqlite_database, isolation_level=None)) as other:

        def connect(path, mode):
            found = sqlite_file.connect_file(path, mode)
            if mode == "ro":
                other.execute("BEGIN EXCLUSIVE")
            return found

        monkeypatch.setattr(migrate, "connect_file", connect)
        with pytest.raises(
            DatabaseError, match=r"no backup of .* database is locked; another program keeps it locked"
        ):
            migrate.backup(sqlite_database, tmp_path / "copy.db")
    assert not (tmp_path / "copy.db").exists()


def test_a_server_that_accepts_and_says_nothing(monkeypatch):
    pytest.importorskip("psycopg")
    monkeypatch.setattr(engines, "CONNECT_SECONDS", 2)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"postgresql://me@127.0.0.1:{listener.getsockname()[1]}/wells"
        with pytest.raises(DatabaseError, match="check that the server runs and can be reached"):
            engines.open_database(url)
