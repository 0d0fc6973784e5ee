"""The transport picture: what each quantity has to be, by hand and by energy shares."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyqw.errors import UsageError
from polyqw.theory.transport import lost_share, measure_ends, transport_at

FINE = {"n_electrons": 5000, "n_samples": 40, "seed": 3}


def test_ends_by_hand():
    """Twenty electrons: the first two 3 and 5 Å along the field, the last two 1 Å, all 2 Å to either side."""
    along = np.array([3.0, 5.0, *[2.0] * 16, 1.0, 1.0])
    across = np.array([2.0, -2.0] * 10)
    found = measure_ends((along + 1j * across)[None])
    assert (found.first, found.last, found.across) == (4.0, 1.0, 2.0)
    assert found.mean == pytest.approx(42 / 20)


@given(st.floats(0.1, 5), st.floats(0, 5), st.floats(0.1, 10))
def test_lost_share_is_that_of_squared_displacements(field, thermal, scale):
    """At most one half, which heat alone gives; lengths in another unit leave it."""
    share = lost_share(field, thermal)
    assert 0 <= share < 0.5
    assert share == pytest.approx(lost_share(scale * field, scale * thermal), rel=1e-9)
    assert share * (field**2 + 2 * thermal**2) == pytest.approx(thermal**2, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("t", [0.0, 40.0, 93.0])
def test_below_tc_nothing_is_lost(t):
    found = transport_at(t, 93.0, 1.0, 0.3, 100, 2, 0)
    assert (found.voltage, found.resistance, found.c_yz) == (0, 0, 0)
    assert found.phi1 == found.phi2 == found.c_x == found.e_out_over_e_in == 1


def test_above_tc_as_the_means_give_it():
    """Ends are tenths: they see 5 and 95 percent of the loss, the mean half of it; across stands σ(T)."""
    t, tc, field, thermal = 186.0, 93.0, 2.0, 0.5
    found = transport_at(t, tc, field, thermal, **FINE)
    sigma = thermal * np.sqrt(2)
    a = sigma**2 / (field**2 + 2 * sigma**2)
    assert found.phi1 == pytest.approx(1 - 0.05 * a, abs=0.01)
    assert found.phi2 == pytest.approx(1 - 0.95 * a, abs=0.01)
    assert found.c_x == pytest.approx(1 - a / 2, abs=0.01)
    assert found.c_yz == pytest.approx(sigma / field, rel=0.01)
    assert found.resistance == pytest.approx(0.9 * a / (1 - a / 2), rel=0.1)


def test_not_ohm():
    """Twice the displacement by the field, and R falls with the share that is lost."""
    weak, strong = (transport_at(100.0, 93.0, field, 0.3, **FINE) for field in (1.0, 2.0))
    assert strong.resistance < 0.5 * weak.resistance


@pytest.mark.parametrize("words", [(-1.0, 93.0, 1.0), (10.0, 0.0, 1.0), (10.0, 93.0, 0.0), (float("nan"), 93.0, 1.0)])
def test_bad_numbers(words):
    with pytest.raises(UsageError, match="positive"):
        transport_at(*words, 0.3, 10, 2, 0)
