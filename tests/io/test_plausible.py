"""Contacts that tell a plausible cell from another."""

import numpy as np
import pytest

from polyqw.io.cif.plausible import least_contact
from tests.core.crystals import make_cell


def pair(first, second, apart=1.32):
    return make_cell(6 * np.eye(3), [({"Cu": first}, (0, 0, 0)), ({"Cu": second}, (apart / 6, 0, 0))])


@pytest.mark.parametrize(("first", "second"), [(1.0, 1.0), (1.0, 0.3), (0.6, 0.6)])
def test_atoms_that_are_there_at_once_count(first, second):
    """Copper has a covalent radius of 1.32 Å."""
    assert least_contact(pair(first, second)) == pytest.approx(0.5)


@pytest.mark.parametrize(("first", "second"), [(0.5, 0.5), (0.4, 0.3)])
def test_halves_of_one_atom_do_not(first, second):
    assert least_contact(pair(first, second)) == np.inf
