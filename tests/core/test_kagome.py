"""Kagome nets: sizes by hand, refusals, and any way of writing the crystal."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polyqw.core import kagome
from polyqw.core.kagome import find_kagome_nets
from polyqw.core.kagome_places import KagomeState, sizes
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

SQ3 = np.sqrt(3)


def hexagonal(a, c):
    return [[a, 0, 0], [-a / 2, a * SQ3 / 2, 0], [0, 0, c]]


def av3sb5(a=5.5, c=9.3, z=0.74):
    return make_cell(
        hexagonal(a, c),
        [("Cs", (0, 0, 0)), ("V", (0.5, 0, 0.5)), ("V", (0, 0.5, 0.5)), ("V", (0.5, 0.5, 0.5)), ("Sb", (0, 0, 0.5)),
         ("Sb", (1 / 3, 2 / 3, z)), ("Sb", (2 / 3, 1 / 3, z)), ("Sb", (1 / 3, 2 / 3, 1 - z)),
         ("Sb", (2 / 3, 1 / 3, 1 - z))],
    )  # fmt: skip


def breathing(a=5.5, c=6.0, x=0.48):
    """One plane of triangles of two sizes: sites (x, 2x), (x, -x), (-2x, -x), an even net at x = 1/2."""
    return make_cell(hexagonal(a, c), [("Mo", (x, 2 * x, 0)), ("Mo", (x, -x, 0)), ("Mo", (-2 * x, -x, 0))])


def pyrochlore(a=7.0):
    lattice = np.array([[0, 0.5, 0.5], [0.5, 0, 0.5], [0.5, 0.5, 0]]) * a
    return make_cell(
        lattice, [("Ir", (0.5, 0.5, 0.5)), ("Ir", (0, 0.5, 0.5)), ("Ir", (0.5, 0, 0.5)), ("Ir", (0.5, 0.5, 0))]
    )


def places(net, state):
    return [p for p in net.places if p.state is state]


def test_sizes_by_hand():
    """An edge is a/2; a triangle's radius a/(2√3), a hexagon's a/2, a star's tips at a√3/2, a unit's area a²√3/2."""
    found = find_kagome_nets(av3sb5())
    (net,) = found.nets
    assert found.layered
    assert net.element == "V"
    assert net.edges == pytest.approx((2.75, 2.75))
    assert net.area == pytest.approx(5.5**2 * SQ3 / 2)
    assert net.residual == pytest.approx(0, abs=1e-9)
    alpha, beta, gamma = (places(net, state) for state in KagomeState)
    assert (len(alpha), len(beta), len(gamma)) == (2, 1, 1)
    assert [p.radius for p in (alpha[0], beta[0], gamma[0])] == pytest.approx([2.75 / SQ3, 2.75, 2.75 * SQ3])
    assert [p.edge for p in (alpha[0], beta[0], gamma[0])] == pytest.approx([2.75, 2.75, 2.75])
    centres = sorted(tuple((p.centre @ np.linalg.inv(av3sb5().lattice)).round(6)) for p in alpha)
    assert np.array(centres) == pytest.approx(np.array([(1 / 3, 2 / 3, 0.5), (2 / 3, 1 / 3, 0.5)]), abs=1e-5)
    assert gamma[0].centre == pytest.approx(beta[0].centre)


def test_atoms_in_and_over_the_places():
    (net,) = find_kagome_nets(av3sb5()).nets
    (beta,) = places(net, KagomeState.BETA)
    assert beta.is_occupied
    assert beta.nearest.element == "Sb"
    assert beta.nearest_distance == pytest.approx(0, abs=1e-9)
    assert beta.below is not None
    assert beta.below.element == "Cs"
    assert beta.height == pytest.approx(9.3)
    for alpha in places(net, KagomeState.ALPHA):
        assert not alpha.is_occupied
        assert alpha.above is not None
        assert alpha.above.element == "Sb"
        assert alpha.height == pytest.approx(2 * 0.24 * 9.3)


def test_a_breathing_net_has_two_triangles():
    """Two sites along a row, (x, -x) and (-2x, -x), differ by 3x - 1 of a once whole translations are taken off."""
    a, x = 5.5, 0.48
    (net,) = find_kagome_nets(breathing(a=a, x=x)).nets
    groups = sizes(places(net, KagomeState.ALPHA))
    assert len(groups) == 2
    edges = sorted(group[0].edge for group in groups)
    assert sum(edges) == pytest.approx(a)  # both lie along one row of the net
    assert edges == pytest.approx([(3 * x - 1) * a, (2 - 3 * x) * a])
    assert len(places(net, KagomeState.GAMMA)) == 1


@pytest.mark.parametrize("ratio", [1.0, 1.2, 1.4])
def test_a_net_says_how_much_it_breathes(ratio):
    """Edges (3x - 1) a and (2 - 3x) a of the two triangles."""
    (net,) = find_kagome_nets(breathing(x=(2 + ratio) / (3 * (1 + ratio)))).nets
    assert net.breathing_ratio == pytest.approx(ratio)


def test_a_pyrochlore_lattice_has_four_orientations():
    found = find_kagome_nets(pyrochlore())
    assert len(found.nets) == 4
    assert not found.layered
    for net in found.nets:
        assert net.edges == pytest.approx((7.0 / 8**0.5, 7.0 / 8**0.5))


def tial3(a=3.85):
    """D0_22: planes of Al whose triangles and hexagons meet side by side as well as in turn."""
    return make_cell(
        np.diag([a, a, 2 * a]),
        [("Ti", (0, 0, 0)), ("Ti", (0.5, 0.5, 0.5)), ("Al", (0, 0, 0.5)), ("Al", (0.5, 0.5, 0)),
         ("Al", (0, 0.5, 0.25)), ("Al", (0.5, 0, 0.25)), ("Al", (0, 0.5, 0.75)), ("Al", (0.5, 0, 0.75))],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        (tial3(), "not_kagome"),
        (make_cell(np.eye(3) * 5.6, [("O", (0, 0, 0))]), "no_metal"),
        (make_cell(np.eye(3) * 9.0, [("V", (0, 0, 0))]), "no_edges"),
        (make_cell(np.diag([3.0, 3.0, 9.0]), [("V", (0, 0, 0))]), "no_triangles"),
        (make_cell(hexagonal(2.8, 9.0), [("V", (0, 0, 0))]), "not_kagome"),
        (make_cell(np.diag([2.8, 9.0, 9.0]), [("V", (0, 0, 0)), ("V", (0.5, 2.8 * SQ3 / 2 / 9, 0))]), "not_a_plane"),
        (make_cell(hexagonal(4.85, 9.0), [("V", (1 / 3, 2 / 3, 0)), ("V", (2 / 3, 1 / 3, 0))]), "no_triangles"),
    ],
    ids=[
        "triangles side by side",
        "no metal",
        "far apart",
        "square",
        "triangular",
        "strip of triangles",
        "honeycomb",
    ],
)
def test_refusals(cell, code):
    found = find_kagome_nets(cell)
    assert found.nets == ()
    assert found.reason is not None
    assert found.reason.code == code


def test_more_neighbours_than_can_be_looked_at(monkeypatch):
    monkeypatch.setattr(kagome, "MOST_COMPARISONS", 50)
    with pytest.raises(CrowdedError, match="up to 6 neighbours"):
        find_kagome_nets(make_cell(hexagonal(2.8, 9.0), [("V", (0, 0, 0)), ("V", (0, 0, 0.5))]))


CRYSTALS = {"AV3Sb5": av3sb5(), "breathing": breathing(), "pyrochlore": pyrochlore()}


@pytest.mark.parametrize("name", CRYSTALS)
@settings(max_examples=20, deadline=None)
@given(
    matrix=settings_matrices(),
    rotation=rotations(),
    shift=st.tuples(*[st.floats(-2, 2)] * 3),
    axes=st.permutations(range(3)),
    seed=st.integers(0, 2**16),
    factor=st.floats(0.95, 1.05),
)
def test_any_way_of_writing_the_crystal(name, matrix, rotation, shift, axes, seed, factor):
    cell = CRYSTALS[name]
    other = with_permuted_axes(supercell(shifted(turned(scaled(cell, factor), rotation), shift), matrix), axes)
    other = with_permuted_sites(other, np.random.default_rng(seed).permutation(len(other.sites)))
    size = len(other.sites) // len(cell.sites)
    expected, found = find_kagome_nets(cell), find_kagome_nets(other)
    assert found.layered == expected.layered
    assert {n.element for n in found.nets} == {n.element for n in expected.nets}
    assert found.nets[0].area == pytest.approx(expected.nets[0].area * factor**2)
    for state in KagomeState:
        here = sorted(p.radius for n in found.nets for p in places(n, state))
        there = sorted(p.radius * factor for n in expected.nets for p in places(n, state) for _ in range(size))
        assert here == pytest.approx(there)
        nearest = sorted(p.nearest_distance for n in found.nets for p in places(n, state))
        assert nearest == pytest.approx(
            sorted(p.nearest_distance * factor for n in expected.nets for p in places(n, state) for _ in range(size)),
            abs=1e-6,
        )
