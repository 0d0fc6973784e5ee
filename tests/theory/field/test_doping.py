"""An ion replaced at an apex: against a direct sum over the one changed charge, and by symmetry."""

import numpy as np
import pytest

from polyqw.constants import COULOMB_EV_ANGSTROM
from polyqw.core.analysis import find_wells
from polyqw.core.cell import Cell, Site
from polyqw.core.options import AnalysisOptions
from polyqw.core.wells import Phase
from polyqw.errors import UsageError
from polyqw.theory.field import assign_charges, make_ewald
from polyqw.theory.field.doping import End, Substitution, apex_site, dope, push, upward


def la2cuo4(a=3.8, c=13.2, z=0.361, o=0.183):
    """Idealised K2NiF4 cell, so that the well's two halves mirror each other."""

    def both(label, species, *fracs):
        return [Site(label, ((species, 1.0),), tuple(f)) for f in fracs] + [
            Site(label, ((species, 1.0),), tuple(x + 0.5 for x in f)) for f in fracs
        ]  # fmt: skip

    sites = both("Cu", "Cu", (0, 0, 0)) + both("La", "La", (0, 0, z), (0, 0, -z))
    sites += both("O1", "O", (0.5, 0, 0), (0, 0.5, 0)) + both("O2", "O", (0, 0, o), (0, 0, -o))
    return Cell(np.diag([a, a, c]), tuple(sites))


CELL = la2cuo4()
WELL = next(w for w in find_wells(CELL, AnalysisOptions()).wells if w.phase is Phase.ALPHA)
CHARGES = assign_charges(CELL, ["Cu"]).of_sites
SR = Substitution("La", "Sr", End.UPPER)


def test_undoped_is_balanced_and_not_stable():
    found = push(make_ewald(CELL.lattice, CELL.frac, CHARGES), CELL, WELL)
    assert found.force == pytest.approx(0.0, abs=1e-9)
    assert found.stationary == pytest.approx(0.0, abs=1e-9)
    assert found.curvature < 0
    assert found.is_stable is False


def test_upper_apex_lies_along_c():
    for end, sign in ((End.UPPER, 1), (End.LOWER, -1)):
        site, place = apex_site(CELL, WELL, end)
        assert CELL.sites[site].main_element == "La"
        above = (place @ CELL.lattice - np.array(WELL.cart_electron)) @ upward(CELL, WELL)
        assert above == pytest.approx(sign * WELL.height / 2)


def test_a_missing_charge_above_pushes_the_electron_down_and_mirrors():
    up, n = dope(CELL, CHARGES, WELL, SR, -1.0, 2)
    down, _ = dope(CELL, CHARGES, WELL, Substitution("La", "Sr", End.LOWER), -1.0, 2)
    assert n == 16
    first, second = push(up, CELL, WELL, 2, n), push(down, CELL, WELL, 2, n)
    assert first.force < 0 < first.stationary
    assert second.force == pytest.approx(-first.force)
    assert second.stationary == pytest.approx(-first.stationary)


def test_dilute_force_is_that_of_one_charge():
    """One electron charge less at half a height: 14.4 eV Å/(h/2)², as the supercell grows."""
    alone = COULOMB_EV_ANGSTROM / (WELL.height / 2) ** 2
    off = [abs(-push(dope(CELL, CHARGES, WELL, SR, -1.0, r)[0], CELL, WELL).force - alone) for r in (1, 2, 4)]
    assert off[0] > off[1] > off[2]
    assert off[2] < 0.01 * alone


def test_field_of_the_supercell_against_a_sum_over_the_difference():
    """Doped less undoped is the field of the dopant's difference and its spread over the metals alone."""
    doped, _ = dope(CELL, CHARGES, WELL, SR, -1.0, 2)
    base = make_ewald(CELL.lattice, CELL.frac, CHARGES)
    _, place = apex_site(CELL, WELL, End.UPPER)
    copper = [np.array(s.frac) + k for s in CELL.sites if s.main_element == "Cu" for k in np.ndindex(2, 2, 2)]
    frac = np.array([place, *copper]) / 2
    rest = make_ewald(2 * CELL.lattice, frac, np.array([-1.0, *[1 / 16] * 16]))
    points = np.array(WELL.cart_electron) + np.array([[0, 0, 0.3], [0.4, 0.1, -0.2]])
    difference = doped.evaluate(points).gradient - base.evaluate(points).gradient
    assert difference == pytest.approx(rest.evaluate(points).gradient, abs=1e-8)


def test_another_element_or_too_much():
    with pytest.raises(UsageError, match="holds La, not Ba"):
        dope(CELL, CHARGES, WELL, Substitution("Ba", "Sr", End.UPPER), 0.0, 1)
    with pytest.raises(UsageError, match="too large"):
        dope(CELL, CHARGES, WELL, SR, -1.0, 9)
