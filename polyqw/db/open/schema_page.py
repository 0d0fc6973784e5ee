"""The page that describes every table and view, made from the models."""

from __future__ import annotations

from itertools import groupby

from polyqw.db.models import Base, table_of
from polyqw.db.open.revision import HEAD
from polyqw.db.open.seed import column_notes


def schema_page() -> str:
    """Return the description of all tables and views in Markdown: each column with its unit, meaning and source."""
    docs = {table_of(mapper.class_).name: (mapper.class_.__doc__ or "") for mapper in Base.registry.mappers}
    lines = [
        "# The database, table by table",
        "",
        f"Schema revision {HEAD}. Made by `polyqw db schema`; the same stands in the table `column_metadata`.",
    ]
    notes = sorted(column_notes(), key=lambda n: (n["table_name"] not in docs, n["table_name"], n["position"]))
    for table, columns in groupby(notes, key=lambda n: n["table_name"]):
        lines += ["", f"## {table}" + ("" if table in docs else " (view)"), ""]
        if table in docs:
            lines += [docs[table].strip().splitlines()[0], ""]
        lines += ["| column | unit | meaning | source |", "|---|---|---|---|"]
        lines += [
            f"| {n['column_name']} | {n['unit'] or ''} | {_cell(n['description'])} | {_cell(n['source'])} |"
            for n in columns
        ]
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
