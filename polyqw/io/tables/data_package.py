"""Tables as CSV or Parquet with a ``datapackage.json`` (Frictionless Data) that says what their columns are."""

from __future__ import annotations

import csv
import hashlib
import json
from typing import TYPE_CHECKING, Any, Final

from polyqw.io.tables.parquet import write_parquet
from polyqw.io.tables.values import json_text, moment_text
from polyqw.io.whole_files import replacing, write_whole
from polyqw.untrusted import csv_value

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from polyqw.io.tables.values import Column, DataTable

GUARD_NOTE: Final = (
    "A text that a spreadsheet would take for a formula begins with an apostrophe, which is not part of it."
)

_TYPES: Final = {
    "number": "number", "integer": "integer", "boolean": "boolean", "text": "string", "moment": "datetime",
    "json": "any",
}  # fmt: skip


def write_csv_package(folder: Path, tables: Sequence[DataTable], about: Mapping[str, Any]) -> dict[str, int]:
    """Write a CSV file for each table and ``datapackage.json``; return the number of rows by table."""
    names = {table.name for table in tables}
    counts: dict[str, int] = {}
    resources = []
    for table in tables:
        path = folder / f"{table.name}.csv"
        counts[table.name] = _write(path, table)
        of_csv = {"description": f"{table.description} {GUARD_NOTE}", "mediatype": "text/csv", "encoding": "utf-8"}
        resources.append(_resource(table, path, names) | of_csv | {"profile": "tabular-data-resource"})
    _write_package(folder, {**about, "profile": "tabular-data-package"}, resources)
    return counts


def write_parquet_package(folder: Path, tables: Sequence[DataTable], about: Mapping[str, str]) -> dict[str, int]:
    """Write a Parquet file for each table and ``datapackage.json``; return the number of rows by table."""
    names = {table.name for table in tables}
    counts = write_parquet(folder, tables, about)
    of_parquet = {"mediatype": "application/vnd.apache.parquet"}
    resources = [_resource(table, folder / f"{table.name}.parquet", names) | of_parquet for table in tables]
    for resource in resources:
        for field in resource["schema"]["fields"]:
            field["type"] = "string" if field["type"] == _TYPES["json"] else field["type"]
    _write_package(folder, about, resources)
    return counts


def _write_package(folder: Path, about: Mapping[str, Any], resources: Sequence[Mapping[str, Any]]) -> None:
    package = {**about, "resources": resources}
    write_whole(folder / "datapackage.json", json.dumps(package, ensure_ascii=False, indent=2) + "\n")


def _write(path: Path, table: DataTable) -> int:
    writers = [_WRITERS[column.kind] for column in table.columns]
    n_rows = 0
    with (
        replacing(path) as beside,
        beside.open("w", encoding="utf-8", errors="backslashreplace", newline="") as stream,
    ):
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(column.name for column in table.columns)
        for row in table.rows:
            writer.writerow("" if value is None else write(value) for write, value in zip(writers, row, strict=True))
            n_rows += 1
    return n_rows


_WRITERS: Final[dict[str, Callable[[Any], Any]]] = {
    "number": repr,
    "integer": int,
    "boolean": lambda value: "true" if value else "false",
    "text": csv_value,
    "moment": moment_text,
    "json": json_text,
}


def _resource(table: DataTable, path: Path, names: set[str]) -> dict[str, Any]:
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    links = [
        {"fields": column, "reference": {"resource": target.replace("_", "-"), "fields": target_column}}
        for column, target, target_column in table.links
        if target in names
    ]
    schema: dict[str, Any] = {
        "fields": [_field(column, is_key=column.name in (table.key or ())) for column in table.columns],
        "missingValues": [""],
    }
    if table.key:
        schema["primaryKey"] = list(table.key)
    if links:
        schema["foreignKeys"] = links
    return {
        "name": table.name.replace("_", "-"),
        "path": path.name,
        "title": table.title,
        "description": table.description,
        "format": path.suffix.removeprefix("."),
        "bytes": path.stat().st_size,
        "hash": f"sha256:{digest}",
        "schema": schema,
    }


def _field(column: Column, *, is_key: bool) -> dict[str, Any]:
    field: dict[str, Any] = {
        "name": column.name,
        "type": _TYPES[column.kind],
        "title": column.title,
        "description": column.description,
        "unit": column.unit,
        "source": column.source,
    }
    if column.kind == "json":
        field["description"] += " A JSON document."
    if column.is_required and (column.kind != "text" or is_key):  # an empty text is written like none
        field["constraints"] = {"required": True}
    return field
