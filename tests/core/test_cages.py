"""Octahedral cages of elements: closed forms, counts by hand, and any way of writing the crystal."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polyqw.core import cages
from polyqw.core.cages import Packing, find_cages
from polyqw.errors import CrowdedError
from tests.core.crystals import (
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


def bcc(a):
    return make_cell(np.eye(3) * a, [("Nb", (0, 0, 0)), ("Nb", (0.5, 0.5, 0.5))])


def ccp(a):
    return make_cell(
        np.eye(3) * a,
        [("Pb", (0, 0, 0)), ("Pb", (0.5, 0.5, 0)), ("Pb", (0.5, 0, 0.5)), ("Pb", (0, 0.5, 0.5))],
    )


IDEAL = (8 / 3) ** 0.5


def hcp(a, ratio=IDEAL):
    lattice = [[a, 0, 0], [-a / 2, a * np.sqrt(3) / 2, 0], [0, 0, ratio * a]]
    return make_cell(lattice, [("Re", (1 / 3, 2 / 3, 0.25)), ("Re", (2 / 3, 1 / 3, 0.75))])


# cell at a = 3, diagonals / a, volume / a³, per atom, orientations, apex directions, cages at an atom, volume share
CASES = {
    "BCC": (bcc(3.0), (1, 2**0.5, 2**0.5), 1 / 3, 3, 3, 4, 18, 2.0),
    "CCP": (ccp(3.0), (1, 1, 1), 1 / 6, 1, 1, 6, 6, 2 / 3),
    "HCP": (hcp(3.0), (2**0.5, 2**0.5, 2**0.5), 2**0.5 / 3, 1, 2, 6, 6, 2 / 3),
}


@pytest.mark.parametrize("name", CASES)
def test_centres_stand_in_the_home_cell(name):
    cell = CASES[name][0]
    places = np.array([cage.centre for cage in find_cages(cell).cages]) @ np.linalg.inv(cell.lattice)
    assert np.all((places > -1e-5) & (places < 1 - 1e-7))


def test_more_atoms_than_are_looked_at(monkeypatch):
    monkeypatch.setattr(cages, "MOST_ATOMS", 3)
    assert find_cages(bcc(3.0)).cages
    with pytest.raises(CrowdedError, match=r"holds 4 atoms of one element.* at most 3"):
        find_cages(ccp(3.0))


@pytest.mark.parametrize("name", CASES)
def test_closed_forms(name):
    cell, diagonals, volume, per_atom, orientations, apices, around, share = CASES[name]
    found = find_cages(cell)
    assert found.reason is None
    assert found.packing == name
    assert len(found.cages) == per_atom * len(cell.sites)
    for cage in found.cages:
        assert cage.diagonals == pytest.approx([3 * d for d in diagonals])
        assert cage.angles == pytest.approx([90, 90, 90])
        assert cage.volume == pytest.approx(27 * volume)
        assert cage.equivalent_apices == apices
        for (site, image), cart in zip(cage.vertices, cage.cart, strict=True):
            assert (cell.frac[site] + image) @ cell.lattice == pytest.approx(cart)
    assert found.n_orientations == orientations
    assert found.cages_around_atom == (around, around)
    assert found.volume_share == pytest.approx(share)


def test_six_octahedra_hold_for_close_packings_only():
    six = {name for name, case in CASES.items() if find_cages(case[0]).cages[0].equivalent_apices == 6}
    assert six == {"CCP", "HCP"}


@pytest.mark.parametrize(("ratio", "angle"), [(1.856, 84.9), (1.615, 89.5)])
def test_hcp_away_from_the_ideal_ratio(ratio, angle):
    """Diagonals by hand: 2 a sqrt(1/3 + ratio²/16), cosine (ratio²/16 - 1/6) / (1/3 + ratio²/16)."""
    found = find_cages(hcp(2.7, ratio))
    arm = 1 / 3 + ratio**2 / 16
    assert found.packing is Packing.HCP
    assert found.cages[0].diagonals == pytest.approx([5.4 * arm**0.5] * 3)
    expected = np.degrees(np.arccos(abs(ratio**2 / 16 - 1 / 6) / arm))
    assert found.cages[0].angles == pytest.approx([expected] * 3)
    assert expected == pytest.approx(angle, abs=0.2)
    assert found.cages[0].volume == pytest.approx(2.7**3 * ratio / (2 * 3**0.5))


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        (make_cell(np.eye(3) * 5.6, [("Na", (0, 0, 0)), ("Cl", (0.5, 0.5, 0.5))]), "not_one_element"),
        (make_cell(np.eye(3) * 3.3, [({"Nb": 0.7}, (0, 0, 0)), ("Nb", (0.5, 0.5, 0.5))]), "partly_empty"),
        (make_cell(np.eye(3) * 3.35, [("Po", (0, 0, 0))]), "no_octahedral_cage"),
        (
            make_cell(
                np.array([[0, 0.5, 0.5], [0.5, 0, 0.5], [0.5, 0.5, 0]]) * 5.43,
                [("Si", (0, 0, 0)), ("Si", (0.25, 0.25, 0.25))],
            ),
            "no_octahedral_cage",
        ),
    ],
    ids=["two elements", "vacancies", "simple cubic", "diamond"],
)
def test_refusals(cell, code):
    found = find_cages(cell)
    assert found.reason is not None
    assert found.reason.code == code
    assert found.cages == ()


@pytest.mark.parametrize("name", CASES)
@settings(max_examples=20, deadline=None)
@given(
    matrix=settings_matrices(),
    rotation=rotations(),
    shift=st.tuples(*[st.floats(-2, 2)] * 3),
    axes=st.permutations(range(3)),
    seed=st.integers(0, 2**16),
    factor=st.floats(0.8, 1.6),
)
def test_any_way_of_writing_the_crystal(name, matrix, rotation, shift, axes, seed, factor):
    cell, diagonals, volume, per_atom, orientations, _, around, share = CASES[name]
    other = with_permuted_axes(supercell(shifted(turned(scaled(cell, factor), rotation), shift), matrix), axes)
    other = with_permuted_sites(other, np.random.default_rng(seed).permutation(len(other.sites)))
    found = find_cages(other)
    assert found.packing == name
    assert len(found.cages) == per_atom * len(other.sites)
    assert found.n_orientations == orientations
    assert found.cages_around_atom == (around, around)
    assert found.volume_share == pytest.approx(share)
    for cage in found.cages:
        assert cage.diagonals == pytest.approx([3 * factor * d for d in diagonals])
        assert cage.volume == pytest.approx((3 * factor) ** 3 * volume)
        centre = cage.centre @ np.linalg.inv(other.lattice)
        assert np.all(centre > -1e-5)
        assert np.all(centre < 1 + 1e-5)
