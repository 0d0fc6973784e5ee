"""A filter as SQL; what is unknown matches nothing, as NULL does in SQL."""

from __future__ import annotations

import operator
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from lark import Token, Transformer, v_args
from lark.exceptions import VisitError
from sqlalchemy import Boolean, ColumnElement, and_, cast, false, func, literal, not_, null, or_, true

from polyqw.services.exchange.optimade_properties import PREFIX
from polyqw.services.interfaces.optimade.fields import Absent, Condition, Fields, Listed, Value, ValueKind
from polyqw.services.interfaces.optimade.grammar import read_filter
from polyqw.services.interfaces.optimade.refusals import Refusal, bad_request, not_implemented
from polyqw.suggest import or_else

if TYPE_CHECKING:
    from collections.abc import Callable

SIGNS: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "<=": operator.le, ">=": operator.ge, "!=": operator.ne, "=": operator.eq, "<": operator.lt, ">": operator.gt,
}  # fmt: skip
TURNED: Final = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}
UNKNOWN: Final[Condition] = cast(null(), Boolean)
LARGEST_INTEGER: Final = 2**63 - 1
"""Whole numbers beyond it are floating in SQLite."""

_FOREIGN = re.compile(r"_[a-z0-9]+_")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


class _Name(str):
    """The name of a property, nested ones joined by dots."""

    __slots__ = ()


class _Truth(str):
    """TRUE or FALSE."""

    __slots__ = ()


_Literal = str | int | float


def filter_condition(text: str, fields: Fields, warnings: list[str]) -> Condition:
    """Return the condition that a filter states on the entries of a type.

    Parameters
    ----------
    warnings : list of str
        Takes a sentence for each property of another provider, which is treated as unknown.

    Raises
    ------
    Refusal
        If it is no filter, names a property that there is not, or asks for what is not offered.
    """
    tree = read_filter(text)
    if tree is None:
        return true()
    try:
        found: Condition = _Translator(fields, warnings).transform(tree)
    except VisitError as error:
        raise error.orig_exc from error
    return found


@v_args(inline=True)
class _Translator(Transformer[Token, Any]):
    """Turns the tree of a filter into SQL."""

    def __init__(self, fields: Fields, warnings: list[str]) -> None:
        super().__init__()
        self.fields = fields
        self.warnings = warnings

    def either(self, *parts: Condition) -> Condition:
        return or_(*parts)

    def both(self, *parts: Condition) -> Condition:
        return and_(*parts)

    def negation(self, part: Condition) -> Condition:
        return not_(part)

    def property(self, *names: Token) -> _Name:
        return _Name(".".join(names))

    def string(self, token: Token) -> str:
        return _ESCAPED.sub(r"\1", token[1:-1])

    def number(self, token: Token) -> int | float:
        return _number(token)

    def truth(self, token: Token) -> _Truth:
        return _Truth(token)

    def compared(self, name: _Name, sign: Token, value: _Literal) -> Condition:
        field = self._field(name)
        if field is None:
            return UNKNOWN
        if isinstance(field, Listed):
            raise not_implemented(f"{name} is a list; ask {name} HAS ... or {name} LENGTH ...")
        condition: Condition = SIGNS[sign](field.sql, _typed(name, field.kind, value))
        if sign == "=" and field.narrowed is not None:
            return and_(field.narrowed(str(value)), condition)
        return condition

    def turned(self, value: _Literal, sign: Token, name: _Name) -> Condition:
        return self.compared(name, Token("OPERATOR", TURNED[sign]), value)

    def known(self, name: _Name, word: Token) -> Condition:
        wanted = word == "KNOWN"
        field = self._field(name)
        if field is None:
            return false() if wanted else true()
        if isinstance(field, Listed):
            return true() if wanted else false()
        return field.sql.is_not(None) if wanted else field.sql.is_(None)

    def matching(self, name: _Name, word: Token, value: _Literal) -> Condition:
        field, part = self._text(name, value)
        if field is None:
            return UNKNOWN
        length = func.length(literal(part))
        if word == "STARTS":
            return func.substr(field.sql, 1, length) == part
        return func.substr(field.sql, func.length(field.sql) - length + 1) == part

    def containing(self, name: _Name, value: _Literal) -> Condition:
        field, part = self._text(name, value)
        return UNKNOWN if field is None else func.instr(field.sql, part) > 0

    def item(self, *parts: Any) -> tuple[str, _Literal]:
        sign, value = parts if len(parts) == 2 else ("=", parts[0])
        return str(sign), value

    def has(self, name: _Name, item: tuple[str, _Literal]) -> Condition:
        return self.has_many(name, Token("QUANTITY", "ALL"), item)

    def has_many(self, name: _Name, quantity: Token, *items: tuple[str, _Literal]) -> Condition:
        field = self._field(name)
        if field is None:
            return UNKNOWN
        if not isinstance(field, Listed):
            raise not_implemented(f"{name} is no list; compare it, as {name} = ...")
        if field.items is None:
            raise not_implemented(f"{name} can be asked for its LENGTH alone")
        tests = [_test(name, field.kind, sign, value) for sign, value in items]
        if quantity == "ALL":
            return and_(*(field.has(test) for test in tests))
        if quantity == "ANY":
            return field.has(lambda one: or_(*(test(one) for test in tests)))
        return not_(field.has(lambda one: not_(or_(*(test(one) for test in tests)))))

    def correlated(self, *parts: Any) -> Condition:
        names = [part for part in parts if isinstance(part, _Name)]
        raise not_implemented(f"{':'.join(names)}: lists in correlated positions (:) are not offered")

    def zipped(self, *items: Any) -> Any:
        return items

    def length(self, name: _Name, *parts: Token) -> Condition:
        sign, number = parts if len(parts) == 2 else ("=", parts[0])
        field = self._field(name)
        if field is None:
            return UNKNOWN
        if not isinstance(field, Listed):
            raise not_implemented(f"{name} is no list; LENGTH asks for the number of its items")
        condition: Condition = SIGNS[sign](field.length, _number(number))
        return condition

    def _text(self, name: _Name, value: _Literal) -> tuple[Value | None, str]:
        field = self._field(name)
        if field is not None and (not isinstance(field, Value) or field.kind is not ValueKind.STRING):
            raise not_implemented(f"{name} is no string; CONTAINS, STARTS and ENDS ask for parts of strings")
        if type(value) is not str:
            raise not_implemented(f"{name}: CONTAINS, STARTS and ENDS take a string")
        return field, value

    def _field(self, name: _Name) -> Value | Listed | None:
        """Return a property; None for one that is unknown here, as those of other providers are."""
        first = name.partition(".")[0]
        found = self.fields.get(name)
        if isinstance(found, Absent) or isinstance(self.fields.get(first), Absent):
            return None
        if found is not None:
            return found
        if first in self.fields:
            raise not_implemented(f"{name} is given, but cannot be asked for in a filter")
        if _FOREIGN.match(first) and not first.startswith(PREFIX):
            self.warnings.append(f"{name} is a property of another provider and treated as unknown")
            return None
        known = f"; info lists them: {', '.join(list(self.fields)[:8])}, ..."
        raise bad_request(f"filter: there is no property {str(name)!r}{or_else(first, self.fields, known)}")


def _test(name: str, kind: ValueKind, sign: str, value: _Literal) -> Callable[[ColumnElement[Any]], Condition]:
    typed = _typed(name, kind, value)
    return lambda one: SIGNS[sign](one, typed)


def _number(token: str) -> int | float:
    if token.lstrip("+-").isdigit() and abs(whole := int(token)) <= LARGEST_INTEGER:
        return whole
    return float(token)


def _typed(name: str, kind: ValueKind, value: _Literal) -> _Literal:
    """Return a value as the property has it; no type is turned into another one."""
    if isinstance(value, _Name):
        raise not_implemented(f"{name}: a comparison of two properties ({name} and {value}) is not offered")
    if isinstance(value, _Truth) or isinstance(value, str) is kind.is_number:
        raise not_implemented(f"{name} is a {kind}; {value} is none, and types are not converted")
    return _moment(name, str(value)) if kind is ValueKind.TIMESTAMP else value


def _moment(name: str, text: str) -> str:
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            raise ValueError
        return moment.astimezone(UTC).replace(tzinfo=None).isoformat()
    except (ValueError, OverflowError) as error:
        raise bad_request(f"{name}: {text[:40]!r} is no time of RFC 3339; write 2026-11-22T02:33:06Z") from error


__all__ = ["Refusal", "filter_condition"]
