"""What SQL can say of a condition: a sieve that loses no structure, so that Python looks at few of many.

A part of a condition that SQL states in full is exact; one that it only narrows down lets through more than it
should, and its negation everything. What comes through is held against the condition itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

from lark import Token, Transformer, v_args
from sqlalchemy import ColumnElement, and_, exists, not_, or_, true

from polyqw.db.models import Composition, Structure, Transition, Well
from polyqw.io.elements import SYMBOLS
from polyqw.io.formula import parse_any_formula
from polyqw.services.structures.conditions import FORMULAE, SIGNS, TURNED, parse_condition, unquoted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import InstrumentedAttribute

NUMBERS: Final[Mapping[str, InstrumentedAttribute[float | None] | InstrumentedAttribute[float]]] = {
    "temperature_kelvin": Structure.temperature_kelvin,
    "pressure_gpa": Structure.pressure_gpa,
    "volume_angstrom3": Structure.volume_angstrom3,
}
WORDS: Final[Mapping[str, InstrumentedAttribute[str | None] | InstrumentedAttribute[str]]] = {
    "name": Structure.block,
    "family": Structure.family,
    "status": Structure.status,
    "reason": Structure.reason,
    "origin": Structure.origin,
    "trust": Structure.trust,
    "source": Structure.source,
    "table_row": Structure.table_row,
}
OF_TRANSITIONS: Final = ("tc_kelvin", "tc_max_kelvin", "tc_upper_bound_kelvin", "tc_not_observed_kelvin")
"""Fields that have the value of one of the transitions of a structure."""

OF_WELLS: Final = {f"h_{phase}_angstrom": phase for phase in ("alpha", "beta", "gamma")}
"""Fields that have a mean over the wells of a phase."""

ROUNDING: Final = 1e-9
"""Share by which a mean may lie beyond what it is the mean of."""


@dataclass(frozen=True, eq=False, slots=True)
class Sieve:
    """A condition in SQL that every structure meets which meets the condition asked for.

    Parameters
    ----------
    is_exact : bool
        Whether no other structure meets it.
    """

    sql: ColumnElement[bool]
    is_exact: bool


OPEN: Final = Sieve(true(), False)


def sieve_of(expression: str) -> Sieve:
    """Return the sieve of an expression that `read_condition` reads."""
    if not expression.strip():
        return Sieve(true(), True)
    found: Sieve = _Sifter().transform(parse_condition(expression))
    return found


@v_args(inline=True)
class _Sifter(Transformer[Token, Sieve]):
    """Turns the tree of an expression into a sieve."""

    def every(self, *parts: Sieve) -> Sieve:
        return Sieve(and_(true(), *(part.sql for part in parts)), all(part.is_exact for part in parts))

    both = every

    def either(self, *parts: Sieve) -> Sieve:
        return Sieve(or_(*(part.sql for part in parts)), all(part.is_exact for part in parts))

    def negation(self, part: Sieve) -> Sieve:
        return Sieve(not_(part.sql), True) if part.is_exact else OPEN

    def between(self, low: Token, one: Token, name: Token, other: Token, high: Token) -> Sieve:
        return self.every(self.turned(low, one, name), self.compared(name, other, high))

    def turned(self, value: Token, sign: Token, name: Token) -> Sieve:
        return self.compared(name, TURNED[sign], value)

    def compared(self, name: str, sign: str, value: str) -> Sieve:
        text = unquoted(value)
        if name in WORDS:
            return _of_words(name, sign, text)
        if name in FORMULAE:
            amounts = parse_any_formula(text) if sign in ("=", "==") else None
            return _holding(*amounts) if amounts else OPEN
        low, dots, high = text.partition("..")
        if dots and sign == "=":
            return self.every(_of_number(name, ">=", float(low)), _of_number(name, "<=", float(high)))
        return _of_number(name, sign, float(text)) if _is_number(text) else OPEN

    def has(self, name: Token, how: Token | None, values: Token) -> Sieve:  # noqa: ARG002 - elements alone
        wanted = [part.strip()[1:-1].strip() for part in values.split(",")]
        kind = how.upper() if how else "ALL"
        if kind == "ONLY":
            return OPEN
        return _holding(*wanted) if kind == "ALL" else self.either(*(_holding(element) for element in wanted))

    def known(self, name: Token, word: Token) -> Sieve:
        column = WORDS.get(name, NUMBERS.get(name))
        if column is None:
            return OPEN
        return Sieve(column.is_not(None) if word.upper() == "KNOWN" else column.is_(None), True)

    def matching(self, name: Token, how: Token, value: Token) -> Sieve:
        if name not in WORDS:
            return OPEN
        test = {"C": "contains", "S": "startswith", "E": "endswith"}[how[0].upper()]
        sql: ColumnElement[bool] = getattr(WORDS[name], test)(unquoted(value), autoescape=True)
        return Sieve(and_(WORDS[name].is_not(None), sql), False)  # SQLite compares without case

    def alone(self, name: Token) -> Sieve:
        return _holding(name)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _compared(column: Any, sign: str, value: Any) -> ColumnElement[bool]:
    condition: Any = SIGNS[sign](column, value)
    return cast("ColumnElement[bool]", condition)


def _of_words(name: str, sign: str, text: str) -> Sieve:
    column = WORDS[name]
    if sign not in ("=", "==", "!="):
        return OPEN  # the order of letters is not that of Python everywhere
    return Sieve(and_(column.is_not(None), _compared(column, sign, text)), True)


def _of_number(name: str, sign: str, number: float) -> Sieve:
    if name in SYMBOLS:
        return OPEN if SIGNS[sign](0.0, number) else _holding(name)
    if name == "id":
        return Sieve(_compared(Structure.id, sign, number), True)
    if name in NUMBERS:
        return Sieve(and_(NUMBERS[name].is_not(None), _compared(NUMBERS[name], sign, number)), True)
    if name in OF_TRANSITIONS:
        value = _compared(Transition.tc_kelvin, sign, number)
        return Sieve(exists().where(Transition.structure_id == Structure.id, value), False)
    if name in OF_WELLS:
        return _of_mean_height(OF_WELLS[name], sign, number)
    return OPEN


def _of_mean_height(phase: str, sign: str, number: float) -> Sieve:
    """Return what the wells of a phase must show where their mean compares so: one of them lies on that side."""
    slack, of_phase = abs(number) * ROUNDING, and_(Well.structure_id == Structure.id, Well.phase == phase)
    above = exists().where(of_phase, Well.height_angstrom >= number - slack)
    below = exists().where(of_phase, Well.height_angstrom <= number + slack)
    if sign in (">", ">="):
        return Sieve(above, False)
    if sign in ("<", "<="):
        return Sieve(below, False)
    return Sieve(and_(above, below), False) if sign in ("=", "==") else Sieve(or_(above, below), False)


def _holding(*elements: str) -> Sieve:
    held = (
        exists().where(Composition.structure_id == Structure.id, Composition.element == element)
        for element in elements
    )
    return Sieve(and_(true(), *held), False)
