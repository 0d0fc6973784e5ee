"""Eqs. 4 to 6 of papers/002 in SI and Gaussian units, against numbers by hand and scipy's constants."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import constants

from polyqw.errors import UsageError
from polyqw.theory.monopole import (
    CHARGE_GAUSSIAN,
    CHARGE_SI,
    ENERGY,
    EPSILON0_F_PER_M,
    LENGTH,
    MU0_N_PER_A2,
    ONE,
    TIME,
    Dimension,
    dirac_ampere_metre,
    dirac_weber,
    eq4_in_si,
    eq5_gaussian,
    eq5_in_si,
    eq6_dimensions,
    field_of_pair_tesla,
    gaussian_magnetic_charge,
    magnetic_charges,
)


def test_derived_constants():
    assert pytest.approx(constants.epsilon_0, rel=1e-8) == EPSILON0_F_PER_M
    assert pytest.approx(constants.mu_0, rel=1e-8) == MU0_N_PER_A2


def test_gaussian_charge_is_half_of_137():
    g = gaussian_magnetic_charge()
    assert g.over_e == pytest.approx(137.035999 / 2, rel=1e-8)
    assert g.value == pytest.approx(137.035999 / 2 * 4.80320471e-10, rel=1e-8)
    assert g.ratio_dimension == ONE
    assert g.is_magnetic_charge
    assert eq5_gaussian().over_e == pytest.approx(g.over_e, rel=1e-12)


def test_eq5_is_what_eq4_gives_and_is_no_magnetic_charge():
    """ħc/2e = 197.3269804 MeV fm / 2e = 98.6634902 nV m."""
    for g in (eq4_in_si(), eq5_in_si()):
        assert g.value == pytest.approx(98.6634902e-9, rel=1e-8)
        assert g.dimension == ENERGY * LENGTH / CHARGE_SI
        assert not g.is_magnetic_charge
        assert g.ratio_dimension != ONE
    assert eq4_in_si().value == pytest.approx(eq5_in_si().value, rel=1e-12)


def test_dirac_in_si():
    """h/e is two flux quanta of 2.067833848e-15 Wb; over e it is 25812.807 Ω; over μ0 3.291e-9 A m."""
    assert dirac_weber().value == pytest.approx(2 * constants.value("mag. flux quantum"))
    assert dirac_weber().over_e == pytest.approx(25812.80745)
    assert dirac_weber().is_magnetic_charge
    assert dirac_ampere_metre().value == pytest.approx(3.29106e-9, rel=1e-5)
    assert dirac_ampere_metre().is_magnetic_charge
    assert eq5_in_si().value / dirac_weber().value == pytest.approx(constants.c / (4 * constants.pi))


@given(st.integers(1, 1000), st.sampled_from([1, -1]))
def test_charges_are_multiples_of_the_first(n, sign):
    for g, first in zip(magnetic_charges(sign * n), magnetic_charges(1), strict=True):
        assert g.value == pytest.approx(sign * n * first.value)
        assert g.over_e == pytest.approx(sign * n * first.over_e)
        assert g.dimension == first.dimension


def test_no_quantum_number_zero():
    with pytest.raises(UsageError):
        eq4_in_si(0)


def test_dimensions():
    assert CHARGE_GAUSSIAN**2 == ENERGY * LENGTH
    assert str(CHARGE_SI / TIME) == "I"
    assert str(ONE) == "1"
    assert str(CHARGE_GAUSSIAN) == "M^1/2 L^3/2 T^-1"
    assert Dimension(length=Fraction(2)) / LENGTH == LENGTH


def test_eq6_fits_si_only():
    sides = eq6_dimensions()
    assert sides["SI"][0] == sides["SI"][1]
    assert sides["Gaussian"][0] != sides["Gaussian"][1]


def test_field_of_a_resting_pair():
    """Far from the pair B = 2p/(4πε0 r³ c): with 14.39964548 V Å for e/4πε0, p = 1e-3 e Å and r = 10 Å,
    E = 2 * 14.39964548 * 1e-3 / 1000 V/Å = 2.8799e5 V/m.
    """
    assert field_of_pair_tesla(1e-3, 10.0) == pytest.approx(2.879929096e5 / constants.c, rel=1e-6)
    assert field_of_pair_tesla(0.0, 10.0) == 0
    assert field_of_pair_tesla(1.0, 10.0) == pytest.approx(0.9655, abs=1e-4)
    with pytest.raises(UsageError):
        field_of_pair_tesla(2.0, 1.0)
