"""Conditions on structures: what ``polyqw find`` takes, read by a grammar with the operators of OPTIMADE.

``family=cuprate AND tc_kelvin>90``, ``Cu>=2,O<8``, ``NOT elements HAS "F"``, ``3.3<h_alpha_angstrom<3.5``,
``tc_kelvin IS KNOWN``, ``formula=YBa2Cu3O6.91``. A comma is an AND that binds least.
"""

from __future__ import annotations

import operator
from functools import cache
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from lark import Lark, Token, Transformer, v_args
from lark.exceptions import UnexpectedInput, UnexpectedToken, VisitError

from polyqw.core.formula import amounts_in
from polyqw.core.record import Origin, TransitionKind, Trust
from polyqw.core.wells import Family, Status
from polyqw.errors import UsageError
from polyqw.io.elements import SYMBOLS
from polyqw.io.formula import parse_any_formula, write_formula
from polyqw.suggest import or_else

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from lark import ParseTree

Record: TypeAlias = "Mapping[str, Any]"
Condition: TypeAlias = "Callable[[Record], bool]"

SIGNS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "<=": operator.le,
    ">=": operator.ge,
    "!=": operator.ne,
    "=": operator.eq,
    "==": operator.eq,
    "<": operator.lt,
    ">": operator.gt,
}
TURNED: Final = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "==": "=", "!=": "!="}

WORDS: Final = {
    "family": tuple(Family),
    "status": tuple(Status),
    "origin": tuple(Origin),
    "trust": tuple(Trust),
    "tc_kind": tuple(TransitionKind),
}
"""Fields whose values are words of a list."""

MOST_NESTED: Final = 50

FORMULAE: Final = ("formula", "formula_written", "compound")
"""Fields that compare as formulae, however they are written."""

GRAMMAR: Final = r"""
    ?start: every
    every: either ("," either)*
    either: both (_OR both)*
    both: one (_AND one)*
    ?one: _NOT one -> negation
        | "(" every ")"
        | NUMBER SIGN NAME SIGN NUMBER -> between
        | NUMBER SIGN NAME -> turned
        | NAME SIGN (STRING | TEXT) -> compared
        | NAME _HAS [HOW] STRINGS -> has
        | NAME _IS KNOWN -> known
        | NAME MATCHING STRING -> matching
        | NAME -> alone
    _AND.3: /AND(?![A-Za-z0-9_])/i
    _OR.3: /OR(?![A-Za-z0-9_])/i
    _NOT.3: /NOT(?![A-Za-z0-9_])/i
    _HAS.3: /HAS(?![A-Za-z0-9_])/i
    _IS.3: /IS(?![A-Za-z0-9_])/i
    HOW.3: /(ALL|ANY|ONLY)(?![A-Za-z0-9_])/i
    KNOWN.3: /(UNKNOWN|KNOWN)/i
    MATCHING.3: /(CONTAINS|STARTS(\s+WITH)?|ENDS(\s+WITH)?)(?=\s*["'])/i
    SIGN: /<=|>=|!=|==?|<|>/
    NUMBER: /[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?/
    NAME: /[A-Za-z_][A-Za-z_0-9]*/
    STRINGS.2: /["'][^"']*["'](\s*,\s*["'][^"']*["'])*/
    STRING: /"[^"]*"|'[^']*'/
    TEXT: /[^\s,()"'<>=!]((?!\s+(AND|OR|NOT)\b)[^,()"'<>=!])*/i
    %ignore /\s+/
"""
EXAMPLE: Final = "write e.g. family=cuprate AND tc_kelvin>90, or Cu>=2"


def read_condition(expression: str, fields: Mapping[str, bool]) -> Condition:
    """Return the condition that an expression states; an empty one holds for every record.

    Parameters
    ----------
    fields : mapping of str to bool
        Names that a record may have, and whether their values are numbers.

    Raises
    ------
    UsageError
        If it cannot be read, names no field or element, or compares with what the field can never be.
    """
    if not expression.strip():
        return lambda _: True
    tree = parse_condition(expression)
    try:
        read: Condition = _Reader(fields).transform(tree)
    except VisitError as error:
        raise error.orig_exc from error
    return read


def parse_condition(expression: str) -> ParseTree:
    """Return the tree of an expression.

    Raises
    ------
    UsageError
        If it cannot be read.
    """
    if expression.count("(") + len(expression.upper().split("NOT")) > MOST_NESTED:
        raise UsageError(f"more than {MOST_NESTED} brackets in one expression; ask in steps")
    try:
        return _parser().parse(expression)
    except UnexpectedInput as error:
        raise UsageError(_where(expression, error)) from error


@cache
def _parser() -> Lark:
    return Lark(GRAMMAR, parser="lalr", maybe_placeholders=True)


def _where(expression: str, error: UnexpectedInput) -> str:
    place = error.pos_in_stream
    is_end = isinstance(error, UnexpectedToken) and error.token.type == "$END"
    rest = "" if is_end or place is None else expression[place:].strip()
    before = f"{rest[:30]!r} in {expression.strip()!r}" if rest else f"the end of {expression.strip()!r}"
    return f"cannot read {before}; {EXAMPLE}"


@v_args(inline=True)
class _Reader(Transformer[Token, Condition]):
    """Turns the tree of an expression into a condition."""

    def __init__(self, fields: Mapping[str, bool]) -> None:
        super().__init__()
        self.fields = fields

    def every(self, *parts: Condition) -> Condition:
        return parts[0] if len(parts) == 1 else lambda record: all(part(record) for part in parts)

    both = every

    def either(self, *parts: Condition) -> Condition:
        return parts[0] if len(parts) == 1 else lambda record: any(part(record) for part in parts)

    def negation(self, part: Condition) -> Condition:
        return lambda record: not part(record)

    def between(self, low: Token, one: Token, name: Token, other: Token, high: Token) -> Condition:
        if TURNED[one][0] == other[0] or "=" in (one, other) or "!=" in (one, other):
            raise UsageError(f"{low}{one}{name}{other}{high} is no range; write e.g. 3.3<h_alpha_angstrom<3.5")
        return self.every(self.turned(low, one, name), self.compared(name, other, high))

    def turned(self, value: Token, sign: Token, name: Token) -> Condition:
        return self.compared(name, TURNED[sign], value)

    def compared(self, name: str, sign: str, value: str) -> Condition:
        text = unquoted(value)
        compare = SIGNS[sign]
        if name in SYMBOLS:
            amount = _number(name, text)
            return lambda record: compare(_amount(record, name), amount)
        self._require(name)
        if self.fields[name]:
            return self._numbers(name, sign, text)
        if name in WORDS and text not in WORDS[name]:
            raise UsageError(f"{name} is never {text!r}{or_else(text, WORDS[name], _one_of(WORDS[name]))}")
        if name in FORMULAE and (wanted := _formula(text)) is not None and sign in ("=", "!="):
            return lambda record: compare(_formula(str(record.get(name))), wanted)
        return lambda record: record.get(name) is not None and compare(str(record[name]), text)

    def _numbers(self, name: str, sign: str, text: str) -> Condition:
        low, dots, high = text.partition("..")
        if dots and sign == "=":
            return self.every(self._numbers(name, ">=", low), self._numbers(name, "<=", high))
        number, compare = _number(name, text), SIGNS[sign]
        return lambda record: record.get(name) is not None and compare(record[name], number)

    def has(self, name: Token, how: Token | None, values: Token) -> Condition:
        if name != "elements":
            raise UsageError(f'{name} is no list; HAS asks for elements: elements HAS "Cu"')
        wanted = {_element(part.strip()[1:-1].strip()) for part in values.split(",")}
        test = {"ALL": wanted.issubset, "ANY": lambda own: not wanted.isdisjoint(own), "ONLY": wanted.issuperset}
        holds = test[how.upper() if how else "ALL"]
        return lambda record: bool(holds(_elements(record)))

    def known(self, name: Token, word: Token) -> Condition:
        self._require(name)
        wanted = word.upper() == "KNOWN"
        return lambda record: (record.get(name) is not None) == wanted

    def matching(self, name: Token, how: Token, value: Token) -> Condition:
        self._require(name)
        part = unquoted(value)
        test = {"C": str.__contains__, "S": str.startswith, "E": str.endswith}[how[0].upper()]
        return lambda record: record.get(name) is not None and bool(test(str(record[name]), part))

    def alone(self, name: Token) -> Condition:
        if name in self.fields:
            raise UsageError(f"{name} is compared with nothing; write e.g. {name}>3 or {name} IS KNOWN")
        if name.upper() in ("AND", "OR", "NOT", "HAS", "IS"):
            raise UsageError(f"{name.upper()} joins two conditions; {EXAMPLE}")
        element = _element(name, (*SYMBOLS, *self.fields))
        return lambda record: _amount(record, element) > 0

    def _require(self, name: str) -> None:
        if name not in self.fields:
            known = f"; there are {', '.join(sorted(self.fields)) or 'no structures yet'}"
            raise UsageError(f"{str(name)!r} is no field{or_else(name, self.fields, known)}")


def _element(name: str, known: Collection[str] = SYMBOLS) -> str:
    if name not in SYMBOLS:
        raise UsageError(f"{str(name)!r} is no element{or_else(name, known, '; write its symbol, e.g. Cu')}")
    return str(name)


def _one_of(words: Collection[str]) -> str:
    return f"; it is one of {', '.join(words)}"


def unquoted(text: str) -> str:
    """Return a value without its quotation marks."""
    return text[1:-1] if text[:1] in ("'", '"') else text.strip()


def _formula(text: str) -> str | None:
    amounts = parse_any_formula(text)
    return write_formula(amounts) if amounts else None


def _number(name: str, text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise UsageError(f"{name} is compared with {text!r}, which is not a number") from error


def _amounts(record: Record) -> dict[str, float]:
    return amounts_in(str(record["formula"]))


def _amount(record: Record, element: str) -> float:
    return _amounts(record).get(element, 0.0)


def _elements(record: Record) -> set[str]:
    return set(_amounts(record))
