"""Heights and the law's Tc along a series of structures: by pressure, temperature or doping."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import isfinite
from typing import TYPE_CHECKING

from polyqw.core.wells import Phase
from polyqw.errors import PolyqwError, UsageError
from polyqw.io.inputs import names_something
from polyqw.services.law.predict import printed_lambda
from polyqw.services.systems.series.notes import series_notes
from polyqw.services.systems.series.values import (
    EqualHeights,
    Place,
    Series,
    SeriesPhase,
    SeriesStructure,
    SeriesWell,
)
from polyqw.theory.scaling import law_tc
from polyqw.theory.series import (
    SAME_VALUE,
    UNITS,
    Abscissa,
    SeriesPoint,
    find_crossings,
    find_smallest_changes,
    phase_trend,
    phases_of,
    smallest_phase,
)
from polyqw.theory.transfer import beta_alpha_shift

if TYPE_CHECKING:
    from collections.abc import Sequence

    from polyqw.core.wells import Well
    from polyqw.services.structures.analyse import Analysed
    from polyqw.theory.series import Crossing, PhaseTrend, Slope

LARGEST_VALUE = 1e6
"""Abscissae beyond this have no meaning in any of the units."""


@dataclass(frozen=True, slots=True)
class Member:
    """A structure of a series.

    Parameters
    ----------
    stated : float or None
        Abscissa that the structure's own file states; None where it states none.
    """

    analysed: Analysed
    given: float | None = None
    stated: float | None = None

    @property
    def value(self) -> float | None:
        """The abscissa, the given one before the stated one."""
        return self.stated if self.given is None else self.given

    @property
    def wells(self) -> tuple[Well, ...]:
        """The wells that can set a Tc."""
        found = self.analysed.analysis.wells if self.analysed.analysis else ()
        return tuple(w for w in found if w.phase is not Phase.MU)

    @property
    def heights(self) -> dict[str, float]:
        """Height of each phase [Å], the mean over its wells."""
        return self.analysed.analysis.phase_heights if self.analysed.analysis else {}


def abscissa(name: str) -> Abscissa:
    """Return the abscissa of that name."""
    return Abscissa(name)


def make_member(analysed: Analysed, given: float | None, by: Abscissa) -> Member:
    """Return a structure as a member of a series, with the abscissa given by the user, if any."""
    return Member(analysed, given, stated_value(analysed, by))


def split_value(word: str, by: Abscissa) -> tuple[str, float | None]:
    """Return the file name and the abscissa in ``FILE=VALUE``; a word that is a file as it stands has no abscissa."""
    name, sign, text = word.rpartition("=")
    if not sign or not name or names_something(word):
        return word, None
    try:
        value = float(text)
    except ValueError as error:
        if not names_something(name):
            return word, None  # a name with = in it, of a file that is not there: reading it says so
        raise UsageError(
            f"{word}: {text!r} is not a number; write FILE=VALUE with the {by} in {UNITS[by]}"
        ) from error
    if not isfinite(value) or abs(value) > LARGEST_VALUE or (by is Abscissa.TEMPERATURE and value < 0):
        raise UsageError(f"{word}: a {by} of {value:g} {UNITS[by]} has no meaning here")
    return name, value


def stated_value(analysed: Analysed, by: Abscissa) -> float | None:
    """Return the abscissa that a structure's own file states; one that is not stated is not taken for ambient."""
    if analysed.record is None or by is Abscissa.DOPING:
        return None
    origin = analysed.record.provenance
    value = origin.pressure_gpa if by is Abscissa.PRESSURE else origin.temperature_kelvin
    return value if value is not None and value <= LARGEST_VALUE else None


def without_value(member: Member, by: Abscissa) -> str:
    """Return the line on a structure whose abscissa nobody gave."""
    read = member.analysed
    how = f"write {read.file}=VALUE ({UNITS[by]})"
    why = "has no doping" if by is Abscissa.DOPING else f"states no {by}"
    return f"{read.file}: block {read.block} {why}; {how}"


def series_result(members: Sequence[Member], by: Abscissa, lam: float | None = None) -> Series:
    """Return the series.

    Parameters
    ----------
    members : sequence of Member
        In any order; those that could not be read or have no abscissa are listed and take no part.
    lam : float, optional
        λ [K Å²]; default the first one that the papers print for the family.
    """
    taking_part = sorted(_taking_part(members), key=lambda m: (m.value, m.analysed.file, m.analysed.block))
    if error := too_few(members, by):
        raise error
    used, source = _lambda(taking_part, lam)
    points = [SeriesPoint(m.value, m.heights) for m in taking_part if m.value is not None]
    left_out = [m for m in members if m not in taking_part]
    series = Series(
        by,
        UNITS[by],
        used,
        source,
        structures=(*(_structure(m, used) for m in taking_part), *(_structure(m, None) for m in left_out)),
        phases=tuple(_phase(phase_trend(phase, points, used)) for phase in phases_of(points)),
        crossings=tuple(_equal_heights(c, used) for c in find_crossings(points)),
        smallest_changes=find_smallest_changes(points),
    )
    return replace(series, notes=tuple(series_notes(series)))


def _taking_part(members: Sequence[Member]) -> list[Member]:
    return [m for m in members if m.analysed.is_done and m.value is not None]


def too_few(members: Sequence[Member], by: Abscissa) -> PolyqwError | None:
    """Return why members make no series: fewer than two with wells and different abscissae; None where they do."""
    values = sorted(m.value for m in _taking_part(members) if m.wells and m.value is not None)
    if len(values) > 1 and values[-1] - values[0] > SAME_VALUE:
        return None
    need = f"a series needs at least two structures with wells and different values of {by}"
    valueless = [m for m in members if m.wells and m.value is None]
    if len(values) + len(valueless) > 1 or len(members) < 2:
        if valueless:
            return UsageError(f"{need}: {without_value(valueless[0], by)}")
        found = ", ".join(f"{v:g}" for v in values) or "none"
        return UsageError(f"{need} ({UNITS[by]}); found: {found}")
    without = [m.analysed for m in members if not m.wells]
    return PolyqwError(f"{need}; {len(without)} of {len(members)} have none, the first: {without[0].complaint}")


def no_series(members: Sequence[Member], by: Abscissa, why: str) -> Series:
    """Return members that make no series."""
    return Series(by, UNITS[by], None, None, tuple(_structure(m, None) for m in members), notes=(why,))


def _lambda(members: Sequence[Member], lam: float | None) -> tuple[float, str]:
    """Return λ and where it is from."""
    if lam is not None:
        if not 0 < lam <= LARGEST_VALUE:
            raise UsageError(f"--lambda {lam:g}: λ is a positive number of K Å², at most {LARGEST_VALUE:g}")
        return lam, "given"
    analyses = [m.analysed.analysis for m in members if m.analysed.analysis and m.wells]
    families = sorted({a.family for a in analyses if a.family is not None})
    found = sorted({printed_lambda(family) for family in families})
    if len(found) != 1:
        each = ", ".join(f"{f} {printed_lambda(f)[0]:g} K Å²" for f in families)
        raise UsageError(
            f"the families of these structures have no common λ ({each}); give --lambda, or a series each"
        )
    return found[0]


def _structure(member: Member, lam: float | None) -> SeriesStructure:
    record, heights = member.analysed.record, member.heights
    wells = tuple(
        SeriesWell(
            phase,
            height,
            law_tc(height, lam) if lam is not None else None,
            tuple(w.height for w in member.wells if w.phase == phase),
        )
        for phase, height in heights.items()
    )
    place = Place(
        in_series=lam is not None,
        value=member.value,
        value_from="given" if member.given is not None else "file" if member.stated is not None else None,
        value_stated=member.stated,
        value_note=record.provenance.pressure_note if record else None,
        wells=wells,
        smallest_phase=smallest_phase(heights),
        shift_angstrom=beta_alpha_shift(member.wells),
    )
    return SeriesStructure(member.analysed, place)


def _phase(trend: PhaseTrend) -> SeriesPhase:
    height, log_height, tc = trend.height, trend.log_height, trend.tc
    return SeriesPhase(
        trend.phase,
        trend.n,
        *_slope(height),
        height.intercept if height else None,
        *_slope(log_height),
        *_slope(tc),
        trend.reversal,
        trend.turns,
    )


def _slope(slope: Slope | None) -> tuple[float | None, float | None]:
    return (slope.value, slope.standard_error) if slope else (None, None)


def _equal_heights(crossing: Crossing, lam: float) -> EqualHeights:
    return EqualHeights(
        crossing.phases,
        crossing.value,
        crossing.height,
        law_tc(crossing.height, lam),
        crossing.between,
        crossing.smaller_before,
        crossing.smaller_after,
    )
