"""The schema: made from empty, down and up again, equal to the models; failures leave what was there."""

import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest
from sqlalchemy import inspect, text

from polyqw.core.record import Trust
from polyqw.db.models import Base
from polyqw.db.open import migrate
from polyqw.db.open.engine import in_one_line, open_database, transaction
from polyqw.db.open.revision import HEAD, REVISIONS
from polyqw.errors import DatabaseError, SchemaVersionError
from polyqw.io.cif.reference_set import reference_digests


def tables(database):
    engine = open_database(database, "create")
    try:
        inspector = inspect(engine)
        return set(inspector.get_table_names()) | set(inspector.get_view_names())
    finally:
        engine.dispose()


def set_revision(database, revision):
    engine = open_database(database, "write", check_schema=False)
    with transaction(engine) as session:
        session.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})
    engine.dispose()


def test_init_makes_all_tables_and_views(empty_database):
    assert migrate.init(empty_database) == HEAD
    assert tables(empty_database) == {
        *Base.metadata.tables,
        "alembic_version",
        "v_wells",
        "v_law",
        "v_tc",
        "v_predictions",
        "v_failures",
        "v_cles",
        "v_claims",
        "v_compound",
        "v_printed",
        "v_scores",
    }


def test_init_twice_changes_nothing(database):
    assert migrate.init(database) == HEAD
    assert migrate.check(database) == []


def test_down_and_up_again(database):
    migrate.downgrade(database, "base")
    assert tables(database) == {"alembic_version"}
    assert migrate.current(database) is None
    migrate.init(database)
    assert migrate.check(database) == []
    migrate.downgrade(database, "base")
    migrate.init(database)
    assert migrate.current(database) == HEAD


def test_upgrade_keeps_data(engine, database, samples):
    with transaction(engine) as session:
        samples.store_structure(session, samples.record(), samples.analysis(), **samples.settings)
    assert migrate.upgrade(database) == HEAD
    with transaction(engine) as session:
        assert session.execute(text("SELECT count(*) FROM well")).scalar() == 2


def test_models_equal_schema(database):
    assert migrate.check(database) == []


@pytest.mark.parametrize(
    ("damage", "complaint"),
    [
        ("ALTER TABLE well ADD COLUMN colour TEXT", "colour"),
        ("DROP INDEX ix_well_phase", "ix_well_phase"),
    ],
)
def test_check_sees_a_difference(engine, database, damage, complaint):
    with transaction(engine) as session:
        session.execute(text(damage))
    problems = migrate.check(database)
    assert len(problems) == 1
    assert complaint in problems[0]


def test_check_sees_a_missing_check(engine, database):
    with transaction(engine) as session:
        session.execute(text("DROP VIEW v_failures"))
        if engine.dialect.name == "sqlite":
            session.execute(text("DROP TABLE ingest_issue"))
            session.execute(
                text(
                    """
                    CREATE TABLE ingest_issue (
                        id INTEGER NOT NULL,
                        file TEXT NOT NULL,
                        block TEXT NOT NULL,
                        file_sha256 TEXT,
                        status TEXT NOT NULL,
                        reason TEXT NOT NULL,
                        message TEXT NOT NULL,
                        seconds DOUBLE,
                        recorded_at DATETIME NOT NULL,
                        CONSTRAINT pk_ingest_issue PRIMARY KEY (id),
                        CONSTRAINT uq_ingest_issue_file_block UNIQUE (file, block),
                        CONSTRAINT ck_ingest_issue_seconds CHECK (seconds >= 0),
                        CONSTRAINT ck_ingest_issue_file_sha256 CHECK (length(file_sha256) = 64)
                    )
                    """
                )
            )
            session.execute(text("CREATE INDEX ix_ingest_issue_reason ON ingest_issue (reason)"))
        else:
            session.execute(text("ALTER TABLE ingest_issue DROP CONSTRAINT ck_ingest_issue_status"))
    assert migrate.check(database) == ["table ingest_issue lacks the check ck_ingest_issue_status"]


def test_check_sees_a_broken_key(sqlite_database):
    with closing(sqlite3.connect(sqlite_database)) as connection:
        connection.execute("UPDATE published_height SET compound_id = 9999 WHERE id = 1")
        connection.commit()
    assert migrate.check(sqlite_database) == ["row 1 of published_height points to a missing row of compound"]


def failing_migration(database):
    """Do what a migration does, then fail."""
    with migrate._migration(database) as connection:
        connection.execute(text("CREATE TABLE half (id INTEGER)"))
        connection.execute(text("ALTER TABLE well ADD COLUMN half INTEGER"))
        connection.execute(text("DROP VIEW v_law"))
        connection.execute(text("ALTER TABLE nowhere ADD COLUMN x INTEGER"))


def test_failing_migration_leaves_old_schema(database):
    before = tables(database)
    with pytest.raises(DatabaseError):
        failing_migration(database)
    assert tables(database) == before
    assert migrate.check(database) == []


def test_failing_init_leaves_no_file(tmp_path, monkeypatch):
    def fail(_):
        raise DatabaseError("db/seed/x.csv line 2 cannot be read")

    monkeypatch.setattr(migrate, "seed", fail)
    path = tmp_path / "sub" / "new.db"
    with pytest.raises(DatabaseError, match="line 2"):
        migrate.init(path)
    assert not path.exists()


def test_init_makes_the_folder(tmp_path):
    migrate.init(tmp_path / "a" / "b" / "polyqw.db")
    assert migrate.current(tmp_path / "a" / "b" / "polyqw.db") == HEAD


@pytest.mark.parametrize("action", [migrate.upgrade, migrate.init])
def test_newer_schema_is_left_alone(database, action):
    set_revision(database, "9999")
    with pytest.raises(SchemaVersionError, match="polyqw db upgrade"):
        action(database)
    assert migrate.current(database) == "9999"


def test_upgrade_does_not_create(tmp_path):
    with pytest.raises(DatabaseError, match="db init"):
        migrate.upgrade(tmp_path / "none.db")
    assert list(tmp_path.iterdir()) == []


def test_upgrade_wants_a_polyqw_database(empty_database):
    engine = open_database(empty_database, "create")
    engine.dispose()
    with pytest.raises(DatabaseError, match="db init"):
        migrate.upgrade(empty_database)


def test_another_programs_database_is_refused(empty_database):
    engine = open_database(empty_database, "create")
    with in_one_line("here"), engine.begin() as connection:
        connection.execute(text("CREATE TABLE theirs (id INTEGER)"))
    engine.dispose()
    with pytest.raises(DatabaseError, match="another program"):
        migrate.init(empty_database)
    assert tables(empty_database) == {"theirs"}


def test_unknown_revision_to_go_back_to(database):
    with pytest.raises(DatabaseError, match="unknown schema revision"):
        migrate.downgrade(database, "0000")


def test_backup(sqlite_database, tmp_path):
    target = tmp_path / "copy.db"
    migrate.backup(sqlite_database, target)
    assert migrate.check(target) == []
    with pytest.raises(DatabaseError, match="exists"):
        migrate.backup(sqlite_database, target)


def test_backup_to_nowhere(sqlite_database, tmp_path):
    with pytest.raises(DatabaseError):
        migrate.backup(sqlite_database, tmp_path / "no" / "copy.db")


def test_backup_of_postgresql_names_pg_dump(tmp_path):
    with pytest.raises(DatabaseError, match="pg_dump") as caught:
        migrate.backup("postgresql://me:secret@host/db", tmp_path / "x")
    assert "secret" not in str(caught.value)


NEXT = """
import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "__HEAD__"
branch_labels = None
depends_on = None


def upgrade():
    for view in ("v_wells", "v_law", "v_compound"):  # SQLite looks at every view when a table is rebuilt
        op.execute(f"DROP VIEW {view}")
    with op.batch_alter_table("well") as batch:
        batch.add_column(sa.Column("colour", sa.Text(), nullable=True))
        batch.drop_constraint("multiplicity", type_="check")
    op.execute("UPDATE well SET colour = 'red'")
    __END__


def downgrade():
    with op.batch_alter_table("well") as batch:
        batch.drop_column("colour")
"""


@pytest.fixture
def next_revision(tmp_path, monkeypatch, repository):
    """Give what adds one more revision to the program, ending in a given statement."""

    def add(end):
        scripts = tmp_path / "migrations"
        shutil.copytree(repository / "migrations", scripts, ignore=shutil.ignore_patterns("__pycache__"))
        (scripts / "versions" / "9999_colour.py").write_text(NEXT.replace("__END__", end).replace("__HEAD__", HEAD))
        monkeypatch.setattr(migrate, "resource_path", lambda _: scripts)
        monkeypatch.setattr(migrate, "REVISIONS", (*REVISIONS, "9999"))
        monkeypatch.setattr(migrate, "HEAD", "9999")

    return add


def test_later_revision_keeps_wells_and_vertices(engine, database, samples, next_revision):
    with transaction(engine) as session:
        samples.store_structure(session, samples.record(), samples.analysis(), **samples.settings)
    next_revision("pass")
    assert migrate.upgrade(database) == "9999"
    assert migrate.current(database) == "9999"
    with transaction(engine) as session:
        assert session.execute(text("SELECT count(*) FROM well WHERE colour = 'red'")).scalar() == 2
        assert session.execute(text("SELECT count(*) FROM well_vertex")).scalar() == 12


def test_failing_revision_leaves_schema_and_data(engine, database, samples, next_revision):
    with transaction(engine) as session:
        samples.store_structure(session, samples.record(), samples.analysis(), **samples.settings)
    next_revision("op.execute('UPDATE nowhere SET x = 1')")
    with pytest.raises(DatabaseError, match="nowhere"):
        migrate.upgrade(database)
    assert migrate.current(database) == HEAD
    assert migrate.check(database) == []
    with transaction(engine) as session:
        assert session.execute(text("SELECT count(*) FROM v_wells")).scalar() == 2
        assert session.execute(text("SELECT count(*) FROM well_vertex")).scalar() == 12


def test_revision_that_breaks_keys_is_undone(engine, database, samples, next_revision):
    with transaction(engine) as session:
        samples.store_structure(session, samples.record(), samples.analysis(), **samples.settings)
    next_revision("op.execute(\"DELETE FROM compound WHERE name LIKE 'Ba0.6%'\")")
    with pytest.raises(DatabaseError, match=r"break keys|foreign key"):
        migrate.upgrade(database)
    assert migrate.current(database) == HEAD
    assert migrate.check(database) == []


SAID = text(
    "SELECT block, trust, origin, table_row, origin_claimed, table_row_claimed, tc_claimed_kelvin, tc_claimed_kind, "
    "(SELECT count(*) FROM transition AS t WHERE t.structure_id = s.id) AS n_tc FROM structure AS s ORDER BY block"
)


def test_upgrade_makes_claims_of_what_strangers_said(engine, database, samples):
    digest = min(reference_digests())
    records = {
        "corrected": samples.record(block="corrected", z=0.26, trust=Trust.USER),
        "reference": replace(samples.record(block="reference", z=0.27, trust=Trust.USER), file_sha256=digest),
        "stranger": samples.record(block="stranger", trust=Trust.USER),
    }
    with transaction(engine) as session:
        keys = {
            name: samples.store_structure(session, record, samples.analysis(), **samples.settings).structure_id
            for name, record in records.items()
        }
        for table, column, value in (("structure", "origin", "idealised"), ("transition", "tc_kelvin", "92.0")):
            old = {"origin": "measured", "tc_kelvin": "93.0"}[column]
            samples.correct(session, keys["corrected"], column, value, table, old)
    migrate.downgrade(database, "0004")
    migrate.upgrade(database)
    claimed = ("measured", "YBa2Cu3O7-d", 93.0, "measured", 0)
    with transaction(engine) as session:
        assert [tuple(row) for row in session.execute(SAID)] == [
            ("corrected", "none", "idealised", None, *claimed),
            ("reference", "reference", "measured", "YBa2Cu3O7-d", None, None, None, None, 1),
            ("stranger", "none", "unknown", None, *claimed),
        ]
    migrate.downgrade(database, "0004")
    with transaction(engine) as session:
        told = session.execute(text("SELECT block, origin, table_row FROM structure ORDER BY block")).all()
        assert [tuple(row) for row in told] == [
            (name, "idealised" if name == "corrected" else "measured", "YBa2Cu3O7-d") for name in records
        ]
        assert session.execute(text("SELECT count(*) FROM transition WHERE key IS NULL")).scalar() == 3


IMPORTED = {
    "from the OPTIMADE provider x, entry 1; origin as the provider states it": ("none", "unknown", "measured"),
    "from the OPTIMADE provider x, entry 1; origin measured as named by the user": ("user", "measured", None),
}


@pytest.mark.parametrize("note", IMPORTED, ids=["provider", "user"])
def test_upgrade_keeps_the_origin_that_the_user_named(engine, database, samples, note):
    record = replace(samples.record(note=note, trust=Trust.USER), parser="polyqw 1 (OPTIMADE)")
    with transaction(engine) as session:
        samples.store_structure(session, record, samples.analysis(), **samples.settings)
    migrate.downgrade(database, "0004")
    migrate.upgrade(database)
    with transaction(engine) as session:
        (row,) = session.execute(SAID)
        assert (row.trust, row.origin, row.origin_claimed) == IMPORTED[note]
        assert (row.table_row, row.table_row_claimed) == (None, "YBa2Cu3O7-d")


@pytest.mark.parametrize("revision", REVISIONS[:-1])
def test_upgrade_from_every_earlier_revision_keeps_the_data(engine, database, samples, revision):
    with transaction(engine) as session:
        samples.store_structure(session, samples.record(), samples.analysis(), **samples.settings)
    migrate.downgrade(database, revision)
    assert migrate.current(database) == revision
    assert migrate.upgrade(database) == HEAD
    assert migrate.check(database) == []
    with transaction(engine) as session:
        assert session.execute(text("SELECT count(*) FROM v_wells")).scalar() == 2
        assert session.execute(text("SELECT count(*) FROM well_vertex")).scalar() == 12
