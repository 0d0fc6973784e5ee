"""The windows of pressure of a compound beside the law, as values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from polyqw.services.systems.series.values import MeasuredPoint


@dataclass(frozen=True, slots=True)
class LawWindow:
    """A window of pressure with the height that the papers print for its well, and the law's Tc of it.

    Parameters
    ----------
    height_for_observed_angstrom : float or None
        Height from which the law gives the observed Tc.
    """

    pressure_from_gpa: float
    pressure_to_gpa: float | None
    state: str
    phase: str | None
    height_angstrom: float | None
    tc_law_kelvin: float | None
    tc_observed_kelvin: float | None
    pressure_of_tc_gpa: float | None
    height_for_observed_angstrom: float | None
    source: str | None
    note: str | None


@dataclass(frozen=True, slots=True)
class PrintedPhase:
    """A phase of the papers with its printed height, the law's Tc of it, and the Tc that they print."""

    phase: str
    height_angstrom: float
    tc_law_kelvin: float
    tc_published_kelvin: float | None


@dataclass(frozen=True, slots=True)
class Shift:
    """The shift of an electron from the beta to the alpha centre in a stored structure."""

    structure: str
    origin: str
    shift_angstrom: float


@dataclass(frozen=True, slots=True)
class PressurePhases:
    """The windows of a compound, the phases that the papers print, what is measured, and notes."""

    set: str
    compound: str
    lambda_used_kelvin_angstrom2: float
    lambda_from: str
    windows: tuple[LawWindow, ...]
    phases: tuple[PrintedPhase, ...]
    measured: tuple[MeasuredPoint, ...]
    shifts: tuple[Shift, ...]
    notes: tuple[str, ...] = ()
