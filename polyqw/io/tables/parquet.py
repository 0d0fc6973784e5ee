"""Tables as Parquet files; each column carries its title, unit, description and source."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from polyqw.errors import MissingLibraryError
from polyqw.io.tables.values import json_text
from polyqw.io.whole_files import replacing

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import pyarrow as pa

    from polyqw.io.tables.values import Column, DataTable

ROWS_AT_ONCE: Final = 20_000
"""Rows in one row group."""


def write_parquet(folder: Path, tables: Sequence[DataTable], about: Mapping[str, str]) -> dict[str, int]:
    """Write a Parquet file for each table; return the number of rows by table.

    Lists and dictionaries are JSON texts. The metadata of the file holds what `about` says, the name and the
    description of the table.
    """
    try:
        import pyarrow.parquet as pq  # noqa: PLC0415 - an extra
    except ModuleNotFoundError as error:
        raise MissingLibraryError("parquet needs pyarrow", "parquet") from error
    counts = {}
    for table in tables:
        schema = _schema(table, about)
        rows = iter(table.rows)
        n_rows = 0
        with replacing(folder / f"{table.name}.parquet") as beside, pq.ParquetWriter(beside, schema) as writer:
            while part := list(islice(rows, ROWS_AT_ONCE)):
                writer.write_batch(_batch(table, schema, part))
                n_rows += len(part)
        counts[table.name] = n_rows
    return counts


def _schema(table: DataTable, about: Mapping[str, str]) -> pa.Schema:
    import pyarrow as pa  # noqa: PLC0415

    types = {
        "number": pa.float64(), "integer": pa.int64(), "boolean": pa.bool_(), "text": pa.string(),
        "moment": pa.timestamp("us", tz="UTC"), "json": pa.string(),
    }  # fmt: skip
    fields = [
        pa.field(column.name, types[column.kind], nullable=not column.is_required, metadata=_metadata(column))
        for column in table.columns
    ]
    return pa.schema(fields, {**about, "table": table.name, "table_description": table.description})


def _metadata(column: Column) -> dict[str, str]:
    values = {
        "title": column.title,
        "unit": column.unit,
        "description": column.description,
        "source": column.source,
        "content": "JSON" if column.kind == "json" else None,
    }
    return {name: value for name, value in values.items() if value}


def _batch(table: DataTable, schema: pa.Schema, rows: Sequence[tuple[Any, ...]]) -> pa.RecordBatch:
    import pyarrow as pa  # noqa: PLC0415

    columns = [
        [json_text(value) for value in values] if column.kind == "json" else list(values)
        for column, values in zip(table.columns, zip(*rows, strict=True), strict=True)
    ]
    arrays = [pa.array(values, field.type) for values, field in zip(columns, schema, strict=True)]
    return pa.record_batch(arrays, schema=schema)
