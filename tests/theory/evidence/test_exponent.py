"""The free exponent, with and without errors in h and Tc."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyqw.errors import UsageError
from polyqw.theory.evidence.exponent import Errors, fit_exponent

HEIGHTS = np.linspace(2.6, 3.6, 12)


@given(st.floats(0.2, 4), st.floats(1, 2000))
def test_a_power_law_is_found(m, factor):
    tcs = factor * HEIGHTS**-m
    for su in (None, np.full(12, 0.02)):
        fit = fit_exponent(HEIGHTS, tcs, su, None if su is None else 0.01 * tcs)
        assert fit.exponent == pytest.approx(m, abs=1e-6)
        assert fit.factor == pytest.approx(factor, rel=1e-6)


def test_known_tc_error_alone_gives_ordinary_weighted_least_squares():
    rng = np.random.default_rng(1)
    tcs = 400 / HEIGHTS**2 + rng.normal(0, 1, 12)
    fit = fit_exponent(HEIGHTS, tcs, np.full(12, 1e-7), np.full(12, 1.0))
    grid = np.linspace(fit.exponent - 0.05, fit.exponent + 0.05, 101)
    costs = []
    for m in grid:
        u = HEIGHTS**-m
        costs.append(((tcs - (u @ tcs) / (u @ u) * u) ** 2).sum())
    assert grid[int(np.argmin(costs))] == pytest.approx(fit.exponent, abs=0.002)
    assert fit.reduced_chi2 == pytest.approx(min(costs) / 10, rel=1e-3)
    assert fit.errors is Errors.BOTH


@pytest.mark.parametrize("with_errors", [False, True])
def test_interval_covers_what_it_claims(with_errors):
    rng = np.random.default_rng(8)
    inside, chi2 = [], []
    for _ in range(400):
        heights = HEIGHTS + rng.normal(0, 0.02, 12)
        tcs = 400 / HEIGHTS**2 + rng.normal(0, 0.8, 12)
        su = (np.full(12, 0.02), np.full(12, 0.8)) if with_errors else (None, None)
        fit = fit_exponent(heights, tcs, *su)
        inside.append(fit.ci95[0] <= 2 <= fit.ci95[1])
        chi2.append(fit.reduced_chi2 or 1.0)
    assert np.mean(inside) == pytest.approx(0.95, abs=0.045)
    assert np.mean(chi2) == pytest.approx(1.0, abs=0.06)


@pytest.mark.parametrize(
    ("args", "match"),
    [
        ((HEIGHTS[:2], [1, 2]), "three compounds"),
        ((np.full(5, 3.0), np.arange(1, 6)), "two different heights"),
        ((HEIGHTS, np.arange(12)), "above 0 K"),
        ((HEIGHTS, np.arange(1, 13), np.full(12, 0.1)), "only one is given"),
        ((HEIGHTS, np.arange(1, 13), np.full(12, 0.0), np.full(12, 1.0)), "above zero"),
    ],
)
def test_what_cannot_be_fitted(args, match):
    with pytest.raises(UsageError, match=match):
        fit_exponent(*args)
