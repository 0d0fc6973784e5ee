"""A series of structures as values: its structures, its phases, the places where heights are equal."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from polyqw.core.outside import as_row
from polyqw.services.structures.file_claims import claims_row

if TYPE_CHECKING:
    from polyqw.services.structures.analyse import Analysed
    from polyqw.theory.series import Abscissa, SmallestChange


@dataclass(frozen=True, slots=True)
class SeriesWell:
    """The wells of one phase in a structure; their height is the mean of those averaged."""

    phase: str
    height_angstrom: float
    tc_law_kelvin: float | None
    heights_averaged_angstrom: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a structure stands in a series, and its wells there.

    Parameters
    ----------
    value_from : str or None
        ``given`` by the user, or stated by the ``file``.
    """

    in_series: bool
    value: float | None
    value_from: str | None
    value_stated: float | None
    value_note: str | None
    wells: tuple[SeriesWell, ...]
    smallest_phase: str | None
    shift_angstrom: float | None


@dataclass(frozen=True, slots=True)
class SeriesStructure:
    """A structure with its place in a series."""

    analysed: Analysed
    place: Place

    @property
    def name(self) -> str:
        """Its data block."""
        return self.analysed.block

    def row(self) -> dict[str, Any]:
        """Return its fields in ``polyqw series --json``."""
        read = self.analysed
        origin = read.record.provenance if read.record else None
        row = read.row(
            family=str(read.analysis.family) if read.analysis and read.analysis.family else None,
            origin=str(origin.origin) if origin else None,
            trust=str(origin.trust) if origin else None,
            claims=claims_row(origin.claims) if origin else None,
            table_row=origin.table_row if origin else None,
        )
        if read.is_done and not read.reason and not self.place.in_series:
            row["reason"] = "no_value"
        return row | as_row(self.place)


@dataclass(frozen=True, slots=True)
class SeriesPhase:
    """The least-squares slopes of a phase along a series, of h, of ln h and of the law's Tc, and where h turns."""

    phase: str
    n: int
    slope_angstrom_per_unit: float | None
    slope_angstrom_per_unit_standard_error: float | None
    intercept_angstrom: float | None
    log_slope_per_unit: float | None
    log_slope_per_unit_standard_error: float | None
    tc_slope_kelvin_per_unit: float | None
    tc_slope_kelvin_per_unit_standard_error: float | None
    reversal_angstrom: float
    turns: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class EqualHeights:
    """A place where two phases have the same height."""

    phases: tuple[str, str]
    value: float
    height_angstrom: float
    tc_law_kelvin: float
    between: tuple[float, float]
    smaller_before: str | None
    smaller_after: str | None


@dataclass(frozen=True, slots=True)
class MeasuredPoint:
    """A measured Tc whose pressure is stated, with the window that it lies in."""

    pressure_gpa: float
    tc_kelvin: float
    state: str | None
    phase: str | None
    source: str | None
    reference: str | None


@dataclass(frozen=True, slots=True)
class Window:
    """A window of pressure, with the highest Tc in it."""

    pressure_from_gpa: float
    pressure_to_gpa: float | None
    state: str
    phase: str | None
    tc_kelvin: float | None


@dataclass(frozen=True, slots=True)
class Measured:
    """What the database holds of a compound under pressure."""

    compound: str
    points: tuple[MeasuredPoint, ...]
    windows: tuple[Window, ...]
    tc_slope_kelvin_per_gpa: float | None


@dataclass(frozen=True, slots=True)
class Series:
    """A series: the structures that take part by rising abscissa, then the others; what its phases do; notes."""

    by: Abscissa
    unit: str
    lambda_used_kelvin_angstrom2: float | None
    lambda_from: str | None
    structures: tuple[SeriesStructure, ...]
    phases: tuple[SeriesPhase, ...] = ()
    crossings: tuple[EqualHeights, ...] = ()
    smallest_changes: tuple[SmallestChange, ...] = ()
    measured: tuple[Measured, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def members(self) -> tuple[SeriesStructure, ...]:
        """The structures that take part."""
        return tuple(s for s in self.structures if s.place.in_series)

    def wells_of(self, phase: str) -> list[tuple[float, SeriesWell]]:
        """Return the abscissa and the wells of each member that has the phase."""
        return [
            (s.place.value, well)
            for s in self.members
            for well in s.place.wells
            if well.phase == phase and s.place.value is not None
        ]

    def row(self) -> dict[str, Any]:
        """Return the fields of ``polyqw series --json``."""
        return as_row(replace(self, structures=())) | {"structures": [s.row() for s in self.structures]}

    def lines(self) -> list[dict[str, Any]]:
        """Return one row per structure and phase; a structure without wells has one row."""
        shared = {
            "by": str(self.by),
            "unit": self.unit,
            "lambda_used_kelvin_angstrom2": self.lambda_used_kelvin_angstrom2,
        }
        return [
            {**structure.row(), **well, **shared}
            for structure in self.structures
            for well in (list(map(as_row, structure.place.wells)) or [{}])
        ]
