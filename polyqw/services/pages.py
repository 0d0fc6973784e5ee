"""Write pages: tables, templates, and the files of a folder."""

from __future__ import annotations

import os
from base64 import b64encode
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader
from markupsafe import Markup, escape

from polyqw.errors import PolyqwError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

Columns = dict[str, tuple[str, int | None]]
"""Columns of a table: key, header with unit, decimals (None for text)."""

LONG_TEXTS = frozenset({"explanation", "message", "claim"})
"""Columns that hold sentences."""


def write_files(folder: Path, files: Mapping[str, bytes]) -> dict[str, Path]:
    """Write files into a folder, made if needed; return their paths by name.

    Raises
    ------
    PolyqwError
        If the folder cannot be written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in files.items():
            (folder / name).write_bytes(data)
    except OSError as error:
        raise PolyqwError(f"{folder}: cannot write the report there ({error.strerror}); give another -o") from error
    return {name: folder / name for name in sorted(files)}


def date_of_page() -> str:
    """Return today, or the day that SOURCE_DATE_EPOCH fixes."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    moment = datetime.fromtimestamp(int(epoch), UTC) if epoch and epoch.isdecimal() else datetime.now(UTC)
    return moment.strftime("%Y-%m-%d")


def figure_url(svg: bytes) -> str:
    """Return a figure as a URL that a page can hold."""
    return f"data:image/svg+xml;base64,{b64encode(svg).decode()}"


def render(template: str, values: Mapping[str, Any], *, html: bool) -> str:
    """Return a page; what stands in HTML is escaped, and tables escape their cells in both kinds."""
    loader = PackageLoader("polyqw.services")
    # what stands in Markdown tables is escaped by the table writer below
    environment = Environment(loader=loader, autoescape=html, keep_trailing_newline=True)  # noqa: S701
    environment.filters["num"] = _number
    environment.globals["table"] = _html_table if html else markdown_table
    return environment.get_template(template).render(values)


def _number(value: float | None, decimals: int) -> str:
    return "" if value is None else f"{value:z.{decimals}f}"


def _shown(value: Any, decimals: int | None) -> str:
    if value is None:
        return ""
    if decimals is not None and isinstance(value, int | float):
        return _number(value, decimals)
    return str(value)


def _html_table(rows: Sequence[Mapping[str, Any]], columns: Columns, caption: str = "") -> Markup:
    if not rows:
        return Markup("<p>None.</p>")
    head = Markup("").join(
        Markup('<th scope="col"{}>{}</th>').format(_align(decimals), title) for title, decimals in columns.values()
    )
    body = Markup("").join(
        Markup("<tr{}>{}</tr>\n").format(
            Markup(' class="chosen"') if row.get("chosen") else "",
            Markup("").join(
                Markup("<td{}>{}</td>").format(_align(decimals, key), _shown(row.get(key), decimals))
                for key, (_, decimals) in columns.items()
            ),
        )
        for row in rows
    )
    return Markup(
        '<div class="scroll" tabindex="0" role="region" aria-label="{0}"><table><caption>{0}</caption>'
        "<thead><tr>{1}</tr></thead><tbody>\n{2}</tbody></table></div>"
    ).format(caption, head, body)


def _align(decimals: int | None, key: str = "") -> Markup:
    if decimals is not None:
        return Markup(' class="n"')
    return Markup(' class="long"') if key in LONG_TEXTS else Markup("")


def markdown_table(rows: Sequence[Mapping[str, Any]], columns: Columns, caption: str = "") -> str:
    """Return rows as a table in Markdown, its cells escaped."""
    if not rows:
        return "None."
    lines = ["| " + " | ".join(title for title, _ in columns.values()) + " |"]
    lines.append("|" + "|".join("---" if d is None else "---:" for _, d in columns.values()) + "|")
    for row in rows:
        cells = (_markdown_cell(_shown(row.get(key), decimals)) for key, (_, decimals) in columns.items())
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join([*([f"*{caption}*", ""] if caption else []), *lines])


def _markdown_cell(text: str) -> str:
    plain = str(escape(text)).replace("&#39;", "'").replace("&#34;", '"')
    return plain.replace("\\", "\\\\").replace("|", "\\|").replace("\n", " ")
