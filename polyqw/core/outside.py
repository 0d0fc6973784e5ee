"""A value as it leaves the process: plain values, under names that carry their unit."""

from __future__ import annotations

import math
from dataclasses import fields, is_dataclass
from enum import Enum, StrEnum
from typing import Any


def outside(name: str) -> dict[str, str]:
    """Return the metadata of a field whose name outside is another, as it carries the unit."""
    return {"outside": name}


def names_outside(kind: type) -> dict[str, str]:
    """Return the name outside of each field of a dataclass."""
    return {field.name: field.metadata.get("outside", field.name) for field in fields(kind)}


def as_row(value: Any) -> dict[str, Any]:
    """Return the fields of a dataclass as plain values by their names outside; tuples become lists."""
    return {name: _plain(getattr(value, field)) for field, name in names_outside(type(value)).items()}


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return as_row(value)
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return str(value) if isinstance(value, StrEnum) else value


def for_json(value: Any) -> Any:
    """Return a value as JSON can hold it: NaN and infinities as None, members of enumerations by their values."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {str(key): for_json(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [for_json(inner) for inner in value]
    if isinstance(value, Enum):
        return value.value
    return value
