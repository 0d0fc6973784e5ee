"""Sheets of sketched Fermi surfaces: orders and numbers worked out by hand, wells out of order, hostile lengths."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyqw.core.wells import Phase
from polyqw.errors import UsageError
from polyqw.theory.fermi import (
    Branch,
    Centre,
    SheetKind,
    WellGroup,
    iron_sheets,
    oxide_sheets,
    pairs_out_of_order,
    per_two_squares,
    relative_binding,
)

ALPHA, BETA, GAMMA, MU = Phase.ALPHA, Phase.BETA, Phase.GAMMA, Phase.MU
heights = st.floats(0.5, 9.0, allow_nan=False)


def well(phase, height, multiplicity=2):
    return WellGroup(phase, height, multiplicity)


def told(sheets):
    return [(s.kind, s.centre, s.phase, s.degeneracy) for s in sheets]


def test_122():
    """Two doubly degenerate rings at Γ, a fourfold one at M: the eight electrons of papers/002, Fig. 7."""
    sheets = iron_sheets([well(ALPHA, 2.0, 4), well(BETA, 4.0, 4), well(MU, 1.0, 8)])
    assert told(sheets) == [
        (SheetKind.RING, Centre.GAMMA, ALPHA, 2),
        (SheetKind.RING, Centre.GAMMA, BETA, 2),
        (SheetKind.RING, Centre.M, MU, 4),
    ]
    assert sum(s.degeneracy for s in sheets) == 8
    assert [s.relative_binding for s in sheets] == [1.0, 0.25, 4.0]
    assert [s.relative_radius for s in sheets] == [1.0, 0.25, 1.0]
    assert [s.places for s in sheets] == [1, 1, 4]
    assert all(s.relative_gap is None and s.relative_length is None for s in sheets)


def test_1144():
    """Three rings at Γ, each doubly degenerate, and two and two X electrons (papers/002, III.C)."""
    wells = [well(ALPHA, 2.0, 4), well(BETA, 2.5), well(GAMMA, 4.0), well(MU, 1.0, 4), well(MU, 2.0, 4)]
    sheets = iron_sheets(wells)
    assert told(sheets) == [
        (SheetKind.RING, Centre.GAMMA, ALPHA, 2),
        (SheetKind.RING, Centre.GAMMA, BETA, 2),
        (SheetKind.RING, Centre.GAMMA, GAMMA, 2),
        (SheetKind.RING, Centre.M, MU, 2),
        (SheetKind.RING, Centre.M, MU, 2),
    ]
    assert [s.relative_radius for s in sheets] == pytest.approx([1.0, 0.64, 0.25, 1.0, 0.25])
    assert [per_two_squares(w, wells) for w in wells] == [2, 1, 1, 2, 2]


def test_alpha_alone_leaves_the_centre_empty():
    (sheet,) = iron_sheets([well(ALPHA, 2.9)])
    assert (sheet.kind, sheet.centre, sheet.places) == (SheetKind.POCKET, Centre.M, 4)
    assert sheet.relative_radius == 1.0


def test_a_well_that_points_one_way_is_not_degenerate():
    sheets = iron_sheets([well(ALPHA, 2.0, 2), well(BETA, 3.0, 1), well(GAMMA, 4.0, 1)])
    assert [s.degeneracy for s in sheets] == [2, 1, 1]


def test_no_wells_no_sheets():
    assert iron_sheets([]) == ()
    assert oxide_sheets([], 2) == ()


@pytest.mark.parametrize(("n_planes", "multiplicity", "degeneracy"), [(1, 2, 1), (2, 4, 2), (None, 1, 1)])
def test_arc_of_one_kind_of_plane(n_planes, multiplicity, degeneracy):
    (arc,) = oxide_sheets([well(ALPHA, 3.5, multiplicity)], n_planes)
    assert told([arc]) == [(SheetKind.ARC, Centre.NODE, ALPHA, degeneracy)]
    assert (arc.places, arc.relative_gap, arc.relative_length, arc.relative_radius) == (4, 1.0, 1.0, None)
    assert arc.branch is None


def test_bilayer_splits():
    """h = 2 stretched and contracted by 1/2: gaps (2/2.5)² and (2/1.5)², lengths 2.5/2 and 1.5/2."""
    antibonding, bonding = oxide_sheets([well(ALPHA, 2.0, 4)], 2, 0.5)
    assert [antibonding.branch, bonding.branch] == [Branch.ANTIBONDING, Branch.BONDING]
    assert [antibonding.height, bonding.height] == [2.5, 1.5]
    assert [antibonding.relative_gap, bonding.relative_gap] == pytest.approx([0.64, 16 / 9])
    assert [antibonding.relative_length, bonding.relative_length] == [1.25, 0.75]
    assert [antibonding.degeneracy, bonding.degeneracy] == [1, 1]


def test_three_planes_without_doping():
    arcs = oxide_sheets([well(ALPHA, 3.0, 2), well(BETA, 4.0, 4)], 3)
    assert [(a.phase, a.degeneracy) for a in arcs] == [(BETA, 2), (ALPHA, 1)]
    assert [a.relative_gap for a in arcs] == [0.5625, 1.0]


def test_three_planes_appear_gamma_first():
    """papers/001 dopes one side: γ is stretched, β and α stay, and Δ_α > Δ_β > Δ_γ."""
    arcs = oxide_sheets([well(ALPHA, 3.0, 1), well(BETA, 4.0, 2)], 3, 1.0)
    assert [(a.phase, a.height, a.degeneracy) for a in arcs] == [(GAMMA, 5.0, 1), (BETA, 4.0, 1), (ALPHA, 3.0, 1)]
    assert [a.relative_gap for a in arcs] == pytest.approx([0.36, 0.5625, 1.0])
    assert [a.relative_length for a in arcs] == pytest.approx([5 / 3, 4 / 3, 1.0])


def test_four_planes_split_in_pairs():
    arcs = oxide_sheets([well(ALPHA, 3.0), well(BETA, 4.0)], 4, 0.5)
    assert [(a.phase, a.branch, a.height) for a in arcs] == [
        (BETA, Branch.ANTIBONDING, 4.5),
        (BETA, Branch.BONDING, 3.5),
        (ALPHA, Branch.ANTIBONDING, 3.5),
        (ALPHA, Branch.BONDING, 2.5),
    ]


def test_planes_of_a_block_that_are_not_alike():
    arcs = oxide_sheets([well(ALPHA, 3.6, 1), well(ALPHA, 3.8, 1)], 2, 0.1)
    assert [(a.height, a.degeneracy, a.branch) for a in arcs] == [(3.8, 1, None), (3.6, 1, None)]


def test_wells_out_of_order():
    """As LiFeAs has them: the papers' order of gaps falls, the rule of the radius does not."""
    wells = [well(ALPHA, 3.0), well(BETA, 2.0), well(GAMMA, 2.5)]
    assert [(i.phase, o.phase) for i, o in pairs_out_of_order(wells)] == [(ALPHA, BETA), (ALPHA, GAMMA)]
    assert [s.relative_radius for s in iron_sheets(wells)] == pytest.approx([1.0, 2.25, 1.44])
    assert pairs_out_of_order([well(ALPHA, 2.0), well(BETA, 3.0), well(MU, 1.0)]) == []
    assert pairs_out_of_order([well(ALPHA, 2.0), well(ALPHA, 1.9)]) == []


@pytest.mark.parametrize("stretch", [-0.1, math.nan, math.inf, 2.0, 3.0])
def test_stretch_that_has_no_meaning(stretch):
    with pytest.raises(UsageError, match="stretch"):
        oxide_sheets([well(ALPHA, 2.0)], 2, stretch)


@pytest.mark.parametrize("height", [0.0, -1.0, math.nan, math.inf])
def test_height_that_has_no_meaning(height):
    with pytest.raises(UsageError, match="positive height"):
        relative_binding(height, 3.0)


@given(st.tuples(heights, heights, heights), st.tuples(heights, heights))
def test_rings_go_in_reverse_order_of_heights(at_gamma, at_m):
    wells = [well(p, h) for p, h in zip((ALPHA, BETA, GAMMA), at_gamma, strict=True)]
    sheets = iron_sheets([*wells, *(well(MU, h) for h in at_m)])
    for centre in (Centre.GAMMA, Centre.M):
        here = sorted((s for s in sheets if s.centre is centre), key=lambda s: s.height)
        radii = [s.relative_radius for s in here]
        assert radii == sorted(radii, reverse=True)
        assert len(set(radii)) > 1 or here[0].height == pytest.approx(here[-1].height)
    assert max(s.relative_radius for s in sheets if s.centre is Centre.M) == 1.0


@given(heights, heights, st.floats(0, 0.4))
def test_longer_arcs_have_smaller_gaps(alpha, beta, stretch):
    for n_planes, wells in ((2, [well(ALPHA, alpha)]), (3, [well(ALPHA, alpha, 1), well(BETA, beta, 2)])):
        arcs = sorted(oxide_sheets(wells, n_planes, stretch), key=lambda a: a.relative_length)
        gaps = [a.relative_gap for a in arcs]
        assert gaps == sorted(gaps, reverse=True)
        assert sum(a.degeneracy for a in arcs) == n_planes
