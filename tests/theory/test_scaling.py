"""The law Tc = λ/h² against plain recomputation, and against data that follow it exactly."""

import csv

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from polyqw.errors import UsageError
from polyqw.theory.scaling import (
    LawPoint,
    fit_law,
    law_constant,
    law_tc,
    predicted_half_width,
    prediction_half_width,
    substitution_shift_by_law,
    substitution_shift_by_ratio,
)
from tests.conftest import ROOT, read_golden

GOLDEN = read_golden("law")
TABLES = {"cuprate": "cuprates", "iron": "iron"}


def printed(family, wells="chosen", paper=""):
    """Return (name, phase, h, Tc) of the curated rows, read here without the program's database."""
    with (ROOT / "db" / "seed" / "published_height.csv").open(encoding="utf-8", newline="") as stream:
        rows = [r for r in csv.DictReader(stream) if r["table_name"] == TABLES[family] and r["use"] == "fit"]
    return [
        (r["formula_printed"], r["phase"], float(r["height_angstrom"]), float(r["tc_kelvin"]))
        for r in rows
        if (r["chosen"] == "yes" if wells == "chosen" else r["phase"] == wells)
        and (not paper or r[f"in_{paper}"] == "yes")
    ]


def points(rows):
    return [LawPoint(*row) for row in rows]


def by_hand(rows):
    """Return the statistics of rows, written out with loops and plain numpy."""
    h, tc = np.array([r[2] for r in rows]), np.array([r[3] for r in rows])
    lams = tc * h * h
    errors, constant = [], []
    for k in range(len(rows)):
        keep = np.arange(len(rows)) != k
        design = (1 / h[keep] ** 2)[:, None]
        lam = np.linalg.lstsq(design, tc[keep], rcond=None)[0][0]
        errors.append(tc[k] - lam / h[k] ** 2)
        constant.append(tc[k] - tc[keep].mean())
    return {
        "n": len(rows),
        "lambda_mean": sum(lams) / len(lams),
        "lambda_sd": np.sqrt(((lams - lams.mean()) ** 2).sum() / (len(lams) - 1)),
        "exponent": -np.polyfit(np.log(h), np.log(tc), 1)[0],
        "correlation": ((h - h.mean()) * (tc - tc.mean())).sum()
        / np.sqrt(((h - h.mean()) ** 2).sum() * ((tc - tc.mean()) ** 2).sum()),
        "loo_rmse_kelvin": np.sqrt(np.mean(np.square(errors))),
        "baseline_rmse_kelvin": np.sqrt(np.mean(np.square(constant))),
    }


@pytest.mark.parametrize("row", GOLDEN, ids=[f"{r.name}{r.quantity}" for r in GOLDEN])
def test_golden(row):
    rows = printed(*row.name.split("/"))
    assert getattr(fit_law(points(rows)), row.quantity) == pytest.approx(row.value, abs=row.tolerance)
    assert by_hand(rows)[row.quantity] == pytest.approx(row.value, abs=row.tolerance)


@pytest.mark.parametrize("family", TABLES)
@pytest.mark.parametrize("wells", ["chosen", "alpha"])
def test_recomputed_by_hand(family, wells):
    rows = printed(family, wells)
    fit = fit_law(points(rows))
    for name, value in by_hand(rows).items():
        assert getattr(fit, name) == pytest.approx(value, rel=1e-9), name
    h, tc = np.array([r[2] for r in rows]), np.array([r[3] for r in rows])
    assert fit.residuals_kelvin == pytest.approx(tc - fit.lambda_mean / h**2)


@pytest.mark.parametrize("family", TABLES)
def test_interval_of_the_exponent(family):
    rows = printed(family)
    x, y = np.log([r[2] for r in rows]), np.log([r[3] for r in rows])
    slope, cov = np.polyfit(x, y, 1, cov=True)
    half = stats.t.ppf(0.975, len(rows) - 2) * np.sqrt(cov[0, 0])
    fit = fit_law(points(rows))
    assert fit.exponent_ci95 == pytest.approx((-slope[0] - half, -slope[0] + half), rel=1e-9)


@pytest.mark.parametrize("family", TABLES)
def test_bootstrap_is_repeatable_and_holds_the_mean(family):
    rows = points(printed(family))
    first, again, other = fit_law(rows, seed=3), fit_law(rows, seed=3), fit_law(rows, seed=4)
    assert first == again
    assert first.lambda_ci95 != other.lambda_ci95
    assert first.lambda_ci95[0] < first.lambda_mean < first.lambda_ci95[1]
    half = first.lambda_sd / np.sqrt(first.n)  # of the order of the standard error
    assert 2 * half < first.lambda_ci95[1] - first.lambda_ci95[0] < 6 * half


HEIGHTS = st.lists(st.floats(2.0, 5.0), min_size=4, max_size=15, unique_by=lambda h: round(h, 2))


@given(HEIGHTS, st.floats(50, 3000))
def test_data_that_follow_the_law_are_found_to(heights, lam):
    fit = fit_law([LawPoint("x", "alpha", h, law_tc(h, lam)) for h in heights])
    assert fit.lambda_mean == pytest.approx(lam, rel=1e-9)
    assert fit.lambda_least_squares == pytest.approx(lam, rel=1e-9)
    assert fit.lambda_sd == pytest.approx(0, abs=1e-6 * lam)
    assert fit.exponent == pytest.approx(2, abs=1e-6)
    assert fit.loo_rmse_kelvin == pytest.approx(0, abs=1e-9 * lam)
    assert fit.correlation < 0
    assert fit.lambda_ci95 == pytest.approx((lam, lam), rel=1e-9)


def test_equal_temperatures_have_no_correlation():
    fit = fit_law([LawPoint("x", "alpha", h, 50.0) for h in (2.5, 2.7, 3.0)])
    assert np.isnan(fit.correlation)
    assert fit.baseline_rmse_kelvin == 0


@settings(max_examples=25)
@given(HEIGHTS, st.floats(0.5, 2), st.floats(0.2, 5), st.integers(0, 2**32 - 1))
def test_scaling_of_units(heights, stretch, heat, seed):
    tcs = np.random.default_rng(seed).uniform(1, 150, len(heights))
    one = fit_law([LawPoint("x", "alpha", h, t) for h, t in zip(heights, tcs, strict=True)])
    two = fit_law([LawPoint("x", "alpha", h * stretch, t * heat) for h, t in zip(heights, tcs, strict=True)])
    assert two.lambda_mean == pytest.approx(one.lambda_mean * stretch**2 * heat, rel=1e-9)
    assert two.lambda_sd == pytest.approx(one.lambda_sd * stretch**2 * heat, rel=1e-6)
    assert two.exponent == pytest.approx(one.exponent, rel=1e-6, abs=1e-9)
    assert two.loo_rmse_kelvin == pytest.approx(one.loo_rmse_kelvin * heat, rel=1e-6)
    assert two.baseline_rmse_kelvin == pytest.approx(one.baseline_rmse_kelvin * heat, rel=1e-6)


@given(st.floats(1, 6), st.floats(1, 2000))
def test_law_and_its_constant_are_inverse(height, lam):
    assert law_constant(law_tc(height, lam), height) == pytest.approx(lam)


def test_too_little_to_fit():
    two = points(printed("iron"))[:2]
    with pytest.raises(UsageError, match="at least three compounds"):
        fit_law(two)
    with pytest.raises(UsageError, match="two different heights"):
        fit_law([LawPoint("x", "alpha", 3.0, t) for t in (1, 2, 3)])


@pytest.mark.parametrize(("sd", "n", "level"), [(14.9, 13, 0.95), (120.8, 9, 0.95), (1, 3, 0.68), (1, 40, 0.99)])
def test_prediction_interval_against_scipy(sd, n, level):
    low, high = stats.t(df=n - 1, loc=0, scale=sd * np.sqrt(1 + 1 / n)).interval(level)
    half = prediction_half_width(sd, n, level)
    assert (-half, half) == pytest.approx((low, high))


def test_prediction_interval_covers_what_it_claims():
    rng = np.random.default_rng(5)
    draws = rng.normal(400, 15, (4000, 14))
    seen, new = draws[:, :13], draws[:, 13]
    sds = seen.std(axis=1, ddof=1)
    inside = [abs(x - m) <= prediction_half_width(s, 13) for x, m, s in zip(new, seen.mean(axis=1), sds, strict=True)]
    assert np.mean(inside) == pytest.approx(0.95, abs=0.015)


def test_half_width_of_a_prediction():
    """By hand at h = 2.5 Å, λ = 400: the λ part is 20/6.25 = 3.2 K, the height part 1.96 x 2 x 64 x 0.01/2.5 K."""
    assert predicted_half_width(2.5, 400.0, 20.0) == pytest.approx(3.2)
    height_part = 1.959964 * 2 * 64 * 0.01 / 2.5
    assert predicted_half_width(2.5, 400.0, 0.0, 0.01) == pytest.approx(height_part, rel=1e-6)
    assert predicted_half_width(2.5, 400.0, 20.0, 0.01) == pytest.approx(np.hypot(3.2, height_part), rel=1e-6)


def test_half_width_covers_what_it_claims():
    """Heights and λ drawn together: 95 % of the Tc fall within."""
    rng = np.random.default_rng(6)
    tcs = rng.normal(400, 10, 20000) / rng.normal(2.7, 0.03, 20000) ** 2
    half = predicted_half_width(2.7, 400.0, 1.959964 * 10, 0.03)
    assert np.mean(np.abs(tcs - 400 / 2.7**2) <= half) == pytest.approx(0.95, abs=0.005)


def test_substitution_shifts():
    """La to Pr (103 to 99 pm) in La3Ni2O7 of 80 K: the papers' ratio gives 3.1 K, their own law 6.6 K."""
    assert substitution_shift_by_ratio(80, 103, 99) == pytest.approx(3.107, abs=0.001)
    assert substitution_shift_by_law(80, 103, 99) == pytest.approx(6.595, abs=0.001)
    assert substitution_shift_by_law(80, 100, 100) == substitution_shift_by_ratio(80, 100, 100) == 0


@given(st.floats(1, 200), st.floats(80, 120), st.floats(80, 120))
def test_substitution_shift_is_that_of_the_law(tc, before, after):
    lam = law_constant(tc, before / 30)
    assert tc + substitution_shift_by_law(tc, before, after) == pytest.approx(law_tc(after / 30, lam))
