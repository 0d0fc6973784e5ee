"""Views that give a question the answer it looks like, and the functions SQLite lacks."""

import contextlib
import math
import statistics
import time

import pytest

from polyqw.db.look.query import read_rows
from polyqw.db.look.tables import VIEWS, table_names
from polyqw.db.models import Base
from polyqw.db.open.engine import transaction
from polyqw.errors import DatabaseError


def ask(database, sql):
    return read_rows(database, sql).records()


def test_printed_rows_give_the_lambda_that_is_fitted(database):
    """Means of Tc h^2 over the rows that made λ: papers/001 Tables 1 and 2, recomputed."""
    found = ask(
        database, "SELECT family, count(*) AS n, avg(lambda_kelvin_angstrom2) AS mean FROM v_printed GROUP BY family"
    )
    assert {r["family"]: (r["n"], round(r["mean"])) for r in found} == {"cuprate": (9, 1288), "iron": (13, 398)}


def test_every_view_and_table_is_listed(database):
    assert set(table_names()) == {*VIEWS, *Base.metadata.tables}
    for name in table_names():
        read_rows(database, f"SELECT * FROM {name} LIMIT 1")


@pytest.mark.parametrize(
    ("sql", "says"),
    [
        ("SELECT * FROM v_lwa", "v_law"),
        ("SELECT heigth_angstrom FROM v_law", "height_angstrom"),
        ("SELECT * FROM qqqq", "--tables"),
    ],
)
def test_unknown_names_are_answered_with_near_ones(sqlite_database, sql, says):
    with pytest.raises(DatabaseError, match=says):
        read_rows(sqlite_database, sql)


NUMBERS = [1.0, 2.5, 2.0, 7.0, 4.0]
OTHERS = [3.0, 1.0, 4.0, 1.0, 5.0]
VALUES = "(VALUES " + ", ".join(f"({x}, {y})" for x, y in zip(NUMBERS, OTHERS, strict=True)) + ")"


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        ("median(x)", 2.5),
        ("stddev(x)", statistics.stdev(NUMBERS)),
        ("stddev_pop(x)", statistics.pstdev(NUMBERS)),
        ("variance(x)", statistics.variance(NUMBERS)),
        ("corr(y, x)", statistics.correlation(NUMBERS, OTHERS)),
        ("regr_slope(y, x)", statistics.linear_regression(NUMBERS, OTHERS).slope),
        ("regr_intercept(y, x)", statistics.linear_regression(NUMBERS, OTHERS).intercept),
    ],
)
def test_statistics_are_the_same_on_both_databases(database, function, expected):
    sql = f"WITH v(x, y) AS (SELECT * FROM {VALUES} AS t) SELECT CAST({function} AS DOUBLE PRECISION) AS found FROM v"
    (row,) = ask(database, sql)
    assert row["found"] == pytest.approx(expected)


def test_statistics_of_too_little_are_null(sqlite_database):
    one_row = "SELECT stddev(1.0) AS one, median(NULL) AS none, corr(1, 1) AS flat"
    assert ask(sqlite_database, one_row) == [{"one": None, "none": None, "flat": None}]
    assert ask(sqlite_database, "SELECT corr(column1, 1) AS flat FROM (VALUES (1), (2))") == [{"flat": None}]


def test_regular_expressions(sqlite_database):
    sql = "SELECT 'HgBa2CuO4' REGEXP '^Hg' AS yes, 'Hg' REGEXP 'x' AS no, NULL REGEXP 'x' AS neither"
    assert ask(sqlite_database, sql) == [{"yes": 1, "no": 0, "neither": None}]


def test_a_wrong_regular_expression_is_named(sqlite_database):
    with pytest.raises(DatabaseError, match=r"REGEXP '\('"):
        read_rows(sqlite_database, "SELECT 'a' REGEXP '('")


def test_a_regular_expression_does_not_run_for_ever(sqlite_database):
    evil = "SELECT '" + "a" * 5000 + "!' REGEXP '^(a|a|aa)+$' AS found"
    begin = time.monotonic()
    with contextlib.suppress(DatabaseError):  # given up within its second, or answered
        assert ask(sqlite_database, evil) == [{"found": 0}]
    assert time.monotonic() - begin < 20


def test_composition_answers_how_much(engine, database, samples):
    with transaction(engine) as session:
        samples.store_structure(session, samples.record(), samples.analysis(), **samples.settings)
    rows = ask(database, "SELECT element, amount, fraction FROM composition ORDER BY element")
    assert math.fsum(r["fraction"] for r in rows) == pytest.approx(1)
    (structure,) = ask(database, "SELECT formula, formula_written FROM structure")
    assert " ".join(f"{r['element']}{r['amount']:g}" for r in rows) == structure["formula"]
    assert " " not in structure["formula_written"]
