"""What a filter can ask of an entry: a value or a list, each as SQL."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeAlias

from sqlalchemy import ColumnElement, func, select

if TYPE_CHECKING:
    from sqlalchemy import Select

Condition: TypeAlias = ColumnElement[bool]


class ValueKind(StrEnum):
    """Kinds of values, by the names of the specification."""

    STRING = "string"
    INTEGER = "integer"
    FLOAT = "float"
    TIMESTAMP = "timestamp"

    @property
    def is_number(self) -> bool:
        """Whether values are numbers."""
        return self in (ValueKind.INTEGER, ValueKind.FLOAT)


@dataclass(frozen=True, slots=True)
class Value:
    """A property with one value, which may be unknown.

    Parameters
    ----------
    sql : ColumnElement
        What it is, NULL where unknown; a timestamp as text in seconds UTC, see `seconds`.
    narrowed : callable or None
        Gives for a text a condition that holds wherever the value equals it, and that an index answers.
    """

    kind: ValueKind
    sql: ColumnElement[Any]
    narrowed: Callable[[str], Condition] | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """A property that is a list; it is always known.

    Parameters
    ----------
    kind : ValueKind
        Of its items.
    length : ColumnElement
        Number of items.
    key : ColumnElement
        Key of the entry.
    items : Select or None
        Of all entries, key and item; None where only the length can be asked for.
    """

    kind: ValueKind
    length: ColumnElement[Any]
    key: ColumnElement[Any]
    items: Select[*tuple[Any, ...]] | None = None

    def has(self, holds: Callable[[ColumnElement[Any]], Condition]) -> Condition:
        """Return whether a condition holds for one of the items."""
        assert self.items is not None
        key, item = self.items.subquery().columns
        return self.key.in_(select(key).where(holds(item)))


@dataclass(frozen=True, slots=True)
class Absent:
    """A property of the specification that no entry has: unknown everywhere."""


Field: TypeAlias = Value | Listed | Absent | None
"""A property; None for one that is given but cannot be asked for."""

Fields: TypeAlias = Mapping[str, Field]
"""Properties by name."""


def seconds(moment: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return a stored moment as text in whole seconds UTC, without zone: ``2026-11-22T02:33:06``."""
    return func.strftime("%Y-%m-%dT%H:%M:%S", moment)
