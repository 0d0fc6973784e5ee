"""The CLES model of papers/000 solved: gaps, critical temperatures, binding, carriers, resistivity.

Pure functions of chemical potentials [eV] and `Parameters`, both of which may be arrays and broadcast.
Where a point has no answer it is NaN and a `Reason` says why.
"""

from polyqw.cles.binding import BindingSolution, PairEnergy, find_binding_onset, solve_binding
from polyqw.cles.carriers import Carriers, solve_carriers
from polyqw.cles.crossings import Crossings, find_crossings
from polyqw.cles.gaps import GapSolution, solve_gaps
from polyqw.cles.inverse import Coupling, find_coupling
from polyqw.cles.maps import TcMap, make_max_tc_map, make_tc_map
from polyqw.cles.optimum import Optimum, find_optimum
from polyqw.cles.parameters import EXACT_PREFACTOR, PRINTED_PREFACTOR, Parameters
from polyqw.cles.reasons import Reason
from polyqw.cles.resistivity import Resistivity, solve_resistivity
from polyqw.cles.temperatures import (
    Method,
    TemperatureSolution,
    solve_tc,
    solve_tc_linearised,
    solve_temperatures,
)

__all__ = [
    "EXACT_PREFACTOR",
    "PRINTED_PREFACTOR",
    "BindingSolution",
    "Carriers",
    "Coupling",
    "Crossings",
    "GapSolution",
    "Method",
    "Optimum",
    "PairEnergy",
    "Parameters",
    "Reason",
    "Resistivity",
    "TcMap",
    "TemperatureSolution",
    "find_binding_onset",
    "find_coupling",
    "find_crossings",
    "find_optimum",
    "make_max_tc_map",
    "make_tc_map",
    "solve_binding",
    "solve_carriers",
    "solve_gaps",
    "solve_resistivity",
    "solve_tc",
    "solve_tc_linearised",
    "solve_temperatures",
]
