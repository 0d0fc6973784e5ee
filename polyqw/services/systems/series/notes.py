"""What a careful reader should know about a series, one sentence each, every number from the series itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from polyqw.core.record import Origin
from polyqw.services.law.heights import ORDINARY_SCATTER
from polyqw.services.structures.stored import elements_of
from polyqw.theory.series import SAME_VALUE, Abscissa

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from polyqw.services.systems.series.values import Series, SeriesStructure

PRINTED_SHIFT = 1.4
"""Shift of the electrons of K0.8FeySe2 from the Se to the Fe layer [Å]: papers/001, text on Fig. 6; 002, III.E."""

UNCHANGED = 1e-5
"""Heights that differ by no more than this were not determined one by one [Å]."""

SUBSTITUTED = 2
"""Elements that a series by doping may not have in common: the one taken out and the one put in."""


def series_notes(series: Series) -> list[str]:
    """Return the notes on a series."""
    return [
        *_on_slopes(series),
        *_on_constant(series),
        *_on_turns(series),
        *_on_smallest(series),
        *_on_missing_phases(series),
        *_on_shift(series),
        *_on_structures(series),
    ]


def _at(value: float | None, series: Series) -> str:
    return f"{value:g} {series.unit}"


def _heights_of(phase: str, series: Series) -> str:
    """Return ``3.3938 Å at 0, 3.4241 Å at 8.5 GPa``."""
    heights = ", ".join(f"{well.height_angstrom:.4f} Å at {value:g}" for value, well in series.wells_of(phase))
    return f"{heights} {series.unit}"


def _on_slopes(series: Series) -> Iterator[str]:
    two = [p.phase for p in series.phases if p.n == 2 and p.slope_angstrom_per_unit is not None]
    if two:
        yield f"{', '.join(two)}: two structures fix a line, so no standard error can be given."
    if series.by is not Abscissa.PRESSURE:
        return
    for row in series.phases:
        slope = row.slope_angstrom_per_unit
        if slope is not None and slope > 0:
            heights = _heights_of(row.phase, series)
            yield (
                f"{row.phase}: h rises with pressure by {slope:.5f} Å/GPa ({heights}), and the law's Tc "
                f"has the slope {row.tc_slope_kelvin_per_unit:+.3f} K/GPa; papers/001 (text after Eq. 1) and 002 "
                "(III.E) say that pressure lowers h."
            )


def _on_constant(series: Series) -> Iterator[str]:
    for row in series.phases:
        heights = [well.height_angstrom for _, well in series.wells_of(row.phase)]
        if len(heights) > 1 and max(heights) - min(heights) <= UNCHANGED:
            yield (
                f"{row.phase}: h is {heights[0]:.4f} Å in all {len(heights)} structures; cells whose composition "
                "alone was changed look so."
            )


def _on_turns(series: Series) -> Iterator[str]:
    for row in series.phases:
        if row.reversal_angstrom > 0:
            turns = ", ".join(_at(x, series) for x in row.turns)
            size = "within" if row.reversal_angstrom <= ORDINARY_SCATTER else "more than"
            heights = _heights_of(row.phase, series)
            yield (
                f"{row.phase}: h does not change in one direction ({heights}); it turns at {turns} and runs "
                f"back by {row.reversal_angstrom:.4f} Å, {size} the {ORDINARY_SCATTER:g} Å by which good "
                "refinements of one compound scatter."
            )


def _on_smallest(series: Series) -> Iterator[str]:
    for change in series.smallest_changes:
        left, right = change.between
        where = f"between {left:g} and {_at(right, series)}"
        if change.value is None:
            how = "one of the two is missing on a side, so they do not cross"
        else:
            how = f"on the straight lines between the structures they cross at {change.value:.3g} {series.unit}"
        yield f"the smallest height changes from {change.before} to {change.after} {where}; {how}."


def _on_missing_phases(series: Series) -> Iterator[str]:
    members = series.members
    for phase in (p.phase for p in series.phases):
        without = [m for m in members if all(w.phase != phase for w in m.place.wells)]
        if without:
            names = "; ".join(f"{m.name} at {_at(m.place.value, series)}" for m in without)
            yield f"{phase}: {len(members) - len(without)} of {len(members)} structures have it; not {names}."
    for member in members:
        if not member.place.wells:
            read = member.analysed
            yield f"{member.name} at {_at(member.place.value, series)} has no well: {read.message or read.reason}."


def _on_shift(series: Series) -> Iterator[str]:
    places = [m.place for m in series.members if m.place.shift_angstrom is not None]
    if places:
        shifts = ", ".join(f"{p.shift_angstrom:.3f} Å at {p.value:g}" for p in places)
        yield (
            f"shift of an electron from the beta to the alpha centre: {shifts} {series.unit}; the papers print "
            f"about {PRINTED_SHIFT:g} Å, for K0.8FeySe2 alone."
        )


def _on_structures(series: Series) -> Iterator[str]:
    records = [m.analysed.record for m in series.members if m.analysed.record]
    yield from _on_compositions({r.cell.formula for r in records}, series)
    for member in series.members:
        yield from _on_member(member, series)
    origins = {r.block: r.provenance.cautious_origin for r in records}
    for origin in sorted({*origins.values()} - {Origin.MEASURED, Origin.UNKNOWN}):
        names = ", ".join(r.block for r in records if origins[r.block] is origin)
        yield f"{names}: {origin}, not measured; what its height does along the series is no observation."


def _on_member(member: SeriesStructure, series: Series) -> Iterator[str]:
    place = member.place
    given, stated = place.value, place.value_stated
    if place.value_from == "given" and given is not None and stated is not None and abs(given - stated) > SAME_VALUE:
        yield f"{member.name}: {_at(given, series)} as given; its file states {_at(stated, series)}."
    if place.value_from == "file" and place.value_note and series.by is Abscissa.PRESSURE:
        yield f"{member.name}: its {_at(stated, series)} is {place.value_note}."
    for well in place.wells:
        if len(well.heights_averaged_angstrom) > 1:
            heights = ", ".join(f"{h:.4f}" for h in well.heights_averaged_angstrom)
            yield f"{member.name}: its {well.phase} wells have the heights {heights} Å, averaged here."


def _on_compositions(found: Iterable[str], series: Series) -> Iterator[str]:
    formulas = sorted(found)
    elements = [elements_of(f) for f in formulas]
    unlike = frozenset.union(*elements) - frozenset.intersection(*elements)
    if len(unlike) > (SUBSTITUTED if series.by is Abscissa.DOPING else 0):
        yield f"the structures are of different elements ({'; '.join(formulas)}): the slopes mix their differences."
    elif len(formulas) > 1 and series.by is not Abscissa.DOPING:
        yield (
            f"the structures differ in composition ({'; '.join(formulas)}): the slopes hold that difference as well "
            f"as the {series.by}."
        )
