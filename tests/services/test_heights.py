"""What is said of printed heights beside those that structures give."""

import pytest

from polyqw.services.law.heights import compare_heights, comparison_row
from polyqw.services.place.database import reading


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
