"""Phases as labels of doping and temperature, and where the derivation of Tc and T* does not hold (papers/000).

Tc, T* and μ* divide the plane of Fig. 3a. The paper names the phases and draws no borders; ours are:

- superconductor below Tc;
- antiferromagnet above Tc and below T* where nothing is doped (p <= 0), the unpaired state of Eq. 2: the model has
  no Néel temperature;
- pseudogap above Tc and below T* for 0 < p < p*;
- metal elsewhere, and so at p > p* below T* too, where T* rises again with doping.
"""

from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from polyqw.cles.parameters import BoolArray, FloatArray, Parameters, StrArray, as_finite, make_points
from polyqw.cles.temperatures import solve_temperatures
from polyqw.constants import BOLTZMANN_EV_PER_K

MUCH_LARGER: Final = 10.0
"""What "much larger" means: |δ| of at least ten kT."""


class PhaseLabel(StrEnum):
    """Phases of Fig. 3a."""

    SUPERCONDUCTOR = "superconductor"
    ANTIFERROMAGNET = "antiferromagnet"
    PSEUDOGAP = "pseudogap"
    METAL = "metal"
    UNKNOWN = "unknown"


def label_phases(temperature_kelvin: ArrayLike, mu: ArrayLike, parameters: Parameters) -> StrArray:
    """Return the phase at each temperature [K] and chemical potential [eV], broadcast against each other."""
    temperature, mu_array = as_finite("temperature_kelvin", temperature_kelvin), as_finite("mu", mu)
    found = solve_temperatures(mu_array, parameters)
    level = parameters.mu_star
    below_tstar = temperature < found.tstar_kelvin
    known = np.isfinite(found.tc_kelvin)
    return np.select(
        [
            ~known & (mu_array > 0) & np.ones_like(temperature, dtype=np.bool_),
            known & (temperature < found.tc_kelvin),
            (below_tstar | ~known) & (mu_array <= 0) & (mu_array < level),
            below_tstar & (mu_array < level),
        ],
        [
            PhaseLabel.UNKNOWN.value,
            PhaseLabel.SUPERCONDUCTOR.value,
            PhaseLabel.ANTIFERROMAGNET.value,
            PhaseLabel.PSEUDOGAP.value,
        ],
        PhaseLabel.METAL.value,
    )


def distance_in_kt(temperature_kelvin: ArrayLike, mu: ArrayLike, parameters: Parameters) -> FloatArray:
    """Return |δ|/kT, which the derivation of Tc and T* takes to be large."""
    points = make_points(mu, parameters)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(
            points.reshape(np.abs(points.delta))
            / (BOLTZMANN_EV_PER_K * as_finite("temperature_kelvin", temperature_kelvin))
        )


def derivation_holds(temperature_kelvin: ArrayLike, mu: ArrayLike, parameters: Parameters) -> BoolArray:
    """Return whether |δ| >= 10 kT."""
    return np.asarray(distance_in_kt(temperature_kelvin, mu, parameters) >= MUCH_LARGER)
