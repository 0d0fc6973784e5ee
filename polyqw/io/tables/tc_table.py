"""A table of Tc beside a folder of structures, looked up by file or by composition."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

from polyqw.io.formula import parse_formula
from polyqw.io.tables.tc_headers import TcField
from polyqw.io.tables.tc_rows import NO_TC, ZERO, RefusedRow, TcReading, TcRow, read_tc_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

MOST_TERMS_DECIMALS: Final = 3
"""Decimals of an atomic fraction in a composition key."""

FIELDS: Final = frozenset({
    TcField.FILE, TcField.FORMULA, TcField.TC, TcField.TC_SU, TcField.UNIT, TcField.KIND, TcField.PRESSURE,
    TcField.MAGNETIC_FIELD, TcField.GROUP, TcField.ORIGIN, TcField.SYNTHETIC_DOPED,
})  # fmt: skip
"""What is read of such a table."""

Entry = TcRow | RefusedRow
"""A line on a structure; refused ones say that Tc is zero."""


@dataclass(slots=True)
class TcTable:
    """A Tc table, found by file or by composition.

    Parameters
    ----------
    by_file, by_composition : dict
        Lines by base name of the file, and by `composition_key`: those with a Tc, and those with a Tc of zero.
    """

    name: str
    columns: dict[TcField, str]
    by_file: dict[str, list[Entry]] = field(default_factory=dict)
    by_composition: dict[str, list[Entry]] = field(default_factory=dict)
    n_rows: int = 0
    problems: list[str] = field(default_factory=list)

    def find(self, file: str, composition: Mapping[str, float]) -> list[Entry]:
        """Return the lines on a structure: those that name its file, else those of its composition."""
        path = PurePosixPath(file.replace("\\", "/"))
        named = self.by_file.get(path.name, self.by_file.get(path.stem))
        if named is not None or TcField.FILE in self.columns:
            return named or []
        return self.by_composition.get(composition_key(composition), [])


def composition_key(composition: Mapping[str, float]) -> str:
    """Return a text that is equal for compositions that differ by a factor."""
    total = sum(composition.values())
    parts = (
        f"{element}{composition[element] / total:.{MOST_TERMS_DECIMALS}f}"
        for element in sorted(composition)
        if composition[element] > 0
    )
    return " ".join(parts)


def read_tc_table(path: Path, columns: Mapping[TcField, str] | None = None, encoding: str | None = None) -> TcTable:
    """Read a CSV of Tc."""
    found = read_tc_rows(path, TcReading(headers=columns or {}, encoding=encoding, fields=FIELDS))
    table = TcTable(path.name, found.columns.titles, n_rows=len(found.rows))
    table.problems += [
        f"{path.name}: the column {title!r} is not read, though it sounds like a condition of Tc"
        for title in found.columns.worrying
    ]
    for row in found.rows:
        if isinstance(row, RefusedRow) and row.reason != ZERO:
            if row.reason != NO_TC:
                table.problems.append(f"line {row.line}: {row.message}")
        else:
            _add(table, row)
    return table


def _add(table: TcTable, row: Entry) -> None:
    subject = row.subject
    if subject.file:
        table.by_file.setdefault(subject.file, []).append(row)
    amounts = parse_formula(subject.formula) if subject.formula else None
    if amounts and sum(amounts.values()) > 0:
        table.by_composition.setdefault(composition_key(amounts), []).append(row)


def tables_in(folder: Path) -> Iterator[Path]:
    """Yield the CSV files that lie directly in a folder, sorted."""
    yield from sorted(p for p in folder.iterdir() if p.suffix.lower() == ".csv" and p.is_file())
