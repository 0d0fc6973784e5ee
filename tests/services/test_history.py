"""What was said stays said: fits and predictions are kept once, and never change."""

import os
import sqlite3
from contextlib import closing

import pytest

from polyqw.core.wells import Family
from polyqw.services.law.fit import fit_family, fit_row
from polyqw.services.law.history import save_fits, save_predictions
from polyqw.services.law.predict import predict_set, prediction_set
from polyqw.services.place.database import reading


def said(database):
    with reading(database) as session:
        fits = [fit_row(fit_family(session, Family.IRON))]
        predicted = predict_set(session, prediction_set("k08feyse2")) + predict_set(
            session, prediction_set("nickelates")
        )
    return fits, predicted


def rows(database, sql):
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute(sql).fetchall()


def keep(database, *, fits=(), predicted=()):
    """Record both; return how many of them were new, and why they were refused."""
    done = save_fits(database, fits), save_predictions(database, predicted)
    return sum(one.n_new for one in done), done[0].refusal


def test_kept_once(reference_copy):
    fits, predicted = said(reference_copy)
    n_heights = sum(p.height_angstrom is not None for p in predicted)
    assert keep(reference_copy, fits=fits, predicted=predicted) == (1 + n_heights, None)
    first = rows(reference_copy, "SELECT * FROM prediction ORDER BY id")
    assert len(first) == n_heights
    assert keep(reference_copy, fits=fits, predicted=predicted) == (0, None)
    assert rows(reference_copy, "SELECT * FROM prediction ORDER BY id") == first
    assert rows(reference_copy, "SELECT family, n_rows FROM fit") == [("iron", 13)]


def test_changed_inputs_add_and_leave_what_was_said(reference_copy):
    fits, predicted = said(reference_copy)
    keep(reference_copy, fits=fits, predicted=predicted)
    first = rows(reference_copy, "SELECT * FROM prediction ORDER BY id")
    with sqlite3.connect(reference_copy) as connection:
        connection.execute("UPDATE published_prediction SET height_angstrom = 3.5 WHERE height_angstrom = 3.534")
    connection.close()
    fits, predicted = said(reference_copy)
    keep(reference_copy, fits=fits, predicted=predicted)
    after = rows(reference_copy, "SELECT * FROM prediction ORDER BY id")
    assert after[: len(first)] == first
    assert len(after) > len(first)
    assert len(rows(reference_copy, "SELECT id FROM fit")) == 1


@pytest.mark.parametrize("sql", ["UPDATE prediction SET tc_kelvin = 1", "DELETE FROM prediction"])
def test_predictions_cannot_be_changed(reference_copy, sql):
    _, predicted = said(reference_copy)
    keep(reference_copy, predicted=predicted)
    before = rows(reference_copy, "SELECT * FROM prediction ORDER BY id")
    with closing(sqlite3.connect(reference_copy)) as connection, pytest.raises(sqlite3.IntegrityError):
        connection.execute(sql)
    assert rows(reference_copy, "SELECT * FROM prediction ORDER BY id") == before


def test_read_only_file_says_so(reference_copy, monkeypatch):
    fits, predicted = said(reference_copy)
    os.chmod(reference_copy, 0o444)
    monkeypatch.setattr(os, "access", lambda path, mode: not (mode & os.W_OK))  # root may write everywhere
    assert keep(reference_copy, fits=fits, predicted=predicted) == (0, "the database is read-only")
    assert rows(reference_copy, "SELECT count(*) FROM prediction") == [(0,)]
    again, _ = said(reference_copy)
    assert again == fits
