"""Write results to standard output: JSON, CSV or a table for people."""

from __future__ import annotations

import csv
import functools
import json
import math
import sys
from enum import Enum
from typing import TYPE_CHECKING, Any

import click

from polyqw.errors import UsageError
from polyqw.untrusted import csv_value, visible_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence


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


def write_csv(rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> None:
    """Write rows as CSV with a header; lists are joined with spaces, text that a spreadsheet would run is quoted."""
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


def write_table(
    rows: Sequence[Mapping[str, Any]], columns: Mapping[str, str], digits: Mapping[str, int] | None = None
) -> None:
    """Write rows as a table for people.

    Parameters
    ----------
    rows : sequence of mapping
    columns : mapping of str to str
        Key of each column and its header, with the unit.
    digits : mapping of str to int, optional
        Decimals of number columns.
    """
    from tabulate import tabulate

    digits = digits or {}
    body = [[_shown(row.get(key), digits.get(key)) for key in columns] for row in rows]
    click.echo(
        tabulate(body, headers=list(columns.values()), disable_numparse=True, colalign=_alignment(rows, columns))
    )


def _alignment(rows: Sequence[Mapping[str, Any]], columns: Mapping[str, str]) -> list[str] | None:
    if not rows:
        return None
    return [
        "right"
        if any(isinstance(row.get(key), int | float) for row in rows)
        and all(row.get(key) is None or isinstance(row.get(key), int | float) for row in rows)
        else "left"
        for key in columns
    ]


def _shown(value: Any, decimals: int | None) -> str:
    value = _cell(value)
    if isinstance(value, float):
        return f"{value:z.{decimals}f}" if decimals is not None else f"{value:.6g}"
    return str(value)
