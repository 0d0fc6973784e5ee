"""Heights, kinds and phases do not depend on how the crystal is written down."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polyqw.core.analysis import find_wells
from polyqw.core.wells import Status
from tests.core.checks import assert_same_wells, assert_well, multiplicities
from tests.core.crystals import (
    cuprate_block,
    iron_1144,
    iron_block,
    make_cell,
    rotations,
    scaled,
    settings_matrices,
    shifted,
    supercell,
    turned,
    with_permuted_axes,
    with_permuted_sites,
)

CRYSTALS = {
    "one plane": cuprate_block(3.88, [], 1.9, 5.6),
    "two planes": cuprate_block(3.85, [3.2], 2.2, 5.0, b=3.88),
    "three planes": cuprate_block(3.85, [3.3, 3.3], 2.1, 5.2),
    "four planes": cuprate_block(3.85, [3.2, 3.1, 3.2], 2.1, 5.2),
    "body-centred": make_cell(
        np.array([[-1.89, 1.89, 6.6], [1.89, -1.89, 6.6], [1.89, 1.89, -6.6]]),
        [("Cu", (0, 0, 0)), ("La", (0.361, 0.361, 0)), ("La", (0.639, 0.639, 0)), ("O", (0.5, 0, 0.5)),
         ("O", (0, 0.5, 0.5)), ("O", (0.182, 0.182, 0)), ("O", (0.818, 0.818, 0))],
    ),
    "infinite layers": make_cell(
        np.diag([3.86, 3.86, 3.2]),
        [("Cu", (0, 0, 0)), ("O", (0.5, 0, 0)), ("O", (0, 0.5, 0)), ("Ca", (0.5, 0.5, 0.5))],
    ),
    "mixed apices": make_cell(
        np.diag([3.78, 3.78, 6.6]),
        [("Cu", (0, 0, 0)), ("O", (0.5, 0, 0)), ("O", (0, 0.5, 0)), ({"Ba": 0.5, "La": 0.5}, (0.5, 0.5, 0.28)),
         ({"Ba": 0.5}, (0.5, 0.5, 0.70)), ({"La": 0.5}, (0.5, 0.5, 0.74))],
    ),
    "1111": iron_block(4.03, 1.32, 3.13, 2.4),
    "1111 orthorhombic": iron_block(4.00, 1.33, 3.1, 2.4, b=4.05),
    "1144": iron_1144(3.87, 1.38, 1.42, 2.93, 3.45),
    "split X": make_cell(
        np.diag([3.80, 3.80, 5.99]),
        [("Fe", (0.75, 0.25, 0)), ("Fe", (0.25, 0.75, 0)), ({"Te": 0.5}, (0.75, 0.75, 0.714)),
         ({"Se": 0.5}, (0.75, 0.75, 0.754)), ({"Te": 0.5}, (0.25, 0.25, 0.286)), ({"Se": 0.5}, (0.25, 0.25, 0.246))],
    ),
}  # fmt: skip


@pytest.fixture(params=CRYSTALS, scope="module")
def crystal(request):
    """A crystal and its analysis in its own setting."""
    cell = CRYSTALS[request.param]
    analysis = find_wells(cell)
    assert analysis.status is Status.OK
    return cell, analysis


def test_every_well_keeps_its_promises(crystal):
    cell, analysis = crystal
    for well in analysis.wells:
        assert_well(cell, well)


@settings(max_examples=25, deadline=None)
@given(
    matrix=settings_matrices(),
    rotation=rotations(),
    shift=st.tuples(*[st.floats(-2, 2)] * 3),
    axes=st.permutations(range(3)),
    seed=st.integers(0, 2**16),
)
def test_any_way_of_writing_the_crystal(crystal, matrix, rotation, shift, axes, seed):
    cell, expected = crystal
    other = supercell(shifted(turned(cell, rotation), shift), matrix)
    other = with_permuted_axes(other, axes)
    order = np.random.default_rng(seed).permutation(len(other.sites))
    found = find_wells(with_permuted_sites(other, order))
    assert_same_wells(found, expected)
    size = round(abs(np.linalg.det(matrix)))
    assert multiplicities(found) == [size * n for n in multiplicities(expected)]
    assert found.family is expected.family
    assert found.warnings == expected.warnings
    # an angle of 180° is known from its cosine to some 1e-6 degrees only
    assert found.descriptors == pytest.approx(expected.descriptors, abs=1e-5)


@pytest.mark.parametrize("step", [-1e-6, 1e-6, -1e-9, 1e-9, -5e-7])
def test_nothing_hangs_on_the_edge_of_the_cell(crystal, step):
    cell, expected = crystal
    for axis in np.eye(3):
        found = find_wells(supercell(shifted(cell, step * axis), np.eye(3, dtype=int)))
        assert_same_wells(found, expected)
        assert multiplicities(found) == multiplicities(expected)


@settings(max_examples=15, deadline=None)
@given(factor=st.floats(0.985, 1.015))
def test_heights_scale_with_lengths(crystal, factor):
    cell, expected = crystal
    found = find_wells(scaled(cell, factor))
    assert [w.height for w in found.wells] == pytest.approx([factor * w.height for w in expected.wells])
    assert [w.volume for w in found.wells] == pytest.approx([factor**3 * w.volume for w in expected.wells])


@settings(max_examples=15, deadline=None)
@given(noise=st.integers(0, 2**16))
def test_small_displacements_move_heights_by_little(crystal, noise):
    cell, expected = crystal
    step = 0.002 * np.random.default_rng(noise).uniform(-1, 1, (len(cell.sites), 3))
    moved = make_cell(
        cell.lattice,
        [
            (dict(s.species), np.array(s.frac) + d @ np.linalg.inv(cell.lattice))
            for s, d in zip(cell.sites, step, strict=True)
        ],
    )
    found = find_wells(moved)
    assert {(w.kind, w.phase) for w in found.wells} == {(w.kind, w.phase) for w in expected.wells}
    for well in found.wells:
        same = [w for w in expected.wells if (w.kind, w.phase) == (well.kind, well.phase)]
        assert min(abs(well.height - w.height) for w in same) < 0.01
