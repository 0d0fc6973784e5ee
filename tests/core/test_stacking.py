"""The sequence of layers: of known structures, and the same in every setting."""

from random import Random

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from polyqw.core.analysis import find_wells
from polyqw.core.stacking import find_stacking
from polyqw.io.cif.read import read_cif
from tests.conftest import structure_path
from tests.core.crystals import (
    cuprate_block,
    iron_1144,
    iron_block,
    make_cell,
    rotations,
    settings_matrices,
    shifted,
    supercell,
    turned,
    with_permuted_sites,
)


def stacking_of(cell):
    analysis = find_wells(cell)
    sites = {k for step in analysis.steps for k in step.data.get("plane_site_indices", ())}
    return find_stacking(cell, analysis.wells[0].normal, sites)


def layers(stacking):
    return [("*" if layer.is_plane else "") + "".join(
        f"{element}{amount:g}" for element, amount in layer.amounts.items()
    ) for layer in stacking.layers]  # fmt: skip


KNOWN = {
    "ybco_o690_williams": (11.68349, 2, ["*Cu1O2", "Y1", "*Cu1O2", "Ba1O1", "Cu1O0.91", "Ba1O1"]),
    "bi2223_pb": (
        37.074 / 2,
        6,
        ["*Cu1O2", "Ca1", "*Cu1O2", "Ca1", "*Cu1O2", "O1Sr1", "Bi0.8O1Pb0.2", "Bi0.8O1Pb0.2", "O1Sr1"],
    ),
    "lafeaso_cod": (8.7409, 1, ["*Fe2", "As1", "La1", "O2", "La1", "As1"]),
    "rbcafe4as4": (13.1088, 2, ["*Fe2", "As1", "Ca1", "As1", "*Fe2", "As1", "Rb1", "As1"]),
    "la3ni2o6": (19.3154 / 2, 4, ["*Ni1O2", "La1", "*Ni1O2", "La1", "O2", "La1"]),
    "lco_lto_cod": (13.148 / 2, 2, ["*Cu1O2", "La1O1", "La1O1"]),
}


@pytest.mark.parametrize("name", KNOWN)
def test_known_sequences(name):
    repeat, n_planes, sequence = KNOWN[name]
    path = structure_path(name)
    (record,) = read_cif(path.name, path.read_bytes())
    found = stacking_of(record.cell)
    assert found.repeat == pytest.approx(repeat, abs=0.002)
    assert found.n_planes_in_cell == n_planes
    backwards = [sequence[0], *sequence[:0:-1]]
    assert layers(found) in (sequence, backwards)
    assert sum(step.distance for step in found.steps) == pytest.approx(found.repeat)


def test_spacings_are_those_the_block_was_made_of():
    found = stacking_of(cuprate_block(3.85, [3.2, 3.1, 3.3], 2.1, 5.2))
    distances = [step.distance for step in found.steps]
    assert distances[-1] == pytest.approx(2.1 + 5.2 + 2.1)
    assert distances[:-1] in (pytest.approx([3.2, 3.1, 3.3]), pytest.approx([3.3, 3.1, 3.2]))


CRYSTALS = (
    cuprate_block(3.85, [3.2], 2.2, 5.0, b=3.88),
    cuprate_block(3.85, [3.2, 3.1, 3.2], 2.1, 5.2),
    make_cell(
        np.array([[-1.89, 1.89, 6.6], [1.89, -1.89, 6.6], [1.89, 1.89, -6.6]]),
        [("Cu", (0, 0, 0)), ("La", (0.361, 0.361, 0)), ("La", (0.639, 0.639, 0)), ("O", (0.5, 0, 0.5)),
         ("O", (0, 0.5, 0.5)), ("O", (0.182, 0.182, 0)), ("O", (0.818, 0.818, 0))],
    ),
    iron_block(4.00, 1.33, 3.1, 2.4, b=4.05),
    iron_1144(3.87, 1.38, 1.42, 2.93, 3.45),
)  # fmt: skip


SKEWED = np.array([[1, 1, -1], [0, 1, -1], [-1, -2, 4]])
"""A setting of the body-centred crystal whose planes have indices above six."""


@settings(max_examples=25, deadline=None)
@example(2, SKEWED, np.eye(3), 0.0, Random(0))
@given(st.sampled_from(range(len(CRYSTALS))), settings_matrices(), rotations(), st.floats(-1, 1), st.randoms())
def test_no_setting_changes_the_layers(which, matrix, rotation, shift, random):
    cell = CRYSTALS[which]
    order = list(range(len(cell.sites) * round(abs(np.linalg.det(matrix)))))
    random.shuffle(order)
    other = with_permuted_sites(turned(shifted(supercell(cell, matrix), (0.1, shift, 0.3)), rotation), order)
    here, there = stacking_of(cell), stacking_of(other)
    assert there.repeat == pytest.approx(here.repeat, abs=1e-6)
    assert sorted(layers(there)) == sorted(layers(here))
    assert sorted(step.distance for step in there.steps) == pytest.approx(
        sorted(step.distance for step in here.steps)
    )


def test_there_are_no_layers_without_planes_or_gaps():
    cell = cuprate_block(3.85, [3.2], 2.2, 5.0)
    assert find_stacking(cell, (0, 0, 1), set()) is None
    crowded = make_cell(np.diag([3.9, 3.9, 3.2]), [("Cu", (0, 0, z)) for z in np.arange(0, 1, 0.2)])
    assert find_stacking(crowded, (0, 0, 1), {0}) is None


@pytest.mark.parametrize("rounding", [-1e-9, 0.0, 1e-9])
def test_a_plane_at_the_end_of_the_cell_lies_at_its_start(rounding):
    """Rounding must not turn the sequence: the plane at 0 is the first layer, not the last at c."""
    cell = shifted(cuprate_block(3.85, [3.2], 2.2, 5.0), (0, 0, rounding))
    sites = {k for k, site in enumerate(cell.sites) if site.species[0][0] == "Cu"}
    found = find_stacking(cell, (0, 0, 1), sites)
    assert found.layers[0].elevation == pytest.approx(0, abs=1e-6)
    assert [layer.is_plane for layer in found.layers] == [True, False, True, False, False]
