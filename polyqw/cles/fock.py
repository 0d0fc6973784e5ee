"""An exact small Fock space: one localized site, one state below and one above the Fermi level (papers/000, Eqs 1-4).

Six modes, 64 states. The Hamiltonian of Eq. 1 is applied to the states of Eq. 2, and what comes out is counted: the
energy of the extended pair and of the localized pair above the unpaired state, the exact root Ω, and how far Eq. 3
misses it with either E0.
"""

from dataclasses import dataclass
from functools import cache, reduce
from typing import Final

import numpy as np

from polyqw.cles.binding import PairEnergy
from polyqw.cles.parameters import FloatArray

LOCALIZED, BELOW, ABOVE = range(3)
UP, DOWN = range(2)
_N_MODES: Final = 6


@dataclass(frozen=True, slots=True)
class SmallModel:
    """The constants of Eq. 1 for three orbitals [eV]: J and λ are those of single levels."""

    epsilon_l: float
    u: float
    epsilon_below: float
    epsilon_above: float
    j: float
    lam: float


@dataclass(frozen=True, slots=True)
class PairStates:
    """The states of Eq. 2 with one level above the Fermi level; energies [eV] above the unpaired state.

    Attributes
    ----------
    extended_ev, localized_ev : float
        The pair above the Fermi level, and the pair on the localized site, both uncoupled.
    omega_ev : float
        The lower exact energy of the two, coupled.
    leak_ev : float
        What the Hamiltonian makes of them outside of these two states: 0.
    """

    extended_ev: float
    localized_ev: float
    omega_ev: float
    leak_ev: float


@cache
def annihilators() -> tuple[FloatArray, ...]:
    """Return the operators of the six modes, spin fastest, by Jordan and Wigner."""
    lower, sign, one = np.array([[0.0, 1.0], [0.0, 0.0]]), np.diag([1.0, -1.0]), np.eye(2)
    return tuple(_product([sign] * k + [lower] + [one] * (_N_MODES - k - 1)) for k in range(_N_MODES))


def _product(factors: list[FloatArray]) -> FloatArray:
    return reduce(lambda left, right: np.asarray(np.kron(left, right)), factors)


def _mode(orbital: int, spin: int) -> FloatArray:
    return annihilators()[2 * orbital + spin]


def _pair(orbital: int) -> FloatArray:
    return _mode(orbital, DOWN) @ _mode(orbital, UP)


def hamiltonian(model: SmallModel) -> FloatArray:
    """Return Eq. 1 as a matrix of 64 states [eV]."""
    energies = (model.epsilon_l, model.epsilon_below, model.epsilon_above)
    free = sum(
        e * _mode(orbital, spin).T @ _mode(orbital, spin) for orbital, e in enumerate(energies) for spin in (UP, DOWN)
    )
    site, extended = _pair(LOCALIZED), (_pair(BELOW), _pair(ABOVE))
    hop = sum(site.T @ k + k.T @ site for k in extended)
    attraction = sum(k.T @ other for k in extended for other in extended)
    return np.asarray(free + model.u * site.T @ site + model.j * hop - model.lam * attraction)


def solve_pair_states(model: SmallModel, *, doubly_occupied: bool) -> PairStates:
    """Return the states of Eq. 2 (one electron on the site) or of Eq. 4 (two), solved exactly.

    Parameters
    ----------
    model : SmallModel
    doubly_occupied : bool
        Whether the unpaired state holds a pair on the site, as for μ >= μ*.
    """
    vacuum = np.eye(2**_N_MODES)[0]
    filled = _pair(BELOW).T @ vacuum
    unpaired = (_pair(LOCALIZED).T if doubly_occupied else _mode(LOCALIZED, DOWN).T) @ filled
    taken = _pair(LOCALIZED) if doubly_occupied else _mode(BELOW, UP) @ _mode(LOCALIZED, DOWN)
    states = np.stack([_pair(k).T @ taken @ unpaired for k in (ABOVE, LOCALIZED)])
    free = hamiltonian(SmallModel(model.epsilon_l, model.u, model.epsilon_below, model.epsilon_above, 0.0, 0.0))
    alone = np.einsum("ij,jk,ik->i", states, free, states) - unpaired @ free @ unpaired
    full = _without_level_below(model) if doubly_occupied else hamiltonian(model)
    block = states @ full @ states.T - np.eye(2) * (unpaired @ free @ unpaired)
    leak = states @ full - (states @ full @ states.T) @ states
    extended, localized = map(float, alone)
    return PairStates(extended, localized, float(np.linalg.eigvalsh(block)[0]), float(np.abs(leak).max()))


def _without_level_below(model: SmallModel) -> FloatArray:
    """Return Eq. 1 with the pairs of the filled level left alone, as the state of Eq. 4 has it."""
    frozen = _pair(BELOW)
    others = (_pair(LOCALIZED), _pair(ABOVE))
    hop = frozen.T @ (model.j * others[0] - model.lam * others[1])
    return np.asarray(hamiltonian(model) - hop - hop.T + model.lam * frozen.T @ frozen)


def miss_of_eq3(model: SmallModel, e0: PairEnergy) -> float:
    """Return the right side of Eq. 3 less 1 at the exact Ω of one level above the Fermi level, for μ < μ*."""
    omega = solve_pair_states(model, doubly_occupied=False).omega_ev
    pair_energy = omega + model.epsilon_below + model.epsilon_l + (model.u if e0 is PairEnergy.PRINTED else 0.0)
    e1 = omega - model.epsilon_l + model.epsilon_below - model.u
    return (model.j**2 / e1 - model.lam) / (pair_energy - 2.0 * model.epsilon_above) - 1.0


def repulsion_in_pair_energy(model: SmallModel, step: float = 0.5) -> float:
    """Return how many U the energy of the extended pair of Eq. 2 holds: 1 in the printed E0, counted here."""
    with_more = SmallModel(
        model.epsilon_l, model.u + step, model.epsilon_below, model.epsilon_above, model.j, model.lam
    )
    low, high = (solve_pair_states(m, doubly_occupied=False).extended_ev for m in (model, with_more))
    return (low - high) / step
