"""Slopes of Tc on 1/h², pooled, within kin and with random effects, on tables whose slope is known."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from polyqw.io.formula import parse_formula
from polyqw.theory.evidence.slopes import mixed_slope, tc_slope
from polyqw.theory.evidence.subfamilies import Subfamily, subfamily
from tests.theory.evidence.tables import evidence


def kin(seed, *, slope, n_groups=12, size=5, level=20.0, tilt=0.0, noise=1.0):
    """Return rows of parents with levels of their own; ``tilt`` makes the levels rise with 1/h² [K Å²]."""
    rng = np.random.default_rng(seed)
    groups = np.repeat(np.arange(n_groups), size)
    centre = rng.uniform(0.08, 0.14, n_groups)
    u = centre[groups] + rng.normal(0, 0.004, len(groups))
    levels = rng.normal(0, level, n_groups) + tilt * centre
    tcs = 200 + levels[groups] + slope * (u - centre[groups]) + rng.normal(0, noise, len(groups))
    return evidence(u**-0.5, tcs, groups=groups)


def test_pooled_slope_is_that_of_a_plain_line():
    rows = evidence([2.6, 2.8, 3.0, 3.3, 3.1], [60, 50, 41, 40, 39])
    line = stats.linregress([r.height_angstrom**-2 for r in rows], [r.tc_kelvin for r in rows])
    found = tc_slope(rows)
    assert (found.slope, found.intercept) == pytest.approx((line.slope, line.intercept))
    assert found.ci95 is None, "five groups give no interval"


def test_interval_of_independent_rows_is_close_to_the_textbook_one():
    rng = np.random.default_rng(1)
    heights = rng.uniform(2.6, 3.6, 60)
    found = tc_slope(evidence(heights, 400 / heights**2 + rng.normal(0, 2, 60)))
    line = stats.linregress(heights**-2, [400] * 60)  # heights alone set its shape
    assert line.slope == pytest.approx(0, abs=1e-6)
    half = stats.t.ppf(0.975, 58) * 2 / np.sqrt(((heights**-2 - (heights**-2).mean()) ** 2).sum())
    assert (found.ci95[1] - found.ci95[0]) / 2 == pytest.approx(half, rel=0.25)


def coverage(fit, **how):
    inside = []
    for seed in range(150):
        rows = kin(seed, slope=400.0, tilt=400.0, **how)
        low, high = fit(rows).ci95
        inside.append(low <= 400 <= high)
    return np.mean(inside)


def test_grouped_interval_holds_what_it_claims():
    assert 0.88 <= coverage(tc_slope) <= 0.99


def test_plain_interval_of_kin_would_be_too_narrow():
    """Each row its own group: levels of parents are then taken for independent errors."""

    def plain(rows):
        return tc_slope([replace(row, group=str(k)) for k, row in enumerate(rows)])

    assert coverage(plain) < 0.85


def test_mixed_model_holds_its_coverage():
    inside = []
    for seed in range(60):
        low, high = mixed_slope(kin(seed, slope=400.0, n_groups=15)).slope.ci95
        inside.append(low <= 400 <= high)
    assert np.mean(inside) >= 0.85


def test_within_parents_the_sign_may_be_another():
    rows = kin(2, slope=-900.0, tilt=1500.0, level=2.0, n_groups=20)
    assert tc_slope(rows).slope > 500
    mixed = mixed_slope(rows)
    assert mixed.slope.ci95[1] < 0
    assert mixed.sd_rest_kelvin == pytest.approx(1.0, rel=0.3)


def test_one_tc_beside_many_refinements_says_nothing_of_the_slope():
    rows = kin(3, slope=400.0, n_groups=10, size=3)
    again = [
        replace(row, heights_angstrom={"alpha": row.height_angstrom + d}) for row in rows for d in (-0.3, 0, 0.3)
    ]
    named = [replace(row, name=f"x{k // 3}") for k, row in enumerate(again)]
    spread = mixed_slope(named).slope
    assert spread.n == len(rows)


def test_where_no_mixed_model_can_be_fitted():
    assert mixed_slope(kin(0, slope=400.0, n_groups=7)) is None
    assert mixed_slope(kin(0, slope=400.0, size=1)) is None
    assert tc_slope(evidence([3.0] * 9, range(40, 49))) is None


@pytest.mark.parametrize(
    ("family", "formula", "expected"),
    [
        ("cuprate", "YBa2Cu3O7", Subfamily.R123),
        ("cuprate", "NdBa2Cu2.9Zn0.1O6.9", Subfamily.R123),
        ("cuprate", "YBa2Cu4O8", None),
        ("cuprate", "La1.85Sr0.15CuO4", Subfamily.T214),
        ("cuprate", "Nd1.85Ce0.15CuO4", Subfamily.T214),
        ("cuprate", "HgBa2Ca2Cu3O8.2", Subfamily.HG),
        ("cuprate", "Hg0.2Tl0.8Ba2CaCu2O7", Subfamily.TL),
        ("cuprate", "Bi1.6Pb0.4Sr2Ca2Cu3O10", Subfamily.BI),
        ("cuprate", "CaCuO2", None),
        ("iron", "LaFeAsO0.9F0.1", Subfamily.I1111),
        ("iron", "SmFe0.85Ir0.15AsO", Subfamily.I1111),
        ("iron", "Ba0.6K0.4Fe2As2", Subfamily.I122),
        ("iron", "CaKFe4As4", Subfamily.I122),
        ("iron", "KCa2Fe4As4F2", None),
        ("iron", "LiFeAs", None),
        ("iron", "FeSe0.5Te0.5", Subfamily.CHALCOGENIDE),
        ("iron", "K0.8Fe1.6Se2", Subfamily.CHALCOGENIDE),
        ("nickelate", "La3Ni2O7", None),
    ],
)
def test_subfamilies(family, formula, expected):
    assert subfamily(family, parse_formula(formula)) is expected
    twice = {element: 2 * amount for element, amount in parse_formula(formula).items()}
    assert subfamily(family, twice) is expected
