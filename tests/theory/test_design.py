"""The law turned round, against its own forward direction and pymatgen's radii."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymatgen.core import Species

from polyqw.theory.design import (
    OXIDE_RADIUS,
    SHANNON_VIII,
    change_for,
    contact_height,
    contact_tc,
    pressed_height,
    strained_height,
)
from polyqw.theory.scaling import law_tc

VALENCE = {"Li": 1, "Na": 1, "Sc": 3, "Lu": 3, "Y": 3, "La": 3}


@given(st.floats(2.4, 4.0), st.floats(20, 200), st.floats(0.05, 0.49), st.floats(20, 300))
def test_the_change_brings_the_wanted_tc(height, tc, poisson, bulk):
    change = change_for(height, tc, 1320.0, poisson, bulk)
    for reached in (
        strained_height(height, change.biaxial_strain, poisson),
        pressed_height(height, change.pressure_gpa, bulk),
        height * (1 + change.height_strain),
    ):
        assert law_tc(reached, 1320.0) == pytest.approx(tc, rel=1e-9)


def test_small_strain_by_finite_difference():
    """d ln Tc/de = 4 ν/(1 - ν): stretching the plane thins the layers and raises the law's Tc."""
    nu, e = 0.3, 1e-6
    rise = np.log(law_tc(strained_height(3.2, e, nu), 1320) / law_tc(strained_height(3.2, -e, nu), 1320)) / (2 * e)
    assert rise == pytest.approx(4 * nu / (1 - nu), rel=1e-6)
    assert change_for(3.2, 150.0, 1320.0, nu, 100.0).biaxial_strain > 0


@pytest.mark.parametrize("cation", SHANNON_VIII)
def test_radii_are_shannons(cation):
    own = Species(cation, VALENCE.get(cation, 2)).get_shannon_radius("VIII")
    assert SHANNON_VIII[cation] == pytest.approx(own, abs=1e-3)
    assert Species("O", -2).get_shannon_radius("VI") == OXIDE_RADIUS


def test_contact_by_hand():
    """Ca over a square of 3.85 Å: 2 sqrt(2.52² - 1.925²); CaCuO2 itself has 3.20 Å, a little less."""
    assert contact_height("Ca", 3.85) == pytest.approx(2 * np.sqrt(2.52**2 - 1.925**2))
    assert contact_height("Ca", 3.85) == pytest.approx(3.2, abs=0.06)
    assert contact_tc("Mg", 3.85, 1320.0) > contact_tc("Ca", 3.85, 1320.0)
    assert contact_height("Mg", 4.7) == 0.0
    assert contact_tc("Mg", 4.7, 1320.0) is None
