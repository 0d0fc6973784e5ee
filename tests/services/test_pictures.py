"""Transport and levitation: what they say follows from what they compute, and their figures are drawn."""

import json

import pytest

from polyqw.core.outside import as_row
from polyqw.errors import UsageError
from polyqw.services.drawing.figure_files import figure_bytes
from polyqw.services.systems.meissner import draw_suspension, suspend
from polyqw.services.systems.transport import draw_transport, transport_curve

PNG = b"\x89PNG"


def test_transport_over_temperature():
    curve = transport_curve(40.0, 1.0, 0.3, 0)
    below = [p for p in curve.points if p.is_superconducting]
    above = [p for p in curve.points if not p.is_superconducting]
    assert {p.resistance for p in below} == {0.0}
    assert max(p.temperature_kelvin for p in below) <= 40.0 < min(p.temperature_kelvin for p in above)
    assert above[-1].resistance > above[0].resistance > 0
    assert max(p.c_x for p in curve.points) == pytest.approx(1, abs=0.01)
    assert any("not Ohm's law" in note for note in curve.notes)
    json.dumps(as_row(curve), allow_nan=False)
    assert figure_bytes(draw_transport(curve), "png").startswith(PNG)


def test_without_heat_there_is_no_resistance_at_all():
    curve = transport_curve(40.0, 1.0, 0.0, 0)
    assert {p.resistance for p in curve.points} == {0.0}
    assert not any("Ohm" in note for note in curve.notes)


def test_suspension_balances_both_weights():
    found = suspend(1.0, 0.01, 0.02, 150.0)
    repelled, attracted = found.balances
    assert repelled.weight_newton == pytest.approx(0.0980665)
    assert attracted.height_mm == pytest.approx(repelled.height_mm / 2**0.25, rel=1e-4)
    assert repelled.stiffness_london_newton_per_m > 0 > attracted.stiffness_london_newton_per_m
    assert attracted.stiffness_adjusting_newton_per_m == 0
    assert attracted.depth_1_mm_lower_mm == pytest.approx(1 + 150e-6, abs=1e-9)
    assert attracted.depth_1_mm_higher_mm < 0
    json.dumps(as_row(found), allow_nan=False)
    assert figure_bytes(draw_suspension(found), "png").startswith(PNG)


@pytest.mark.parametrize("words", [(0.0, 1.0, 1.0, 1.0), (1.0, -1.0, 1.0, 1.0), (1.0, 1.0, float("nan"), 1.0)])
def test_bad_suspension(words):
    with pytest.raises(UsageError, match="positive"):
        suspend(*words)


def test_magnet_too_weak():
    with pytest.raises(UsageError, match="stronger magnet"):
        suspend(1e-9, 100.0, 0.01, 1e6)


@pytest.mark.parametrize("words", [(0.0, 1.0, 0.3), (40.0, 0.0, 0.3), (40.0, 1.0, -0.1)])
def test_bad_transport(words):
    with pytest.raises(UsageError, match="positive"):
        transport_curve(*words, 0)
