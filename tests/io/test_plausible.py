"""Contacts that tell a plausible cell from another."""

import numpy as np
import pytest

from polyqw.errors import ReadError
from polyqw.io.cif.plausible import least_contact, refuse_implausible
from polyqw.io.read_options import ReadOptions
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


@pytest.mark.parametrize(("volume", "is_read"), [(1.86, True), (1.79, False)])
def test_dense_hydrides_are_read(volume, is_read):
    """LaH10 and its kin reach 1.86 Å³ for each atom at 150 GPa and more."""
    edge = (11 * volume) ** (1 / 3)
    atoms = [("La", (0, 0, 0)), *[("H", (0.1 * k, 0.5, 0.05 * k)) for k in range(10)]]
    cell = make_cell(edge * np.eye(3), atoms)
    if is_read:
        refuse_implausible("lah10.cif", cell, ReadOptions())
    else:
        with pytest.raises(ReadError, match=r"1\.79 Å³ for each atom"):
            refuse_implausible("lah10.cif", cell, ReadOptions())
