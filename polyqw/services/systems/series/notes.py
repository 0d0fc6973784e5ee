"""What a careful reader should know about a series, one sentence each, every number from the series itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from polyqw.core.record import Origin
from polyqw.services.law.heights import ORDINARY_SCATTER
from polyqw.services.structures.stored import elements_of
from polyqw.theory.series import SAME_VALUE, Abscissa

if TYPE_CHECKING:
    from collections.abc import Iterator

PRINTED_SHIFT = 1.4
"""Shift of the electrons of K0.8FeySe2 from the Se to the Fe layer [Å]: papers/001, text on Fig. 6; 002, III.E."""

UNCHANGED = 1e-5
"""Heights that differ by no more than this were not determined one by one [Å]."""

SUBSTITUTED = 2
"""Elements that a series by doping may not have in common: the one taken out and the one put in."""


def series_notes(result: dict[str, Any]) -> list[str]:
    """Return the notes on a series.

    Parameters
    ----------
    result : dict
        As `polyqw.services.systems.series.series.series_result` makes it, without its notes.
    """
    return [
        *_on_slopes(result),
        *_on_constant(result),
        *_on_turns(result),
        *_on_smallest(result),
        *_on_missing_phases(result),
        *_on_shift(result),
        *_on_structures(result),
    ]


def members(result: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the rows of the structures that take part, by rising abscissa."""
    return [row for row in result["structures"] if row["in_series"]]


def _at(value: float, result: dict[str, Any]) -> str:
    return f"{value:g} {result['unit']}"


def _heights_of(phase: str, result: dict[str, Any]) -> str:
    """Return ``3.3938 Å at 0, 3.4241 Å at 8.5 GPa``."""
    told = [
        f"{well['height_angstrom']:.4f} Å at {row['value']:g}"
        for row in members(result)
        for well in row["wells"]
        if well["phase"] == phase
    ]
    return f"{', '.join(told)} {result['unit']}"


def _on_slopes(result: dict[str, Any]) -> Iterator[str]:
    two = [p["phase"] for p in result["phases"] if p["n"] == 2 and p["slope_angstrom_per_unit"] is not None]
    if two:
        yield f"{', '.join(two)}: two structures fix a line, so no standard error can be given."
    if result["by"] != Abscissa.PRESSURE:
        return
    for row in result["phases"]:
        slope = row["slope_angstrom_per_unit"]
        if slope is not None and slope > 0:
            heights = _heights_of(row["phase"], result)
            yield (
                f"{row['phase']}: h rises with pressure by {slope:.5f} Å/GPa ({heights}), and the law's Tc "
                f"has the slope {row['tc_slope_kelvin_per_unit']:+.3f} K/GPa; papers/001 (text after Eq. 1) and 002 "
                "(III.E) say that pressure lowers h."
            )


def _on_constant(result: dict[str, Any]) -> Iterator[str]:
    for row in result["phases"]:
        heights = [w["height_angstrom"] for r in members(result) for w in r["wells"] if w["phase"] == row["phase"]]
        if len(heights) > 1 and max(heights) - min(heights) <= UNCHANGED:
            yield (
                f"{row['phase']}: h is {heights[0]:.4f} Å in all {len(heights)} structures; cells whose composition "
                "alone was changed look so."
            )


def _on_turns(result: dict[str, Any]) -> Iterator[str]:
    for row in result["phases"]:
        if row["reversal_angstrom"] > 0:
            turns = ", ".join(_at(x, result) for x in row["turns"])
            size = "within" if row["reversal_angstrom"] <= ORDINARY_SCATTER else "more than"
            heights = _heights_of(row["phase"], result)
            yield (
                f"{row['phase']}: h does not change in one direction ({heights}); it turns at {turns} and runs "
                f"back by {row['reversal_angstrom']:.4f} Å, {size} the {ORDINARY_SCATTER:g} Å by which good "
                "refinements of one compound scatter."
            )


def _on_smallest(result: dict[str, Any]) -> Iterator[str]:
    for change in result["smallest_changes"]:
        left, right = change["between"]
        where = f"between {left:g} and {_at(right, result)}"
        if change["value"] is None:
            how = "one of the two is missing on a side, so they do not cross"
        else:
            how = f"on the straight lines between the structures they cross at {change['value']:.3g} {result['unit']}"
        yield f"the smallest height changes from {change['before']} to {change['after']} {where}; {how}."


def _on_missing_phases(result: dict[str, Any]) -> Iterator[str]:
    rows = members(result)
    for phase in (p["phase"] for p in result["phases"]):
        without = [r for r in rows if all(w["phase"] != phase for w in r["wells"])]
        if without:
            told = "; ".join(f"{r['block']} at {_at(r['value'], result)}" for r in without)
            yield f"{phase}: {len(rows) - len(without)} of {len(rows)} structures have it; not {told}."
    for row in rows:
        if not row["wells"]:
            yield f"{row['block']} at {_at(row['value'], result)} has no well: {row['message'] or row['reason']}."


def _on_shift(result: dict[str, Any]) -> Iterator[str]:
    rows = [r for r in members(result) if r["shift_angstrom"] is not None]
    if rows:
        told = ", ".join(f"{r['shift_angstrom']:.3f} Å at {r['value']:g}" for r in rows)
        yield (
            f"shift of an electron from the beta to the alpha centre: {told} {result['unit']}; the papers print "
            f"about {PRINTED_SHIFT:g} Å, for K0.8FeySe2 alone."
        )


def _on_structures(result: dict[str, Any]) -> Iterator[str]:
    rows = members(result)
    yield from _on_compositions(rows, result)
    for row in rows:
        given, stated = row["value"], row["value_stated"]
        if row["value_from"] == "given" and stated is not None and abs(given - stated) > SAME_VALUE:
            yield f"{row['block']}: {_at(given, result)} as given; its file states {_at(stated, result)}."
        if row["value_from"] == "file" and row["value_note"] and result["by"] == Abscissa.PRESSURE:
            yield f"{row['block']}: its {_at(stated, result)} is {row['value_note']}."
        for well in row["wells"]:
            several = well["heights_averaged_angstrom"]
            if len(several) > 1:
                told = ", ".join(f"{h:.4f}" for h in several)
                yield f"{row['block']}: its {well['phase']} wells have the heights {told} Å, averaged here."
    origins = {r["block"]: _cautious_origin(r) for r in rows}
    for origin in sorted({*origins.values()} - {Origin.MEASURED, Origin.UNKNOWN}):
        told = ", ".join(r["block"] for r in rows if origins[r["block"]] == origin)
        yield f"{told}: {origin}, not measured; what its height does along the series is no observation."


def _cautious_origin(row: dict[str, Any]) -> str:
    """Return the origin; where it is unknown, what the file says against itself."""
    claimed = (row["claims"] or {}).get("origin")
    return str(row["origin"] if row["origin"] != Origin.UNKNOWN or claimed in (None, Origin.MEASURED) else claimed)


def _on_compositions(rows: list[dict[str, Any]], result: dict[str, Any]) -> Iterator[str]:
    formulas = sorted({r["formula"] for r in rows})
    elements = [elements_of(f) for f in formulas]
    unlike = frozenset.union(*elements) - frozenset.intersection(*elements)
    if len(unlike) > (SUBSTITUTED if result["by"] == Abscissa.DOPING else 0):
        yield f"the structures are of different elements ({'; '.join(formulas)}): the slopes mix their differences."
    elif len(formulas) > 1 and result["by"] != Abscissa.DOPING:
        yield (
            f"the structures differ in composition ({'; '.join(formulas)}): the slopes hold that difference as well "
            f"as the {result['by']}."
        )
