"""Units of temperature and pressure that tables carry, by pint, which is loaded when a unit has to be converted."""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator


class Measure(StrEnum):
    """What is measured, by the unit in which it is kept."""

    TEMPERATURE = "kelvin"
    PRESSURE = "gigapascal"


SPELLINGS: Final = {
    "k": "kelvin", "mk": "millikelvin", "°c": "degC", "℃": "degC", "deg c": "degC", "celsius": "degC", "°f": "degF",
    "pa": "pascal", "hpa": "hectopascal", "kpa": "kilopascal", "mpa": "megapascal", "gpa": "gigapascal",
    "tpa": "terapascal", "kb": "kilobar",
}  # fmt: skip
"""How people and headers in small letters write units that pint knows by another spelling."""

_KEPT: Final = {
    "K": Measure.TEMPERATURE,
    "kelvin": Measure.TEMPERATURE,
    "GPa": Measure.PRESSURE,
    "gigapascal": Measure.PRESSURE,
}
_SMALLEST_GIGAPASCAL: Final = 1e-9  # a millipascal in a table is a megapascal that was written wrongly


def find_unit(text: str, measure: Measure) -> str | None:
    """Return the name of a unit as `convert` takes it, None if the text is no unit of this measure.

    Parameters
    ----------
    text : str
        E.g. ``K``, ``mK``, ``°C``, ``GPa``, ``MPa``, ``kbar``, ``bar``, ``atm``.
    """
    if text in _KEPT:
        return str(measure) if _KEPT[text] is measure else None
    return next(_units(text, measure), None) if text and len(text) <= 20 else None


def _units(text: str, measure: Measure) -> Iterator[str]:
    for name in (text, SPELLINGS.get(text.lower(), "")):
        unit = _parsed(name)
        if unit is None or unit.dimensionality != _registry().Unit(str(measure)).dimensionality:
            continue
        if measure is Measure.PRESSURE and convert(1.0, name, measure) < _SMALLEST_GIGAPASCAL:
            return
        yield name


def convert(value: float, unit: str, measure: Measure) -> float:
    """Return a value in kelvin or gigapascal."""
    return value if unit == measure else float(_registry().Quantity(value, unit).to(str(measure)).magnitude)


def convert_difference(value: float, unit: str, measure: Measure) -> float:
    """Return a difference, such as an uncertainty, in kelvin or gigapascal: a degree Celsius is one kelvin."""
    if unit == measure:
        return value
    return abs(convert(value, unit, measure) - convert(0.0, unit, measure))


@cache
def _parsed(text: str) -> Any:
    if not all(c.isalpha() or c in "°" for c in text) or not text:
        return None
    try:
        return _registry().parse_units(text)
    except Exception:  # of pint, of tokenize, of arithmetic: it is no unit
        return None


@cache
def _registry() -> Any:
    from pint import UnitRegistry  # noqa: PLC0415 - half a second, for tables with units other than K and GPa only

    return UnitRegistry()
