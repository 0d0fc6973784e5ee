"""The freedom to choose a well, against brute force and against tables made to order."""

from itertools import permutations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polyqw.errors import UsageError
from polyqw.theory.evidence.choice import best_choice, choice_test
from tests.theory.evidence.tables import TABLES, printed_rows, two_wells


def brute_force(heights, tcs):
    """Return the least squared error over all choices of wells, each with its own best λ, and that choice."""
    best = None
    for phases in product(*(sorted(h) for h in heights)):
        u = np.array([h[p] ** -2 for h, p in zip(heights, phases, strict=True)])
        lam = u @ tcs / (u @ u)
        error = float(((tcs - lam * u) ** 2).sum())
        if best is None or error < best[0] - 1e-9:
            best = (error, phases, lam)
    return best


WELLS = st.lists(st.floats(2.2, 4.0), min_size=1, max_size=3, unique_by=lambda h: round(h, 2))


@given(st.lists(WELLS, min_size=2, max_size=6), st.integers(0, 2**32 - 1))
def test_best_choice_is_that_of_brute_force(wells, seed):
    heights = [dict(zip(("alpha", "beta", "gamma"), own, strict=False)) for own in wells]
    tcs = np.random.default_rng(seed).uniform(5, 120, len(heights))
    found = best_choice(heights, list(tcs))
    error, _, _ = brute_force(heights, tcs)
    assert found.rmse_kelvin == pytest.approx(np.sqrt(error / len(tcs)), rel=1e-7, abs=1e-7)
    u = np.array([h[p] ** -2 for h, p in zip(heights, found.phases, strict=True)])
    assert np.sqrt(((tcs - found.lam * u) ** 2).mean()) == pytest.approx(found.rmse_kelvin, rel=1e-7, abs=1e-7)


@pytest.mark.parametrize("family", TABLES)
def test_best_wells_are_those_printed_bold(family):
    rows = printed_rows(family)
    assert list(best_choice([r[1] for r in rows], [r[2] for r in rows]).phases) == [r[3] for r in rows]


def test_all_permutations_of_a_small_table():
    heights, tcs = two_wells(np.random.default_rng(2), 5)
    own = brute_force(heights, tcs)[0]
    errors = [brute_force(heights, np.array(order))[0] for order in permutations(tcs)]
    test = choice_test(heights, list(tcs))
    assert test.exact
    assert test.n_permutations == 120
    assert test.p_value == pytest.approx(np.mean(np.array(errors) <= own * (1 + 1e-9)))
    assert test.rmse_permuted_median_kelvin == pytest.approx(np.sqrt(np.median(errors) / 5), rel=1e-6)


@pytest.mark.parametrize(
    ("family", "subset", "p"), [("cuprate", "", 0.006), ("iron", "", 0.002), ("iron", "1111", 0.29)]
)
def test_printed_tables(family, subset, p):
    """Seen with a prototype; a share of 9,999 drawn permutations scatters by sqrt(p(1 - p)/9999)."""
    rows = [r for r in printed_rows(family) if not subset or "FeAsO" in r[0]]
    test = choice_test([r[1] for r in rows], [r[2] for r in rows], seed=11)
    assert test.p_value == pytest.approx(p, abs=4 * np.sqrt(p * (1 - p) / 9999) + 0.001)


def p_values(seed, *, shuffle):
    rng = np.random.default_rng(seed)
    for k in range(150):
        heights, tcs = two_wells(rng, 9)
        if shuffle:
            rng.shuffle(tcs)
        yield choice_test(heights, list(tcs), seed=k, resamples=199).p_value


def test_shuffled_tables_are_rejected_as_often_as_the_level_says():
    found = np.array(list(p_values(3, shuffle=True)))
    for level in (0.05, 0.2, 0.5):
        assert (found <= level).mean() == pytest.approx(level, abs=4 * np.sqrt(level * (1 - level) / len(found)))


def test_tables_that_follow_the_law_are_told_from_chance():
    assert np.mean(np.array(list(p_values(4, shuffle=False))) <= 0.05) > 0.9


@settings(max_examples=20)
@given(st.integers(0, 2**32 - 1))
def test_order_of_the_compounds_does_not_matter(seed):
    rng = np.random.default_rng(seed)
    heights, tcs = two_wells(rng, 6)
    order = rng.permutation(6)
    one = choice_test(heights, list(tcs))
    other = choice_test([heights[k] for k in order], list(tcs[order]))
    assert other.p_value == pytest.approx(one.p_value)
    assert other.rmse_kelvin == pytest.approx(one.rmse_kelvin)


def test_one_well_each_leaves_no_choice():
    test = choice_test([{"alpha": h} for h in (2.6, 2.8, 3.0, 3.2)], [59.2, 51.0, 44.4, 39.1])
    assert test.n_with_choice == 0
    assert test.p_value == pytest.approx(1 / 24)


def test_too_little():
    with pytest.raises(UsageError, match="three compounds"):
        choice_test([{"alpha": 3.0}] * 2, [40, 50])
    with pytest.raises(UsageError, match="at least one height"):
        best_choice([{"alpha": 3.0}, {}], [40, 50])
