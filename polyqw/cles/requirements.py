"""What the conclusion of papers/000 asks of a high Tc, (i) to (vi), each as a derivative of ln Tc.

Derivatives are central differences: at a doping that stays, with μ = p/(D0/Nd), and at the optimum, which moves.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from polyqw.cles.optimum import find_optimum
from polyqw.cles.parameters import FloatArray, Parameters
from polyqw.cles.temperatures import solve_tc

_STEP: Final = 1e-5


@dataclass(frozen=True, slots=True)
class Requirement:
    """A requirement of the conclusion.

    Attributes
    ----------
    number, asks_for : str
        As printed.
    name : str
        The parameter of `Parameters`; empty where the model has none.
    direction : int
        Which way the parameter goes where more is fulfilled.
    """

    number: str
    asks_for: str
    name: str
    direction: int


REQUIREMENTS: Final = (
    Requirement("i", "well localized states", "epsilon_l", -1),
    Requirement("ii", "small D0/Nd", "dn", -1),
    Requirement("iii", "weak hopping", "", 0),
    Requirement("iv", "high Hubbard potential", "u", 1),
    Requirement("v", "high coupling strength J", "j", 1),
    Requirement("vi", "wide bandwidth", "omega_c", 1),
)
"""papers/000, Conclusion. (iii): the Hamiltonian leaves the hopping out, so that nothing depends on it."""


def log_slope_at_doping(name: str, p: float, parameters: Parameters) -> float:
    """Return d ln Tc/d ln|x| of a parameter x at a doping p that stays."""
    models = _around(name, parameters)
    tc = solve_tc(models.chemical_potential(np.array(p)), models)
    return _slope(np.asarray(tc))


def log_slope_at_optimum(name: str, parameters: Parameters) -> float:
    """Return d ln Tc/d ln|x| of the highest Tc over doping."""
    return _slope(find_optimum(_around(name, parameters)).tc_kelvin)


def _around(name: str, parameters: Parameters) -> Parameters:
    return parameters.replace(**{name: getattr(parameters, name) * np.exp(np.array([-_STEP, _STEP]))})


def _slope(tc: FloatArray) -> float:
    low, high = np.log(tc)
    return float((high - low) / (2.0 * _STEP))


def fulfils(requirement: Requirement, log_slope: float) -> bool:
    """Return whether Tc rises where more of a requirement is fulfilled; |ε_L| grows as the level goes deeper."""
    along_size = -requirement.direction if requirement.name == "epsilon_l" else requirement.direction
    return log_slope * along_size > 0
