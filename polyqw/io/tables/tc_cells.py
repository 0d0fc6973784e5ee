"""The cells of a table of Tc: each understood whole, or refused with a reason."""

import re
from dataclasses import dataclass
from math import isfinite
from typing import Final

from polyqw.core.record import TransitionKind
from polyqw.io.standard_uncertainty import parse_su
from polyqw.io.tables.units import Measure, convert, convert_difference, find_unit
from polyqw.untrusted import one_line

HIGHEST_KELVIN: Final = 1000.0
"""Above this a Tc is a slip of the unit: no theory or claim reaches it."""

HIGHEST_GIGAPASCAL: Final = 1000.0
"""Above a terapascal no Tc was ever measured."""

_NUMBER = r"[+-]?(?:[0-9]+(?:[.,][0-9]*)?|[.,][0-9]+)(?:[eE][+-]?[0-9]+)?"
_QUANTITY: Final = re.compile(
    rf"(?P<sign><=|>=|[<≤>≥~≈]?)\s*(?P<number>{_NUMBER})(?P<su>\([0-9.]+\))?"
    rf"(?:\s*(?:±|\+/-|\+-)\s*(?P<half>{_NUMBER}))?\s*(?P<unit>[^\W\d_°]*|°\s?[CF]|℃)"
)
_THOUSANDS: Final = re.compile(r"[+-]?[1-9][0-9]{0,2},[0-9]{3}(?![0-9])")
_AMBIENT: Final = re.compile(r"(?:ambient|atmospheric|normal)(?:[ _-]pressure)?|none", re.IGNORECASE)
_LONGEST_CELL: Final = 100
_LONGEST_TEXT: Final = 500


class Refusal(Exception):  # noqa: N818 - never leaves the reader of tables
    """A cell that was not understood."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class TcCell:
    """A Tc as its cell says it.

    Parameters
    ----------
    is_bound : bool
        Whether Tc is only known to lie below.
    is_rough : bool
        Whether the cell says about (``~``).
    """

    kelvin: float
    su_kelvin: float | None
    is_bound: bool
    is_rough: bool


@dataclass(frozen=True, slots=True)
class CellStyle:
    """How numbers without a unit or with a comma are read.

    Parameters
    ----------
    has_decimal_comma : bool
        Whether a comma may be a decimal sign: never where commas stand between the cells.
    tc_unit, su_unit, pressure_unit : str or None
        Units of the columns, as `polyqw.io.tables.units.convert` takes them; None where nothing says one.
    """

    has_decimal_comma: bool
    tc_unit: str | None
    su_unit: str | None
    pressure_unit: str | None


def read_tc(text: str, unit: str, style: CellStyle) -> TcCell:
    """Return what the cell of a Tc says.

    Parameters
    ----------
    text : str
        ``92.5(3)``, ``92.5 ± 0.3 K``, ``<4.2``, ``350 mK``, ``-181 °C``; kelvin where nothing else is said.
    unit : str
        What the line says of its unit, empty for nothing.
    """
    shown = one_line(text, 40)
    if not text:
        raise Refusal("no_tc", "no Tc")
    found = _quantity(text)
    if found is None:
        raise Refusal("no_number", f"Tc {shown!r} is not a number")
    if found["sign"] in (">", "≥", ">="):
        raise Refusal("lower_bound", f"Tc {shown!r} is a lower bound, for which the database has no kind")
    name = _unit(found["unit"] or unit, style.tc_unit or "K", Measure.TEMPERATURE, "Tc; write K or mK")
    value = _number(found["number"], shown, style)
    kelvin = convert(value, name, Measure.TEMPERATURE)
    if kelvin < 0:
        raise Refusal("negative", f"Tc {shown!r} is negative")
    if not kelvin <= HIGHEST_KELVIN:
        raise Refusal("implausible", f"Tc {shown!r} is over {HIGHEST_KELVIN:g} K; check the unit")
    su = parse_su(f"{found['number'].replace(',', '.')}{found['su']}") if found["su"] else None
    if found["half"]:
        su = _number(found["half"], shown, style)
    if su is not None:
        su = _plausible_su(convert_difference(su, name, Measure.TEMPERATURE), shown)
    return TcCell(kelvin, su, found["sign"] in ("<", "≤", "<="), found["sign"] in ("~", "≈"))


def read_su(text: str, unit: str, style: CellStyle) -> float:
    """Return the uncertainty of a Tc [K] from a cell of its own."""
    shown = one_line(text, 40)
    found = _quantity(text)
    if found is None or found["sign"] or found["su"] or found["half"]:
        raise Refusal("bad_uncertainty", f"the uncertainty {shown!r} is not a number of kelvin")
    name = _unit(found["unit"] or unit, style.su_unit or style.tc_unit or "K", Measure.TEMPERATURE, "Tc")
    return _plausible_su(convert_difference(_number(found["number"], shown, style), name, Measure.TEMPERATURE), shown)


def read_pressure(text: str, style: CellStyle) -> float:
    """Return a pressure [GPa]; ``ambient pressure`` is zero, and a number other than zero needs a unit."""
    shown = one_line(text, 40)
    if _AMBIENT.fullmatch(text):
        return 0.0
    found = _quantity(text)
    if found is None or found["sign"] or found["su"] or found["half"]:
        raise Refusal("bad_pressure", f"the pressure {shown!r} is not one number with a unit such as GPa or kbar")
    value = _number(found["number"], shown, style)
    written = found["unit"] or style.pressure_unit
    if not written:
        if value == 0:
            return 0.0
        raise Refusal(
            "no_pressure_unit", f"the pressure {shown!r} has no unit; write it in the header, e.g. pressure (GPa)"
        )
    gigapascal = convert(value, _unit(written, "", Measure.PRESSURE, "pressure", "bad_pressure"), Measure.PRESSURE)
    if not 0 <= gigapascal <= HIGHEST_GIGAPASCAL:
        raise Refusal("bad_pressure", f"the pressure {shown!r} is not between 0 and {HIGHEST_GIGAPASCAL:g} GPa")
    return gigapascal


def require_no_field(text: str, style: CellStyle) -> None:
    """Refuse a magnetic field that is not zero: Tc in a field is lower than the Tc of the crystal."""
    shown = one_line(text, 40)
    found = _quantity(text)
    if found is None or _number(found["number"], shown, style) != 0:
        raise Refusal("in_field", f"found in the magnetic field {shown!r}; only Tc without a field is kept")


def read_plain(text: str, what: str, reason: str, style: CellStyle, least: float) -> float:
    """Return a number without a unit."""
    shown = one_line(text, 40)
    found = _quantity(text)
    if found is None or any(found[part] for part in ("sign", "su", "half", "unit")):
        raise Refusal(reason, f"{what} {shown!r} is not a number")
    value = _number(found["number"], shown, style)
    if not isfinite(value) or value < least:
        raise Refusal(reason, f"{what} {shown!r} is not a number of {least:g} or more")
    return value


def read_kind(text: str, default: TransitionKind, *, is_bound: bool) -> TransitionKind:
    """Return the kind of a Tc, from its own cell and from whether it is written as a bound."""
    if text and text not in set(TransitionKind):
        raise Refusal("unknown_kind", f"{one_line(text, 40)!r} is no kind of Tc ({', '.join(TransitionKind)})")
    kind = TransitionKind(text) if text else default
    is_value = kind in (TransitionKind.MEASURED, TransitionKind.REPORTED)
    if is_bound and is_value and text:
        raise Refusal("contradiction", f"Tc is written as a bound and its kind is {kind}")
    return TransitionKind.UPPER_BOUND if is_bound and is_value else kind


def read_text(text: str) -> str | None:
    """Return a text in one line, None if it is empty."""
    return one_line(text, _LONGEST_TEXT) or None


def _quantity(text: str) -> re.Match[str] | None:
    return _QUANTITY.fullmatch(text) if len(text) <= _LONGEST_CELL else None


def _number(text: str, shown: str, style: CellStyle) -> float:
    if "," in text:
        if not style.has_decimal_comma:
            raise Refusal("no_number", f"{shown!r} has a comma; write a decimal point")
        if _THOUSANDS.match(text):
            raise Refusal("no_number", f"the comma in {shown!r} may part thousands; write a decimal point")
    return float(text.replace(",", "."))


def _unit(written: str, default: str, measure: Measure, of: str, reason: str = "unknown_unit") -> str:
    name = find_unit(written or default, measure)
    if name is None:
        raise Refusal(reason, f"{one_line(written, 20)!r} is no unit of {of}")
    return name


def _plausible_su(kelvin: float, shown: str) -> float:
    if not 0 <= kelvin <= HIGHEST_KELVIN:
        raise Refusal("bad_uncertainty", f"the uncertainty in {shown!r} is not between 0 and {HIGHEST_KELVIN:g} K")
    return kelvin
