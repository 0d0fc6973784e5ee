"""A dipole and its image: against the field of a dipole by differences, and the sign of the stiffness."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyqw.theory.meissner import MU0, Levitation


def test_vacuum_permeability_is_that_of_codata():
    assert pytest.approx(1.25663706127e-6, rel=1e-9) == MU0


@given(st.floats(0.1, 5), st.floats(0.005, 0.1), st.floats(0, 0.01))
def test_force_is_the_moment_in_the_gradient_of_the_image(moment, height, depth):
    """On its axis a dipole has B = μ0 m/(2π d³); the force on the other is m dB/dd."""
    distance = 2 * (height + depth)
    step = 1e-5 * distance
    low, high = (MU0 * moment / (2 * math.pi * d**3) for d in (distance - step, distance + step))
    assert Levitation(moment, is_attracted=False).force(height, depth) == pytest.approx(
        moment * (low - high) / (2 * step), rel=1e-6
    )


@given(st.floats(0.1, 5), st.floats(0.01, 1), st.floats(-3, 1))
def test_stiffness_against_differences(moment, weight, slope):
    for attracted in (False, True):
        model = Levitation(moment, is_attracted=attracted)
        z = model.height(weight, 1e-4)
        assert model.force(z, 1e-4) == pytest.approx(weight, rel=1e-9)
        step = 1e-6 * z
        low, high = (model.force(z + s, 1e-4 + slope * s) for s in (-step, step))
        net = (high - low) / (2 * step) * (1 if attracted else -1)
        assert model.stiffness(z, 1e-4, slope) == pytest.approx(net, rel=1e-4, abs=1e-6 * weight / z)


@given(st.floats(0.1, 5), st.floats(0.01, 1), st.floats(0.001, 0.1))
def test_depth_that_adjusts_itself_keeps_the_force(moment, weight, height):
    model = Levitation(moment, is_attracted=True)
    depth = model.depth(weight, height)
    assert model.force(height, depth) == pytest.approx(weight, rel=1e-9)
    assert model.depth(weight, height + 1e-3) == pytest.approx(depth - 1e-3, abs=1e-12)


def test_only_one_of_the_two_balances_is_stable():
    repelled, hanging = (Levitation(1.0, is_attracted=a) for a in (False, True))
    z = repelled.height(0.1, 1e-4)
    assert repelled.stiffness(z, 1e-4) > 0 > hanging.stiffness(z, 1e-4)
    assert hanging.stiffness(z, 1e-4, -1.0) == 0
    assert hanging.stiffness(z, 1e-4, -1.5) > 0
