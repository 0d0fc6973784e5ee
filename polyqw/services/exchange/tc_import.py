"""Take a table of Tc into the database, each line matched to a structure or a compound."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from functools import cached_property
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, select

from polyqw.db.look.find import find_compound, find_structures
from polyqw.db.models import Compound, Reference, SourceBlock, SourceFile, Structure, Transition
from polyqw.db.plain import json_digest
from polyqw.db.store.write import insert_one
from polyqw.errors import UsageError
from polyqw.io.formula import parse_formula
from polyqw.io.tables.tc_headers import TcField
from polyqw.io.tables.tc_rows import ZERO, RefusedRow, TcReading, TcRow, Zero, read_tc_rows
from polyqw.io.tables.tc_table import composition_key
from polyqw.services.place.database import reading as reading_database
from polyqw.services.place.database import writing
from polyqw.untrusted import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from sqlalchemy.orm import Session

__all__ = ["ImportedTc", "TcReading", "TcStatus", "Zero", "import_tc"]

FIELDS: Final = frozenset(TcField) - {TcField.GROUP, TcField.ORIGIN, TcField.SYNTHETIC_DOPED}
"""What of a table is kept."""


class TcStatus(StrEnum):
    """What became of a line."""

    STORED = "stored"
    UNCHANGED = "unchanged"
    UNMATCHED = "unmatched"
    REFUSED = "refused"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class TcOutcome:
    """What became of a line.

    Parameters
    ----------
    matched : str or None
        Structure or compound, in words.
    tc_kelvin, tc_su_kelvin, pressure_gpa : float or None
        As understood.
    """

    line: int
    status: TcStatus
    reason: str | None = None
    message: str = ""
    matched: str | None = None
    structure_id: int | None = None
    compound_id: int | None = None
    transition_id: int | None = None
    tc_kelvin: float | None = None
    tc_su_kelvin: float | None = None
    kind: str | None = None
    pressure_gpa: float | None = None


@dataclass(frozen=True, slots=True)
class ImportedTc:
    """The result of an import.

    Parameters
    ----------
    is_dry_run : bool
        Whether nothing was written; ``stored`` then means that it would be.
    """

    outcomes: list[TcOutcome]
    is_dry_run: bool
    columns: dict[TcField, str]
    unused: tuple[str, ...]

    @property
    def counts(self) -> dict[str, int]:
        """Numbers of lines by status."""
        found = Counter(outcome.status for outcome in self.outcomes)
        return {str(status): found[status] for status in TcStatus}

    @property
    def n_failed(self) -> int:
        """Number of lines that were refused or fit nothing."""
        return self.counts[TcStatus.REFUSED] + self.counts[TcStatus.UNMATCHED]

    def as_row(self) -> dict[str, Any]:
        """Return it as plain values, the fields of ``polyqw import tc --json``."""
        return {
            **self.counts,
            "dry_run": self.is_dry_run,
            "columns": {str(name): title for name, title in self.columns.items()},
            "unused_columns": list(self.unused),
            "rows": [asdict(outcome) for outcome in self.outcomes],
        }


@dataclass(frozen=True, slots=True)
class _Target:
    compound: Compound
    structure: Structure | None
    words: str
    identity: tuple[str, ...]  # the same in any database


class _NoMatch(Exception):  # noqa: N818 - never leaves this file
    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


def import_tc(database: str | None, path: Path, reading: TcReading, *, dry_run: bool = False) -> ImportedTc:
    """Store the Tc of a table in one transaction; a line that is stored already changes nothing.

    A line is matched by number or name of a structure, by the name of its file, by its source id, or by a formula;
    what a formula names is the compound, for a value of the composition belongs to no one crystal. Two lines are the
    same value when match, numbers, kind, method, DOI and source are.
    """
    table = read_tc_rows(path, replace(reading, fields=FIELDS))
    if table.columns.worrying:
        titles = ", ".join(repr(one_line(title, 60)) for title in table.columns.worrying[:8])
        more = len(table.columns.worrying) - 8
        raise UsageError(
            f"{path.name}: not read, though it sounds like a pressure, temperature, magnetic field or uncertainty: "
            f"{titles}{f' and {more} more' if more > 0 else ''}; say what it is with --map FIELD=HEADER, or leave it "
            "out with --ignore HEADER"
        )
    with reading_database(database) if dry_run else writing(database) as session:
        importer = _Importer(session, path.name, reading.zero, dry_run=dry_run)
        outcomes = [importer.outcome(row) for row in table.rows]
    return ImportedTc(outcomes, dry_run, table.columns.titles, table.columns.unused)


class _Importer:
    def __init__(self, session: Session, name: str, zero: Zero, *, dry_run: bool) -> None:
        self.session = session
        self.name = name
        self.zero = zero
        self.dry_run = dry_run
        self.seen: set[str] = set()

    def outcome(self, row: TcRow | RefusedRow) -> TcOutcome:
        if isinstance(row, RefusedRow):
            if row.reason == ZERO and self.zero is Zero.SKIP:
                return TcOutcome(row.line, TcStatus.SKIPPED, ZERO)
            return TcOutcome(row.line, TcStatus.REFUSED, row.reason, f"line {row.line}: {row.message}")
        outcome = TcOutcome(
            row.line,
            TcStatus.UNMATCHED,
            tc_kelvin=row.tc_kelvin,
            tc_su_kelvin=row.tc_su_kelvin,
            kind=str(row.kind),
            pressure_gpa=row.pressure_gpa,
        )
        try:
            target = self._target(row)
        except _NoMatch as error:
            return replace(outcome, reason=error.reason, message=f"line {row.line}: {error}")
        outcome = replace(
            outcome,
            matched=target.words,
            structure_id=target.structure.id if target.structure else None,
            compound_id=target.compound.id,
        )
        key = _key(row, target)
        known = self.session.scalar(select(Transition.id).where(Transition.key == key))
        if known is not None or key in self.seen:
            return replace(outcome, status=TcStatus.UNCHANGED, transition_id=known)
        self.seen.add(key)
        stored = None if self.dry_run else insert_one(self.session, Transition, self._values(row, target, key))
        return replace(outcome, status=TcStatus.STORED, transition_id=stored)

    def _values(self, row: TcRow, target: _Target, key: str) -> dict[str, Any]:
        reference = self._reference_id(row.doi)
        source = "; ".join(part for part in (row.source, None if reference else row.doi) if part)
        return {
            "key": key,
            "compound_id": target.compound.id,
            "structure_id": target.structure.id if target.structure else None,
            "tc_kelvin": row.tc_kelvin,
            "tc_su_kelvin": row.tc_su_kelvin,
            "kind": row.kind.value,
            "method": row.method,
            "pressure_gpa": row.pressure_gpa,
            "doping": row.doping,
            "reference_id": reference,
            "source": source or one_line(self.name),
            "note": row.note,
        }

    def _reference_id(self, doi: str | None) -> int | None:
        if doi is None:
            return None
        bare = doi.lower().removeprefix("https://doi.org/").removeprefix("doi:").strip()
        return self.session.scalar(select(Reference.id).where(func.lower(Reference.doi) == bare))

    def _target(self, row: TcRow) -> _Target:
        way, name = row.subject.way or TcField.FORMULA, row.subject.name
        shown = one_line(name, 60)
        if way is TcField.FORMULA:
            compound = self._compound(name)
            return _Target(
                compound, None, f"compound {compound.name}", ("compound", compound.formula or compound.name)
            )
        found = self._of_file(name) if way is TcField.FILE else find_structures(self.session, name)
        if not found:
            raise _NoMatch("no_structure", f"the database has no structure with the {way.value} {shown!r}")
        if len(found) > 1:
            numbers = ", ".join(str(one.id) for one in found[:8])
            raise _NoMatch("ambiguous", f"{len(found)} structures have the {way.value} {shown!r}: ids {numbers}")
        (structure,) = found
        if way is TcField.ID:
            _require_elements(structure, row.subject.formula)
        words = f"structure {structure.id} ({one_line(structure.block, 60)})"
        return _Target(structure.compound, structure, words, ("structure", structure.file_sha256, structure.block))

    def _of_file(self, name: str) -> Sequence[Structure]:
        keys = sorted(self._files.get(name, ()))
        return [one for key in keys if (one := self.session.get(Structure, key)) is not None]

    @cached_property
    def _files(self) -> dict[str, set[int]]:
        """Current structures by the names of the files that hold them."""
        found: dict[str, set[int]] = {}
        rows = self.session.execute(
            select(SourceFile.file, SourceBlock.structure_id)
            .join(SourceBlock, SourceBlock.source_file_id == SourceFile.id)
            .join(Structure, Structure.id == SourceBlock.structure_id)
            .where(Structure.superseded_by.is_(None))
        )
        for file, structure_id in rows:
            found.setdefault(PurePosixPath(file.replace("\\", "/")).name, set()).add(structure_id)
        return found

    def _compound(self, text: str) -> Compound:
        named = find_compound(self.session, text)
        if named is not None:
            return named
        shown = one_line(text, 60)
        amounts = parse_formula(text)
        keys = self._compositions.get(composition_key(amounts), []) if amounts and sum(amounts.values()) > 0 else []
        if not keys:
            raise _NoMatch("no_compound", f"the database has no compound {shown!r}")
        if len(keys) > 1:
            raise _NoMatch("ambiguous", f"{len(keys)} compounds have the composition {shown!r}; give the id")
        compound = self.session.get(Compound, keys[0])
        assert compound is not None
        return compound

    @cached_property
    def _compositions(self) -> dict[str, list[int]]:
        """Compounds by composition, whatever the unit of their formula."""
        found: dict[str, list[int]] = {}
        rows = self.session.execute(select(Compound.id, Compound.formula).where(Compound.formula.is_not(None)))
        for key, formula in rows:
            amounts = parse_formula(formula or "")
            if amounts and sum(amounts.values()) > 0:
                found.setdefault(composition_key(amounts), []).append(key)
        return found


def _require_elements(structure: Structure, formula: str | None) -> None:
    """Refuse a number that is another table's: one that names a structure of other elements than the line."""
    amounts = parse_formula(formula or "")
    if amounts and amounts.keys() != (parse_formula(structure.formula) or {}).keys():
        raise _NoMatch(
            "other_elements",
            f"structure {structure.id} is {one_line(structure.formula, 60)}, the line says "
            f"{one_line(formula or '', 60)}; numbers that are not those of this database are left out with --ignore",
        )


def _key(row: TcRow, target: _Target) -> str:
    """Return a name of a value that is the same whenever the same line is read."""
    rest = [row.tc_su_kelvin, row.pressure_gpa, row.doping, row.method, row.doi, row.source]
    return f"table-{json_digest([target.identity, row.tc_kelvin, row.kind, *rest])[:32]}"
