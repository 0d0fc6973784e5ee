"""Write pages: tables, templates, and the files of a folder."""

from __future__ import annotations

import errno
import json
import os
from datetime import UTC, datetime
from importlib.resources import files
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from jinja2 import Environment, PackageLoader
from markupsafe import Markup, escape

from polyqw.errors import PolyqwError
from polyqw.io.whole_files import replacing
from polyqw.services.drawing.columns import columns_of
from polyqw.services.drawing.small_svg import small_svg

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from polyqw.services.drawing.columns import Column

LONG_TEXTS = frozenset({"explanation", "message", "claim", "note"})
"""Columns that hold sentences."""

PHRASES = frozenset({"source", "title", "where", "target", "what", "command", "reason"})
"""Columns that hold a few words, and should not be squeezed to one."""

DIGESTS = frozenset({"sha256", "file_sha256"})
"""Columns that hold a word of 64 letters."""

LINES = frozenset({"predicted"})
"""Columns whose cells have several lines."""

UNQUOTED = " <>=:/;,.'()-+!?*@$~[]{}|^`"
"""Characters of a figure that stand for themselves in a URL within quotation marks."""

LONG_TABLE = 15
"""Rows beyond which a table of a page can be filtered and sorted."""


def make_folder(folder: Path) -> None:
    """Make a folder for pages, so that one that cannot be made is reported before the work and not after it.

    Raises
    ------
    PolyqwError
        If it cannot be made or written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unwritable(folder, error) from error
    if not os.access(folder, os.W_OK):
        raise _unwritable(folder, PermissionError(errno.EACCES, os.strerror(errno.EACCES)))


def write_files(folder: Path, contents: Mapping[str, bytes]) -> dict[str, Path]:
    """Write files into a folder, made if needed, each whole or not at all; return their paths by name.

    Raises
    ------
    PolyqwError
        If the folder cannot be written to.
    """
    make_folder(folder)
    for name, data in contents.items():
        with replacing(folder / name) as beside:
            beside.write_bytes(data)
    return {name: folder / name for name in sorted(contents)}


def _unwritable(folder: Path, error: OSError) -> PolyqwError:
    return PolyqwError(f"{folder}: cannot write the report there ({error.strerror}); give another -o")


def date_of_page() -> str:
    """Return today, or the day that SOURCE_DATE_EPOCH fixes."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    moment = datetime.fromtimestamp(int(epoch), UTC) if epoch and epoch.isdecimal() else datetime.now(UTC)
    return moment.strftime("%Y-%m-%d")


def figure_url(svg: bytes) -> Markup:
    """Return a figure as a URL that an attribute of a page can hold, shorter than in base 64."""
    text = small_svg(svg.decode()).replace('"', "'")
    url = "data:image/svg+xml," + quote(text, safe=UNQUOTED)
    return Markup(url)  # noqa: S704 - nothing is left in it that ends an attribute


def render(template: str, values: Mapping[str, Any], *, html: bool) -> str:
    """Return a page; what stands in HTML is escaped, and tables escape their cells in both kinds."""
    loader = PackageLoader("polyqw.services.drawing")
    # Markdown has no escaping of its own in Jinja: `finalize` sees every value that a template puts in
    finalize = None if html else _markdown_text
    environment = Environment(loader=loader, autoescape=html, keep_trailing_newline=True, finalize=finalize)  # noqa: S701
    environment.filters["num"] = _number
    environment.filters["signed"] = _signed
    environment.globals["json_for_script"] = json_for_script
    environment.globals["table"] = _html_table if html else markdown_table
    return environment.get_template(template).render(values)


def template_source(name: str) -> str:
    """Return a file that stands beside the templates, as it is."""
    return (files("polyqw.services.drawing") / "templates" / name).read_text(encoding="utf-8")


def _number(value: float | None, decimals: int) -> str:
    return "" if value is None else f"{value:z.{decimals}f}"


def _signed(value: float | None, decimals: int) -> str:
    return "" if value is None else f"{value:+z.{decimals}f}"


def _shown(value: Any, decimals: int | None) -> str:
    if value is None:
        return ""
    if decimals is not None and isinstance(value, int | float):
        return _number(value, decimals)
    return str(value)


def json_for_script(value: Any) -> Markup:
    """Return a value as JSON that can stand in a script element: nothing in it ends the element or a line."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    for letter in "<>&\u2028\u2029":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return Markup(text)  # noqa: S704 - made safe above


def _html_table(
    rows: Sequence[Mapping[str, Any]],
    columns: Sequence[str | Column],
    caption: str = "",
    *,
    choose: str = "",
    link: str = "",
    is_cards: bool = False,
) -> Markup:
    """Return a table.

    Parameters
    ----------
    rows : sequence of mapping
    columns : sequence of str or Column
    caption : str
    choose : str
        Column that readers choose rows by.
    link : str
        Key of a row that holds the anchor its first cell leads to, where it has one.
    is_cards : bool
        Whether a narrow page shows each row as a card.
    """
    if not rows:
        return Markup("<p>None.</p>")
    shown = columns_of(columns)
    head = Markup("").join(Markup('<th scope="col"{}>{}</th>').format(_align(c.decimals), c.title) for c in shown)
    body = Markup("").join(
        Markup("<tr{}>{}</tr>\n").format(
            Markup(' class="chosen"') if row.get("chosen") else "",
            Markup("").join(_html_cell(row, c, link if c is shown[0] else "", is_cards=is_cards) for c in shown),
        )
        for row in rows
    )
    kind = Markup(' class="cards"') if is_cards else ""
    long = Markup(' data-long=""') if len(rows) > LONG_TABLE else ""
    chosen = Markup(' data-choose="{}"').format([c.key for c in shown].index(choose)) if choose else ""
    return Markup(
        '<div class="scroll" tabindex="0" role="region" aria-label="{0}"><table{5}{3}{4}><caption>{0}</caption>'
        "<thead><tr>{1}</tr></thead><tbody>\n{2}</tbody></table></div>"
    ).format(caption, head, body, long, chosen, kind)


def _html_cell(row: Mapping[str, Any], column: Column, link: str, *, is_cards: bool) -> Markup:
    text = escape(_shown(row.get(column.key), column.decimals))
    if row.get(link):
        text = Markup('<a href="#{}">{}</a>').format(row[link], text)
    label = Markup(' data-label="{}"').format(column.title) if is_cards else ""
    return Markup("<td{}{}>{}</td>").format(_align(column.decimals, column.key), label, text)


def _align(decimals: int | None, key: str = "") -> Markup:
    if decimals is not None:
        return Markup(' class="n"')
    if key in LINES:
        return Markup(' class="lines"')
    if key in DIGESTS:
        return Markup(' class="digest"')
    if key in PHRASES:
        return Markup(' class="phrase"')
    return Markup(' class="long"') if key in LONG_TEXTS else Markup("")


def markdown_table(
    rows: Sequence[Mapping[str, Any]], columns: Sequence[str | Column], caption: str = "", **_: object
) -> Markup:
    """Return rows as a table in Markdown, its cells escaped."""
    if not rows:
        return Markup("None.")
    shown = columns_of(columns)
    lines = ["| " + " | ".join(c.title for c in shown) + " |"]
    lines.append("|" + "|".join("---" if c.decimals is None else "---:" for c in shown) + "|")
    for row in rows:
        cells = (_markdown_cell(_shown(row.get(c.key), c.decimals)) for c in shown)
        lines.append("| " + " | ".join(cells) + " |")
    head = [f"*{_markdown_text(caption)}*", ""] if caption else []
    return Markup("\n".join([*head, *lines]))  # noqa: S704 - cells and caption are escaped


def _markdown_cell(text: str) -> str:
    return _markdown_text(text).replace("\\", "\\\\").replace("|", "\\|").replace("\n", " ")


def _markdown_text(value: Any) -> str:
    """Return a value as text that is no markup, quotes left as they are."""
    return str(escape(value)).replace("&#39;", "'").replace("&#34;", '"')
