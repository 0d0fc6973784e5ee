"""Intervals with known truth: what they say they cover, they cover, with kin and with bounds."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from polyqw.theory.evidence.calibration import calibrate, holm, misses


def draw(rng, n_groups, *, heavy=False):
    """Return misses of groups of different sizes, each group with a level of its own."""
    sizes = rng.integers(1, 9, n_groups)
    groups = np.repeat(np.arange(n_groups), sizes)
    scale = np.exp(rng.normal(0, 0.8 if heavy else 0.3, n_groups))
    return np.abs(rng.normal(0, 3, n_groups)[groups] + scale[groups] * rng.normal(0, 2, len(groups))), groups


@pytest.mark.parametrize(("n_groups", "level"), [(12, 12 / 13), (30, 0.95)])
@pytest.mark.parametrize("heavy", [False, True])
def test_a_row_of_a_new_group_is_covered_as_often_as_said(n_groups, level, heavy):
    rng = np.random.default_rng(n_groups)
    inside = []
    for _ in range(1200):
        wrong, groups = draw(rng, n_groups + 1, heavy=heavy)
        new = np.flatnonzero(groups == n_groups)
        made = calibrate(wrong[groups < n_groups], [str(g) for g in groups[groups < n_groups]])
        assert made.level == pytest.approx(level)
        inside.append(wrong[new[0]] <= made.half_width_kelvin)
    assert np.mean(inside) >= level - 3 * np.sqrt(level * (1 - level) / 1200)
    assert np.mean(inside) <= level + 0.07  # of single rows level + 1/(G + 1), of kin a little more


def test_kin_counted_as_strangers_would_cover_too_little():
    """What is measured often is what the law gives well; each row as a group of its own says that all are so."""
    rng = np.random.default_rng(5)
    inside = {True: [], False: []}
    for _ in range(600):
        level = np.abs(rng.normal(0, 3, 25))
        groups = np.repeat(np.arange(24), np.where(level[:-1] < 2, 15, 1))
        for by_group, found in inside.items():
            kin = groups if by_group else np.arange(len(groups))
            made = calibrate(level[groups], [str(k) for k in kin], level=0.9)
            found.append(level[-1] <= made.half_width_kelvin)
    assert np.mean(inside[True]) >= 0.88
    assert np.mean(inside[False]) < 0.8


def test_bounds_widen_and_never_narrow():
    """A bound of 5 K under a law of 50 K may be a Tc of nothing."""
    assert misses(np.array([50.0, 50.0, 50.0]), np.array([5.0, 5.0, 120.0]), np.array([True, False, True])) == (
        pytest.approx([50.0, 45.0, 70.0])
    )


@pytest.mark.parametrize("seed", range(3))
def test_coverage_with_bounds(seed):
    """Tc below 10 K are known as bounds alone; the true Tc of a new group is covered all the same."""
    rng = np.random.default_rng(seed)
    inside = []
    for _ in range(400):
        tcs = np.abs(rng.normal(30, 20, 25))
        bound = tcs < 10
        wrong = misses(np.full(25, 35.0), np.where(bound, 10.0, tcs), bound)
        made = calibrate(wrong[:-1], [str(k) for k in range(24)])
        inside.append(abs(tcs[-1] - 35) <= made.half_width_kelvin)
    assert np.mean(inside) >= 0.95 - 3 * np.sqrt(0.95 * 0.05 / 400)


@given(st.lists(st.floats(0, 100), min_size=1, max_size=30))
def test_of_single_rows_the_width_is_an_order_statistic(values):
    made = calibrate(np.array(values), [str(k) for k in range(len(values))])
    rank = int(np.ceil(round(made.level * (len(values) + 1), 9)))
    assert made.half_width_kelvin == sorted(values)[rank - 1]


def test_a_group_counts_once_however_often_it_was_measured():
    wrong, groups = np.array([1.0, 2.0, 3.0, 50.0]), ["a", "b", "c", "d"]
    again = calibrate(np.array([*wrong, *[50.0] * 20]), [*groups, *["d"] * 20])
    assert again == calibrate(wrong, groups).__class__(24, 4, 0.8, 50.0)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=8))
def test_holm_by_its_definition(values):
    order = np.argsort(values, kind="stable")
    expected, highest = {}, 0.0
    for rank, k in enumerate(order):
        highest = max(highest, min(1.0, values[k] * (len(values) - rank)))
        expected[int(k)] = highest
    assert holm(values) == pytest.approx([expected[k] for k in range(len(values))])


def test_holm_keeps_false_rejections_rare():
    rng = np.random.default_rng(3)
    wrong = [min(holm(list(stats.uniform.rvs(size=6, random_state=rng)))) <= 0.05 for _ in range(1500)]
    assert np.mean(wrong) == pytest.approx(0.05, abs=0.02)
