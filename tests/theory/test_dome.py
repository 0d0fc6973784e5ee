"""Curves over doping: made ones are found again, and the criteria are those of the textbook."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import curve_fit

from polyqw.errors import UsageError
from polyqw.theory.dome import GAUSSIAN, PARABOLA, PRESLAND, aicc, fit_curve, shape_of

P = np.linspace(0.05, 0.27, 12)


@settings(max_examples=20)
@given(st.floats(20, 140), st.floats(0.12, 0.2), st.floats(0.05, 0.09))
def test_a_gaussian_is_found_again(top, centre, sd):
    tc = top * np.exp(-0.5 * ((P - centre) / sd) ** 2)
    fit = fit_curve(GAUSSIAN, P, tc)
    assert fit.values == pytest.approx([top, centre, sd], rel=1e-4)
    assert fit.width == pytest.approx(2.3548 * sd, abs=5e-4)
    assert fit.centre == pytest.approx(centre, abs=2e-4)
    assert fit.left_out_rmse_kelvin < 1e-3 * top


def test_presland_is_the_parabola_of_its_centre_and_curvature():
    tc = 92.0 * (1 - 82.6 * (P[1:-1] - 0.16) ** 2)
    assert fit_curve(PRESLAND, P[1:-1], tc).values == pytest.approx([92.0])
    free = fit_curve(PARABOLA, P[1:-1], tc)
    assert free.values == pytest.approx([92.0, 0.16, 82.6**-0.5], rel=1e-5)


def test_intervals_and_left_out_points_against_another_route():
    rng = np.random.default_rng(3)
    tc = 35 * np.exp(-0.5 * ((P - 0.155) / 0.07) ** 2) + rng.normal(0, 1.0, P.size)
    fit = fit_curve(GAUSSIAN, P, tc)

    def gauss(x, a, b, c):
        return a * np.exp(-0.5 * ((x - b) / c) ** 2)

    values, covariance = curve_fit(gauss, P, tc, p0=(30, 0.16, 0.06))
    assert fit.values == pytest.approx(values, rel=1e-5)
    half = 2.262157 * np.sqrt(np.diag(covariance))  # t of 9 degrees of freedom, 97.5 %
    assert fit.ci95[:, 1] - fit.values == pytest.approx(half, rel=1e-3)
    keep = np.arange(P.size) != 4
    again, _ = curve_fit(gauss, P[keep], tc[keep], p0=values)
    assert fit.left_out_kelvin[4] == pytest.approx(gauss(P[4], *again), rel=1e-5)
    assert fit.left_out_rmse_kelvin > fit.rmse_kelvin


def test_aicc_by_hand():
    """12 ln(6/12) + 2·4 + 2·4·5/(12 - 5) = -8.3178 + 8 + 5.7143."""
    assert aicc(6.0, 12, 4) == pytest.approx(5.3965, abs=1e-4)


def test_shape_of_a_triangle():
    top, centre, width = shape_of(lambda p: 1.0 * np.maximum(1 - abs(p - 0.2) / 0.1, 0))
    assert (top, centre, width) == pytest.approx((1.0, 0.2, 0.1), abs=5e-3)


def test_too_few_points():
    with pytest.raises(UsageError, match="at least 6 points, not 5"):
        fit_curve(GAUSSIAN, P[:5], P[:5])
