"""Eq. 9 in the four condensed states: what a simulation must give."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polyqw.errors import UsageError
from polyqw.theory.order_parameter import (
    Condensed,
    Displacements,
    cell_dipole,
    measure,
    order_parameter,
    share_above,
    simulate,
)


def rng(seed=1):
    return np.random.default_rng(seed)


def measured(state, displacements, n=2000, samples=300, seed=1):
    return measure(state, simulate(state, displacements, n, samples, rng(seed)), displacements)


def test_eq9_by_hand():
    """Displacements 1, i, -1, 1 + i: their mean is (1 + 2i)/4."""
    assert order_parameter(np.array([[1, 1j, -1, 1 + 1j]])) == pytest.approx([0.25 + 0.5j])


def test_the_mean_tells_two_pairs_apart():
    d = Displacements(1.0, 0.3)
    by = {state: measured(state, d) for state in Condensed}
    assert by[Condensed.INSULATING].mean == 0
    assert by[Condensed.SUPERCONDUCTING].mean == pytest.approx(1.0)
    error = 5 * 0.3 / np.sqrt(2000 * 300)
    assert abs(by[Condensed.NORMAL].mean) < error
    assert abs(by[Condensed.METALLIC].mean - 1) < error
    for state, sd in ((Condensed.INSULATING, 0), (Condensed.SUPERCONDUCTING, 0)):
        assert by[state].sd == pytest.approx(sd, abs=1e-12)
        assert by[state].sd_expected == 0
    for state in (Condensed.NORMAL, Condensed.METALLIC):
        assert by[state].sd_expected == pytest.approx(0.3 / 2000**0.5)
        assert by[state].sd == pytest.approx(by[state].sd_expected, rel=0.15)


def test_what_differs_is_the_spread_of_the_displacements():
    """Root mean squares: 0, σ√2, sqrt(Δ² + 2σ²), Δ."""
    d = Displacements(1.0, 0.3)
    found = [measured(state, d).rms_displacement for state in Condensed]
    assert found == pytest.approx([0, 0.3 * 2**0.5, (1 + 2 * 0.09) ** 0.5, 1.0], rel=0.01)
    assert measured(Condensed.INSULATING, d).coherence is None
    assert measured(Condensed.SUPERCONDUCTING, d).coherence == pytest.approx(1.0)
    assert measured(Condensed.NORMAL, d).coherence < 0.1


def test_the_superconducting_value_is_no_maximum():
    d = Displacements(1.0, 0.3)
    r = simulate(Condensed.METALLIC, d, 500, 2000, rng())
    assert share_above(r, d.field) == pytest.approx(0.5, abs=0.06)


def test_attenuation_lowers_the_mean_by_half_of_what_is_lost():
    lost = measured(Condensed.METALLIC, Displacements(1.0, 0.0, 0.4))
    assert lost.mean == pytest.approx(1 - 0.4 / 2)
    assert measured(Condensed.SUPERCONDUCTING, Displacements(1.0, 0.0, 0.4)).mean == pytest.approx(1.0)


@settings(max_examples=30, deadline=None)
@given(st.floats(0, 5), st.floats(0, 3), st.integers(0, 2**31))
def test_scale_and_seed(field, thermal, seed):
    d, doubled = Displacements(field, thermal), Displacements(2 * field, 2 * thermal)
    one = simulate(Condensed.METALLIC, d, 50, 4, rng(seed))
    assert simulate(Condensed.METALLIC, d, 50, 4, rng(seed)) == pytest.approx(one)
    assert simulate(Condensed.METALLIC, doubled, 50, 4, rng(seed)) == pytest.approx(2 * one)
    turned = order_parameter(one * np.exp(0.7j))
    assert turned == pytest.approx(order_parameter(one) * np.exp(0.7j))


@given(st.complex_numbers(max_magnitude=5, allow_nan=False, allow_infinity=False))
def test_the_four_dipoles_of_fig_12(r):
    assert cell_dipole(r, 0.25) == pytest.approx(-r, abs=1e-9)
    assert cell_dipole(r, 1.0) == pytest.approx(-4 * r, abs=1e-9)


@pytest.mark.parametrize(
    "values", [(-1.0, 0.3, 0.0), (1.0, float("nan"), 0.0), (1.0, 0.3, 1.5), (float("inf"), 0.3, 0)]
)
def test_displacements_are_lengths(values):
    with pytest.raises(UsageError):
        Displacements(*values)


@pytest.mark.parametrize(("n", "samples"), [(0, 5), (5, 0)])
def test_a_simulation_needs_electrons_and_samples(n, samples):
    with pytest.raises(UsageError):
        simulate(Condensed.NORMAL, Displacements(), n, samples, rng())
