"""SQL of a reader: one reading statement, within a time limit."""

import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from polyqw.db.look.query import read_rows
from polyqw.errors import DatabaseError, SchemaVersionError

ENDLESS = "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT count(*) FROM c"


def test_rows(database):
    rows = read_rows(
        database,
        "-- heights\nSELECT formula_printed, height_angstrom AS h FROM published_height "
        "WHERE chosen AND table_name = 'cuprates' ORDER BY row_number",
    )
    assert rows.columns == ("formula_printed", "h")
    assert rows.rows[1] == ("YBa2Cu3O7-d", 3.672)
    assert rows.records()[0] == {"formula_printed": "Ba2CuO4-d", "h": 3.7338}
    assert len(rows.rows) == 9


@pytest.mark.parametrize(
    ("condition", "value"),
    [
        ("2 * height_angstrom > :x", "7.3"),
        ("2 * height_angstrom > :x", "7"),
        ("formula_printed = :x", "YBa2Cu3O7-d"),
        ("formula_printed = :x", "007"),
    ],
)
def test_values_of_parameters_are_numbers_where_they_are_written_so(database, condition, value):
    """A column that a view computes has no type in SQLite: 7.5 would be less than the text 7."""
    sql = f"SELECT count(*) FROM published_height WHERE {condition}"
    computed = read_rows(database, sql.replace(":x", f"'{value}'" if "printed" in condition else value)).rows
    assert read_rows(database, sql, parameters={"x": value}).rows == computed


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT count(*) FROM v_law",
        "  /* why */ select 1",
        "VALUES (1)",
        "EXPLAIN SELECT * FROM v_wells",
        "SELECT '; DELETE FROM well' AS text",
        "SELECT 1;",
        "SELECT 100 % 7",
        "WITH x AS (SELECT 1 AS n) SELECT n FROM x",
    ],
)
def test_reading_statements(database, sql):
    assert len(read_rows(database, sql).rows) >= 1


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM well",
        "WITH x AS (SELECT 1) DELETE FROM well",
        "with x as (select id from well) update compound set family = 'iron'",
        "WITH x AS (SELECT 1) INSERT INTO compound (name) SELECT 'x'",
        "PRAGMA query_only=0",
        "EXPLAIN PRAGMA query_only=0",
        "EXPLAIN ANALYZE DELETE FROM compound",
        "ATTACH 'other.db' AS other",
        "ATTACH DATABASE 'other.db' AS other",
        "VACUUM INTO 'copy.db'",
        "BEGIN",
        "COMMIT",
        "SELECT 1; DELETE FROM well",
        "SELECT 1; SELECT 2",
        "SELECT 1; COMMIT; DELETE FROM column_metadata",
        "SET default_transaction_read_only = off",
        "COPY compound TO '/tmp/x'",
        "REPLACE INTO compound (name) VALUES ('x')",
        "SELECT load_extension('x')",
        "SELECT writefile('x', 'y')",
        "SELECT * INTO other FROM compound",
        "SELECT nothing FROM nowhere",
        "SELECT 1 +",
        "",
        "-- only a comment",
    ],
)
def test_refused_in_one_line(database, sql):
    before = read_rows(database, "SELECT count(*) FROM compound").rows
    with pytest.raises(DatabaseError) as caught:
        read_rows(database, sql)
    assert "\n" not in str(caught.value)
    assert read_rows(database, "SELECT count(*) FROM compound").rows == before


@pytest.mark.parametrize(
    ("sql", "why"),
    [
        ("DELETE FROM well", "reads only"),
        ("WITH x AS (SELECT 1) DELETE FROM compound", "reads only"),
        ("SELECT 1; SELECT 2", "one statement"),
    ],
)
def test_refusal_says_why(database, sql, why):
    with pytest.raises(DatabaseError, match=why):
        read_rows(database, sql)


def test_time_limit(database):
    with pytest.raises(DatabaseError, match=r"stopped after 0\.2 s"):
        read_rows(database, ENDLESS, limit_seconds=0.2)


def test_missing_database(tmp_path):
    with pytest.raises(DatabaseError, match="polyqw db init"):
        read_rows(tmp_path / "none.db", "SELECT 1")


def test_another_revision(sqlite_database):
    with closing(sqlite3.connect(sqlite_database)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    with pytest.raises(SchemaVersionError):
        read_rows(sqlite_database, "SELECT 1")


def test_sqlite_query_loads_neither_sqlalchemy_nor_alembic(sqlite_database):
    code = (
        "import sys\n"
        "from polyqw.db.look.query import read_rows\n"
        "read_rows(sys.argv[1], 'SELECT * FROM v_law')\n"
        "assert not {'sqlalchemy', 'alembic', 'numpy'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code, sqlite_database], check=True)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM v_wells WHERE compound = 'CaKFe4As4'",
        "SELECT * FROM v_law WHERE compound = 'CaKFe4As4'",
        "SELECT * FROM structure WHERE file_sha256 = 'x' AND block = 'y'",
        "SELECT * FROM structure WHERE block = 'y'",
        "SELECT * FROM structure WHERE source = 'COD 1'",
        "SELECT * FROM structure WHERE table_row = 'YBa2Cu3O7-d'",
        "SELECT * FROM structure WHERE family = 'cuprate'",
        "SELECT * FROM structure WHERE superseded_by = 3",
        "SELECT * FROM source_file WHERE file = 'x'",
        "SELECT * FROM source_file WHERE file_sha256 = 'x'",
        "SELECT * FROM well WHERE phase = 'alpha' AND height_angstrom < 3",
        "SELECT * FROM transition WHERE tc_kelvin > 90",
        "SELECT * FROM transition WHERE structure_id = 3",
        "SELECT * FROM descriptor WHERE name = 'x' AND value > 3",
        "SELECT * FROM correction WHERE structure_sha256 = 'x'",
        "SELECT * FROM ingest_issue WHERE file = 'x'",
        "SELECT * FROM prediction WHERE target = 'La3Ni2O7'",
    ],
)
def test_what_is_looked_up_uses_an_index(sqlite_database, sql):
    plan = [row[-1] for row in read_rows(sqlite_database, f"EXPLAIN QUERY PLAN {sql}").rows]
    assert plan
    # p is the papers' table of printed heights, some forty rows that never grow
    assert not [step for step in plan if step.startswith("SCAN") and step != "SCAN p"]
