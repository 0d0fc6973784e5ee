"""The potential, gradient and Hessian of an infinite neutral crystal."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymatgen.analysis.ewald import EwaldSummation
from pymatgen.core import Structure

from polyqw.constants import COULOMB_EV_ANGSTROM as K
from polyqw.errors import UsageError
from tests.conftest import read_golden
from tests.core.crystals import rotations, settings_matrices, shifted, supercell, turned
from tests.theory.field.crystals import (
    CAESIUM_CHLORIDE,
    FLUORITE,
    LA2CUO4,
    ROCK_SALT,
    ZINC_BLENDE,
    field_of,
    ions,
    la2cuo4,
)

GOLDEN = {row.name: row for row in read_golden("field") if row.quantity == "madelung"}
PLACES = np.array([[0.5, 0.5, 0.0], [0.21, 0.37, 0.04], [0.93, 0.11, 0.26], [1.4, -0.7, 3.1]])


@pytest.mark.parametrize(
    ("name", "cell", "charges", "distance"),
    [
        ("nacl", ROCK_SALT, {"Na": 1, "Cl": -1}, 0.5),
        ("cscl", CAESIUM_CHLORIDE, {"Cs": 1, "Cl": -1}, 3**0.5 / 2),
        ("zns", ZINC_BLENDE, {"Zn": 1, "S": -1}, 3**0.5 / 4),
        ("caf2", FLUORITE, {"Ca": 2, "F": -1}, 3**0.5 / 4),
    ],
)
def test_madelung_constants(name, cell, charges, distance):
    q = ions(cell, charges)
    potential = -field_of(cell, charges).energy(cell.frac @ cell.lattice) / K
    formulas = sum(q > 0)
    constant = -0.5 * (q @ potential) * distance * cell.lattice[0, 0] / formulas
    assert constant == pytest.approx(GOLDEN[name].value, abs=GOLDEN[name].tolerance)


@pytest.mark.parametrize("cell", [la2cuo4(), turned(la2cuo4(z_o=0.19), np.eye(3)[[1, 2, 0]])])
def test_site_energies_agree_with_pymatgen(cell):
    q = ions(cell, LA2CUO4)
    structure = Structure(
        cell.lattice, [s.main_element for s in cell.sites], cell.frac, site_properties={"charge": q}
    )
    structure.add_oxidation_state_by_site(q.tolist())
    theirs = EwaldSummation(structure, acc_factor=14)
    ours = -0.5 * q * field_of(cell, LA2CUO4).energy(cell.frac @ cell.lattice)
    expected = [theirs.get_site_energy(k) for k in range(len(q))]
    assert ours == pytest.approx(expected, rel=1e-8)


def test_derivatives_agree_with_finite_differences():
    cell = la2cuo4()
    field = field_of(cell, LA2CUO4)
    cart, step = PLACES @ cell.lattice, 1e-4
    values = field.evaluate(cart)
    assert field.energy(cart) == pytest.approx(values.energy, abs=1e-10)
    for i in range(3):
        ahead, behind = field.evaluate(cart + step * np.eye(3)[i]), field.evaluate(cart - step * np.eye(3)[i])
        assert values.gradient[:, i] == pytest.approx((ahead.energy - behind.energy) / (2 * step), rel=1e-6, abs=1e-6)
        slopes = (ahead.gradient - behind.gradient) / (2 * step)
        assert values.hessian[:, i] == pytest.approx(slopes, rel=1e-6, abs=1e-5)


@settings(deadline=None)
@given(st.lists(st.tuples(*[st.floats(-2, 2)] * 3), min_size=1, max_size=8))
def test_the_hessian_has_no_trace(fracs):
    cell = la2cuo4()
    values = field_of(cell, LA2CUO4).evaluate(np.array(fracs) @ cell.lattice)
    size = np.abs(values.hessian).max(axis=(1, 2)) + 1
    assert np.abs(np.trace(values.hessian, axis1=1, axis2=2) / size).max() < 1e-9


def test_on_an_ion_its_own_field_is_left_out():
    """What is left is smooth: the field of all others, which also obeys Laplace's equation."""
    cell = la2cuo4()
    field = field_of(cell, LA2CUO4)
    place = np.array([0.0, 0.0, 0.1824]) @ cell.lattice
    on = field.evaluate(place[None])
    near = field.evaluate(place + np.array([[0.01, 0, 0], [-0.01, 0, 0]]))
    others = near.energy - K * 2 / 0.01  # the ion itself is an anion, of charge -2
    assert others.mean() - 0.5 * on.hessian[0, 0, 0] * 1e-4 == pytest.approx(on.energy[0], abs=1e-4)
    assert np.trace(on.hessian[0]) == pytest.approx(0, abs=1e-9)
    assert on.gradient[0, :2] == pytest.approx([0, 0], abs=1e-9)


@pytest.mark.parametrize("splitting", [0.3, 0.7, 1.1])
def test_nothing_depends_on_the_splitting(splitting):
    cell = la2cuo4()
    cart = np.vstack([PLACES, cell.frac[:5]]) @ cell.lattice
    own = field_of(cell, LA2CUO4).evaluate(cart)
    other = field_of(cell, LA2CUO4, splitting=splitting).evaluate(cart)
    for name in ("energy", "gradient", "hessian"):
        assert getattr(other, name) == pytest.approx(getattr(own, name), abs=2e-9)


def test_accuracy_is_what_is_asked_for():
    cell = la2cuo4()
    fine, coarse = (field_of(cell, LA2CUO4, accuracy=x) for x in (1e-12, 1e-5))
    cart = PLACES @ cell.lattice
    assert coarse.amplitudes.size < fine.amplitudes.size
    difference = np.abs(coarse.evaluate(cart).hessian - fine.evaluate(cart).hessian).max()
    assert 1e-12 < difference < K * 1e-4


@settings(max_examples=25, deadline=None)
@given(settings_matrices(), st.tuples(*[st.floats(-1, 1)] * 3), rotations())
def test_no_setting_of_the_cell_matters(matrix, shift, rotation):
    cell = la2cuo4()
    changed = turned(shifted(supercell(cell, matrix), shift), rotation)
    moved = PLACES @ cell.lattice + np.array(shift) @ (np.array(matrix) @ cell.lattice)
    old = field_of(cell, LA2CUO4).evaluate(PLACES @ cell.lattice)
    new = field_of(changed, LA2CUO4).evaluate(moved @ rotation.T)
    assert new.energy == pytest.approx(old.energy, abs=1e-6)  # positions of a supercell are rounded to 1e-9
    assert new.gradient @ rotation == pytest.approx(old.gradient, abs=1e-6)
    assert rotation.T @ new.hessian @ rotation == pytest.approx(old.hessian, abs=1e-5)


def test_a_charged_cell_is_refused():
    with pytest.raises(UsageError, match=r"sum to \+4 e"):
        field_of(ROCK_SALT, {"Na": 2, "Cl": -1})
