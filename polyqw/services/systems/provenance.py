"""Where printed lengths come from: every structure searched for all of them, with the hits to expect by chance.

One length within 0.01 Å is found in half of all crystals; only a structure that holds all of them, where chance would
hardly give one, is an answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from polyqw.core.record import Origin, Trust
from polyqw.core.wells import Family, Phase
from polyqw.db.look.find import resonance_modes
from polyqw.db.look.restore import read_cell
from polyqw.db.well_columns import read_well
from polyqw.errors import UsageError
from polyqw.resources import resource_path
from polyqw.services.drawing.columns import Column
from polyqw.services.drawing.section import Section, Table, system_section
from polyqw.theory.provenance import LengthKind, Match, chance_of_all, lengths_of, match_lengths

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from polyqw.core.cell import Cell
    from polyqw.core.wells import Well
    from polyqw.db.models import Structure
    from polyqw.services.structures.analyse import Analysed
    from polyqw.services.structures.lookup import Lookup

TOLERANCE: Final = 0.01
"""How far a length may lie from a value printed with two decimals [Å]: rounding, and as much for the refinement."""

FAR: Final = 40.0
"""Longest value that is looked for [Å]."""

MOST_SEARCHED: Final = 200
"""Most of the user's structures with iron wells that the report searches; the verb searches all of any kind."""

COMPOUND_OF_THE_TEXT = "CaKFe4As4"
"""Of which papers/001 prints η."""

COLUMNS = (
    Column("block", "structure"), "formula", "origin", Column("n_matched", "values found", decimals=0),
    Column("lengths", "lengths", joint="; "), Column("chance", "by chance", decimals=4),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Searched:
    """One structure searched for printed lengths.

    Parameters
    ----------
    origin : str
        A constructed one may have been made from the very numbers.
    c_angstrom : float
        Its third edge.
    alpha_angstrom : float or None
        Height of its alpha well of iron.
    """

    block: str
    formula: str
    origin: str
    c_angstrom: float
    alpha_angstrom: float | None
    matches: tuple[Match, ...]

    @property
    def n_matched(self) -> int:
        """How many values it holds."""
        return sum(bool(match.lengths) for match in self.matches)

    @property
    def is_constructed(self) -> bool:
        """Whether it was made and not measured."""
        return self.origin == Origin.CONSTRUCTED

    @property
    def holds_all(self) -> bool:
        """Whether it holds every value and was not made from them."""
        return self.n_matched == len(self.matches) and not self.is_constructed


def check_values(values: Sequence[float], tolerance: float) -> None:
    """Refuse values that are no lengths.

    Raises
    ------
    UsageError
    """
    for value in values:
        if not 0.5 < value <= FAR:
            raise UsageError(f"{value:g} is no length between 0.5 and {FAR:g} Å")
    if not 0 < tolerance <= 0.5:
        raise UsageError(f"--tolerance must lie between 0 and 0.5 Å, not {tolerance:g}")


def search_cell(
    cell: Cell, wells: Iterable[Well], values: Sequence[float], tolerance: float, block: str, origin: str
) -> Searched:
    """Search one crystal for all values [Å]."""
    kept = list(wells)
    named = [(str(well.phase), well.height) for well in kept]
    lengths = lengths_of(cell, max(values) + 1.0, named)
    alpha = next((well.height for well in kept if well.phase is Phase.ALPHA and well.plane_metal == "Fe"), None)
    c = float(sum(x * x for x in cell.lattice[2]) ** 0.5)
    return Searched(block, cell.formula, origin, c, alpha, tuple(match_lengths(values, lengths, tolerance)))


def search_database(data: Lookup, values: Sequence[float], tolerance: float = TOLERANCE) -> list[Searched]:
    """Search all current structures of a database, those that hold most first."""
    return _search(data, data.current, values, tolerance)


def _search_for_text(data: Lookup, values: Sequence[float]) -> list[Searched]:
    """Search the reference set and the user's structures with iron wells, the first `MOST_SEARCHED` of these."""
    own = [s for s in data.own if s.family == Family.IRON]
    searched = [*(s for s in data.current if s.trust == Trust.REFERENCE), *own[:MOST_SEARCHED]]
    return data.once(("lengths", *values), lambda: _search(data, searched, values, TOLERANCE))


def _search(
    data: Lookup, structures: Iterable[Structure], values: Sequence[float], tolerance: float
) -> list[Searched]:
    found = [
        search_cell(read_cell(data.session, s), map(read_well, s.wells), values, tolerance, s.block, s.origin)
        for s in structures
    ]
    return in_order(found)


def search_analysed(read: Analysed, values: Sequence[float], tolerance: float) -> Searched | None:
    """Search a structure that was read from a file; None where nothing could be read."""
    if read.record is None:
        return None
    wells = read.analysis.wells if read.analysis else ()
    origin = str(read.record.provenance.origin)
    return search_cell(read.record.cell, wells, values, tolerance, read.block, origin)


def in_order(found: Iterable[Searched]) -> list[Searched]:
    """Return structures by the values they hold, the least likely by chance first."""
    return sorted(found, key=lambda one: (not one.holds_all, -one.n_matched, chance_of_all(one.matches), one.block))


def reference_files() -> str:
    """Return the folder of the reference structures."""
    return str(resource_path("cifs"))


def searched_row(one: Searched) -> dict[str, Any]:
    """Return one structure as plain values."""
    return {
        "block": one.block,
        "formula": one.formula,
        "origin": one.origin,
        "n_matched": one.n_matched,
        "lengths": [_told(match) for match in one.matches],
        "expected": [match.expected for match in one.matches],
        "chance": chance_of_all(one.matches),
    }


def _told(match: Match) -> str:
    if not match.lengths:
        return f"{match.value:g}: none"
    nearest = min(match.lengths, key=lambda x: (abs(x.value - match.value), x.kind))
    what = nearest.between if nearest.kind is LengthKind.DISTANCE else f"{nearest.between} {nearest.kind}"
    more = f" and {len(match.lengths) - 1} more" if len(match.lengths) > 1 else ""
    return f"{match.value:g}: {what} {nearest.value:.3f} Å{more}"


def provenance_result(found: Sequence[Searched], values: Sequence[float], tolerance: float) -> dict[str, Any]:
    """Return the fields of ``polyqw provenance --json``; structures that hold none are counted alone."""
    return {
        "values_angstrom": list(values),
        "tolerance_angstrom": tolerance,
        "n_structures": len(found),
        "n_holding_all": sum(one.holds_all for one in found),
        "expected_by_chance": sum(chance_of_all(one.matches) for one in found if not one.is_constructed),
        "structures": [searched_row(one) for one in found if one.n_matched],
        "notes": provenance_notes(found, values, tolerance),
    }


def provenance_notes(found: Sequence[Searched], values: Sequence[float], tolerance: float) -> list[str]:
    """Return what the search says."""
    whole = [one for one in found if one.holds_all]
    expected = sum(chance_of_all(one.matches) for one in found if not one.is_constructed)
    told = ", ".join(f"{v:g}" for v in values)
    names = "; ".join(f"{one.block} ({one.formula}), {', '.join(map(_told, one.matches))}" for one in whole[:4])
    more = f"; and {len(whole) - 4} more" if len(whole) > 4 else ""
    notes = [
        f"{told} Å within {tolerance:g} Å: {len(whole)} of {len(found)} structures hold all of them, {expected:.2f} "
        f"to expect by chance" + (f": {names}{more}." if whole else ".")
    ]
    singles = []
    for i, v in enumerate(values):
        here = [one.matches[i] for one in found]
        singles.append(f"{v:g} Å in {sum(bool(m.lengths) for m in here)} ({sum(m.chance for m in here):.1f})")
    notes.append(f"Alone they say little: {', '.join(singles)}; in brackets what chance gives.")
    made = [one.block for one in found if one.is_constructed and one.n_matched == len(values)]
    if made:
        notes.append(f"Constructed, and so no answer, though they hold them: {', '.join(made)}.")
    return notes


@dataclass(frozen=True, slots=True)
class Closure:
    """c = η_β + η_γ + 2 h_α with the numbers of the text, and with those of one compound.

    Parameters
    ----------
    source : Searched or None
        The structure that holds all three η.
    mixes : bool or None
        Whether η and c are of different compounds; None without a structure that holds them.
    """

    sum_of_text_angstrom: float
    c_of_text_angstrom: float
    source: Searched | None
    mixes: bool | None

    @property
    def note(self) -> str:
        """One sentence with the numbers."""
        text = (
            f"with the η and the alpha height of Table II the sum is {self.sum_of_text_angstrom:.3f} Å, c is printed "
            f"{self.c_of_text_angstrom:.2f} Å"
        )
        if self.source is None:
            return f"{text}; no structure here with iron wells holds all three η"
        beta, gamma = (match.value for match in self.source.matches[1:])
        alpha = self.source.alpha_angstrom
        own = "" if alpha is None else f"; with its own alpha height {beta + gamma + 2 * alpha:.3f} Å"
        told = "mixes two compounds" if self.mixes else "stays within one compound"
        return (
            f"{text}; the three η stand in {self.source.block} ({self.source.formula}), c = "
            f"{self.source.c_angstrom:.3f} Å{own}: the closure {told}"
        )


def closure(data: Lookup) -> Closure | None:
    """Return the closure of papers/001 on the 1144 compound; None without its printed numbers.

    Its η are looked for in crystals with iron wells.
    """
    modes = {mode.phase: mode for mode in resonance_modes(data.session, COMPOUND_OF_THE_TEXT)}
    if not modes:
        return None
    etas = [float(modes[p].pair_distance_angstrom or 0.0) for p in ("alpha", "beta", "gamma")]
    alpha, c = float(modes["alpha"].height_table_angstrom or 0.0), float(modes["alpha"].c_angstrom or 0.0)
    whole = [one for one in _search_for_text(data, etas) if one.holds_all and one.alpha_angstrom is not None]
    source = min(whole, key=lambda one: chance_of_all(one.matches), default=None)
    mixes = None if source is None else abs(source.c_angstrom - c) > 0.05
    return Closure(etas[1] + etas[2] + 2.0 * alpha, c, source, mixes)


def section(data: Lookup) -> Section:
    """Return the section on the η of the 1144 compound."""
    found = closure(data)
    if found is None:
        return Section("provenance-of-lengths", "Where printed lengths come from", ())
    modes = {mode.phase: mode for mode in resonance_modes(data.session, COMPOUND_OF_THE_TEXT)}
    etas = [float(modes[p].pair_distance_angstrom or 0.0) for p in ("alpha", "beta", "gamma")]
    searched = _search_for_text(data, etas)
    rows = [searched_row(one) for one in searched if one.n_matched > 1]
    rows = [{**row, "lengths": "; ".join(row["lengths"])} for row in rows]
    notes = [*provenance_notes(searched, etas, TOLERANCE), f"Closure: {found.note}."]
    if len(searched) < len(data.current):
        notes.append(f"Searched: the reference set and structures with iron wells, {len(searched)} in all.")
    command = "polyqw provenance " + " ".join(f"{x:g}" for x in etas)
    table = Table(rows, COLUMNS, "Structures that hold at least two of the three η of papers/001.", "")
    return system_section("provenance-of-lengths", "Where printed lengths come from", command, notes, tables=[table])
