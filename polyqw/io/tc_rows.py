"""Lines of a table of Tc that is to be kept: each one either understood whole or refused with a reason."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from math import isfinite
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

from polyqw.core.record import TransitionKind
from polyqw.errors import UsageError
from polyqw.io.tc_table import csv_lines, header_key
from polyqw.io.uncertainties import parse_su
from polyqw.untrusted import one_line

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


class TcField(StrEnum):
    """What a column of the table says."""

    ID = "id"
    FILE = "file"
    SOURCE_ID = "source_id"
    FORMULA = "formula"
    TC = "tc"
    TC_SU = "tc_su"
    UNIT = "unit"
    KIND = "kind"
    PRESSURE = "pressure"
    METHOD = "method"
    DOPING = "doping"
    DOI = "doi"
    SOURCE = "source"
    NOTE = "note"


class TcUnit(StrEnum):
    """Unit of a Tc."""

    KELVIN = "K"
    MILLIKELVIN = "mK"


class PressureUnit(StrEnum):
    """Unit of a pressure."""

    GIGAPASCAL = "GPa"
    KILOBAR = "kbar"


KELVIN: Final = {TcUnit.KELVIN: 1.0, TcUnit.MILLIKELVIN: 1e-3}
GIGAPASCAL: Final = {PressureUnit.GIGAPASCAL: 1.0, PressureUnit.KILOBAR: 0.1}

WAYS_TO_MATCH: Final = (TcField.ID, TcField.FILE, TcField.SOURCE_ID, TcField.FORMULA)
"""What names a structure or compound; of a line that gives several, the first."""

HIGHEST_KELVIN: Final = 1000.0
"""Above this a Tc is a slip of the unit."""

HEADERS: Final[dict[TcField, dict[str, TcUnit | PressureUnit | None]]] = {
    TcField.ID: {"id": None, "structure_id": None, "polyqw_id": None},
    TcField.FILE: {"file": None, "cif": None, "cif_file": None, "filename": None, "path": None},
    TcField.SOURCE_ID: {"source_id": None, "cod_id": None, "icsd_id": None, "database_id": None},
    TcField.FORMULA: {"formula": None, "compound": None, "composition": None, "material": None, "name": None},
    TcField.TC: {
        "tc_kelvin": TcUnit.KELVIN, "tc_k": TcUnit.KELVIN, "tc_mk": TcUnit.MILLIKELVIN, "tc": None,
        "critical_temperature": None,
    },
    TcField.TC_SU: {
        "tc_su_kelvin": TcUnit.KELVIN, "tc_su_k": TcUnit.KELVIN, "tc_su_mk": TcUnit.MILLIKELVIN, "tc_su": None,
        "tc_error": None,
    },
    TcField.UNIT: {"unit": None, "tc_unit": None},
    TcField.KIND: {"kind": None},
    TcField.PRESSURE: {
        "pressure_gpa": PressureUnit.GIGAPASCAL, "pressure_kbar": PressureUnit.KILOBAR,
        "p_gpa": PressureUnit.GIGAPASCAL, "p_kbar": PressureUnit.KILOBAR, "pressure": None,
    },
    TcField.METHOD: {"method": None},
    TcField.DOPING: {"doping": None},
    TcField.DOI: {"doi": None},
    TcField.SOURCE: {"source": None, "reference": None, "citation": None},
    TcField.NOTE: {"note": None, "comment": None},
}  # fmt: skip
"""Headers that are understood by themselves, in small letters, with the unit that they name; the first counts."""

_VALUE = re.compile(
    r"(?P<sign>[<≤>≥]?)\s*(?P<number>[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)(?P<su>\(\d+\))?\s*(?P<unit>[^\s\d]*)"
)
_LONGEST_TEXT = 500


@dataclass(frozen=True, slots=True)
class TcRow:
    """A line that was understood.

    Parameters
    ----------
    line : int
        Line in the file, the header being the first of them.
    way : TcField
        What names the structure or compound, one of `WAYS_TO_MATCH`.
    name : str
        Its name.
    tc_kelvin : float
    tc_su_kelvin : float or None
    kind : TransitionKind
    pressure_gpa, doping : float or None
    method, doi, source, note : str or None
    """

    line: int
    way: TcField
    name: str
    tc_kelvin: float
    tc_su_kelvin: float | None
    kind: TransitionKind
    pressure_gpa: float | None
    doping: float | None
    method: str | None
    doi: str | None
    source: str | None
    note: str | None


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A line that was not understood.

    Parameters
    ----------
    line : int
    reason : str
        Reason code.
    message : str
        One sentence.
    """

    line: int
    reason: str
    message: str


@dataclass(frozen=True, slots=True)
class TcReading:
    """How a table is to be read where it does not say it itself.

    Parameters
    ----------
    headers : mapping of TcField to str
        Headers that are not among `HEADERS`.
    unit : TcUnit or None
        Unit of Tc; None for kelvin where nothing else is said.
    pressure_unit : PressureUnit or None
        None for gigapascal where nothing else is said.
    kind : TransitionKind
    """

    headers: Mapping[TcField, str]
    unit: TcUnit | None = None
    pressure_unit: PressureUnit | None = None
    kind: TransitionKind = TransitionKind.REPORTED


def read_tc_rows(path: Path, reading: TcReading) -> list[TcRow | RefusedRow]:
    """Return what each line of a CSV of Tc says.

    Parameters
    ----------
    path : Path
    reading : TcReading

    Raises
    ------
    UsageError
        If the file cannot be read, lacks a column of Tc or one that names structures or compounds, or its header
        names another unit than the user.
    """
    with csv_lines(path) as (header, lines):
        columns = _columns(path.name, header, reading)
        return [_row(number, columns, texts, reading) for number, texts in lines]


@dataclass(frozen=True, slots=True)
class _Columns:
    titles: Mapping[TcField, str]
    tc_unit: TcUnit
    tc_su_unit: TcUnit
    pressure_unit: PressureUnit


def _columns(name: str, header: list[str], reading: TcReading) -> _Columns:
    titles: dict[TcField, str] = {}
    units: dict[TcField, TcUnit | PressureUnit] = {}
    lower = {header_key(title): title for title in reversed(header)}
    for asked, title in reading.headers.items():
        if title not in header:
            raise UsageError(f"{name}: there is no column {title!r}; its columns are {', '.join(header[:20])}")
        titles[asked] = title
    for wanted, aliases in HEADERS.items():
        known = {lower[alias]: unit for alias, unit in aliases.items() if alias in lower}
        title = titles.setdefault(wanted, next(iter(known), ""))
        if unit := known.get(title):
            units[wanted] = unit
        if not title:
            del titles[wanted]
    if TcField.TC not in titles:
        raise UsageError(f"{name}: no column holds Tc; name it with --map tc=HEADER")
    if not any(way in titles for way in WAYS_TO_MATCH):
        raise UsageError(f"{name}: no column names structures or compounds; name one with --map formula=HEADER")
    for wanted, given in ((TcField.TC, reading.unit), (TcField.PRESSURE, reading.pressure_unit)):
        if given and units.get(wanted, given) != given:
            raise UsageError(f"{name}: the column {titles[wanted]!r} names {units[wanted]}, the option {given}")
    tc_unit = TcUnit(units.get(TcField.TC) or reading.unit or TcUnit.KELVIN)
    return _Columns(
        titles,
        tc_unit,
        TcUnit(units.get(TcField.TC_SU) or tc_unit),
        PressureUnit(units.get(TcField.PRESSURE) or reading.pressure_unit or PressureUnit.GIGAPASCAL),
    )


def _row(line: int, columns: _Columns, texts: Mapping[str, str], reading: TcReading) -> TcRow | RefusedRow:
    cells = {wanted: texts.get(title) or "" for wanted, title in columns.titles.items()}
    try:
        return _understood(line, columns, cells, reading.kind)
    except _Refusal as refusal:
        return RefusedRow(line, refusal.reason, str(refusal))


class _Refusal(Exception):  # noqa: N818 - never leaves this file
    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


def _understood(line: int, columns: _Columns, cells: Mapping[TcField, str], kind: TransitionKind) -> TcRow:
    way = next((w for w in WAYS_TO_MATCH if cells.get(w)), None)
    if way is None:
        raise _Refusal("no_name", "names neither a structure nor a compound")
    tc, su, is_bound = _tc(columns, cells)
    if own := cells.get(TcField.TC_SU):
        su = _number("bad_uncertainty", "the uncertainty", own) * KELVIN[columns.tc_su_unit]
    pressure = cells.get(TcField.PRESSURE)
    doping = cells.get(TcField.DOPING)
    return TcRow(
        line=line,
        way=way,
        name=PurePosixPath(cells[way].replace("\\", "/")).name if way is TcField.FILE else cells[way],
        tc_kelvin=tc,
        tc_su_kelvin=su,
        kind=_kind(cells.get(TcField.KIND, ""), kind, is_bound=is_bound),
        pressure_gpa=_pressure(pressure, columns.pressure_unit) if pressure else None,
        doping=_number("bad_doping", "the doping", doping, least=-2.0) if doping else None,
        method=_text(cells, TcField.METHOD),
        doi=_text(cells, TcField.DOI),
        source=_text(cells, TcField.SOURCE),
        note=_text(cells, TcField.NOTE),
    )


def _tc(columns: _Columns, cells: Mapping[TcField, str]) -> tuple[float, float | None, bool]:
    """Return Tc and its uncertainty [K], and whether Tc is only known to lie below."""
    text = cells.get(TcField.TC, "")
    shown = one_line(text, 40)
    found = _VALUE.fullmatch(text)
    if found is None:
        raise _Refusal("no_number", f"Tc {shown!r} is not a number" if text else "no Tc")
    if found["sign"] in (">", "≥") and found["sign"]:
        raise _Refusal("lower_bound", f"Tc {shown!r} is a lower bound, for which the database has no kind")
    unit = found["unit"] or cells.get(TcField.UNIT) or columns.tc_unit
    if unit not in set(TcUnit):
        raise _Refusal("unknown_unit", f"{one_line(str(unit), 20)!r} is no unit of Tc; write K or mK")
    factor = KELVIN[TcUnit(unit)]
    value = float(found["number"]) * factor
    if value < 0:
        raise _Refusal("negative", f"Tc {shown!r} is negative")
    if value == 0:
        raise _Refusal(
            "zero",
            "Tc is zero; where none was found, write the lowest temperature reached and the kind not_observed",
        )
    if not value <= HIGHEST_KELVIN:
        raise _Refusal("implausible", f"Tc {shown!r} is over {HIGHEST_KELVIN:g} K; check the unit")
    su = parse_su(f"{found['number']}{found['su']}") if found["su"] else None
    return value, None if su is None else su * factor, bool(found["sign"])


def _kind(text: str, default: TransitionKind, *, is_bound: bool) -> TransitionKind:
    if text and text not in set(TransitionKind):
        raise _Refusal("unknown_kind", f"{one_line(text, 40)!r} is no kind of Tc ({', '.join(TransitionKind)})")
    kind = TransitionKind(text) if text else default
    is_value = kind in (TransitionKind.MEASURED, TransitionKind.REPORTED)
    if is_bound and is_value and text:
        raise _Refusal("contradiction", f"Tc is written as a bound and its kind is {kind}")
    return TransitionKind.UPPER_BOUND if is_bound and is_value else kind


def _pressure(text: str, unit: PressureUnit) -> float:
    found = _VALUE.fullmatch(text)
    if found is None or found["sign"] or (found["unit"] and found["unit"] not in set(PressureUnit)):
        raise _Refusal("bad_pressure", f"the pressure {one_line(text, 40)!r} is no number of GPa or kbar")
    own = PressureUnit(found["unit"]) if found["unit"] else unit
    return _number("bad_pressure", "the pressure", found["number"]) * GIGAPASCAL[own]


def _number(reason: str, what: str, text: str, least: float = 0.0) -> float:
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not isfinite(value) or value < least:
        raise _Refusal(reason, f"{what} {one_line(text, 40)!r} is not a number of {least:g} or more")
    return value


def _text(cells: Mapping[TcField, str], wanted: TcField) -> str | None:
    return one_line(cells.get(wanted, ""), _LONGEST_TEXT) or None
