"""What a wanted Tc asks, beside the smallest measured heights."""

import pytest

from polyqw.core.options import AnalysisOptions
from polyqw.services.law.design import design
from polyqw.services.structures.analyse import analyse_inputs
from polyqw.services.structures.stored import current_structures
from tests.conftest import structure_path

HOW = {"poisson": 0.3, "bulk_modulus_gpa": 100.0}


def test_smallest_measured_height_by_hand(session):
    found = {row["family"]: row for row in design(session, 150.0, 3.85, **HOW)["families"]}
    for family in ("cuprate", "iron"):
        own = [
            well.height_angstrom
            for s in current_structures(session)
            if (s.family, s.origin, s.status) == (family, "measured", "ok")
            for well in s.wells
            if well.phase != "mu"
        ]
        assert found[family]["height_smallest_measured_angstrom"] == pytest.approx(min(own))
        lam = {"cuprate": 1320, "iron": 400}[family]
        assert found[family]["height_needed_angstrom"] == pytest.approx((lam / 150) ** 0.5)


def test_structures_and_what_they_need(session):
    structures = analyse_inputs([str(structure_path("hg1223_o835"))], AnalysisOptions())
    found = design(session, 150.0, 3.85, structures, **HOW)
    rows = {row["phase"]: row for row in found["structures"]}
    assert set(rows) == {"alpha", "beta"}
    for row in rows.values():
        needed = row["height_angstrom"] * (1 + row["height_change_percent"] / 100)
        assert 1320 / needed**2 == pytest.approx(150)
        assert row["biaxial_strain_percent"] > 0
        assert row["pressure_needed_gpa"] > 0
    assert "needed" in found["notes"][0]


def test_without_a_database():
    found = design(None, 40.0, 3.85, **HOW)
    assert all(row["height_smallest_measured_angstrom"] is None for row in found["families"])
    assert "no measured height" in found["notes"][0]
    assert {row["allows"] for row in found["contacts"]} == {True}
