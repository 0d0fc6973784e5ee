"""From structures and a table of Tc to rows of evidence, one file at a time."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import nan
from statistics import median
from typing import TYPE_CHECKING, Any

from polyqw.core.record import Origin, TransitionKind
from polyqw.core.structure_tc import VALUES, is_same_pressure
from polyqw.core.wells import Status
from polyqw.db.models import WellChoice
from polyqw.errors import UsageError
from polyqw.io.formula import parse_formula, write_formula
from polyqw.io.tables.tc_rows import RefusedRow, TcRow
from polyqw.services.law.printed import PRINTED_LAMBDA
from polyqw.theory.evidence.rivals import FIELD_CURVATURE, FIELD_FORCE
from polyqw.theory.evidence.rows import EvidenceRow
from polyqw.theory.evidence.subfamilies import subfamily
from polyqw.theory.field.centre import field_at_centre
from polyqw.theory.scaling import law_tc

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from polyqw.core.cell import Cell
    from polyqw.core.record import StructureRecord
    from polyqw.core.wells import Analysis
    from polyqw.io.tables.tc_table import Entry
    from polyqw.services.structures.analyse import Analysed

COMPUTED = frozenset({Origin.DFT, Origin.SYNTHETIC_DOPED})
"""Origins of cells that a computer relaxed; doping put in by computer leaves the parent's geometry."""

ZERO_KELVIN = 4.2
"""Temperature down to which a Tc of zero may mean that none was found, unless told otherwise [K]: liquid helium."""

SAME_FRACTION = 0.01
"""Atomic fractions that agree within this are of one composition."""


@dataclass(frozen=True, slots=True)
class ValidationRow:
    """A structure with wells and a Tc.

    Parameters
    ----------
    evidence : EvidenceRow
    file, block : str
    origin : Origin
        What kind of structure it is.
    tc_formula : str or None
        Formula that the table gives with Tc.
    n_reports : int
        Entries of the table behind Tc, its median.
    notes : tuple of str
        Why structure and Tc may not belong together.
    """

    evidence: EvidenceRow
    file: str
    block: str
    origin: Origin
    tc_formula: str | None
    n_reports: int
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ComputedCell:
    """The heights of a cell that a computer relaxed, to be held against measured ones.

    Parameters
    ----------
    file, formula, family : str
    origin : Origin
    composition : dict
        Atoms of each element in the cell.
    heights_angstrom : dict
        By phase.
    """

    file: str
    formula: str
    family: str
    origin: Origin
    composition: dict[str, float]
    heights_angstrom: dict[str, float]


@dataclass(slots=True)
class Gathered:
    """What a data set came to.

    Parameters
    ----------
    rows : list of ValidationRow
    computed : list of ComputedCell
        Computed cells with wells, whether they have a Tc or not.
    n_files : int
        Structures looked at, one per data block.
    n_failed, n_with_well, n_with_tc, n_zero_tc : int
        Not readable; with a well; with a Tc or a bound on it; with a Tc of zero and nothing else, which may mean
        measured and none, or nothing recorded.
    zero_rows : list of ValidationRow
        Structures with wells whose Tc is zero and nothing else, as bounds.
    zero_kelvin : float
        Temperature of those bounds [K].
    problems : list of str
        What could not be read or understood, one sentence each.
    """

    rows: list[ValidationRow] = field(default_factory=list)
    computed: list[ComputedCell] = field(default_factory=list)
    n_files: int = 0
    n_failed: int = 0
    n_with_well: int = 0
    n_with_tc: int = 0
    n_zero_tc: int = 0
    zero_rows: list[ValidationRow] = field(default_factory=list)
    zero_kelvin: float = ZERO_KELVIN
    problems: list[str] = field(default_factory=list)


def gather_rows(
    found: Iterable[Analysed],
    entries_of: Callable[[Analysed], Sequence[Entry]],
    wells: WellChoice,
    default_origin: Origin = Origin.UNKNOWN,
    zero_kelvin: float = ZERO_KELVIN,
) -> Gathered:
    """Return the rows of a stream of analysed structures; of each only a few numbers are kept.

    Parameters
    ----------
    found : iterable of Analysed
    entries_of : callable
        Gives what is known of the Tc of a structure.
    wells : WellChoice
        ``best``, ``alpha`` or ``beta``.
    default_origin : Origin
        Of structures of which neither the table nor the file says what they are.
    zero_kelvin : float
        Temperature down to which a Tc of zero may mean that none was found [K].
    """
    gathered = Gathered(zero_kelvin=zero_kelvin)
    for analysed in found:
        gathered.n_files += 1
        if not analysed.is_done or analysed.record is None or analysed.analysis is None:
            gathered.n_failed += 1
            gathered.problems.append(analysed.complaint)
            continue
        has_well = analysed.status is Status.OK
        gathered.n_with_well += has_well
        entries = entries_of(analysed)
        origin = _origin(analysed.record, entries, default_origin)
        if has_well and origin in COMPUTED:
            gathered.computed.append(_computed_cell(analysed, analysed.record, analysed.analysis, origin))
        known = [entry for entry in entries if isinstance(entry, TcRow)]
        gathered.n_with_tc += bool(known)
        gathered.n_zero_tc += bool(entries) and not known
        told = known or [_as_bound(entry, zero_kelvin) for entry in entries if isinstance(entry, RefusedRow)]
        if told and has_well:
            row = _row(analysed, analysed.record, analysed.analysis, told, wells, origin)
            if row is not None:
                (gathered.rows if known else gathered.zero_rows).append(row)
    return gathered


def _as_bound(zero: RefusedRow, kelvin: float) -> TcRow:
    return TcRow(zero.line, zero.subject, kelvin, None, TransitionKind.NOT_OBSERVED)


def _row(
    analysed: Analysed,
    record: StructureRecord,
    analysis: Analysis,
    entries: Sequence[TcRow],
    wells: WellChoice,
    origin: Origin,
) -> ValidationRow | None:
    family, heights = analysis.family, analysis.phase_heights
    tc = median(entry.tc_kelvin for entry in _used(entries, record.provenance.pressure_gpa))
    if family not in PRINTED_LAMBDA or (phase := choose_phase(heights, tc, PRINTED_LAMBDA[family], wells)) is None:
        return None
    return make_row(analysed, record, analysis, entries, phase, origin)


def make_row(
    analysed: Analysed,
    record: StructureRecord,
    analysis: Analysis,
    entries: Sequence[TcRow],
    phase: str,
    default_origin: Origin,
) -> ValidationRow:
    """Return a structure with a well and what is known of its Tc, which is NaN where there are no entries."""
    used = _used(entries, record.provenance.pressure_gpa)
    first = used[0] if used else None
    family = str(analysis.family)
    origin = _origin(record, entries, default_origin)
    elements = "-".join(sorted(record.cell.composition))
    evidence = EvidenceRow(
        name=record.cell.formula,
        family=family,
        group=(first.subject.group if first else None) or elements,
        tc_kelvin=median(entry.tc_kelvin for entry in used) if used else nan,
        heights_angstrom=analysis.phase_heights,
        phase=phase,
        is_bound=first.is_bound if first else False,
        descriptors={**analysis.descriptors, **(_field(record.cell, analysis, phase) if used else {})},
        height_su_angstrom=_height_su(analysis, phase),
        tc_su_kelvin=first.tc_su_kelvin if first and len(used) == 1 else None,
        label=analysed.file,
        subfamily=subfamily(family, record.cell.composition) or "",
    )
    notes = tuple(_notes(record, first, origin)) if first else ()
    formula = first.subject.formula if first else None
    return ValidationRow(evidence, analysed.file, analysed.block, origin, formula, len(used), notes)


def _field(cell: Cell, analysis: Analysis, phase: str) -> dict[str, float]:
    """Return the field at the centre of a well; nothing where formal charges leave the cell charged."""
    well = next(well for well in analysis.wells if well.phase == phase)
    try:
        found = field_at_centre(cell, well)
    except UsageError:
        return {}
    return {FIELD_CURVATURE: found.curvature, FIELD_FORCE: found.force}


def _used(entries: Sequence[TcRow], pressure_gpa: float | None) -> Sequence[TcRow]:
    """Return the entries that speak for a structure: those at its pressure before others, of one kind.

    Measured values go before reported ones, and these before bounds, of which the lowest counts.
    """
    own = [entry for entry in entries if is_same_pressure(entry.pressure_gpa, pressure_gpa)]
    for held in (own, entries):
        for kind in VALUES:
            if of_kind := [entry for entry in held if entry.kind == kind]:
                return of_kind
        if held:
            return [min(held, key=lambda entry: entry.tc_kelvin)]
    return []


def _origin(record: StructureRecord, entries: Sequence[Entry], default: Origin) -> Origin:
    stated = next(
        (entry.subject.origin for entry in entries if entry.subject.origin), record.provenance.cautious_origin
    )
    return default if stated is Origin.UNKNOWN else stated


def _computed_cell(analysed: Analysed, record: StructureRecord, analysis: Analysis, origin: Origin) -> ComputedCell:
    return ComputedCell(
        analysed.file,
        record.cell.formula,
        str(analysis.family),
        origin,
        dict(record.cell.composition),
        analysis.phase_heights,
    )


def choose_phase(heights: Mapping[str, float], tc: float, lam: float, wells: WellChoice) -> str | None:
    """Return the well that the law takes: the one nearest to a Tc with λ [K Å²], or always the same one.

    None where there is no such well. ``chosen`` is the freedom that the papers take, and means the best.
    """
    if wells in (WellChoice.ALPHA, WellChoice.BETA):
        return wells.value if wells.value in heights else None
    return min(heights, key=lambda phase: abs(law_tc(heights[phase], lam) - tc), default=None)


def _height_su(analysis: Analysis, phase: str) -> float | None:
    own = [well.height_su for well in analysis.wells if well.phase == phase]
    return own[0] if len(own) == 1 else None


def _notes(record: StructureRecord, entry: TcRow, origin: Origin) -> Iterable[str]:
    composition, formula = record.cell.composition, entry.subject.formula
    amounts = parse_formula(formula) if formula else None
    if amounts and not same_composition(amounts, composition):
        yield f"Tc is that of {formula}, the structure holds {write_formula(composition)}"
    if origin is Origin.SYNTHETIC_DOPED:
        yield "doping put in by computer, the geometry is the parent's"
    elif origin is Origin.DFT:
        yield "cell relaxed by computer"
    elif origin in (Origin.CONSTRUCTED, Origin.IDEALISED):
        yield f"{origin} structure"
    if not is_same_pressure(entry.pressure_gpa, record.provenance.pressure_gpa):
        yield f"structure at {record.provenance.pressure_gpa or 0.0:g} GPa, Tc at {entry.pressure_gpa or 0.0:g} GPa"


def same_composition(one: Mapping[str, float], other: Mapping[str, float]) -> bool:
    """Whether two compositions agree but for a factor, and `SAME_FRACTION` in each atomic fraction."""
    sums = sum(one.values()), sum(other.values())
    return all(
        abs(one.get(element, 0.0) / sums[0] - other.get(element, 0.0) / sums[1]) <= SAME_FRACTION
        for element in one.keys() | other.keys()
    )


def row_values(row: ValidationRow) -> dict[str, Any]:
    """Return a row as plain values, for tables and files."""
    evidence = row.evidence
    return {
        "file": row.file,
        "block": row.block,
        "formula": evidence.name,
        "tc_formula": row.tc_formula,
        "family": evidence.family,
        "origin": str(row.origin),
        "group": evidence.group,
        "subfamily": evidence.subfamily,
        "tc_kelvin": evidence.tc_kelvin,
        "is_bound": evidence.is_bound,
        "n_reports": row.n_reports,
        "phase": evidence.phase,
        "height_angstrom": evidence.height_angstrom,
        "height_su_angstrom": evidence.height_su_angstrom,
        "notes": "; ".join(row.notes),
    }
