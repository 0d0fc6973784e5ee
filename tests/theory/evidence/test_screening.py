"""The head of a ranking, counted by brute force."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from polyqw.theory.evidence.screening import hits_among_first, precision


@given(st.lists(st.tuples(st.integers(0, 3), st.booleans()), min_size=1, max_size=6), st.data())
def test_equal_scores_in_every_order(rows, data):
    k = data.draw(st.integers(1, len(rows)))
    heads = []
    for order in permutations(rows):
        ranked = sorted(order, key=lambda row: -row[0])  # stable: equal scores stay in this order
        heads.append(sum(hit for _, hit in ranked[:k]))
    scores, hits = np.array([float(s) for s, _ in rows]), np.array([h for _, h in rows])
    assert hits_among_first(scores, hits, k) == pytest.approx(np.mean(heads))


def test_chance_as_good_is_that_of_drawing():
    scores, hits = np.arange(20.0), np.arange(20) % 3 == 0
    found = precision(scores, hits, 5)
    rng = np.random.default_rng(0)
    drawn = np.array([hits[rng.permutation(20)[:5]].sum() for _ in range(20_000)])
    assert found.p_value == pytest.approx((drawn >= found.n_hits).mean(), abs=0.02)
    assert (found.random_low * 5, found.random_high * 5) == tuple(stats.hypergeom(20, 7, 5).interval(0.95))


def test_a_perfect_ranking_and_its_reverse():
    hits = np.arange(30) >= 25
    best, worst = (precision(sign * np.arange(30.0), hits, 5) for sign in (1, -1))
    assert (best.share, worst.share) == (1.0, 0.0)
    assert best.p_value < 1e-4
    assert worst.p_value == 1.0
