"""The magnetic charge of papers/002, Eqs. 4 to 6, in SI and in Gaussian units, and its dimensions.

Eq. 4, e g = n ħc/2, is Dirac's condition in Gaussian units. Eq. 5 puts the SI form of the fine structure constant
into it. Eq. 6, B = (E+ + E-)/c, is written in SI. The functions compute what each gives and in which unit.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import pi
from typing import Final

from polyqw.constants import ELEMENTARY_CHARGE_C, FINE_STRUCTURE, LIGHT_SPEED_M_PER_S, PLANCK_J_S
from polyqw.errors import UsageError

HBAR_J_S: Final = PLANCK_J_S / (2 * pi)
"""ħ [J s]."""

EPSILON0_F_PER_M: Final = ELEMENTARY_CHARGE_C**2 / (2 * FINE_STRUCTURE * PLANCK_J_S * LIGHT_SPEED_M_PER_S)
"""ε0 = e²/(2αhc) [F/m]."""

MU0_N_PER_A2: Final = 1 / (EPSILON0_F_PER_M * LIGHT_SPEED_M_PER_S**2)
"""μ0 = 1/(ε0c²) [N/A²]."""


@dataclass(frozen=True, slots=True)
class Dimension:
    """Powers of mass, length, time and current."""

    mass: Fraction = Fraction(0)
    length: Fraction = Fraction(0)
    time: Fraction = Fraction(0)
    current: Fraction = Fraction(0)

    def __mul__(self, other: Dimension) -> Dimension:
        return Dimension(
            self.mass + other.mass,
            self.length + other.length,
            self.time + other.time,
            self.current + other.current,
        )

    def __truediv__(self, other: Dimension) -> Dimension:
        return self * other**-1

    def __pow__(self, power: Fraction | int) -> Dimension:
        return Dimension(self.mass * power, self.length * power, self.time * power, self.current * power)

    def __str__(self) -> str:
        powers = (("M", self.mass), ("L", self.length), ("T", self.time), ("I", self.current))
        return " ".join(s if p == 1 else f"{s}^{p}" for s, p in powers if p) or "1"


ONE: Final = Dimension()
MASS: Final = Dimension(mass=Fraction(1))
LENGTH: Final = Dimension(length=Fraction(1))
TIME: Final = Dimension(time=Fraction(1))
CURRENT: Final = Dimension(current=Fraction(1))
SPEED: Final = LENGTH / TIME
ENERGY: Final = MASS * SPEED**2
ACTION: Final = ENERGY * TIME

CHARGE_SI: Final = CURRENT * TIME
CHARGE_GAUSSIAN: Final = (ENERGY * LENGTH) ** Fraction(1, 2)
PERMITTIVITY_SI: Final = CHARGE_SI**2 / (ENERGY * LENGTH)
ELECTRIC_FIELD_SI: Final = ENERGY / (CHARGE_SI * LENGTH)
MAGNETIC_FIELD_SI: Final = MASS / (CURRENT * TIME**2)
FIELD_GAUSSIAN: Final = CHARGE_GAUSSIAN / LENGTH**2
"""Of E and of B alike."""

MAGNETIC_CHARGE_WEBER: Final = MAGNETIC_FIELD_SI * LENGTH**2
MAGNETIC_CHARGE_AMPERE_METRE: Final = CURRENT * LENGTH


@dataclass(frozen=True, slots=True)
class MagneticCharge:
    """What one reading of an equation gives for the magnetic charge g.

    Parameters
    ----------
    reading : str
        Equation and units.
    value : float
        g.
    dimension : Dimension
        Of g.
    over_e : float
        g/e in the units of the reading.
    ratio_dimension : Dimension
        Of g/e; `ONE` where it is a mere number, as Eq. 5 wants.
    is_magnetic_charge : bool
        Whether the dimension is that of a magnetic charge in its system of units.
    """

    reading: str
    value: float
    unit: str
    dimension: Dimension
    over_e: float
    ratio_dimension: Dimension
    is_magnetic_charge: bool


def gaussian_magnetic_charge(n: int = 1) -> MagneticCharge:
    """Return g of Eq. 4 in Gaussian units, where it is Dirac's: g/e = n/(2α), α = e²/ħc.

    Parameters
    ----------
    n : int
        Quantum number, not 0.
    """
    ratio = _quantum(n) / (2 * FINE_STRUCTURE)
    charge_statcoulomb = ELEMENTARY_CHARGE_C * LIGHT_SPEED_M_PER_S * 10
    g = ACTION * SPEED / CHARGE_GAUSSIAN
    return _reading("Eq. 4, Gaussian", ratio * charge_statcoulomb, "statC", g, ratio, CHARGE_GAUSSIAN,
                    (CHARGE_GAUSSIAN,))  # fmt: skip


def eq4_in_si(n: int = 1) -> MagneticCharge:
    """Return g = nħc/(2e) with every letter of Eq. 4 in SI; it comes out in V m, no magnetic charge."""
    value = _quantum(n) * HBAR_J_S * LIGHT_SPEED_M_PER_S / (2 * ELEMENTARY_CHARGE_C)
    return _si("Eq. 4, letters read in SI", value, "V m", ACTION * SPEED / CHARGE_SI)


def eq5_in_si(n: int = 1) -> MagneticCharge:
    """Return g = n e/(8π ε0 α) with every letter of Eq. 5 in SI; the same as `eq4_in_si`, number and unit."""
    value = _quantum(n) * ELEMENTARY_CHARGE_C / (8 * pi * EPSILON0_F_PER_M * FINE_STRUCTURE)
    return _si("Eq. 5, letters read in SI", value, "V m", CHARGE_SI / PERMITTIVITY_SI)


def eq5_gaussian(n: int = 1) -> MagneticCharge:
    """Return g of Eq. 5 with 4πε0 set to 1, as Gaussian units have it: n e/(2α), Eq. 4's again."""
    g = gaussian_magnetic_charge(n)
    ratio = n / (8 * pi * FINE_STRUCTURE * (1 / (4 * pi)))
    return _reading("Eq. 5, Gaussian (4πε0 = 1)", g.value * ratio / g.over_e, "statC", CHARGE_GAUSSIAN, ratio,
                    CHARGE_GAUSSIAN, (CHARGE_GAUSSIAN,))  # fmt: skip


def dirac_weber(n: int = 1) -> MagneticCharge:
    """Return Dirac's charge in SI as a flux, g = nh/e [Wb]; twice the flux quantum of superconductors, h/2e."""
    value = _quantum(n) * PLANCK_J_S / ELEMENTARY_CHARGE_C
    return _si("Dirac in SI, e g = n h", value, "Wb", ACTION / CHARGE_SI)


def dirac_ampere_metre(n: int = 1) -> MagneticCharge:
    """Return Dirac's charge in SI as a pole strength, g = nh/(μ0 e) [A m]."""
    value = _quantum(n) * PLANCK_J_S / (MU0_N_PER_A2 * ELEMENTARY_CHARGE_C)
    mu0 = MAGNETIC_FIELD_SI * LENGTH / CURRENT
    return _si("Dirac in SI, μ0 e g = n h", value, "A m", ACTION / (mu0 * CHARGE_SI))


def magnetic_charges(n: int = 1) -> tuple[MagneticCharge, ...]:
    """Return g by every reading of Eqs. 4 and 5, and by Dirac's condition in SI."""
    return (
        gaussian_magnetic_charge(n),
        eq5_gaussian(n),
        eq4_in_si(n),
        eq5_in_si(n),
        dirac_weber(n),
        dirac_ampere_metre(n),
    )


def _si(reading: str, value: float, unit: str, dimension: Dimension) -> MagneticCharge:
    magnetic = (MAGNETIC_CHARGE_WEBER, MAGNETIC_CHARGE_AMPERE_METRE)
    return _reading(reading, value, unit, dimension, value / ELEMENTARY_CHARGE_C, CHARGE_SI, magnetic)


def _reading(
    reading: str,
    value: float,
    unit: str,
    dimension: Dimension,
    over_e: float,
    charge: Dimension,
    magnetic: tuple[Dimension, ...],
) -> MagneticCharge:
    return MagneticCharge(reading, value, unit, dimension, over_e, dimension / charge, dimension in magnetic)


def _quantum(n: int) -> int:
    if n == 0:
        raise UsageError("n of Eq. 4 is 1, 2, 3, ... or their negatives, not 0")
    return n


def field_of_pair_tesla(displacement_angstrom: float, distance_angstrom: float) -> float:
    """Return the B that Eq. 6 gives on the axis of a resting electron-proton pair, (E+ + E-)/c [T].

    The pair's charges stand half the displacement to either side of the origin. Maxwell's equations give 0 for
    charges at rest.

    Parameters
    ----------
    displacement_angstrom : float
        Distance between the two charges [Å].
    distance_angstrom : float
        From the centre of the pair, along its axis [Å]; more than half the displacement.

    Raises
    ------
    UsageError
        If the point does not lie outside of the pair.
    """
    half = abs(displacement_angstrom) / 2
    if not distance_angstrom > half:
        raise UsageError(f"the distance must exceed half the displacement, {half} Å, not {distance_angstrom} Å")
    metre = 1e-10
    coulomb = ELEMENTARY_CHARGE_C / (4 * pi * EPSILON0_F_PER_M)
    near, far = (distance_angstrom - half) * metre, (distance_angstrom + half) * metre
    return coulomb * (1 / near**2 - 1 / far**2) / LIGHT_SPEED_M_PER_S


def eq6_dimensions() -> dict[str, tuple[Dimension, Dimension]]:
    """Return the dimensions of both sides of Eq. 6, B and E/c, by system of units."""
    return {
        "SI": (MAGNETIC_FIELD_SI, ELECTRIC_FIELD_SI / SPEED),
        "Gaussian": (FIELD_GAUSSIAN, FIELD_GAUSSIAN / SPEED),
    }
