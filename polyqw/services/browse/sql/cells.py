"""Make values of a page readable and linked: digits, structures, DOIs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from datasette import hookimpl
from markupsafe import Markup

from polyqw.db.models import Base

if TYPE_CHECKING:
    from datasette.app import Datasette

_TARGETS = {
    column.name: key.column.table.name
    for table in Base.metadata.sorted_tables
    for column in table.columns
    for key in column.foreign_keys
    if key.column.name == "id"
}
"""Columns that hold the key of a row elsewhere, by name, and where."""


@hookimpl
def render_cell(value: Any, column: str, database: str, datasette: Datasette) -> Markup | str | None:
    """Return a cell as HTML, or None to leave it to datasette, which escapes it."""
    if isinstance(value, float):
        return f"{value:.6g}"
    if column == "doi" and isinstance(value, str) and value.startswith("10."):
        return Markup('<a href="https://doi.org/{}">{}</a>').format(quote(value, safe="/"), value)
    target = _target(column)
    if isinstance(value, int) and target:
        return Markup('<a href="{}/{}">{}</a>').format(datasette.urls.table(database, target), value, value)
    return None


def _target(column: str) -> str | None:
    """Return the table that a column points to; ``replaced_structure_id`` is one of ``structure_id``."""
    return next((table for name, table in _TARGETS.items() if column == name or column.endswith(f"_{name}")), None)
