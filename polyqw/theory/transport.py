"""The transport picture of papers/002, Figs. 12-13 and papers/003, Fig. 2, as functions of temperature.

The paper gives words and no equation. What is taken for granted here, each of it ours:

- above Tc heat displaces electrons by σ(T) = σ(Tc) √(T/Tc) in each direction, as in a harmonic well; below Tc by
  nothing, which the paper states and does not derive;
- the share of the squared displacement that stands across the field, σ²/(Δ² + 2σ²), is lost from end to end;
- potentials are the mean displacements at the two ends, the current their mean along the sample, capacities the
  displacements along and across, all in units of the field's own displacement Δ.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING

import numpy as np

from polyqw.errors import UsageError
from polyqw.theory.order_parameter import Condensed, Displacements, simulate

if TYPE_CHECKING:
    from polyqw.core.arrays import ComplexArray

TENTHS = 10
"""An end of the sample is a tenth of it."""


@dataclass(frozen=True, slots=True)
class Ends:
    """What a simulated sample shows, in Å: displacement along the field at both ends and in the mean, and across."""

    first: float
    last: float
    mean: float
    across: float


@dataclass(frozen=True, slots=True)
class Transport:
    """What a four-wire measurement would find by the picture; all but the temperature in units of Δ."""

    temperature_kelvin: float
    is_superconducting: bool
    phi1: float
    phi2: float
    voltage: float
    current: float
    resistance: float
    c_x: float
    c_yz: float
    e_out_over_e_in: float


def measure_ends(r: ComplexArray) -> Ends:
    """Return the displacements at both ends of samples, (samples, N) [Å]; the electrons stand in order along it."""
    tenth = max(1, r.shape[1] // TENTHS)
    return Ends(
        float(r[:, :tenth].real.mean()),
        float(r[:, -tenth:].real.mean()),
        float(r.real.mean()),
        float(r.imag.std()),
    )


def lost_share(field: float, thermal: float) -> float:
    """Return the share of the squared displacement that stands across the field, σ²/(Δ² + 2σ²)."""
    return thermal**2 / (field**2 + 2.0 * thermal**2)


def transport_at(
    temperature: float, tc: float, field: float, thermal_at_tc: float, n_electrons: int, n_samples: int, seed: int
) -> Transport:
    """Return what the picture gives at one temperature; the same seed gives the same random displacements.

    Parameters
    ----------
    temperature, tc : float
        [K].
    field, thermal_at_tc : float
        Δ and σ(Tc) [Å].

    Raises
    ------
    UsageError
        If a temperature is negative, or Tc or Δ is not positive.
    """
    if not (temperature >= 0 and tc > 0 and field > 0):
        raise UsageError(f"T, Tc and the field's displacement are positive, not {temperature}, {tc} and {field}")
    whole = temperature <= tc
    thermal = 0.0 if whole else thermal_at_tc * sqrt(temperature / tc)
    sizes = Displacements(field, thermal, lost_share(field, thermal))
    state = Condensed.SUPERCONDUCTING if whole else Condensed.METALLIC
    found = measure_ends(simulate(state, sizes, n_electrons, n_samples, np.random.default_rng(seed)))
    phi1, phi2, mean = found.first / field, found.last / field, found.mean / field
    voltage = phi1 - phi2
    return Transport(
        temperature, whole, phi1, phi2, voltage, mean, voltage / mean, mean, found.across / field, phi2 / phi1
    )
