"""λ/h² as an upper bound, and values that are only bounds."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from polyqw.errors import UsageError
from polyqw.theory.evidence.bound import bound_test, edge_through_origin, quantile_regression
from polyqw.theory.evidence.censoring import censored_lambda
from polyqw.theory.evidence.rows import EvidenceRow, bounds_of


def test_counts_and_exact_interval():
    heights = np.array([2.0, 2.0, 2.0, 2.0])
    test = bound_test(heights, [99.0, 100.0, 101.0, 103.0], 400.0)
    assert (test.n, test.n_above, test.fraction_above) == (4, 2, 0.5)
    assert test.excess_max_kelvin == pytest.approx(3.0)
    assert test.lambda_needed == pytest.approx(412.0)
    # Clopper and Pearson: beta quantiles of (2, 3) and (3, 2)
    assert test.fraction_ci95 == pytest.approx((stats.beta.ppf(0.025, 2, 3), stats.beta.ppf(0.975, 3, 2)))
    assert test.edge_slope is None


def test_a_tc_on_the_bound_is_not_above_it():
    heights = np.array([2.0, 2.5, 3.0, 3.5])
    on_it = 400.0 / heights**2
    assert bound_test(heights, on_it, 400.0).n_above == 0
    assert bound_test(heights, on_it + np.array([0, 0, 0, 1e-6]), 400.0).n_above == 1


@pytest.mark.parametrize(
    ("n", "spread", "has_edge"), [(9, 1.0, False), (10, 1.0, True), (10, 0.0, False), (9, 0.0, False)]
)
def test_an_upper_edge_needs_ten_compounds_of_different_heights(n, spread, has_edge):
    """Nine points leave less than one above the 90 % line; of equal heights no slope can be known."""
    heights = 2.5 + spread * np.linspace(0, 1, n)
    test = bound_test(heights, 380 / heights**2, 400.0)
    assert (test.edge_slope is not None) == (test.edge_intercept is not None) == has_edge
    if has_edge:
        assert test.edge_slope == pytest.approx(380)


def test_quantile_line_leaves_the_quantile_below():
    rng = np.random.default_rng(0)
    x = rng.uniform(0.05, 0.2, 400)
    y = 400 * x * rng.uniform(0, 1, 400)  # everything below 400 x, evenly
    intercept, slope = quantile_regression(x, y, 0.9)
    assert (y > intercept + slope * x + 1e-9).mean() == pytest.approx(0.1, abs=0.01)
    assert slope == pytest.approx(360, rel=0.1)
    assert intercept == pytest.approx(0, abs=6)


def test_quantile_line_through_few_points():
    """The median line of three points passes through two of them and leaves the third on one side."""
    intercept, slope = quantile_regression(np.array([0.0, 1.0, 2.0]), np.array([0.0, 1.0, 5.0]), 0.5)
    on_line = np.isclose(intercept + slope * np.arange(3), [0, 1, 5])
    assert on_line.sum() == 2


def test_a_tc_is_a_measurement_unless_it_is_said_to_be_a_bound():
    rows = [EvidenceRow("A", "iron", "A", 20.0, {"alpha": 2.8}, "alpha")]
    assert bounds_of(rows).tolist() == [False]
    assert bounds_of([replace(rows[0], is_bound=True)]).tolist() == [True]


def test_bound_without_compounds():
    with pytest.raises(UsageError, match="at least one"):
        bound_test([], [], 400.0)


def test_measured_values_alone_give_their_geometric_mean():
    heights, tcs = np.array([2.5, 2.8, 3.0, 3.3]), np.array([60.0, 52.0, 43.0, 40.0])
    lams = tcs * heights**2
    fit = censored_lambda(heights, tcs, np.zeros(4, dtype=bool))
    assert fit.lambda_median == pytest.approx(stats.gmean(lams))
    assert np.log(fit.spread_factor) == pytest.approx(np.log(lams).std())


def test_bounds_are_not_zeros_and_not_values():
    """Where Tc lies below what was reached, the likelihood finds the true median; leaving them out does not."""
    rng = np.random.default_rng(5)
    heights = rng.uniform(2.5, 3.5, 600)
    tcs = np.exp(rng.normal(np.log(400), 0.5, 600)) / heights**2
    reached = 35.0
    bounds = tcs < reached
    shown = np.where(bounds, reached, tcs)
    fit = censored_lambda(heights, shown, bounds)
    assert (fit.n, fit.n_bounds) == (600, int(bounds.sum()))
    assert fit.lambda_median == pytest.approx(400, rel=0.07)
    assert np.log(fit.spread_factor) == pytest.approx(0.5, rel=0.1)
    ignoring = stats.gmean((tcs * heights**2)[~bounds])
    assert ignoring > 440


def test_too_little_measured():
    with pytest.raises(UsageError, match="three different measured"):
        censored_lambda([3.0, 3.0, 3.0], [40.0, 40.0, 40.0], [False] * 3)


def pinball(tcs, edges):
    return float(np.where(tcs > edges, 0.9 * (tcs - edges), 0.1 * (edges - tcs)).mean())


def test_edges_through_the_origin_by_trying_them_all():
    rng = np.random.default_rng(2)
    u, tcs = rng.uniform(0.05, 0.2, 21), rng.uniform(5, 100, 21)
    for x in (u, np.ones(21)):
        tried = {lam: pinball(tcs, lam * x) for lam in tcs / x}
        assert pinball(tcs, edge_through_origin(x, tcs) * x) == pytest.approx(min(tried.values()))


def test_ceiling_by_hand():
    rng = np.random.default_rng(4)
    heights = rng.uniform(2.4, 3.6, 12)
    tcs = 400 / heights**2 * rng.uniform(0.3, 1, 12)
    rival = bound_test(heights, tcs, 400.0).rival
    ceilings = np.array([edge_through_origin(np.ones(11), np.delete(tcs, k)) for k in range(12)])
    assert rival.loss_ceiling_kelvin == pytest.approx(pinball(tcs, ceilings))
    assert rival.loss_printed_kelvin == pytest.approx(pinball(tcs, 400 / heights**2))
    assert rival.ceiling_kelvin in tcs


def test_a_law_that_bounds_beats_a_ceiling_and_one_that_does_not_fails():
    rng = np.random.default_rng(6)
    heights = rng.uniform(2.2, 3.8, 80)
    bounded = bound_test(heights, 400 / heights**2 * rng.uniform(0.7, 1, 80), 400.0)
    flat = bound_test(heights, 60 * rng.uniform(0.7, 1, 80), 400.0)
    assert bounded.rival.law_less_ceiling_ci95_kelvin[1] < 0
    assert flat.rival.law_less_ceiling_ci95_kelvin[0] > 0
    low, high = bounded.edge_slope_ci95
    assert low < bounded.edge_slope < high
    assert low > 300
    assert flat.edge_slope_ci95[0] < 0 < flat.edge_slope_ci95[1]


def test_interval_of_the_edge_holds_what_it_claims(monkeypatch):
    monkeypatch.setattr("polyqw.theory.evidence.bound.RESAMPLES", 80)
    rng = np.random.default_rng(7)
    inside = []
    for seed in range(25):
        heights = rng.uniform(2.2, 3.8, 40)
        low, high = bound_test(heights, 400 / heights**2 * rng.uniform(0, 1, 40), 400.0, seed=seed).edge_slope_ci95
        inside.append(low <= 360 <= high)  # the 0.9 quantile of an even share of λ/h²
    assert np.mean(inside) >= 0.85
