"""What the interval of a prediction covers, and intervals calibrated on a corpus."""

import json
import math

import numpy as np
import pytest

from polyqw.core.wells import Family
from polyqw.errors import UsageError
from polyqw.io.formula import parse_formula
from polyqw.services.law.coverage import (
    MeasuredHeights,
    calibration_rows,
    coverage_rows,
    read_calibration,
    with_coverage,
)
from polyqw.services.law.predict import LambdaChoice, lambda_choices, predict_set, prediction_set
from polyqw.services.structures.phase_height import phase_height_su
from polyqw.services.structures.stored import current_structures
from polyqw.theory.nominal_doping import is_undoped, nominal_holes
from tests.theory.evidence.tables import evidence

LAM = LambdaChoice(400.0, "test", 40.0)


def test_measured_structures_counted_one_by_one(session):
    lam = lambda_choices(session, Family.CUPRATE)[0]
    inside = seen = 0
    for structure in current_structures(session):
        wells = [w for w in structure.wells if w.phase == "alpha"]
        tcs = [
            t.tc_kelvin for t in structure.transitions if t.kind in ("measured", "reported") and not t.pressure_gpa
        ]
        if structure.origin != "measured" or structure.family != "cuprate" or structure.pressure_gpa or not wells:
            continue
        if tcs:
            h = np.average([w.height_angstrom for w in wells], weights=[w.multiplicity for w in wells])
            su = phase_height_su(structure, "alpha") or 0.01
            half = math.hypot(lam.half_width / h**2, 1.959963985 * 2 * lam.value * su / h**3)
            seen += 1
            inside += abs(max(tcs) - lam.value / h**2) <= half
    found = MeasuredHeights.read(session)
    at_pressure = sum("alpha" in m.heights_angstrom for m in found.found["cuprate"]) - seen
    assert seen > 5
    assert at_pressure <= 2
    assert inside <= found.coverage("cuprate", "alpha", lam).n_inside <= inside + at_pressure


def test_rows_of_a_corpus():
    rows = evidence([2.0, 2.0, 2.0, 2.0], [100.0, 109.0, 111.0, 50.0], bounds=[False, False, False, True])
    assert coverage_rows(rows, LAM)["alpha"] == {"n_inside": 2, "n": 3, "share": pytest.approx(2 / 3)}
    made = calibration_rows(rows, 400.0)["alpha"]
    assert made == {
        "n": 4, "n_groups": 4, "level": 0.8, "half_width_kelvin": 100.0, "lambda_kelvin_angstrom2": 400.0,
    }  # fmt: skip


def test_a_calibration_travels_as_json(session, tmp_path):
    rows = [r for k in range(3) for r in evidence([3.4, 3.5, 3.6], [60, 90, 100], family="iron", groups=[k] * 3)]
    path = tmp_path / "v.json"
    path.write_text(json.dumps({"families": {"iron": {"calibration": calibration_rows(rows, 400.0)}}}))
    calibrations = read_calibration(path)
    predicted = next(p for p in predict_set(session, prediction_set("fese")) if p.phase == "alpha" and p.lam)
    row = with_coverage(predicted, MeasuredHeights(), calibrations)
    half = max(abs(tc - 400 / h**2) for h, tc in ((3.4, 60), (3.5, 90), (3.6, 100)))
    assert row["calibrated_high_kelvin"] == pytest.approx(predicted.tc_kelvin + half)
    assert row["calibrated_low_kelvin"] == 0.0
    assert row["calibrated_level"] == 0.75
    path.write_text("[]")
    with pytest.raises(UsageError, match="holds no calibration"):
        read_calibration(path)


@pytest.mark.parametrize(
    ("formula", "metal", "holes"),
    [
        ("La2CuO4", "Cu", 0.0),
        ("La1.85Sr0.15CuO4", "Cu", 0.15),
        ("Nd1.85Ce0.15CuO4", "Cu", -0.15),
        ("YBa2Cu3O7", "Cu", 1 / 3),
        ("LaFeAsO", "Fe", 0.0),
        ("Ba0.6K0.4Fe2As2", "Fe", 0.2),
        ("FeSe", "Fe", 0.0),
        ("LaNiO3", "Ni", 1.0),
        ("LaCuXeO4", "Cu", None),
    ],
)
def test_nominal_holes(formula, metal, holes):
    found = nominal_holes(parse_formula(formula), metal)
    assert found == (None if holes is None else pytest.approx(holes))
    assert is_undoped(found) is (formula in ("La2CuO4", "LaFeAsO", "FeSe"))
