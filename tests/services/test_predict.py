"""Predictions of the papers' sets and of structures."""

import sqlite3
import subprocess
import sys

import numpy as np
import pytest
from sqlalchemy import event

from polyqw.core.options import AnalysisOptions
from polyqw.core.wells import Family
from polyqw.errors import UsageError
from polyqw.services.law.fit import fit_family
from polyqw.services.law.predict import (
    ALL_SETS,
    lambda_choices,
    predict_set,
    predict_structure,
    predicted_row,
    prediction_set,
)
from polyqw.services.place.database import reading
from polyqw.services.structures.analyse import analyse_inputs
from polyqw.services.structures.phase_height import phase_height_su
from polyqw.services.structures.stored import current_structures
from polyqw.theory.scaling import prediction_half_width
from tests.conftest import read_golden, structure_path
from tests.uncertain_cifs import lafeaso

GOLDEN = read_golden("predictions")
LAM_SD = {"iron": (14.9, 13), "cuprate": (120.8, 9)}


def rows_of(session, name):
    return [predicted_row(p) for p in predict_set(session, prediction_set(name))]


@pytest.mark.parametrize("row", GOLDEN, ids=[r.name for r in GOLDEN])
def test_golden(row, session):
    name, target, phase, height, lam = row.name.split("/")
    (found,) = [
        r
        for r in rows_of(session, name)
        if (r["target"], r["phase"], r["height_from"]) == (target, phase, "printed")
        and r["lambda_used"] == float(lam)
    ]
    assert found["height_angstrom"] == pytest.approx(float(height), abs=1e-9)
    assert found["tc_kelvin"] == pytest.approx(row.value, abs=row.tolerance)


@pytest.mark.parametrize("name", ALL_SETS)
def test_intervals_are_those_of_one_more_compound(session, name):
    seen = 0
    for r in rows_of(session, name):
        if r["height_angstrom"] is None:
            continue
        sd, n = LAM_SD["cuprate" if name == "nickelates" else "iron"]
        by_lambda = prediction_half_width(sd, n) / r["height_angstrom"] ** 2
        su = 0.01 if r["height_su_angstrom"] is None else r["height_su_angstrom"]
        half = np.hypot(by_lambda, 1.959964 * 2 * r["tc_kelvin"] * su / r["height_angstrom"])
        assert r["tc_kelvin"] == pytest.approx(r["lambda_used"] / r["height_angstrom"] ** 2)
        assert r["tc_high_kelvin"] - r["tc_kelvin"] == pytest.approx(half, rel=0.005)
        assert r["tc_kelvin"] - r["tc_low_kelvin"] == pytest.approx(half, rel=0.01)
        assert r["sources"]
        seen += 1
    assert seen


def test_su_of_the_height_widens_the_interval(session, tmp_path):
    """By hand: the λ part over h² and 1.96 times 2 λ su / h³, in quadrature."""
    path = tmp_path / "wide.cif"
    path.write_bytes(lafeaso(z_as="0.6512(40)", c="8.7409(1)", z_la="0.14154(1)"))
    (analysed,) = analyse_inputs([str(path)], AnalysisOptions())
    rows = {
        r["phase"]: r for p in predict_structure(session, analysed) if (r := predicted_row(p))["lambda_used"] == 400
    }
    alpha = rows["alpha"]
    h, su = alpha["height_angstrom"], alpha["height_su_angstrom"]
    assert su == pytest.approx(2 * 8.7409 * 0.004, rel=1e-4)
    from_lambda = prediction_half_width(*LAM_SD["iron"]) / h**2
    half = (from_lambda**2 + (1.959964 * 2 * 400 / h**3 * su) ** 2) ** 0.5
    assert half > 1.1 * from_lambda
    assert alpha["tc_high_kelvin"] - alpha["tc_kelvin"] == pytest.approx(half, rel=2e-3)
    assert alpha["tc_kelvin"] - alpha["tc_low_kelvin"] == pytest.approx(half, rel=2e-3)


def test_su_of_stored_structures(session):
    printed = [r for name in ALL_SETS for r in rows_of(session, name) if r["height_from"] == "printed"]
    assert {r["height_su_angstrom"] for r in printed} == {None}
    (structure,) = (s for s in current_structures(session) if s.block == "lafeaso_cod")
    assert phase_height_su(structure, "alpha") == pytest.approx(np.hypot(2 * 8.7409 * 0.0002, 2 * 0.1512 * 0.00009))
    assert phase_height_su(structure, "gamma") is None


def test_observed_values_stand_beside(session):
    observed = {(r["target"], r["phase"]): r["observed_kelvin"] for r in rows_of(session, "k08feyse2")}
    assert observed == {("K0.8FeySe2", "beta"): 32.0, ("K0.8FeySe2", "alpha"): 48.7}
    assert {r["observed_kelvin"] for r in rows_of(session, "fese")} == {55.0}


def test_windows_of_pressure(session):
    windows = {r["phase"]: (r["pressure_from_gpa"], r["pressure_to_gpa"]) for r in rows_of(session, "k08feyse2")}
    assert windows == {"beta": (0.0, 9.2), "alpha": (10.5, 13.2)}


def test_substitution_by_both_roads(session):
    shifts = [r["delta_tc_kelvin"] for r in rows_of(session, "nickelates") if "delta_tc_kelvin" in r]
    assert shifts == pytest.approx([3.107, 6.595], abs=0.001)


def test_constructed_structures_say_so(session):
    rows = [r for r in rows_of(session, "k08feyse2") if r["structure_id"] is not None]
    assert rows
    assert all("constructed" in r["note"] for r in rows)


def test_structure_of_a_file(session):
    (analysed,) = analyse_inputs([str(structure_path("rbcafe4as4"))], AnalysisOptions())
    rows = [predicted_row(p) for p in predict_structure(session, analysed)]
    with_400 = {r["phase"]: r for r in rows if r["lambda_used"] == 400.0}
    assert sorted(with_400) == ["alpha", "beta", "gamma"]
    assert with_400["alpha"]["tc_kelvin"] == pytest.approx(400 / 2.8092**2, abs=0.05)
    assert "mu" not in {r["phase"] for r in rows}


def test_structure_without_wells_predicts_nothing(session):
    (analysed,) = analyse_inputs([str(structure_path("nacl"))], AnalysisOptions())
    assert predict_structure(session, analysed) == []


def test_unknown_set():
    with pytest.raises(UsageError, match=r"'cuprates'.*nickelates"):
        prediction_set("cuprates")


def test_printed_heights_come_from_the_database(reference_copy):
    with sqlite3.connect(reference_copy) as connection:
        connection.execute("UPDATE published_prediction SET height_angstrom = 2.0 WHERE height_angstrom = 2.765")
    connection.close()
    with reading(reference_copy) as session:
        printed = [r for r in rows_of(session, "bkfa") if r["height_from"] == "printed"]
    assert [r["tc_kelvin"] for r in printed if r["lambda_used"] == 400.0] == [pytest.approx(100.0)]


def test_lambda_is_read_once_in_a_session(session):
    session.info.clear()
    statements = []
    event.listen(session.bind, "before_cursor_execute", lambda *a: statements.append(a[2]))
    first = lambda_choices(session, Family.IRON)
    n_first = len(statements)
    assert n_first > 0
    assert lambda_choices(session, Family.IRON) == first
    assert len(statements) == n_first
    law = fit_family(session, Family.IRON, with_tests=False).law
    assert first[-1].value == law.lambda_mean
    assert first[-1].half_width == prediction_half_width(law.lambda_sd, law.n, 0.95)


def test_predicting_loads_no_test_of_evidence():
    code = (
        "import sys, polyqw.services.law.coverage, polyqw.services.describe.law\n"
        "heavy = {'scipy.stats', 'polyqw.services.law.fit_tests'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
