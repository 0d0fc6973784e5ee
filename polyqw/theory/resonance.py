"""Spin resonance energies from heights: E_R = Θ/h² (papers/001 and 002, Eq. 3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from polyqw.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from polyqw.core.arrays import FloatArray

PARITY = {"alpha": "even", "beta": "odd", "gamma": "odd"}
"""Parity by the layer of the confined electron: Fe even, X odd (papers/002, III.C)."""


@dataclass(frozen=True, slots=True)
class Mode:
    """One resonance mode.

    Parameters
    ----------
    energy_mev : float
        Θ/h².
    parity : str
        ``even`` or ``odd``.
    """

    phase: str
    height_angstrom: float
    energy_mev: float
    parity: str


def resonance_modes(heights_angstrom: Mapping[str, float], anchor_phase: str, anchor_energy_mev: float) -> list[Mode]:
    """Return the modes of all phases, scaled so that the anchor phase has its measured energy.

    Parameters
    ----------
    heights_angstrom : mapping of str to float
        Height of each phase [Å].

    Raises
    ------
    UsageError
        If the anchor phase has no height.
    """
    if anchor_phase not in heights_angstrom:
        raise UsageError(f"no height for the anchor phase {anchor_phase!r}")
    theta = resonance_constant(anchor_energy_mev, heights_angstrom[anchor_phase])
    return [
        Mode(phase, height, theta / height**2, PARITY[phase])
        for phase, height in sorted(heights_angstrom.items())
        if phase in PARITY
    ]


def resonance_constant(energy_mev: float, height_angstrom: float) -> float:
    """Return Θ = E_R h² [meV Å²] (Eq. 3)."""
    return energy_mev * height_angstrom**2


def modulation(parity: str, along_c: FloatArray, spacing_over_c: float) -> FloatArray:
    """Return the modulation of a mode along L: sin²(πzL) where it is odd, cos²(πzL) where it is even.

    papers/001, Fig. 5i and its text: the odd modes go as a sine square, the even one begins a phase of π/2 later. The
    paper prints no argument; πzL is that of two planes zc apart, and its "slight delay" of β behind γ, which has no
    number, is left out.

    Parameters
    ----------
    along_c : array
        L [2π/c].
    spacing_over_c : float
        z, the spacing of the planes of a pair as a share of c.
    """
    phase = np.pi * spacing_over_c * np.asarray(along_c) - (np.pi / 2 if parity == "even" else 0.0)
    return np.asarray(np.sin(phase) ** 2)


def relative_intensities(separations_angstrom: Mapping[str, float]) -> dict[str, float]:
    """Return intensities ~ 1/η² relative to the weakest (papers/001, after Eq. 3).

    Parameters
    ----------
    separations_angstrom : mapping of str to float
        Distance η between the two electrons of a pair, by phase [Å].
    """
    if not separations_angstrom:
        return {}
    largest = max(separations_angstrom.values())
    return {phase: (largest / eta) ** 2 for phase, eta in sorted(separations_angstrom.items())}
