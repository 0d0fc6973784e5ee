"""Spin resonance energies E_R = Θ/h²."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyqw.errors import UsageError
from polyqw.theory.resonance import modulation, relative_intensities, resonance_constant, resonance_modes
from tests.conftest import read_golden

HEIGHTS = {
    "text": {"alpha": 2.504, "beta": 5.855 / 2, "gamma": (12.63 - 5.855) / 2},
    "Table II": {"alpha": 2.5617, "beta": 2.9276, "gamma": 3.3874},
}
GOLDEN = read_golden("resonance")


@pytest.mark.parametrize("row", GOLDEN, ids=[f"{r.name}-{r.quantity}" for r in GOLDEN])
def test_golden(row):
    modes = {m.phase: m for m in resonance_modes(HEIGHTS[row.name], "beta", 13.0)}
    assert modes[row.quantity].energy_mev == pytest.approx(row.value, abs=row.tolerance)


def test_parity_follows_the_layer_of_the_electron():
    modes = resonance_modes(HEIGHTS["text"], "beta", 13.0)
    assert [(m.phase, m.parity) for m in modes] == [("alpha", "even"), ("beta", "odd"), ("gamma", "odd")]


def test_phases_without_a_resonance_are_left_out():
    assert [m.phase for m in resonance_modes({"alpha": 2.5, "mu": 1.0}, "alpha", 18.0)] == ["alpha"]


def test_no_height_for_the_anchor():
    with pytest.raises(UsageError, match="'gamma'"):
        resonance_modes({"alpha": 2.5}, "gamma", 9.5)


def test_intensities():
    """1/η² of the pair distances that papers/001 prints for CaKFe4As4."""
    found = relative_intensities({"alpha": 7.22, "beta": 3.13, "gamma": 4.37})
    assert found == pytest.approx({"alpha": 1.0, "beta": 5.321, "gamma": 2.730}, abs=0.001)
    assert relative_intensities({}) == {}


@given(st.floats(0, 20), st.floats(0.01, 1))
def test_even_mode_follows_the_odd_one_by_a_quarter(along, z):
    """sin² and cos² add up to one; a period is 1/z, and a delay of half of one makes one of the other."""
    odd, even = (float(modulation(p, np.array(along), z)) for p in ("odd", "even"))
    assert odd + even == pytest.approx(1)
    assert float(modulation("odd", np.array(along + 0.5 / z), z)) == pytest.approx(even, abs=1e-9)
    assert float(modulation("odd", np.array(0.0), z)) == 0


@given(st.floats(1.5, 5), st.floats(1.5, 5), st.floats(1, 50))
def test_ratio_of_energies_is_that_of_squares(h_alpha, h_beta, energy):
    alpha, beta = resonance_modes({"alpha": h_alpha, "beta": h_beta}, "beta", energy)
    assert beta.energy_mev == pytest.approx(energy)
    assert alpha.energy_mev / beta.energy_mev == pytest.approx((h_beta / h_alpha) ** 2)
    assert resonance_constant(alpha.energy_mev, h_alpha) == pytest.approx(resonance_constant(energy, h_beta))
