"""STM side peaks: printed numbers, depths of crystals made by hand, any way of writing them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polyqw.errors import UsageError
from polyqw.io.cif.read import read_cif
from polyqw.theory.stm import PRINTED_DEPTHS, dos_profile, peak_ratio, plane_depths
from tests.conftest import structure_path
from tests.core.crystals import (
    cuprate_block,
    rotations,
    scaled,
    settings_matrices,
    shifted,
    supercell,
    tetragonal,
    turned,
    with_permuted_axes,
    with_permuted_sites,
)


def ccoc(a=3.869, c=15.042, calcium=1.563, chlorine=2.742):
    """I4/mmm Ca2CuO2Cl2 with the printed depth of its first plane; Ca and Cl stand over Cu's plaquettes and Cu."""
    atoms = []
    for x, z in ((0.0, 0.0), (0.5, c / 2)):
        atoms += [("Cu", (x, x, z)), ("O", (x + 0.5, x, z)), ("O", (x, x + 0.5, z))]
        for sign in (1, -1):
            atoms += [("Ca", (x + 0.5, x + 0.5, z + sign * calcium)), ("Cl", (x, x, z + sign * chlorine))]
    return tetragonal(a, c, atoms)


@pytest.mark.parametrize(("name", "printed"), [("CCOC", 0.267), ("Bi2201", 0.271)])
def test_printed_ratios(name, printed):
    assert peak_ratio(*PRINTED_DEPTHS[name]) == pytest.approx(printed, abs=0.0005)


@pytest.mark.parametrize("depths", [(0.0, 1.0), (2.0, 1.0), (-1.0, 2.0), (float("nan"), 2.0)])
def test_depths_must_be_in_order(depths):
    with pytest.raises(UsageError):
        peak_ratio(*depths)


def test_depths_of_ccoc():
    found = plane_depths(ccoc(), n_planes=3)
    assert found.depths == pytest.approx((2.742, 2.742 + 7.521, 2.742 + 15.042))
    assert found.cleavage_elements == ("Cl",)
    assert found.gap == pytest.approx(7.521 - 2 * 2.742)
    assert found.edge == pytest.approx(3.869)
    assert peak_ratio(*found.depths[:2]) == pytest.approx(0.267, abs=0.0005)


def test_depths_of_measured_bi2201():
    """z(Bi) = 0.934, z(Cu) = 0.75, c = 24.622: 0.184 c and 0.684 c; papers/001 prints 4.662 and 17.175."""
    path = structure_path("bi2201_amaa")
    (record,) = read_cif(str(path), path.read_bytes())
    found = plane_depths(record.cell)
    assert found.depths == pytest.approx((0.184 * 24.622, 0.684 * 24.622))
    assert found.cleavage_elements == ("Bi",)
    assert peak_ratio(*found.depths) == pytest.approx(0.184 / 0.684)


def test_refusals():
    infinite = tetragonal(
        3.86, 3.2, [("Cu", (0, 0, 0)), ("O", (0.5, 0, 0)), ("O", (0, 0.5, 0)), ("Ca", (0.5, 0.5, 1.6))]
    )
    found = plane_depths(infinite)
    assert found.reason is not None
    assert found.reason.code == "no_cleavage_plane"
    lead = plane_depths(tetragonal(4.95, 4.95, [("Pb", (0, 0, 0))]))
    assert lead.reason is not None
    assert lead.reason.code == "no_plane_metal"


CRYSTALS = {"CCOC": ccoc(), "two planes": cuprate_block(3.85, [3.2], 2.2, 7.0)}


@pytest.mark.parametrize("name", CRYSTALS)
@settings(max_examples=20, deadline=None)
@given(
    matrix=settings_matrices(),
    rotation=rotations(),
    shift=st.tuples(*[st.floats(-2, 2)] * 3),
    axes=st.permutations(range(3)),
    seed=st.integers(0, 2**16),
    factor=st.floats(0.985, 1.015),
)
def test_any_way_of_writing_the_crystal(name, matrix, rotation, shift, axes, seed, factor):
    cell = CRYSTALS[name]
    expected = plane_depths(cell, n_planes=4)
    other = with_permuted_axes(supercell(shifted(turned(scaled(cell, factor), rotation), shift), matrix), axes)
    other = with_permuted_sites(other, np.random.default_rng(seed).permutation(len(other.sites)))
    found = plane_depths(other, n_planes=4)
    assert found.reason is None
    assert found.depths == pytest.approx([factor * d for d in expected.depths], abs=1e-6)
    assert found.gap == pytest.approx(factor * expected.gap, abs=1e-6)
    assert found.cleavage_elements == expected.cleavage_elements


@given(st.floats(0, 1), st.floats(0.05, 0.3))
def test_profile_is_one_in_the_centre_and_k_at_the_sides(k, width):
    """Peaks much narrower than their distance do not overlap."""
    x = np.array([-1.5, 0.0, 1.5])
    assert dos_profile(x, k, width=width) == pytest.approx([k, 1, k], abs=1e-4)
    u = np.linspace(-3, 3, 61)
    assert dos_profile(u, k, width=width) == pytest.approx(dos_profile(-u, k, width=width))


def test_profile_refuses_what_is_no_width():
    with pytest.raises(UsageError):
        dos_profile(np.zeros(1), 0.3, width=0.0)
