"""The critical temperature of a structure, chosen among all that are known for it by their kind and pressure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from polyqw.core.record import TransitionKind

if TYPE_CHECKING:
    from collections.abc import Sequence

SAME_PRESSURE_GPA: Final = 0.1
"""Pressures that differ by no more are one [GPa]; with `SAME_PRESSURE_SHARE`, whichever is wider."""

SAME_PRESSURE_SHARE: Final = 0.05
"""The same as a share of the structure's pressure: gauges and media of two experiments agree no better."""

VALUES: Final = (TransitionKind.MEASURED, TransitionKind.REPORTED)
"""Kinds that are values of Tc, in the order in which they are taken; the other kinds are bounds."""


class KnownTc(Protocol):
    """A Tc or a bound on it, with its kind and pressure."""

    @property
    def tc_kelvin(self) -> float:
        """Tc, for bounds the bound or the lowest temperature reached [K]."""

    @property
    def kind(self) -> str:
        """A value of `TransitionKind`."""

    @property
    def pressure_gpa(self) -> float | None:
        """Pressure at which it was found [GPa]; None where none is stated."""


@dataclass(frozen=True, slots=True)
class StructureTc:
    """What is known of the Tc of a structure.

    Parameters
    ----------
    tc_kelvin : float or None
        The highest measured value at the structure's own pressure; where none was measured, the highest reported one.
    tc_kind : str or None
        Kind of ``tc_kelvin``; without one, ``not_observed`` or ``upper_bound`` where there is such a bound.
    tc_pressure_gpa : float or None
        Pressure stated with what ``tc_kind`` speaks of; None where none is stated, which is taken for ambient.
    tc_upper_bound_kelvin : float or None
        Lowest upper bound at the structure's own pressure.
    tc_not_observed_kelvin : float or None
        Lowest temperature reached at the structure's own pressure without superconductivity.
    tc_max_kelvin, tc_max_pressure_gpa : float or None
        The highest measured or reported value at any pressure, and the pressure stated with it.
    n_tc : int
        Number of all values and bounds.
    """

    tc_kelvin: float | None
    tc_kind: str | None
    tc_pressure_gpa: float | None
    tc_upper_bound_kelvin: float | None
    tc_not_observed_kelvin: float | None
    tc_max_kelvin: float | None
    tc_max_pressure_gpa: float | None
    n_tc: int


def is_same_pressure(tc_pressure_gpa: float | None, structure_pressure_gpa: float | None) -> bool:
    """Whether a Tc was found at the pressure of a structure [GPa]; None is taken for ambient pressure on both sides.

    The view ``v_tc`` holds the same rule.
    """
    own = structure_pressure_gpa or 0.0
    return abs((tc_pressure_gpa or 0.0) - own) <= max(SAME_PRESSURE_GPA, SAME_PRESSURE_SHARE * own)


def tc_of_structure(known: Sequence[KnownTc], pressure_gpa: float | None) -> StructureTc:
    """Return what the known Tc of a structure say together; values of different kinds are never averaged.

    Parameters
    ----------
    pressure_gpa : float or None
        Pressure of the structure [GPa]; None for ambient.
    """
    own = [one for one in known if is_same_pressure(one.pressure_gpa, pressure_gpa)]
    by_kind = {kind: [one for one in own if one.kind == kind] for kind in TransitionKind}
    values = [one for one in known if one.kind in VALUES and one.tc_kelvin > 0]
    best = next((_highest(by_kind[kind]) for kind in VALUES if _highest(by_kind[kind])), None)
    upper = _lowest(by_kind[TransitionKind.UPPER_BOUND])
    absent = _lowest(by_kind[TransitionKind.NOT_OBSERVED])
    highest = _highest(values)
    told = best or absent or upper
    return StructureTc(
        tc_kelvin=best.tc_kelvin if best else None,
        tc_kind=str(told.kind) if told else None,
        tc_pressure_gpa=told.pressure_gpa if told else None,
        tc_upper_bound_kelvin=upper.tc_kelvin if upper else None,
        tc_not_observed_kelvin=absent.tc_kelvin if absent else None,
        tc_max_kelvin=highest.tc_kelvin if highest else None,
        tc_max_pressure_gpa=highest.pressure_gpa if highest else None,
        n_tc=len(known),
    )


def _highest(known: Sequence[KnownTc]) -> KnownTc | None:
    """Return the highest Tc above zero: a zero says neither that one was measured nor that there is none."""
    return max((one for one in known if one.tc_kelvin > 0), key=lambda one: one.tc_kelvin, default=None)


def _lowest(known: Sequence[KnownTc]) -> KnownTc | None:
    return min(known, key=lambda one: one.tc_kelvin, default=None)
