"""Fits to the printed tables, from the database alone."""

import sqlite3

import numpy as np
import pytest

from polyqw.core.wells import Family
from polyqw.errors import UsageError
from polyqw.services.database import reading
from polyqw.services.fit import Paper, WellChoice, fit_family, fit_row
from tests.conftest import read_golden

GOLDEN = read_golden("law")


def fitted(session, key):
    family, wells, paper = key.split("/") if key.count("/") == 2 else (*key.split("/"), "")
    return fit_row(fit_family(session, Family(family), WellChoice(wells), paper=Paper(paper) if paper else None))


@pytest.mark.parametrize("row", GOLDEN, ids=[f"{r.name}{r.quantity}" for r in GOLDEN])
def test_golden(row, session):
    assert fitted(session, row.name)[row.quantity] == pytest.approx(row.value, abs=row.tolerance)


def test_rows_explain_the_numbers(session):
    row = fitted(session, "cuprate/chosen")
    lams = [r["tc_kelvin"] * r["height_angstrom"] ** 2 for r in row["rows"]]
    assert [r["lambda_kelvin_angstrom2"] for r in row["rows"]] == pytest.approx(lams)
    assert row["lambda_mean"] == pytest.approx(np.mean(lams))
    for r in row["rows"]:
        assert r["residual_kelvin"] == pytest.approx(r["tc_kelvin"] - r["tc_law_kelvin"])
        assert r["lambda_kelvin_angstrom2"] == pytest.approx(r["lambda_printed_kelvin_angstrom2"], rel=0.005)
        assert r["source"].startswith("papers/00")
    assert len({r["id"] for r in row["rows"]}) == row["n"]


@pytest.mark.parametrize("family", ["cuprate", "iron"])
def test_best_is_what_the_papers_chose(session, family):
    best, chosen = fitted(session, f"{family}/best"), fitted(session, f"{family}/chosen")
    assert best["rows"] == chosen["rows"]


def test_rows_without_a_well_are_left_out(session):
    beta = fitted(session, "cuprate/beta")
    assert {r["phase"] for r in beta["rows"]} == {"beta"}
    assert beta["n"] == 5


def test_predicted_rows_are_no_evidence(session):
    compounds = {r["compound"] for r in fitted(session, "iron/chosen")["rows"]}
    assert "K0.8FeySe2" not in compounds
    assert "K0.8FeySe2" in {r["compound"] for r in fitted(session, "iron/chosen/001")["rows"]}


def test_family_without_a_table(session):
    with pytest.raises(UsageError, match="nickelate"):
        fit_family(session, Family.NICKELATE)


def test_no_number_is_typed_in(reference_copy):
    """A published height changed in the database changes every number that rests on it."""
    with reading(reference_copy) as session:
        before = fitted(session, "cuprate/chosen")
    with sqlite3.connect(reference_copy) as connection:
        connection.execute(
            "UPDATE published_height SET height_angstrom = 3.9 "
            "WHERE formula_printed = 'YBa2Cu3O7-d' AND phase = 'alpha'"
        )
    connection.close()
    with reading(reference_copy) as session:
        after = fitted(session, "cuprate/chosen")
    assert after["lambda_mean"] - before["lambda_mean"] == pytest.approx(93 * (3.9**2 - 3.672**2) / 9)
    for name in ("lambda_sd", "exponent", "correlation", "loo_rmse_kelvin"):
        assert after[name] != before[name]
    assert after["baseline_rmse_kelvin"] == before["baseline_rmse_kelvin"]
