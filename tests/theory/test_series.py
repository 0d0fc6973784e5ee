"""Slopes, crossings and turns along a series, against numbers worked out by hand."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyqw.core.analysis import find_wells
from polyqw.io.cif.read import read_cif
from polyqw.theory.scaling import height_of_tc, law_tc
from polyqw.theory.series import (
    SeriesPoint,
    Slope,
    find_crossings,
    find_smallest_changes,
    fit_slope,
    merge_equal,
    phase_trend,
    smallest_phase,
)
from polyqw.theory.transfer import beta_alpha_shift
from tests.conftest import structure_path

LAMBDA = 400.0


def series(**phases):
    """Return points from phase=[(value, height), ...]."""
    values = sorted({x for pairs in phases.values() for x, _ in pairs})
    return [SeriesPoint(x, {p: dict(pairs)[x] for p, pairs in phases.items() if x in dict(pairs)}) for x in values]


def wells_of(name):
    path = structure_path(name)
    (record,) = read_cif(path.name, path.read_bytes())
    return find_wells(record.cell).wells


def test_slope_and_its_error_by_hand():
    """x 0, 1, 2, y 1, 3, 4: slope 3/2, residuals -1/6, 1/3, -1/6, s² = 1/6 over one degree, se² = s²/2."""
    slope = fit_slope([(0, 1), (1, 3), (2, 4)])
    assert slope is not None
    assert (slope.value, slope.intercept) == pytest.approx((1.5, 7 / 6))
    assert slope.standard_error == pytest.approx(math.sqrt(1 / 12))


def test_two_points_have_no_standard_error():
    assert fit_slope([(2.0, 3.5), (10.0, 3.1)]) == Slope(pytest.approx(-0.05), None, pytest.approx(3.6))


@pytest.mark.parametrize("points", [[], [(1, 2)], [(1, 2), (1, 3), (1, 4)], [(1, 2), (1 + 1e-7, 3)]])
def test_one_abscissa_has_no_slope(points):
    assert fit_slope(points) is None


def test_equal_heights_have_a_slope_of_zero_without_nan():
    height = 3.2442048
    found = fit_slope([(0, height), (0.1, height + 4e-16), (0.2, height)])
    assert found == Slope(0.0, 0.0, height)


def test_crossing_by_hand():
    """3.5 → 3.1 and 3.3 → 3.4 over 4 GPa: the gap goes 0.2 → -0.3, so at 1.6 GPa and 3.34 Å."""
    (found,) = find_crossings(series(alpha=[(0, 3.5), (4, 3.1)], beta=[(0, 3.3), (4, 3.4)]))
    assert found.phases == ("alpha", "beta")
    assert (found.value, found.height) == pytest.approx((1.6, 3.34))
    assert found.between == (0, 4)
    assert (found.smaller_before, found.smaller_after) == ("beta", "alpha")


def test_equal_heights_in_a_structure_are_one_crossing():
    points = series(alpha=[(0, 2.0), (1, 3.0), (2, 4.0)], beta=[(0, 3.0), (1, 3.0), (2, 3.0)])
    (found,) = find_crossings(points)
    assert (found.value, found.height, found.between) == (1, 3.0, (1, 1))
    assert (found.smaller_before, found.smaller_after) == ("alpha", "beta")


def test_heights_that_touch_do_not_change_places():
    points = series(alpha=[(0, 2.0), (1, 3.0), (2, 2.0)], beta=[(0, 3.0), (1, 3.0), (2, 3.0)])
    (found,) = find_crossings(points)
    assert (found.smaller_before, found.smaller_after) == ("alpha", "alpha")
    assert find_smallest_changes(points) == ()


def test_neighbours_are_those_that_have_both_phases():
    points = series(alpha=[(0, 2.0), (1, 2.0), (4, 4.0)], beta=[(0, 3.0), (4, 3.0)])
    (found,) = find_crossings(points)
    assert found.between == (0, 4)
    assert found.value == pytest.approx(2.0)


def test_several_structures_of_one_value_count_with_their_mean_in_crossings_and_singly_in_slopes():
    points = [SeriesPoint(0, {"alpha": 3.0}), SeriesPoint(0, {"alpha": 4.0}), SeriesPoint(2, {"alpha": 5.0})]
    assert merge_equal(points) == [SeriesPoint(0, {"alpha": 3.5}), SeriesPoint(2, {"alpha": 5.0})]
    trend = phase_trend("alpha", points, LAMBDA)
    assert trend.n == 3
    assert trend.height.value == pytest.approx(0.75)
    assert trend.height.standard_error == pytest.approx(math.sqrt(0.5 / (8 / 3)))


def test_the_phase_with_the_smallest_height_changes():
    points = series(
        alpha=[(0, 2.8), (5, 3.0), (9, 3.1)], beta=[(0, 2.9), (5, 2.8), (9, 3.2)], gamma=[(5, 3.5), (9, 2.0)]
    )
    assert [smallest_phase(p.heights) for p in points] == ["alpha", "beta", "gamma"]
    first, second = find_smallest_changes(points)
    assert (first.before, first.after, first.between) == ("alpha", "beta", (0, 5))
    assert first.value == pytest.approx(5 / 3)
    assert (second.before, second.after) == ("beta", "gamma")
    assert second.value == pytest.approx(5 + 4 * 0.7 / 1.9)


def test_a_phase_that_vanishes_leaves_the_smallest_without_a_crossing():
    (change,) = find_smallest_changes(series(alpha=[(0, 3.0), (1, 3.0)], beta=[(0, 2.0)]))
    assert (change.before, change.after, change.value) == ("beta", "alpha", None)
    assert smallest_phase({}) is None


def test_turns_and_reversal():
    """3.5 falls to 3.2, rises to 3.3, falls to 3.1: against the falling direction it runs back by 0.1."""
    trend = phase_trend("alpha", series(alpha=[(0, 3.5), (2, 3.2), (5, 3.3), (9, 3.1)]), LAMBDA)
    assert trend.reversal == pytest.approx(0.1)
    assert trend.turns == (2, 5)
    one_way = phase_trend("alpha", series(alpha=[(0, 3.5), (2, 3.5), (5, 3.3)]), LAMBDA)
    assert (one_way.reversal, one_way.turns) == (0.0, ())


def test_a_phase_in_one_structure_has_no_slope():
    trend = phase_trend("gamma", series(alpha=[(0, 3.5), (2, 3.2)], gamma=[(0, 3.6)]), LAMBDA)
    assert (trend.n, trend.height, trend.log_height, trend.tc, trend.reversal) == (1, None, None, None, 0.0)


STEPS = st.lists(st.floats(0.05, 5), min_size=2, max_size=8)


@given(STEPS, st.floats(2.5, 4.5), st.floats(-0.02, 0.02))
def test_a_linear_series_gives_back_its_slope(steps, start, slope):
    values = np.cumsum(steps)
    points = [SeriesPoint(float(x), {"alpha": start + slope * float(x)}) for x in values]
    trend = phase_trend("alpha", points, LAMBDA)
    assert trend.height.value == pytest.approx(slope, abs=1e-9)
    assert trend.reversal <= 1e-9
    assert find_crossings(points) == ()


@given(STEPS, st.floats(2.5, 4.5), st.floats(-0.01, 0.01))
def test_an_exponential_series_gives_back_its_logarithmic_slopes(steps, start, rate):
    """With h = h0 exp(r x), d ln h/dx = r, and the local dTc/dx at any x is -2 r Tc."""
    values = [float(x) for x in np.cumsum(steps)]
    points = [SeriesPoint(x, {"alpha": start * math.exp(rate * x)}) for x in values]
    trend = phase_trend("alpha", points, LAMBDA)
    assert trend.log_height.value == pytest.approx(rate, abs=1e-9)
    local = [-2 * rate * law_tc(p.heights["alpha"], LAMBDA) for p in points]
    assert min(local) - 1e-9 <= trend.tc.value <= max(local) + 1e-9


HEIGHTS = st.dictionaries(st.sampled_from(["alpha", "beta", "gamma"]), st.floats(2.5, 4.5))
POINTS = st.lists(st.builds(SeriesPoint, st.sampled_from([0.0, 1.0, 2.5, 7.0]), HEIGHTS), min_size=2, max_size=7)


@given(POINTS, st.randoms(use_true_random=False))
def test_the_order_of_structures_does_not_matter(points, random):
    other = list(points)
    random.shuffle(other)
    for phase in ("alpha", "beta", "gamma"):
        assert phase_trend(phase, points, LAMBDA) == phase_trend(phase, other, LAMBDA)
    assert find_crossings(points) == find_crossings(other)
    assert find_smallest_changes(points) == find_smallest_changes(other)


@given(POINTS)
def test_at_a_crossing_both_phases_have_the_height(points):
    merged = merge_equal(points)
    for c in find_crossings(points):
        for phase in c.phases:
            own = [p for p in merged if {*c.phases} <= p.heights.keys()]
            height = np.interp(c.value, [p.value for p in own], [p.heights[phase] for p in own])
            assert height == pytest.approx(c.height, abs=1e-8)


@given(st.floats(1, 200), st.floats(100, 2000))
def test_height_of_a_tc_is_the_law_backwards(tc, lam):
    assert law_tc(height_of_tc(tc, lam), lam) == pytest.approx(tc)


def test_shift_from_the_beta_to_the_alpha_centre():
    """I4/mmm K0.8FeySe2: (0.3503 - 0.25) c from the Se layer to the Fe plane, half of h_alpha."""
    wells = wells_of("model_k08feyse2")
    assert beta_alpha_shift(wells) == pytest.approx((0.3503 - 0.25) * 14.136, abs=1e-9)
    assert beta_alpha_shift(wells) == pytest.approx(next(w.height for w in wells if w.phase == "alpha") / 2)


def test_shift_needs_iron_wells_of_both_phases():
    assert beta_alpha_shift(wells_of("fese_o1")) is None  # alpha only
    assert beta_alpha_shift(wells_of("hg1223_o835")) is None  # octahedra
    assert beta_alpha_shift([w for w in wells_of("model_k08feyse2") if w.phase != "alpha"]) is None
