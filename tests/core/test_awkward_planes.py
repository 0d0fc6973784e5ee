"""Planes at the edges of the definitions: metals between layers, reservoirs that look like planes, high pressure."""

import numpy as np
import pytest

from polyqw.core.analysis import find_wells
from polyqw.core.wells import Status
from tests.core.checks import assert_well
from tests.core.crystals import cuprate_block, make_cell, tetragonal


def heights(cell):
    """Return {phase: heights} of the wells, each of which is checked."""
    analysis = find_wells(cell)
    assert analysis.status is Status.OK, analysis.reason
    found = {}
    for well in analysis.wells:
        assert_well(cell, well)
        found.setdefault(str(well.phase), []).append(round(well.height, 4))
    return found


def iron_telluride(between, occupancy=0.3):
    """Return Fe1+xTe, P4/nmm, with more of a metal at z 0.70; a and c near those of Fe1.1Te."""
    a, c, z = 3.826, 6.2836, 3.510 / 2
    more = {between: occupancy}
    return tetragonal(
        a,
        c,
        [
            ("Fe", (0.75, 0.25, 0)), ("Fe", (0.25, 0.75, 0)), ("Te", (0.25, 0.25, z)), ("Te", (0.75, 0.75, -z)),
            (more, (0.25, 0.25, 0.70 * c)), (more, (0.75, 0.75, 0.30 * c)),
        ],
    )  # fmt: skip


@pytest.mark.parametrize("occupancy", [0.05, 0.3, 0.39])
def test_iron_between_the_layers_is_no_spacer(occupancy):
    assert heights(iron_telluride("Fe", occupancy)) == {"alpha": [3.51]}


def test_another_metal_in_its_place_is_one():
    found = heights(iron_telluride("K"))
    assert found["alpha"] == [3.51]
    assert found["beta"] == [pytest.approx(0.30 * 6.2836, abs=1e-3)]


def copper_carbon_1234(reservoir_o, metal, *, ca=3.193, ba=3.660):
    """Return (Cu,C)Ba2Ca3Cu4O11+d: four planes, and a reservoir plane between the Ba of neighbouring blocks."""
    a, c = 3.86, 17.9
    middle = c / 2
    planes = [middle + k * ca for k in (-1.5, -0.5, 0.5, 1.5)]
    atoms = [(metal, (0, 0, 0)), ({"O": reservoir_o}, (0.5, 0, 0)), ({"O": reservoir_o}, (0, 0.5, 0))]
    for z in planes:
        atoms += [("Cu", (0, 0, z)), ("O", (0.5, 0, z)), ("O", (0, 0.5, z))]
    atoms += [("Ca", (0.5, 0.5, middle + k * ca)) for k in (-1, 0, 1)]
    atoms += [("Ba", (0.5, 0.5, middle + side * (ca + ba))) for side in (-1, 1)]
    atoms += [("O", (0, 0, planes[0] - 2.3)), ("O", (0, 0, planes[-1] + 2.3))]
    return tetragonal(a, c, atoms)


@pytest.mark.parametrize("reservoir_o", [0.3, 0.69, 0.75, 0.89])
@pytest.mark.parametrize("metal", [{"Cu": 0.65, "C": 0.35}, {"Cu": 1.0}], ids=str)
def test_a_reservoir_plane_ends_the_block(reservoir_o, metal):
    cell = copper_carbon_1234(reservoir_o, metal)
    assert heights(cell) == {"alpha": [3.193], "beta": [3.66]}
    assert find_wells(cell).descriptors["n_planes"] == 4


def test_what_is_kept_does_not_hang_on_the_setting():
    cell = copper_carbon_1234(0.75, {"Cu": 1.0})
    shift = np.array([0.3, 0.1, 0.45])
    moved = [(dict(site.species), np.array(site.frac) + shift) for site in reversed(cell.sites)]
    assert heights(make_cell(cell.lattice, moved)) == heights(cell)


def test_a_plane_that_is_not_whole_keeps_its_wells_where_it_stands_alone():
    """Infinite layers with vacancies, and one block of them, are no reservoir: no whole plane is beside them."""
    endless = tetragonal(
        3.86, 3.2, [("Cu", (0, 0, 0)), ({"O": 0.8}, (0.5, 0, 0)), ({"O": 0.8}, (0, 0.5, 0)), ("Ca", (0.5, 0.5, 1.6))]
    )
    assert heights(endless) == {"alpha": [3.2]}


def test_endless_planes_under_sixty_gigapascals():
    """CaCuO2 there: a near 3.44 Å."""
    cell = tetragonal(
        3.44, 2.75, [("Cu", (0, 0, 0)), ("O", (0.5, 0, 0)), ("O", (0, 0.5, 0)), ("Ca", (0.5, 0.5, 1.375))]
    )
    assert heights(cell) == {"alpha": [2.75]}


def test_blocks_as_before():
    cell = cuprate_block(3.86, [3.2, 3.2], 1.95, 5.0)
    found = heights(cell)
    assert found["alpha"] == [3.2]
    assert found["beta"] == [pytest.approx(3.55)]
