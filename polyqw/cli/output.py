"""Write results to standard output: JSON, CSV or a table for people."""

from __future__ import annotations

import csv
import functools
import json
import math
import sys
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

import click

from polyqw.errors import UsageError
from polyqw.services.drawing.columns import columns_of
from polyqw.untrusted import csv_value, visible_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from polyqw.services.drawing.columns import Column


class Format(Enum):
    """How results are written."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


def format_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--json`` and ``--csv`` to a command; it receives ``output: Format``, and is not called with both."""

    @functools.wraps(command)
    def wrapper(*, as_json: bool, as_csv: bool, **words: Any) -> Any:
        if as_json and as_csv:
            raise UsageError("--json and --csv: choose one")
        return command(output=Format.JSON if as_json else Format.CSV if as_csv else Format.TABLE, **words)

    chosen = click.option("--csv", "as_csv", is_flag=True, help="Comma-separated values.")(wrapper)
    return click.option("--json", "as_json", is_flag=True, help="One JSON document.")(chosen)


def write_json(document: Any) -> None:
    """Write one JSON document; NaN and infinities become null."""
    click.echo(visible_json(json.dumps(_plain(document), ensure_ascii=False, allow_nan=False, indent=2)))


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    if isinstance(value, Enum):
        return value.value
    return value


def write_csv(rows: Sequence[Mapping[str, Any]], columns: Sequence[str] | None = None) -> None:
    """Write rows as CSV with a header, without columns all of the first row.

    Lists are joined with spaces, text that a spreadsheet would run is quoted.
    """
    columns = list(rows[0] if rows else ()) if columns is None else columns
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([csv_value(_cell(row.get(column))) for column in columns])


def _cell(value: Any) -> Any:
    value = _plain(value)
    if isinstance(value, list):
        return " ".join(str(v) for v in value)
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    return "" if value is None else value


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under columns of the catalogue.

    Parameters
    ----------
    shown : sequence of str or Column
        What people see: keys of the catalogue, and columns that this table calls otherwise.
    more : sequence of str
        Keys that only CSV has, after those.
    as_stored : bool
        Whether numbers keep six digits whatever the catalogue says.
    """

    rows: Sequence[Mapping[str, Any]]
    shown: Sequence[str | Column]
    more: Sequence[str] = ()
    as_stored: bool = False

    def __str__(self) -> str:
        """Return the table for people."""
        from tabulate import tabulate

        columns = columns_of(self.shown)
        body = [[_shown(row.get(column.key), column, self.as_stored) for column in columns] for row in self.rows]
        align = [_alignment(self.rows, column.key) for column in columns] if self.rows else None
        return tabulate(body, headers=[column.title for column in columns], disable_numparse=True, colalign=align)


def _alignment(rows: Sequence[Mapping[str, Any]], key: str) -> str:
    known = [value for row in rows if (value := row.get(key)) is not None]
    return "right" if known and all(isinstance(value, int | float) for value in known) else "left"


def _shown(value: Any, column: Column, as_stored: bool) -> str:
    value = _plain(value)
    if isinstance(value, list):
        return column.joint.join("none" if item is None else str(item) for item in value)
    if isinstance(value, float):
        return f"{value:.6g}" if as_stored or column.decimals is None else f"{value:z.{column.decimals}f}"
    return str(_cell(value))


def write(
    output: Format,
    document: Any,
    parts: Iterable[Table | str] = (),
    csv: tuple[Sequence[Mapping[str, Any]], Sequence[str] | None] | None = None,
) -> None:
    """Write results as they are asked for.

    Parameters
    ----------
    parts : iterable of Table or str
        Lines and tables for people; asked for only where they are shown.
    csv : (rows, columns), optional
        Default: those of the first table.
    """
    if output is Format.JSON:
        write_json(document)
    elif output is Format.CSV:
        write_csv(*(csv or _as_csv(parts)))
    else:
        for part in parts:
            click.echo(str(part))


def _as_csv(parts: Iterable[Table | str]) -> tuple[Sequence[Mapping[str, Any]], Sequence[str]]:
    table = next(part for part in parts if isinstance(part, Table))
    return table.rows, [*(column.key for column in columns_of(table.shown)), *table.more]


def bulleted(notes: Iterable[str]) -> list[str]:
    """Return notes as lines."""
    return [f"- {note}" for note in notes]


def named_notes(rows: Iterable[Mapping[str, Any]], *kinds: str) -> list[str]:
    """Return the notes of each file as lines with its name."""
    return [f"- {row['file']}: {note}" for row in rows for kind in kinds for note in row[kind]]
