"""Charge orders: doping by both counts, symmetry, and where the papers disagree."""

from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyqw.errors import UsageError
from polyqw.theory.charge_order import (
    CHECKERBOARDS,
    NEMATIC,
    STRIPE_SPACINGS,
    Electron,
    State,
    charge_orders,
    make_stripe,
    stripe_centre_offset,
    stripe_doping,
    stripe_doping_per_copper,
)


@pytest.mark.parametrize(
    ("n", "x", "printed"),
    [
        (2, Fraction(1, 4), 0.25),
        (3, Fraction(1, 6), 0.166),
        (4, Fraction(1, 8), 0.125),
        (6, Fraction(1, 12), 0.083),
        (8, Fraction(1, 16), 0.0625),
    ],
)
def test_stripes_as_printed(n, x, printed):
    assert stripe_doping(n) == x
    assert float(x) == pytest.approx(printed, abs=0.001)
    assert stripe_doping_per_copper(n) == Fraction(1, 4 * n)


@pytest.mark.parametrize("n", [-1, 0, 1, 9])
def test_spacings_outside_of_the_paper_are_refused(n):
    with pytest.raises(UsageError, match="2 to 8"):
        stripe_doping(n)


def test_the_two_counts():
    """A 4 x 4 cell has 16 sites: one α and one β over 2 x 16 Cu are 1/16, an up and a down over 16 Cu 1/8."""
    stripe = make_stripe(4)
    (checkerboard,) = [p for p in CHECKERBOARDS if p.x_printed == Fraction(1, 8)]
    assert stripe.sites_per_plane == checkerboard.sites_per_plane == 16
    assert (stripe.x_one_plane, stripe.x_per_copper) == (Fraction(1, 8), Fraction(1, 16))
    assert (checkerboard.x_one_plane, checkerboard.x_per_copper) == (Fraction(1, 8), Fraction(1, 8))


@pytest.mark.parametrize("pattern", charge_orders(), ids=lambda p: p.name)
def test_every_pattern_holds_the_printed_doping(pattern):
    assert pattern.x_one_plane == pattern.x_printed
    integral = all(d.position[0].denominator == 1 for d in pattern.doped if d.electron is not Electron.BETA)
    assert integral, "an electron of the first plane stands beside its sites"


@pytest.mark.parametrize(
    ("pattern", "side"), [(p, 16) for p in CHECKERBOARDS] + [(NEMATIC, 12), (make_stripe(3), 12)]
)
def test_drawn_sites_have_the_doping(pattern, side):
    """A window that the supercell tiles holds side² x sites."""
    counts = Counter(d.electron for d in pattern.images(side, side))
    assert sum(counts.values()) == side * side * pattern.x_one_plane
    assert len(set(counts.values())) == 1


def test_symmetry_and_distances():
    assert [p.is_fourfold for p in CHECKERBOARDS] == [True, True, True]
    assert not NEMATIC.is_fourfold
    assert not any(make_stripe(n).is_fourfold for n in STRIPE_SPACINGS)
    distances = [p.nearest_distance(Electron.UP, Electron.DOWN) for p in CHECKERBOARDS]
    assert distances == pytest.approx([4, 8**0.5, 2])
    assert [p.nearest_distance(Electron.UP, Electron.UP) for p in CHECKERBOARDS] == pytest.approx(
        [32**0.5, 4, 8**0.5]
    )
    assert CHECKERBOARDS[0].nearest_distance(Electron.UP, Electron.ALPHA) is None


@given(st.sampled_from(STRIPE_SPACINGS), st.sampled_from([Electron.ALPHA, Electron.BETA]))
def test_electrons_of_a_kind_stand_a_lattice_vector_apart(n, kind):
    assert make_stripe(n).nearest_distance(kind, kind) == min(n, 4)


def test_the_centre_of_the_nematic_pattern_is_no_site():
    (a, _), (_, d) = NEMATIC.vectors
    assert Fraction(a, 2).denominator == 2
    assert {p.position for p in NEMATIC.alternatives} == {(Fraction(1), Fraction(2)), (Fraction(2), Fraction(2))}
    assert {p.position[1] for p in NEMATIC.alternatives} == {Fraction(d, 2)}


@given(st.sampled_from(STRIPE_SPACINGS))
def test_no_beta_site_lies_between_alpha_sites(n):
    """β-sites stand at half-integers, the middle of four sites at 2."""
    along, across = stripe_centre_offset(n)
    assert along == Fraction(1, 2)
    assert across == (Fraction(1, 2) if n % 2 == 0 else 0)
    beta = make_stripe(n).doped[1].position
    assert all(x.denominator == 2 for x in beta)


def test_the_papers_disagree_on_two_states():
    stripes = {p.x_printed: p.state for p in map(make_stripe, STRIPE_SPACINGS)}
    differ = {p.x_printed for p in CHECKERBOARDS if stripes[p.x_printed] is not p.state}
    assert differ == {Fraction(1, 4), Fraction(1, 16)}
    assert stripes[Fraction(1, 8)] is State.INSULATING
