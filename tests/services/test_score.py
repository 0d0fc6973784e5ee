"""Recorded predictions against what is measured later."""

import shutil
import sqlite3
from pathlib import Path

import pytest

from polyqw.core.options import AnalysisOptions
from polyqw.core.record import TransitionKind
from polyqw.db.look.observations import Observation
from polyqw.db.look.query import read_rows
from polyqw.io.read_options import ReadOptions
from polyqw.services.ingest import ingest
from polyqw.services.law.history import save_predictions
from polyqw.services.law.predict import ALL_SETS, predict_set, predict_structure, prediction_set
from polyqw.services.law.score import judge, score_predictions
from polyqw.services.law.scorecard import verdict_of
from polyqw.services.place.database import reading
from polyqw.services.structures.analyse import analyse_inputs
from tests.conftest import structure_path


def predict(database, *, files=(), sets=()):
    with reading(str(database)) as session:
        found = [p for name in sets for p in predict_set(session, prediction_set(name))]
        for analysed in analyse_inputs([str(f) for f in files], AnalysisOptions()):
            found += predict_structure(session, analysed)
    assert save_predictions(str(database), found).refusal is None


def scores(database):
    with reading(str(database)) as session:
        return score_predictions(session)


def test_windows_of_pressure_tell_the_wells_apart(reference_copy):
    predict(reference_copy, sets=["k08feyse2"])
    found = scores(reference_copy)
    assert {(r["phase"], r["observed_kelvin"], r["outcome"]) for r in found["rows"]} == {
        ("beta", 32.0, "hit"),
        ("alpha", 48.7, "hit"),
    }
    assert found["n_hit"] == len(found["rows"])
    for row in found["rows"]:
        assert row["error_kelvin"] == pytest.approx(row["tc_kelvin"] - row["observed_kelvin"])
        assert row["tc_low_kelvin"] <= row["observed_kelvin"] <= row["tc_high_kelvin"]


def test_an_alpha_that_was_never_seen_is_a_miss(reference_copy):
    predict(reference_copy, sets=["bkfa"])
    assert {r["outcome"] for r in scores(reference_copy)["rows"]} == {"miss"}


TRUSTED = ReadOptions(trusted=True)


def with_tc(path, tc, kind):
    """Give a file another Tc, or none."""
    kept = [line for line in path.read_text().splitlines() if not line.startswith("_polyqw_tc_")]
    place = next(k for k, line in enumerate(kept) if line.startswith("_cell_length_a"))
    given = [] if tc is None else [f"_polyqw_tc_kelvin {tc}", f"_polyqw_tc_kind {kind}"]
    path.write_text("\n".join(kept[:place] + given + kept[place:]) + "\n")


@pytest.mark.parametrize(
    ("tc", "kind", "outcome"), [(98.0, "measured", "hit"), (20.0, "measured", "miss"), (2.0, "not_observed", "miss")]
)
def test_a_later_measurement_closes_a_prediction(reference_copy, tmp_path, tc, kind, outcome):
    """A file is predicted from, then read in with its Tc: the same crystal is found again by its digest."""
    path = Path(shutil.copy(structure_path("y124_sr"), tmp_path / "new.cif"))
    with_tc(path, None, None)
    predict(reference_copy, files=[path])
    before = scores(reference_copy)
    assert {r["outcome"] for r in before["rows"]} == {"open"}
    with_tc(path, tc, kind)
    done = ingest(str(reference_copy), [str(path)], AnalysisOptions(), reading=TRUSTED)
    assert [d.outcome for d in done] == ["stored"]
    after = scores(reference_copy)
    assert after["n_predictions"] == before["n_predictions"]
    assert {(r["observed_kelvin"], r["outcome"]) for r in after["rows"]} == {(tc, outcome)}


def test_predictions_cannot_be_rewritten(reference_copy):
    predict(reference_copy, sets=["bkfa"])
    with sqlite3.connect(reference_copy) as connection, pytest.raises(sqlite3.IntegrityError, match="append-only"):
        connection.execute("UPDATE prediction SET tc_kelvin = 38")
    connection.close()


def test_same_prediction_twice_is_one(reference_copy):
    predict(reference_copy, sets=["fese"])
    first = scores(reference_copy)
    predict(reference_copy, sets=["fese"])
    assert scores(reference_copy) == first


def test_year_of_the_measurement_tells_what_came_first(reference_copy):
    predict(reference_copy, sets=["fese"])
    assert {r["in_advance"] for r in scores(reference_copy)["rows"]} <= {False, None}
    with sqlite3.connect(reference_copy) as connection:
        connection.execute("UPDATE reference SET date = '2999'")
    connection.close()
    found = scores(reference_copy)
    assert {r["in_advance"] for r in found["rows"]} == {True}
    assert found["n_in_advance"] == len(found["rows"])


@pytest.mark.parametrize(
    ("tc", "kind", "outcome"),
    [
        (50, TransitionKind.MEASURED, "hit"),
        (40, TransitionKind.MEASURED, "hit"),
        (60.01, TransitionKind.REPORTED, "miss"),
        (39.9, TransitionKind.MEASURED, "miss"),
        (30, TransitionKind.NOT_OBSERVED, "miss"),
        (45, TransitionKind.NOT_OBSERVED, "open"),
        (70, TransitionKind.UPPER_BOUND, "open"),
    ],
)
def test_intervals_and_bounds(tc, kind, outcome):
    assert judge(40.0, 60.0, Observation(tc, kind, "", None)) == outcome
    assert judge(40.0, 60.0, None) == "open"


def test_one_verdict_for_each_compound_and_measured_tc(reference_copy):
    predict(reference_copy, sets=["k08feyse2", "bkfa"])
    found = scores(reference_copy)
    card = {(row["target"], row["observed_kelvin"]): row for row in found["scorecard"]}
    assert len(card) == len(found["scorecard"]) < len(found["rows"])
    assert sum(row["n_predictions"] for row in card.values()) == len(found["rows"])
    fese = card["K0.8FeySe2", 48.7]
    own = [r for r in found["rows"] if (r["target"], r["observed_kelvin"]) == ("K0.8FeySe2", 48.7)]
    assert (fese["verdict"], fese["n_inside"], fese["phases"]) == ("hit", len(own), ["alpha"])
    assert fese["tc_most_kelvin"] == max(r["tc_kelvin"] for r in own)
    assert fese["observed_doi"].startswith("10.")
    assert fese["observed_date"].startswith("2012")
    assert {row["verdict"] for key, row in card.items() if key[0] != "K0.8FeySe2"} == {"miss"}


@pytest.mark.parametrize(
    ("outcomes", "verdict"),
    [
        (["hit", "hit"], "hit"),
        (["hit", "miss", "open"], "partly"),
        (["miss", "open"], "miss"),
        (["open"], "open"),
    ],
)
def test_verdict_over_wells_and_lambdas(outcomes, verdict):
    assert verdict_of(outcomes) == verdict


SCORES = ("prediction_id", "observed_kelvin", "observed_kind", "observed_pressure_gpa", "error_kelvin", "outcome")


@pytest.mark.parametrize("server", [False, True], ids=["sqlite", "postgresql"])
def test_the_view_says_what_the_scores_say(request, reference_copy, server):
    files = [
        structure_path(name) for name in ("hg1223_o835", "hg1223_high_pressure", "bi2201_amaa", "cacuo2_infinite")
    ]
    database = str(reference_copy)
    if server:
        postgres = request.getfixturevalue("postgres")
        name = postgres.create()
        request.addfinalizer(lambda: postgres.drop(name))
        database = postgres.url_of(name)
        list(ingest(database, [str(f) for f in files], AnalysisOptions(), reading=TRUSTED))
    predict(database, files=files, sets=ALL_SETS)
    expected = [tuple(row[name] for name in SCORES) for row in scores(database)["rows"]]
    found = [tuple(row[name] for name in SCORES) for row in read_rows(database, "SELECT * FROM v_scores").records()]
    assert sorted(found, key=str) == sorted(expected, key=str)
    assert {row[-1] for row in found} == {"hit", "miss", "open"}
