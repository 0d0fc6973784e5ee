"""How wells and their vertices stand in columns: a position in three, the rest under its name outside."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any, Final

from polyqw.core.outside import as_row, names_outside
from polyqw.core.wells import Kind, Phase, Role, Vertex, Well
from polyqw.db.plain import plain_dict

if TYPE_CHECKING:
    from collections.abc import Callable

    from polyqw.db import models

_IN_THREE: Final = {
    "normal": tuple(f"normal_{axis}" for axis in "xyz"),
    "electron_cart_angstrom": tuple(f"electron_{axis}_angstrom" for axis in "xyz"),
    "image": tuple(f"image_{axis}" for axis in "abc"),
    "cart_angstrom": tuple(f"cart_{axis}_angstrom" for axis in "xyz"),
}
_OTHERWISE: Final = {"site": "site_index"}
_READ: Final[dict[str, Callable[[Any], Any]]] = {
    "kind": Kind,
    "phase": Phase,
    "role": Role,
    "apices": tuple,
    "vertices": lambda rows: tuple(map(read_vertex, rows)),
}


def columns_of(value: Well | Vertex) -> dict[str, Any]:
    """Return the columns of a well, without its vertices, or of a vertex, without its place among them."""
    columns: dict[str, Any] = {}
    for name, found in as_row(value).items():
        if name in _IN_THREE:
            columns |= zip(_IN_THREE[name], found, strict=True)
        elif name != "vertices":
            columns[_OTHERWISE.get(name, name)] = found
    return plain_dict(columns)


def read_well(row: models.Well) -> Well:
    """Return a stored well."""
    return Well(**_values(Well, row))


def read_vertex(row: models.WellVertex) -> Vertex:
    """Return a stored vertex."""
    return Vertex(**_values(Vertex, row))


def _values(kind: type[Well | Vertex], row: models.Well | models.WellVertex) -> dict[str, Any]:
    names = names_outside(kind)
    return {field.name: _value(row, names[field.name]) for field in fields(kind) if field.init}


def _value(row: models.Well | models.WellVertex, name: str) -> Any:
    if name in _IN_THREE:
        return tuple(getattr(row, column) for column in _IN_THREE[name])
    value = getattr(row, _OTHERWISE.get(name, name))
    return _READ[name](value) if name in _READ else value
