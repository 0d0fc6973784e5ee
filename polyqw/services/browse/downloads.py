"""Answers that a browser keeps as files."""

from __future__ import annotations

import csv
import io
import json
from http import HTTPStatus
from threading import Lock
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from markupsafe import Markup
from starlette.exceptions import HTTPException
from starlette.responses import Response

from polyqw.core.outside import for_json
from polyqw.services.browse.policy import OF_FIGURES
from polyqw.services.drawing.figure_files import figure_bytes
from polyqw.services.drawing.picture_figure import draw_pictures
from polyqw.services.viewer.shapes import picture_file
from polyqw.untrusted import csv_value, file_stem, visible_json

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from polyqw.services.browse.inspection import Inspected

KINDS: Final = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "cif": "chemical/x-cif",
    "svg": "image/svg+xml",
    "png": "image/png",
}
"""Content type of each kind of file."""

MOST_DRAWN: Final = 24
"""Wells of one figure."""

WELL_COLUMNS: Final = (
    "file", "block", "formula_written", "family", "status", "phase", "kind", "height_angstrom", "height_su_angstrom",
    "apices", "multiplicity", "n_faces", "volume_angstrom3", "max_fold_degrees", "layered", "reason", "message",
)  # fmt: skip
"""Columns of a table of wells, one row for each well or structure without one."""


_one_figure = Lock()
"""Held while matplotlib draws, whose fonts and settings are those of all threads."""


def json_text(document: Any) -> str:
    """Return a document as JSON; NaN and infinities become null."""
    return visible_json(json.dumps(for_json(document), ensure_ascii=False, allow_nan=False, indent=2)) + "\n"


def csv_text(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> str:
    """Return rows as CSV, with nothing in it that a spreadsheet would run."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([csv_value(_cell(row.get(column))) for column in columns])
    return stream.getvalue()


def wells_csv(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return structures, as ``polyqw wells --json`` has them, with a line for each well."""
    lines = [{**row, **well} for row in rows for well in (row["wells"] or [{}])]
    return csv_text(lines, WELL_COLUMNS)


def pictures_file(pictures: Sequence[tuple[str, str]], kind: str) -> bytes:
    """Return pictures of wells, each an SVG with its title, side by side as one file."""
    if kind == "svg" and len(pictures) == 1:
        return picture_file(Markup(pictures[0][1]))  # noqa: S704 - drawn by this program
    with _one_figure:
        return figure_bytes(draw_pictures([(svg, title) for title, svg in pictures]), kind)


def download(content: bytes | str, stem: str, kind: str) -> Response:
    """Answer with a file that the browser keeps under a name."""
    name = quote(f"{file_stem(stem)}.{kind}")
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    if kind == "svg":
        headers["content-security-policy"] = OF_FIGURES
    return Response(content, media_type=KINDS[kind], headers=headers)


def _cell(value: Any) -> Any:
    value = for_json(value)
    if isinstance(value, list):
        return " ".join(map(str, value))
    return "" if value is None else value


def block_file(blocks: Sequence[Inspected], stem: str, kind: str) -> Response:
    """Answer with structures that were looked at as one file.

    Raises
    ------
    HTTPException
        If there is nothing for such a file.
    """
    if kind == "json":
        return download(json_text([block.row for block in blocks]), stem, kind)
    if kind == "csv":
        return download(wells_csv([block.row for block in blocks]), stem, kind)
    if kind == "cif" and any(block.cif for block in blocks):
        return download("\n".join(block.cif for block in blocks), stem, kind)
    pictures = [picture for block in blocks for picture in block.pictures][:MOST_DRAWN]
    if kind not in ("svg", "png") or not pictures:
        raise HTTPException(HTTPStatus.NOT_FOUND, "there is nothing here for such a file")
    return download(pictures_file(pictures, kind), stem, kind)
