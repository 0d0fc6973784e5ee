"""Predictions can be added and read, never changed."""

import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest
from sqlalchemy import text

from polyqw.core.wells import Family, Phase
from polyqw.db.models import WellChoice
from polyqw.db.open.engine import open_session, transaction
from polyqw.db.store.conclusions import FitRecord, PredictionRecord, record_fit, record_prediction
from polyqw.errors import DatabaseError

FIT = FitRecord(
    family=Family.IRON,
    wells=WellChoice.CHOSEN,
    n_rows=13,
    lambda_mean_kelvin_angstrom2=398.4,
    lambda_sd_kelvin_angstrom2=14.9,
    results={"exponent": 2.0, "loo_rmse_kelvin": float("nan")},
    inputs=[{"compound": "LaFeAsO", "height_angstrom": 3.0912}],
    code_version="0.1.0",
    seed=2**40,
)
PREDICTION = PredictionRecord(
    target="K0.8FeySe2",
    phase=Phase.ALPHA,
    height_angstrom=2.836,
    lambda_kelvin_angstrom2=400.0,
    tc_kelvin=49.7,
    tc_low_kelvin=46.0,
    tc_high_kelvin=53.0,
    inputs={"height": "papers/001 Table 2"},
    code_version="0.1.0",
)


@pytest.fixture
def predicted(engine):
    with transaction(engine) as session:
        record_prediction(session, replace(PREDICTION, fit_id=record_fit(session, FIT)))
    return engine


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE prediction SET tc_kelvin = 48.7",
        "UPDATE prediction SET target = target",
        "DELETE FROM prediction",
        "DELETE FROM prediction WHERE id = 1",
        "DELETE FROM fit",
    ],
)
def test_append_only(predicted, statement):
    with pytest.raises(DatabaseError), transaction(predicted) as session:
        session.execute(text(statement))
    with transaction(predicted) as session:
        assert session.execute(text("SELECT tc_kelvin FROM v_predictions")).scalars().all() == [49.7]


def test_refusal_says_append_only(predicted):
    with pytest.raises(DatabaseError, match="append-only"), transaction(predicted) as session:
        session.execute(text("DELETE FROM prediction"))


@pytest.mark.parametrize("recursive_triggers", ["ON", "OFF"])
def test_replace_is_no_way_around(sqlite_database, recursive_triggers):
    with open_session(sqlite_database, "write") as session:
        record_prediction(session, PREDICTION)
    with closing(sqlite3.connect(sqlite_database)) as connection:
        connection.execute(f"PRAGMA recursive_triggers = {recursive_triggers}")
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            connection.execute("INSERT OR REPLACE INTO prediction SELECT * FROM prediction")


def test_truncate_is_no_way_around(predicted):
    statement = "TRUNCATE prediction" if predicted.dialect.name == "postgresql" else "DELETE FROM prediction"
    with pytest.raises(DatabaseError, match="append-only"), transaction(predicted) as session:
        session.execute(text(statement))


def test_the_same_twice_is_one(predicted):
    with transaction(predicted) as session:
        first = record_fit(session, FIT)
        record_prediction(session, replace(PREDICTION, fit_id=first))
        assert session.execute(text("SELECT count(*) FROM prediction")).scalar() == 1
        assert session.execute(text("SELECT count(*) FROM fit")).scalar() == 1
        record_prediction(session, replace(PREDICTION, code_version="0.2.0"))
        assert session.execute(text("SELECT count(*) FROM prediction")).scalar() == 2


@pytest.mark.parametrize(
    "change", [{"tc_kelvin": -1.0}, {"tc_high_kelvin": 1.0}, {"level": 1.0}, {"height_angstrom": 0.0}]
)
def test_impossible_predictions(engine, change):
    with pytest.raises(DatabaseError), transaction(engine) as session:
        record_prediction(session, replace(PREDICTION, **change))
