"""Lengths of a crystal against brute force and another library, and chance against random values."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polyqw.core.cell import Cell, Site
from polyqw.theory.provenance import LengthKind, chance_of_all, lengths_of, match_lengths

CSCL = Cell(
    np.diag([4.123, 4.123, 4.123]),
    (Site("Cs", (("Cs", 1.0),), (0, 0, 0)), Site("Cl", (("Cl", 1.0),), (0.5, 0.5, 0.5))),
)


def values(lengths, kind, between):
    return [round(x.value, 3) for x in lengths if x.kind is kind and x.between == between]


def test_lengths_of_caesium_chloride_by_hand():
    found = lengths_of(CSCL, 7.2)
    assert values(found, LengthKind.DISTANCE, "Cl-Cs") == pytest.approx(
        [4.123 * x**0.5 for x in (0.75, 2.75)], abs=1e-3
    )
    assert values(found, LengthKind.DISTANCE, "Cs-Cs") == pytest.approx([4.123 * x**0.5 for x in (1, 2, 3)], abs=1e-3)
    assert values(found, LengthKind.PLANE_SPACING, "Cl-Cs") == [2.062]
    assert values(found, LengthKind.EDGE, "c") == [4.123]
    assert values(lengths_of(CSCL, 7.2, [("alpha", 3.5)]), LengthKind.HEIGHT, "alpha") == [3.5]


@settings(max_examples=15)
@given(st.lists(st.tuples(*[st.floats(0, 0.99)] * 3), min_size=2, max_size=4, unique=True), st.floats(60, 120))
def test_distances_against_a_plain_loop(fracs, angle):
    gamma = np.radians(angle)
    lattice = np.array([[3.1, 0, 0], [4.2 * np.cos(gamma), 4.2 * np.sin(gamma), 0], [0.4, 0.3, 5.0]])
    cell = Cell(lattice, tuple(Site(f"X{i}", (("O", 1.0),), f) for i, f in enumerate(fracs)))
    found = [x.value for x in lengths_of(cell, 6.0) if x.kind is LengthKind.DISTANCE]
    for (one, other), shift in itertools.product(
        itertools.combinations_with_replacement(np.array(fracs), 2), itertools.product(range(-4, 5), repeat=3)
    ):
        apart = float(np.linalg.norm((other + shift - one) @ lattice))
        if 0.51 < apart < 5.99:
            assert min(abs(apart - x) for x in found) < 1.1e-3


def test_moving_the_origin_changes_no_length():
    moved = Cell(CSCL.lattice, tuple(Site(s.label, s.species, tuple(x + 0.37 for x in s.frac)) for s in CSCL.sites))
    kept = [(x.kind, x.between, round(x.value, 3)) for x in lengths_of(CSCL, 8.0)]
    assert [(x.kind, x.between, round(x.value, 3)) for x in lengths_of(moved, 8.0)] == kept


def test_expected_matches_are_those_of_random_values():
    rng = np.random.default_rng(1)
    sites = tuple(Site(f"O{i}", (("O", 1.0),), tuple(rng.random(3))) for i in range(6))
    lengths = lengths_of(Cell(np.diag([6.0, 7.0, 8.0]), sites), 9.0)
    tried = rng.uniform(4, 7, 2000)
    found = match_lengths(list(tried), lengths, 0.01)
    hits, expected = sum(len(m.lengths) for m in found), sum(m.expected for m in found)
    assert hits == pytest.approx(expected, rel=0.1)
    assert sum(bool(m.lengths) for m in found) == pytest.approx(sum(m.chance for m in found), rel=0.12)


def test_chance_of_several_is_the_product():
    found = match_lengths([3.57, 5.0], lengths_of(CSCL, 7.2), 0.01)
    assert [bool(m.lengths) for m in found] == [True, False]
    assert chance_of_all(found) == pytest.approx((1 - np.exp(-found[0].expected)) * (1 - np.exp(-found[1].expected)))
