"""Two writers lose and double nothing; a killed one leaves whole files or nothing."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest
from sqlalchemy import text

from polyqw.db.look.query import read_rows
from polyqw.db.open import migrate
from polyqw.db.open.engine import open_database, open_session, transaction
from polyqw.errors import DatabaseError

HEADER = """
    import sys, time
    sys.path.insert(0, sys.argv[2])
    from conftest import SETTINGS, make_analysis, make_record, sha256, store_file
    from polyqw.db.open.engine import open_database, transaction

    def put(session, n):
        file, content = f"{n}.cif", f"content {n}"
        records = [make_record(file=file, content=content, block=block) for block in ("one", "two")]
        store_file(session, file, sha256(content), [(r, make_analysis()) for r in records], **SETTINGS)
"""


def run(code, database):
    script = textwrap.dedent(HEADER) + textwrap.dedent(code)
    command = [sys.executable, "-c", script, database, str(Path(__file__).parent)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def counts(database):
    with open_session(database) as session:
        return [
            session.execute(text(f"SELECT count(*) FROM {table}")).scalar()
            for table in (
                "source_file",
                "structure",
                "well",
                "well_vertex",
                "site",
                "transition WHERE key IS NULL",
            )
        ]


def whole(n):
    """Return the counts that n whole files make: two blocks, each two wells, 12 vertices, 3 sites, one Tc."""
    return [n, 2 * n, 4 * n, 24 * n, 6 * n, 2 * n]


def test_two_writers_of_the_same_files(database):
    code = """
        engine = open_database(sys.argv[1], "write")
        for n in range(15):
            with transaction(engine) as session:
                put(session, n)
    """
    writers = [run(code, database) for _ in range(2)]
    for writer in writers:
        _, errors = writer.communicate(timeout=120)
        assert writer.returncode == 0, errors
    assert counts(database) == whole(15)
    assert migrate.check(database) == []


def test_two_inits_at_once(empty_database):
    code = "from polyqw.db.open import migrate\nmigrate.init(sys.argv[1])\n"
    makers = [run(code, empty_database) for _ in range(2)]
    for maker in makers:
        _, errors = maker.communicate(timeout=120)
        assert maker.returncode == 0, errors
    assert migrate.check(empty_database) == []


def killed_in_a_transaction(database):
    """Store one file, kill the writer of the next in the middle of it, after its pages went to the disk."""
    code = """
        engine = open_database(sys.argv[1], "write")
        with transaction(engine) as session:
            put(session, 0)
        with transaction(engine) as session:
            if engine.dialect.name == "sqlite":
                session.connection().exec_driver_sql("PRAGMA cache_size = 1")
            put(session, 1)
            put(session, 2)
            session.flush()
            print("now", flush=True)
            time.sleep(60)
    """
    writer = run(code, database)
    try:
        assert writer.stdout.readline() == "now\n", writer.stderr.read()
        os.kill(writer.pid, signal.SIGKILL)
    finally:
        writer.communicate(timeout=60)


def test_killed_writer_leaves_whole_files(database):
    killed_in_a_transaction(database)
    if "://" not in database:
        assert Path(f"{database}-journal").exists()
    assert counts(database) == whole(1)  # read-only, with the killed writer's journal still there
    assert migrate.check(database) == []
    code = """
        engine = open_database(sys.argv[1], "write")
        for n in range(3):
            with transaction(engine) as session:
                put(session, n)
    """
    again = run(code, database)
    _, errors = again.communicate(timeout=60)
    assert again.returncode == 0, errors
    assert counts(database) == whole(3)


def test_query_after_a_killed_writer(sqlite_database):
    killed_in_a_transaction(sqlite_database)
    assert read_rows(sqlite_database, "SELECT count(*) FROM structure").rows == [(2,)]


def test_query_after_a_killed_writer_where_nothing_may_be_mended(sqlite_database, monkeypatch):
    killed_in_a_transaction(sqlite_database)
    monkeypatch.setattr("polyqw.db.open.sqlite_file.os.access", lambda *_: False)
    with pytest.raises(DatabaseError, match="cannot be opened"):
        read_rows(sqlite_database, "SELECT count(*) FROM structure")


def test_killed_init_leaves_nothing_half(empty_database):
    """An init that dies before its end leaves no table, and the next one starts from empty."""
    code = """
        from polyqw.db.open import migrate
        def stop(session):
            print("now", flush=True)
            time.sleep(60)
        migrate.seed = stop
        migrate.init(sys.argv[1])
    """
    maker = run(code, empty_database)
    try:
        assert maker.stdout.readline() == "now\n", maker.stderr.read()
        os.kill(maker.pid, signal.SIGKILL)
    finally:
        maker.communicate(timeout=60)
    migrate.init(empty_database)
    assert migrate.check(empty_database) == []


def test_readers_do_not_stop_a_writer(database):
    reader = open_database(database)
    writer = open_database(database, "write")
    try:
        with reader.connect() as connection:
            before = connection.execute(text("SELECT count(*) FROM compound")).scalar()
            connection.rollback()
            with transaction(writer) as session:
                session.execute(text("INSERT INTO compound (name) VALUES ('x')"))
            assert connection.execute(text("SELECT count(*) FROM compound")).scalar() == before + 1
    finally:
        reader.dispose()
        writer.dispose()


def test_writers_take_turns(engine):
    """A second writing transaction begins when the first has ended, and sees what it wrote."""
    start = time.monotonic()
    code = """
        engine = open_database(sys.argv[1], "write")
        with transaction(engine) as session:
            print("now", flush=True)
            time.sleep(1)
            put(session, 0)
    """
    url = engine.url.render_as_string(hide_password=False)
    writer = run(code, url)
    assert writer.stdout.readline() == "now\n"
    with transaction(engine) as session:
        seen = session.execute(text("SELECT count(*) FROM structure")).scalar()
    writer.communicate(timeout=60)
    assert seen == 2
    assert time.monotonic() - start > 1
