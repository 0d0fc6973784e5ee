"""Make values of a page readable and linked: digits, structures, DOIs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from datasette import hookimpl
from markupsafe import Markup

if TYPE_CHECKING:
    from datasette.app import Datasette


@hookimpl
def render_cell(
    value: Any, column: str, table: str | None, database: str, datasette: Datasette
) -> Markup | str | None:
    """Return a cell as HTML, or None to leave it to datasette, which escapes it."""
    if isinstance(value, float):
        return f"{value:.6g}"
    if column == "doi" and isinstance(value, str) and value.startswith("10."):
        return Markup('<a href="https://doi.org/{}">{}</a>').format(quote(value, safe="/"), value)
    of_query_or_view = table is None or table.startswith("v_")
    if of_query_or_view and isinstance(value, int) and column in ("structure_id", "replaced_structure_id"):
        page = datasette.urls.table(database, "structure")
        return Markup('<a href="{}/{}">{}</a>').format(page, value, value)
    return None
