"""The law turned round: which height a wanted Tc needs, what strain or pressure gives it, what contact allows."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Final

from polyqw.theory.scaling import height_of_tc, law_tc

SHANNON_VIII: Final = {
    "Mg": 0.89, "Zn": 0.90, "Cd": 1.10, "Ca": 1.12, "Sr": 1.26, "Ba": 1.42, "Li": 0.92, "Na": 1.18, "Sc": 0.870,
    "Lu": 0.977, "Y": 1.019, "La": 1.160,
}  # fmt: skip
"""Ionic radii with eight neighbours [Å]; Shannon, Acta Cryst. A 32, 751 (1976), Table 1."""

OXIDE_RADIUS: Final = 1.40
"""O2- with six neighbours [Å], from the same table."""


@dataclass(frozen=True, slots=True)
class Change:
    """What would bring a height to the one that a wanted Tc needs, to first order.

    Parameters
    ----------
    height_strain : float
        Relative change of the height.
    biaxial_strain : float
        Relative change of the in-plane axes that gives it.
    pressure_gpa : float
        Hydrostatic pressure that gives it; negative where the height must grow [GPa].
    """

    height_strain: float
    biaxial_strain: float
    pressure_gpa: float


def strained_height(height_angstrom: float, biaxial_strain: float, poisson: float) -> float:
    """Return the height under strain of the in-plane axes [Å], coordinates along the normal staying in proportion.

    A plate that is free along its normal answers a strain e in its plane with -2 ν e/(1 - ν) along the normal.

    Parameters
    ----------
    poisson : float
        Poisson's ratio ν, between 0 and 1/2.
    """
    return height_angstrom * (1 - 2 * poisson / (1 - poisson) * biaxial_strain)


def pressed_height(height_angstrom: float, pressure_gpa: float, bulk_modulus_gpa: float) -> float:
    """Return the height under hydrostatic pressure [Å], all lengths shrinking alike: 1 - p/(3 B)."""
    return height_angstrom * (1 - pressure_gpa / (3 * bulk_modulus_gpa))


def change_for(
    height_angstrom: float, tc_kelvin: float, lam: float, poisson: float, bulk_modulus_gpa: float
) -> Change:
    """Return the change of a height that a wanted Tc needs: `strained_height` and `pressed_height` turned round."""
    strain = height_of_tc(tc_kelvin, lam) / height_angstrom - 1
    return Change(strain, -strain * (1 - poisson) / (2 * poisson), -3 * bulk_modulus_gpa * strain)


def contact_height(cation: str, edge_angstrom: float) -> float:
    """Return the least height of an oxide well between two cations that touch the O of the square [Å].

    A cation at h/2 over the centre of a square with edge a is sqrt(h²/4 + a²/4) away from the O in the middle of its
    edges; it comes no nearer than the sum of the radii. Zero where the cation passes through the square.
    """
    contact = SHANNON_VIII[cation] + OXIDE_RADIUS
    room = contact**2 - edge_angstrom**2 / 4
    return 2 * sqrt(room) if room > 0 else 0.0


def contact_tc(cation: str, edge_angstrom: float, lam: float) -> float | None:
    """Return the Tc that the law gives the least height of contact [K]; None where contact sets no bound."""
    height = contact_height(cation, edge_angstrom)
    return law_tc(height, lam) if height > 0 else None
