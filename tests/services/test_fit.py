"""Fits to the printed tables, from the database alone."""

import sqlite3

import numpy as np
import pytest

from polyqw.core.wells import Family
from polyqw.errors import UsageError
from polyqw.services.law.evidence_words import choice_sentence, slopes_sentence
from polyqw.services.law.fit import Paper, WellChoice, fit_family, fit_row, table_rows
from polyqw.services.law.fit_tests import printed_evidence
from polyqw.services.place.database import reading
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


def test_tests_of_a_referee_are_part_of_a_fit(session):
    cuprate, iron = fitted(session, "cuprate/chosen"), fitted(session, "iron/chosen")
    assert [t["rows"] for t in cuprate["choice_tests"]] == ["all"]
    assert [(t["rows"], t["n"]) for t in iron["choice_tests"]] == [("all", 13), ("1111", 10)]
    p = {t["rows"]: t["p_value"] for t in iron["choice_tests"]}
    assert p["all"] < 0.01
    assert p["1111"] > 0.2
    assert cuprate["choice_tests"][0]["seed"] == 0
    for fit in (cuprate, iron):
        by_name = {row["model"]: row for row in fit["ranking"]}
        assert by_name["law"]["rmse_kelvin"] == pytest.approx(fit["loo_rmse_kelvin"])
        assert by_name["family_mean"]["rmse_kelvin"] == pytest.approx(fit["baseline_rmse_kelvin"])
        assert {row["n"] for row in fit["ranking"]} == {fit["n"]}


def test_rivals_that_need_a_structure_are_ranked_on_rows_that_have_one(session):
    found = fitted(session, "iron/chosen")["ranking_with_structures"]
    assert found["n"] == len(found["compounds"]) >= 5
    assert {"anion_height", "tetrahedron_angle", "law", "family_mean"} <= {row["model"] for row in found["ranking"]}
    assert not any("model_" in name for name in found["compounds"]), "constructed structures are no evidence"


def test_a_row_takes_the_structure_at_ambient_pressure(session):
    """Three structures of Hg1223 stand for one row, two at ambient pressure and one at 8.5 GPa."""
    rows = [rows for rows in table_rows(session, Family.CUPRATE) if "Hg" in rows[0].formula_printed]
    found = {row.name: row.label for row in printed_evidence(session, rows, [row[0] for row in rows])}
    assert "hg1223_hunter" in found.values()
    assert "hg1223_high_pressure" not in found.values()


def test_upper_bound_counted_by_hand(session):
    fit = fitted(session, "cuprate/chosen")
    above = [r for r in fit["rows"] if r["tc_kelvin"] > 1320 / r["height_angstrom"] ** 2]
    assert fit["upper_bound"]["n_above"] == len(above) == 4
    assert fit["upper_bound"]["lambda_needed_kelvin_angstrom2"] == pytest.approx(
        max(r["lambda_kelvin_angstrom2"] for r in fit["rows"])
    )


def test_influence_is_that_of_leaving_the_row_out(session):
    fit = fitted(session, "cuprate/chosen")
    u = np.array([r["height_angstrom"] ** -2 for r in fit["rows"]])
    tc = np.array([r["tc_kelvin"] for r in fit["rows"]])
    for k, row in enumerate(fit["rows"]):
        keep = np.arange(len(u)) != k
        assert row["lambda_without_kelvin_angstrom2"] == pytest.approx(u[keep] @ tc[keep] / (u[keep] @ u[keep]))
    assert max(fit["rows"], key=lambda r: r["cook_distance"])["compound"] == "Ba2CuO4-d"


def test_choice_of_wells_is_tested_on_all_rows_whatever_the_fit_takes(session):
    one = fitted(session, "iron/chosen")["choice_tests"]
    assert fitted(session, "iron/alpha")["choice_tests"] == one


def test_errors_in_both_change_the_exponent(session):
    plain = fit_row(fit_family(session, Family.IRON))
    both = fit_row(fit_family(session, Family.IRON, height_su_angstrom=0.02, tc_su_kelvin=1.0))
    assert (plain["exponent_errors"], both["exponent_errors"]) == ("none", "height_and_tc")
    assert plain["exponent_reduced_chi2"] is None
    assert both["exponent_reduced_chi2"] == pytest.approx(2.0, abs=0.5)
    assert both["exponent"] != plain["exponent"]
    with pytest.raises(UsageError, match="only one is given"):
        fit_family(session, Family.IRON, height_su_angstrom=0.02)
    of_refinements = fit_family(session, Family.IRON, tc_su_kelvin=1.0).exponent
    assert of_refinements == fit_family(session, Family.IRON, height_su_angstrom=0.01, tc_su_kelvin=1.0).exponent


def test_a_fit_says_how_much_is_the_choice_of_wells(session):
    """On the iron rows nearly all of the agreement, on the cuprate rows none of it."""
    iron, cuprate = (fitted(session, f"{family}/chosen")["choice_share"] for family in ("iron", "cuprate"))
    assert iron["share"] == pytest.approx(0.985, abs=0.005)
    assert cuprate["share"] == pytest.approx(0.0, abs=0.005)
    assert iron["nested_rmse_kelvin"] > 0.9 * iron["nested_constant_rmse_kelvin"]
    assert "explains 99% is the choice" in choice_sentence("iron", iron)
    assert "explains nothing is the choice" in choice_sentence("cuprate", cuprate)


def test_slopes_within_subfamilies_of_the_printed_rows(session):
    found = {(r["rows"], r["wells"]): r for r in fit_row(fit_family(session, Family.IRON))["slopes"]}
    printed = table_rows(session, Family.IRON)
    kin = [
        r
        for r in printed
        if r[0].formula_printed.endswith(("FeAsO", "FeAsO1-xFx")) and "LaY" not in r[0].formula_printed
    ]
    for wells in ("taken", "alpha"):
        own = [h for row in kin for h in row if (h.chosen if wells == "taken" else h.phase == "alpha")]
        slope = np.polyfit([h.height_angstrom**-2 for h in own], [h.tc_kelvin for h in own], 1)[0]
        row = found["within 1111", wells]
        assert (row["n"], row["slope_kelvin_angstrom2"]) == (len(own), pytest.approx(slope))
        assert row["ci95"][0] < slope < row["ci95"][1]
    assert found["within 1111", "taken"]["ci95"][0] > 0 > found["within 1111", "alpha"]["slope_kelvin_angstrom2"]
    assert ("mixed model", "taken") not in found
    assert "within 1111, alpha wells -654 (9 rows, 95 % -1797 to 489)" in slopes_sentence(list(found.values()))
