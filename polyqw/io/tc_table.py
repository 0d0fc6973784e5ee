"""Tables of Tc beside a folder of structures: own tables, and the layouts of 3DSC and SuperCon."""

from __future__ import annotations

import csv
import re
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from math import isfinite
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

from polyqw.core.record import Origin, TransitionKind
from polyqw.errors import UsageError
from polyqw.io.formula import parse_formula

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

MAX_FIELD_CHARACTERS: Final = 200_000
"""Longest cell of a table that is read; some tables carry whole feature vectors."""

MOST_TERMS_DECIMALS: Final = 3
"""Decimals of an atomic fraction in a composition key."""


class Field(StrEnum):
    """What a column of a Tc table says."""

    FILE = "file"
    FORMULA = "formula"
    TC = "tc_kelvin"
    TC_SU = "tc_su_kelvin"
    KIND = "kind"
    GROUP = "group"
    ORIGIN = "origin"
    SYNTHETIC_DOPED = "synthetic_doped"
    PRESSURE = "pressure_gpa"


ALIASES: Final[dict[Field, tuple[str, ...]]] = {
    Field.FILE: ("file", "cif", "cif_file", "filename", "path"),
    Field.FORMULA: ("formula", "formula_sc", "name", "composition", "material"),
    Field.TC: ("tc_kelvin", "tc_median_kelvin", "tc_median", "tc_k", "tc", "critical_temp", "critical_temperature"),
    Field.TC_SU: ("tc_su_kelvin",),
    Field.KIND: ("kind",),
    Field.GROUP: ("group", "parent", "mp_id", "material_id_2", "database_id_2", "material_id", "database_id"),
    Field.ORIGIN: ("origin",),
    Field.SYNTHETIC_DOPED: ("synthetic_doped", "synth_doped"),
    Field.PRESSURE: ("pressure_gpa",),
}
"""Headers by what they say, the first found counts.

They are our own, those of 3DSC (``cif, formula_sc, tc, material_id_2, synth_doped``; Sommer et al., Sci. Data 10, 816
(2023)) and of SuperCon (``name, Tc``; Stanev et al., npj Comput. Mater. 4, 29 (2018)).
"""

_UNIT_APART = re.compile(r"\s*[(\[/]\s*(m?k|gpa|kbar)\s*[)\]]?$")

COMPUTED_GROUPS: Final = ("mp-", "mvc-")
"""How ids of the Materials Project begin: cells relaxed by computer."""


@dataclass(frozen=True, slots=True)
class TcEntry:
    """One line of a Tc table.

    Parameters
    ----------
    row : int
        Line in the table, the header being 1.
    file : str or None
        Base name of the structure file.
    formula : str or None
    tc_kelvin : float or None
        None where the table says zero: that may mean measured and none, or nothing recorded.
    kind : TransitionKind
    group : str or None
        Parent compound.
    origin : Origin or None
        None where the table does not say.
    pressure_gpa, tc_su_kelvin : float or None
    """

    row: int
    file: str | None
    formula: str | None
    tc_kelvin: float | None
    kind: TransitionKind
    group: str | None
    origin: Origin | None
    pressure_gpa: float | None
    tc_su_kelvin: float | None

    @property
    def is_bound(self) -> bool:
        """Whether Tc is only known to lie below the value."""
        return self.kind in (TransitionKind.UPPER_BOUND, TransitionKind.NOT_OBSERVED)


@dataclass(slots=True)
class TcTable:
    """A Tc table, found by file or by composition.

    Parameters
    ----------
    name : str
    columns : dict
        Header used for each field.
    by_file, by_composition : dict
        Entries by base name of the file, and by `composition_key`.
    n_rows, n_without_tc : int
        Lines, and those whose Tc is empty or no number.
    problems : list of str
        What could not be understood, one sentence each.
    """

    name: str
    columns: dict[Field, str]
    by_file: dict[str, list[TcEntry]] = field(default_factory=dict)
    by_composition: dict[str, list[TcEntry]] = field(default_factory=dict)
    n_rows: int = 0
    n_without_tc: int = 0
    problems: list[str] = field(default_factory=list)

    def find(self, file: str, composition: Mapping[str, float]) -> list[TcEntry]:
        """Return the entries of a structure: those that name its file, else those of its composition."""
        named = self.by_file.get(PurePosixPath(file.replace("\\", "/")).name)
        if named is not None or Field.FILE in self.columns:
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


def read_tc_table(path: Path, columns: Mapping[Field, str] | None = None) -> TcTable:
    """Read a CSV of Tc.

    Parameters
    ----------
    path : Path
    columns : mapping of Field to str, optional
        Headers where they are not among `ALIASES`.

    Raises
    ------
    UsageError
        If the file cannot be read, has no column of Tc, or neither files nor formulae.
    """
    with csv_lines(path) as (header, lines):
        table = TcTable(path.name, _columns(path.name, header, columns or {}))
        for number, texts in lines:
            table.n_rows += 1
            _add(table, number, {f: texts.get(title, "") for f, title in table.columns.items()})
    return table


def header_key(title: str) -> str:
    """Return a header in small letters, a unit after it joined by an underscore: ``tc_k`` for ``Tc (K)``."""
    return "_".join(_UNIT_APART.sub(r" \1", title.lower()).split())


@contextmanager
def csv_lines(path: Path) -> Iterator[tuple[list[str], Iterator[tuple[int, dict[str, str]]]]]:
    """Open a CSV and give its header and its lines, each with its number and its cells by header.

    Comments (``#``) before the header and empty lines are left out; blanks around cells are cut.

    Parameters
    ----------
    path : Path

    Raises
    ------
    UsageError
        If the file cannot be read, or holds nothing.
    """
    csv.field_size_limit(MAX_FIELD_CHARACTERS)
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.reader(stream)
            cells = next((c for c in reader if c and not c[0].lstrip('" ').startswith("#")), None)
            if cells is None:
                raise UsageError(f"{path.name}: an empty table; it needs a header and lines")
            header = [cell.strip() for cell in cells]
            yield (
                header,
                (
                    (reader.line_num, dict(zip(header, (cell.strip() for cell in row), strict=False)))
                    for row in reader
                    if any(row)
                ),
            )
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UsageError(f"{path}: cannot be read as CSV ({error}); give a comma-separated file in UTF-8") from error


def _columns(name: str, header: list[str], given: Mapping[Field, str]) -> dict[Field, str]:
    found = {}
    for asked, title in given.items():
        if title not in header:
            raise UsageError(f"{name}: there is no column {title!r}; its columns are {', '.join(header[:20])}")
        found[asked] = title
    lower = {header_key(title): title for title in reversed(header)}
    for wanted, aliases in ALIASES.items():
        known = [lower[alias] for alias in aliases if alias in lower]
        if wanted not in found and known:
            found[wanted] = known[0]
    if Field.TC not in found:
        raise UsageError(f"{name}: no column holds Tc; name it with --column tc_kelvin=HEADER")
    if Field.FILE not in found and Field.FORMULA not in found:
        raise UsageError(f"{name}: no column names files or formulae; name one with --column file=HEADER")
    return found


def _add(table: TcTable, row: int, texts: Mapping[Field, str]) -> None:
    tc, below = _tc(texts[Field.TC])
    if tc is None:
        table.n_without_tc += 1
        if texts[Field.TC]:
            table.problems.append(f"line {row}: Tc {texts[Field.TC][:40]!r} is not a number of kelvin")
        return
    kind = _kind(table, row, texts.get(Field.KIND, ""), below)
    file = texts.get(Field.FILE, "").replace("\\", "/")
    entry = TcEntry(
        row=row,
        file=PurePosixPath(file).name or None,
        formula=texts.get(Field.FORMULA) or None,
        tc_kelvin=tc if tc > 0 else None,
        kind=kind,
        group=texts.get(Field.GROUP) or None,
        origin=_origin(table, row, texts),
        pressure_gpa=_number(texts.get(Field.PRESSURE, "")),
        tc_su_kelvin=_number(texts.get(Field.TC_SU, "")),
    )
    if entry.file:
        table.by_file.setdefault(entry.file, []).append(entry)
    amounts = parse_formula(entry.formula) if entry.formula else None
    if amounts and sum(amounts.values()) > 0:
        table.by_composition.setdefault(composition_key(amounts), []).append(entry)


def _tc(text: str) -> tuple[float | None, bool]:
    """Return a Tc, and whether it is written as a bound (``<4.2``)."""
    below = text.startswith(("<", "≤"))
    value = _number(text.lstrip("<≤= "))
    return (value if value is not None and value >= 0 else None), below


def _kind(table: TcTable, row: int, text: str, below: bool) -> TransitionKind:
    if not text:
        return TransitionKind.UPPER_BOUND if below else TransitionKind.REPORTED
    try:
        return TransitionKind(text)
    except ValueError:
        table.problems.append(f"line {row}: {text[:40]!r} is no kind of Tc ({', '.join(TransitionKind)})")
        return TransitionKind.REPORTED


def _origin(table: TcTable, row: int, texts: Mapping[Field, str]) -> Origin | None:
    if texts.get(Field.SYNTHETIC_DOPED, "").lower() in ("1", "true", "yes"):
        return Origin.SYNTHETIC_DOPED
    if text := texts.get(Field.ORIGIN, ""):
        try:
            return Origin(text)
        except ValueError:
            table.problems.append(f"line {row}: {text[:40]!r} is no origin ({', '.join(Origin)})")
    return Origin.DFT if texts.get(Field.GROUP, "").startswith(COMPUTED_GROUPS) else None


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if isfinite(value) else None


def tables_in(folder: Path) -> Iterator[Path]:
    """Yield the CSV files that lie directly in a folder, sorted."""
    yield from sorted(p for p in folder.iterdir() if p.suffix.lower() == ".csv" and p.is_file())
