"""What is said of printed heights beside those that structures give."""

import statistics

import pytest

from polyqw.core.wells import Family
from polyqw.services.law.heights import REFINEMENT_SU, compare_heights, comparison_row
from polyqw.services.law.predict import fitted_lambda, predict_height
from polyqw.services.place.database import reading
from polyqw.services.structures.phase_height import phase_height
from polyqw.services.structures.stored import current_structures


@pytest.fixture(scope="session")
def compared(reference_template):
    with reading(reference_template) as session:
        rows = [comparison_row(c) for c in compare_heights(session)]
    return {(r["compound"], r["phase"], r["structure"], r["tc_printed_kelvin"]): r for r in rows}


def test_exact_heights(compared):
    row = compared["TlBa2CaCu2O7+d", "alpha", "tl1212", 103.0]
    assert row["explanation"].startswith("equal to the digits printed")
    assert abs(row["difference_angstrom"]) < 0.0005


def test_hg1223_mixes_pressure_and_ambient_tc(compared):
    for phase in ("alpha", "beta"):
        row = compared["HgBa2Ca2Cu3O8+d", phase, "hg1223_high_pressure", 134.0]
        assert abs(row["difference_angstrom"]) < 0.0005
        assert "8.5 GPa" in row["explanation"]
        assert "the printed Tc is the ambient one" in row["explanation"]
        ambient = compared["HgBa2Ca2Cu3O8+d", phase, "hg1223_o835", 134.0]
        assert "the printed height is that of hg1223_high_pressure at 8.5 GPa" in ambient["explanation"]
    ambient = compared["HgBa2Ca2Cu3O8+d", "alpha", "hg1223_o835", 134.0]
    assert ambient["lambda_structure_height"] == pytest.approx(134 * 3.5**2, abs=1)
    assert ambient["lambda_printed_height"] == pytest.approx(1381, abs=1)


def test_bak122_mixes_sources(compared):
    alpha = compared["BaKFe2As2", "alpha", "bak122_x050", 38.0]
    beta = compared["BaKFe2As2", "beta", "bak122_x050", 38.0]
    assert alpha["explanation"].startswith("equal to the digits printed")
    assert beta["difference_angstrom"] == pytest.approx(3.3242 - 3.3310, abs=0.0006)
    assert (
        "another height of this row is this structure's to the digit, so the row mixes sources" in beta["explanation"]
    )


def test_constructed_structure_is_no_evidence(compared):
    rows = [r for r in compared.values() if r["origin"] == "constructed"]
    assert rows
    assert all("is no evidence" in r["explanation"] for r in rows)


def test_bi2223_is_far_off(compared):
    found = {p: compared["Bi2Sr2Ca2Cu3O10+d", p, "bi2223_pb", 110.0] for p in ("alpha", "beta")}
    assert "printed 0.141 Å (4.3%) below" in found["alpha"]["explanation"]
    assert "printed 0.376 Å (10.2%) below" in found["beta"]["explanation"]
    assert "another composition" in found["alpha"]["explanation"]


def test_a_phase_the_structure_lacks_is_said(compared):
    for row in compared.values():
        if row["height_structure_angstrom"] is None:
            assert "the structure has no" in row["explanation"]
            assert row["difference_angstrom"] is None
            assert row["lambda_structure_height"] is None


def test_every_row_has_its_numbers(compared):
    for row in compared.values():
        assert row["lambda_printed_height"] == pytest.approx(
            row["tc_printed_kelvin"] * row["height_printed_angstrom"] ** 2
        )
        assert row["explanation"]
        assert row["origin"]


def test_uncertainty_of_a_refinement_is_the_scatter_of_those_here(session):
    squares, freedom = 0.0, 0
    for compound, n in (("HgBa2CuO4+d", 3), ("YBa2Cu3O7-d", 4)):
        found = [
            phase_height(s, "alpha")
            for s in current_structures(session)
            if s.table_row == compound and s.origin == "measured" and not s.pressure_gpa
        ]
        assert len(found) == n
        squares += statistics.variance(found) * (n - 1)
        freedom += n - 1
    assert (squares / freedom) ** 0.5 == pytest.approx(REFINEMENT_SU, abs=0.0005)


@pytest.mark.parametrize(("family", "height", "share"), [("cuprate", 3.6, 0.228), ("iron", 2.8, 0.085)])
def test_where_it_matters_in_a_prediction(session, family, height, share):
    lam = fitted_lambda(session, Family(family))
    half = [predict_height(height, lam, su) for su in (0.0, None)]
    without, within = ((high - tc) / tc for tc, _, high in half)
    assert without == pytest.approx(share, abs=0.001)
    by_height = 1.959964 * 2 * REFINEMENT_SU / height
    assert within**2 - without**2 == pytest.approx(by_height**2)


def test_comparisons_carry_the_uncertainty_of_heights(compared):
    for row in compared.values():
        if row["height_structure_angstrom"] is not None:
            above = (row["height_structure_angstrom"] + row["height_su_angstrom"]) ** 2 * row["tc_printed_kelvin"]
            step = above - row["lambda_structure_height"]
            assert row["lambda_su_kelvin_angstrom2"] == pytest.approx(step, rel=0.01)
    assert {row["height_su_angstrom"] for row in compared.values()} > {REFINEMENT_SU}
