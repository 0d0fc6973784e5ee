"""The shape of a plaquette, from corners placed by hand."""

from dataclasses import replace

import pytest

from polyqw.core.analysis import find_wells
from polyqw.core.plaquette_shape import plaquette_shape
from polyqw.core.wells import Phase, Role
from tests.core.crystals import cuprate_block, iron_block


def with_corners(well, corners):
    rest = [v for v in well.vertices if v.role is not Role.PLAQUETTE]
    own = [v for v in well.vertices if v.role is Role.PLAQUETTE]
    moved = [replace(v, cart=tuple(map(float, c))) for v, c in zip(own, corners, strict=True)]
    return replace(well, vertices=(*moved, *rest))


def test_rectangle():
    (well,) = find_wells(cuprate_block(3.85, [], 1.9, 5.6, b=3.95)).wells
    shape = plaquette_shape(well)
    assert (shape.short_edge, shape.long_edge) == pytest.approx((3.85, 3.95))
    assert shape.skew_degrees == pytest.approx(0, abs=1e-6)
    assert shape.residual == pytest.approx(0, abs=1e-9)


def test_a_lifted_corner_and_a_skewed_square():
    (well,) = find_wells(cuprate_block(3.85, [], 1.9, 5.6)).wells
    bent = plaquette_shape(with_corners(well, [(0, 0, 0.4), (4, 0, 0), (4, 4, 0), (0, 4, 0)]))
    # one corner raised by d stands d/4 off the mean plane, and so do the others, to first order
    assert bent.residual == pytest.approx(0.1, rel=0.02)
    skewed = plaquette_shape(with_corners(well, [(0, 0, 0), (4, 0, 0), (5, 3, 0), (1, 3, 0)]))
    assert skewed.skew_degrees == pytest.approx(18.4349, abs=1e-3)


def test_a_tetrahedron_has_none():
    wells = find_wells(iron_block(4.03, 1.32, 3.13, 2.4)).wells
    assert [plaquette_shape(w) is None for w in wells] == [w.phase is Phase.MU for w in wells]
