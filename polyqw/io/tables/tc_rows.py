"""Lines of a table of Tc, for every reader of such tables: each one understood whole, or refused with a reason."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from itertools import chain
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

from polyqw.core.record import Origin, TransitionKind
from polyqw.errors import UsageError
from polyqw.io.tables.csv_tables import CsvTable, open_csv
from polyqw.io.tables.tc_cells import (
    CellStyle,
    Refusal,
    read_kind,
    read_plain,
    read_pressure,
    read_su,
    read_tc,
    read_text,
    require_no_field,
)
from polyqw.io.tables.tc_headers import HEADERS, WAYS_TO_MATCH, TcColumns, TcField, find_columns, header_key
from polyqw.io.tables.units import Measure, find_unit
from polyqw.untrusted import one_line

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

ZERO: Final = "zero"
"""Reason code of a line whose Tc is zero."""

NO_TC: Final = "no_tc"
"""Reason code of a line without a Tc."""

_COMPUTED_GROUPS: Final = ("mp-", "mvc-")  # ids of the Materials Project: cells relaxed by computer
_TRUE, _FALSE = ("1", "true", "yes"), ("", "0", "false", "no")


class Zero(StrEnum):
    """What a Tc of zero means, which a table can only say in words."""

    REFUSE = "refuse"
    SKIP = "skip"
    NOT_OBSERVED = "not-observed"


@dataclass(frozen=True, slots=True)
class Subject:
    """What a line is of.

    Parameters
    ----------
    id, file, source_id, formula : str or None
        Names of the structure or compound; of the file the base name.
    """

    id: str | None = None
    file: str | None = None
    source_id: str | None = None
    formula: str | None = None
    group: str | None = None
    origin: Origin | None = None

    @property
    def way(self) -> TcField | None:
        """What names the structure or compound, one of `WAYS_TO_MATCH`."""
        names = (self.id, self.file, self.source_id, self.formula)
        return next((way for way, name in zip(WAYS_TO_MATCH, names, strict=True) if name), None)

    @property
    def name(self) -> str:
        """Name of the structure or compound."""
        return self.id or self.file or self.source_id or self.formula or ""


@dataclass(frozen=True, slots=True)
class TcRow:
    """A line that was understood.

    Parameters
    ----------
    line : int
        Line in the file, the header being the first of them.
    """

    line: int
    subject: Subject
    tc_kelvin: float
    tc_su_kelvin: float | None
    kind: TransitionKind
    pressure_gpa: float | None = None
    doping: float | None = None
    method: str | None = None
    doi: str | None = None
    source: str | None = None
    note: str | None = None

    @property
    def is_bound(self) -> bool:
        """Whether Tc is only known to lie below the value."""
        return self.kind in (TransitionKind.UPPER_BOUND, TransitionKind.NOT_OBSERVED)


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A line that was not understood."""

    line: int
    reason: str
    message: str
    subject: Subject = field(default_factory=Subject)


@dataclass(frozen=True, slots=True)
class TcReading:
    """How a table is to be read where it does not say it itself.

    Parameters
    ----------
    unit, pressure_unit : str or None
        Units where neither header nor cell names one; without it a Tc is in kelvin and a pressure is refused.
    zero_kelvin : float or None
        Lowest temperature reached for the zeros that mean that no transition was observed [K].
    ignored : tuple of str
        Headers, or patterns, of columns to leave out.
    """

    headers: Mapping[TcField, str] = field(default_factory=dict)
    unit: str | None = None
    pressure_unit: str | None = None
    kind: TransitionKind = TransitionKind.REPORTED
    zero: Zero = Zero.REFUSE
    zero_kelvin: float | None = None
    ignored: tuple[str, ...] = ()
    encoding: str | None = None
    fields: Collection[TcField] = frozenset(TcField)


@dataclass(frozen=True, slots=True)
class TcLines:
    """A table of Tc."""

    columns: TcColumns
    rows: list[TcRow | RefusedRow]


def read_tc_rows(path: Path, reading: TcReading) -> TcLines:
    """Return what each line of a CSV of Tc says."""
    with open_csv(path, reading.encoding) as opened:
        table = _with_named_files(opened)
        try:
            columns = find_columns(table.header, reading.fields, reading.headers, reading.ignored)
            reader = _Reader(columns, _style(columns, table, reading), reading)
        except UsageError as error:
            raise UsageError(f"{path.name}: {error}") from error
        rows = [reader.row(line, cells, len(table.header)) for line, cells in table.lines]
    return TcLines(columns, rows[1:] if reader.has_second_header else rows)


def _with_named_files(table: CsvTable) -> CsvTable:
    """Return a table whose first column, where it has no header and holds words, is that of the files.

    So pandas writes a table whose index is the file, as SuperCon3D does; an index of numbers names nothing.
    """
    first = next(table.lines, None)
    lines = table.lines if first is None else chain([first], table.lines)
    header = table.header
    if first and header[0] == "" and not first[1][0].replace(".", "").isdigit() and "file" not in header:
        header = ["file", *header[1:]]
    return CsvTable(header, table.delimiter, lines)


def _style(columns: TcColumns, table: CsvTable, reading: TcReading) -> CellStyle:
    if TcField.TC not in columns.places:
        raise UsageError("no column holds Tc; name it with tc=HEADER")
    if not any(way in columns.places for way in WAYS_TO_MATCH):
        raise UsageError("no column names structures, files or formulae; name one with formula=HEADER")
    if reading.zero is Zero.NOT_OBSERVED and not (reading.zero_kelvin or 0) > 0:
        raise UsageError("zeros that mean not observed need the lowest temperature reached: --zero-kelvin KELVIN")
    return CellStyle(
        has_decimal_comma=table.delimiter != ",",
        tc_unit=_agreed(columns, TcField.TC, reading.unit, Measure.TEMPERATURE),
        su_unit=columns.units.get(TcField.TC_SU),
        pressure_unit=_agreed(columns, TcField.PRESSURE, reading.pressure_unit, Measure.PRESSURE),
    )


def _agreed(columns: TcColumns, wanted: TcField, given: str | None, measure: Measure) -> str | None:
    named = columns.units.get(wanted)
    if given is None:
        return named
    unit = find_unit(given, measure)
    if unit is None:
        raise UsageError(f"{one_line(given, 20)!r} is no unit of {wanted}")
    if named not in (None, unit):
        raise UsageError(f"the column {columns.titles[wanted]!r} names {named}, the option {given}")
    return unit


class _Reader:
    def __init__(self, columns: TcColumns, style: CellStyle, reading: TcReading) -> None:
        self.columns = columns
        self.style = style
        self.reading = reading
        self.has_second_header = False
        self.n_read = 0

    def row(self, line: int, cells: list[str], n_columns: int) -> TcRow | RefusedRow:
        """Return what a line says; SuperCon of NIMS repeats its header in codes on the line below it."""
        self.n_read += 1
        if not any(cells[n_columns:]):
            cells = cells[:n_columns]
        if len(cells) != n_columns:
            return RefusedRow(line, "ragged", f"{len(cells)} cells under {n_columns} headers")
        texts = {wanted: cells[k] for wanted, k in self.columns.places.items()}
        if self.n_read == 1 and header_key(texts[TcField.TC]) in HEADERS[TcField.TC]:
            self.has_second_header = True
        subject = Subject()
        try:
            subject = self._subject(texts)
            return self._understood(line, subject, texts)
        except Refusal as refusal:
            return RefusedRow(line, refusal.reason, str(refusal), subject)

    def _subject(self, texts: Mapping[TcField, str]) -> Subject:
        file = PurePosixPath(texts.get(TcField.FILE, "").replace("\\", "/")).name
        return Subject(
            id=texts.get(TcField.ID) or None,
            file=file or None,
            source_id=texts.get(TcField.SOURCE_ID) or None,
            formula=texts.get(TcField.FORMULA) or None,
            group=texts.get(TcField.GROUP) or None,
            origin=_origin(texts),
        )

    def _understood(self, line: int, subject: Subject, texts: Mapping[TcField, str]) -> TcRow:
        if subject.way is None:
            raise Refusal("no_name", "names neither a structure nor a compound")
        unit = texts.get(TcField.UNIT, "")
        tc = read_tc(texts[TcField.TC], unit, self.style)
        kind = read_kind(texts.get(TcField.KIND, ""), self.reading.kind, is_bound=tc.is_bound)
        kelvin = tc.kelvin
        if kelvin == 0:
            kelvin, kind = self._of_zero(), TransitionKind.NOT_OBSERVED
        su, pressure, doping = (texts.get(one, "") for one in (TcField.TC_SU, TcField.PRESSURE, TcField.DOPING))
        if magnetic := texts.get(TcField.MAGNETIC_FIELD):
            require_no_field(magnetic, self.style)
        note = read_text(texts.get(TcField.NOTE, ""))
        return TcRow(
            line=line,
            subject=subject,
            tc_kelvin=kelvin,
            tc_su_kelvin=read_su(su, unit, self.style) if su else tc.su_kelvin,
            kind=kind,
            pressure_gpa=read_pressure(pressure, self.style) if pressure else None,
            doping=read_plain(doping, "the doping", "bad_doping", self.style, -2.0) if doping else None,
            method=read_text(texts.get(TcField.METHOD, "")),
            doi=read_text(texts.get(TcField.DOI, "")),
            source=read_text(texts.get(TcField.SOURCE, "")),
            note="; ".join(part for part in (note, "the table says about (~)" if tc.is_rough else None) if part)
            or None,
        )

    def _of_zero(self) -> float:
        if self.reading.zero is Zero.NOT_OBSERVED and self.reading.zero_kelvin:
            return self.reading.zero_kelvin
        raise Refusal(
            ZERO,
            "Tc is zero: not observed, or not known? --zero says it; or write the lowest temperature reached and the "
            "kind not_observed",
        )


def _origin(texts: Mapping[TcField, str]) -> Origin | None:
    doped = texts.get(TcField.SYNTHETIC_DOPED, "").lower()
    if doped not in (*_TRUE, *_FALSE):
        raise Refusal("unknown_origin", f"{one_line(doped, 40)!r} is neither true nor false")
    if doped in _TRUE:
        return Origin.SYNTHETIC_DOPED
    if text := texts.get(TcField.ORIGIN, ""):
        if text not in set(Origin):
            raise Refusal("unknown_origin", f"{one_line(text, 40)!r} is no origin ({', '.join(Origin)})")
        return Origin(text)
    return Origin.DFT if texts.get(TcField.GROUP, "").startswith(_COMPUTED_GROUPS) else None
