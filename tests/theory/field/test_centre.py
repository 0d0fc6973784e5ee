"""The field at the centre of a well."""

import numpy as np
import pytest

from polyqw.core.analysis import find_wells
from polyqw.core.wells import Kind
from polyqw.errors import UsageError
from polyqw.theory.field import assign_charges, make_ewald
from polyqw.theory.field.centre import field_at_centre
from tests.core.crystals import cuprate_block, iron_block
from tests.theory.field.crystals import la2cuo4


def well_of(cell, kind):
    return next(well for well in find_wells(cell).wells if well.kind is kind)


CASES = ((la2cuo4(), Kind.OCTAHEDRON), (iron_block(4.03, 1.32, 3.13, 2.44), Kind.NONAHEDRON))


@pytest.mark.parametrize(("cell", "kind"), CASES)
def test_force_and_curvature_are_differences_of_energy(cell, kind):
    well = well_of(cell, kind)
    found = field_at_centre(cell, well)
    field = make_ewald(cell.lattice, cell.frac, assign_charges(cell, [well.plane_metal]).of_sites)
    step = 1e-3 * np.array(well.normal)
    below, here, above = field.energy(np.array(well.cart_electron) + np.array([-1, 0, 1])[:, None] * step)
    assert found.force == pytest.approx(abs(above - below) / 2e-3, abs=1e-4)
    assert found.curvature == pytest.approx((above - 2 * here + below) / 1e-6, abs=1e-3)


def test_a_mirror_plane_holds_the_electron():
    octahedron, nonahedron = (field_at_centre(cell, well_of(cell, kind)) for cell, kind in CASES)
    assert octahedron.force < 1e-9
    assert nonahedron.force > 1


def test_without_charges_there_is_no_field():
    cell = cuprate_block(3.86, [3.2], 2.8, 3.0, outer="Ba", inner="Pa")  # protactinium has no oxidation state here
    with pytest.raises(UsageError):
        field_at_centre(cell, well_of(cell, Kind.OCTAHEDRON))
