"""The parts of a table that is written to a file, whatever the kind of file."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

Kind = Literal["number", "integer", "boolean", "text", "moment", "json"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table that is handed out.

    Parameters
    ----------
    kind : str
        ``number``, ``integer``, ``boolean``, ``text``, ``moment`` (UTC) or ``json``.
    is_required : bool
        Whether no row leaves it empty.
    """

    name: str
    title: str
    kind: Kind
    unit: str | None
    description: str
    source: str
    is_required: bool = False


@dataclass(frozen=True, slots=True)
class DataTable:
    """A table that is handed out.

    Parameters
    ----------
    key : tuple of str
        Columns that tell rows apart.
    links : tuple of (str, str, str)
        Column, table and column it points to.
    """

    name: str
    title: str
    description: str
    columns: tuple[Column, ...]
    rows: Iterable[tuple[Any, ...]]
    key: tuple[str, ...] = ()
    links: tuple[tuple[str, str, str], ...] = ()


def json_text(value: Any) -> str | None:
    """Return a value as JSON, None as itself."""
    return None if value is None else json.dumps(value, ensure_ascii=False, allow_nan=False)


def moment_text(value: datetime | None) -> str | None:
    """Return a moment as RFC 3339 in UTC, None as itself."""
    return None if value is None else value.astimezone(UTC).isoformat().replace("+00:00", "Z")
