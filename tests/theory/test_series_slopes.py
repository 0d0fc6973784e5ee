"""Slopes on either side of a measured maximum, against numpy's line."""

import numpy as np
import pytest

from polyqw.theory.series_slopes import ISOTOPE_EXPONENT_OF_LAW, MeasuredPoint, side_slopes, split_at_highest


def dome(n=9):
    x = np.linspace(0, 0.3, n)
    return [MeasuredPoint(float(v), float(40 - 900 * (v - 0.15) ** 2), {"alpha": 3.6 + 0.2 * float(v)}) for v in x]


def test_a_dome_has_two_sides_that_share_its_top():
    up, down = split_at_highest(dome())
    assert (len(up[1]), len(down[1])) == (5, 5)
    assert up[1][-1] == down[1][0]


def test_too_few_on_a_side_make_one_series():
    rising = [MeasuredPoint(float(x), 10.0 * x, {}) for x in range(1, 6)]
    ((side, points),) = split_at_highest(rising)
    assert (side, points) == ("all", rising)


def test_slopes_by_hand():
    for found in side_slopes(dome(), 1320.0):
        x = [p.x for p in found.points]
        measured, _ = np.polyfit(x, [p.tc_kelvin for p in found.points], 1)
        law, _ = np.polyfit(x, [1320 / p.heights_angstrom["alpha"] ** 2 for p in found.points], 1)
        assert found.measured.value == pytest.approx(measured)
        assert found.law["alpha"].value == pytest.approx(law)
        middle = found.points[2]
        h = middle.heights_angstrom["alpha"]
        assert law == pytest.approx(-2 * 1320 / h**3 * 0.2, rel=0.01)  # -2 (Tc/h) dh/dx


def test_the_measured_slope_beside_the_law_is_over_the_same_points():
    points = [*dome(), MeasuredPoint(0.01, 90.0, {}), MeasuredPoint(0.0, 1.0, {})]
    for found in side_slopes(points, 1320.0):
        for phase, slope in found.measured_there.items():
            own = [p for p in found.points if phase in p.heights_angstrom]
            assert slope.value == pytest.approx(np.polyfit([p.x for p in own], [p.tc_kelvin for p in own], 1)[0])


def test_the_law_knows_no_mass():
    assert ISOTOPE_EXPONENT_OF_LAW == 0.0
