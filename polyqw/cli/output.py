"""Write results to standard output: JSON, CSV or a table for people."""

from __future__ import annotations

import csv
import functools
import json
import sys
from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING, Any, Final

import click

from polyqw.cli.terminal import fitted_table, is_terminal, show, width
from polyqw.core.outside import for_json
from polyqw.errors import UsageError
from polyqw.services.drawing.columns import CATALOGUE, Column, columns_of
from polyqw.suggest import or_else
from polyqw.untrusted import csv_value, visible_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence


class Format(Enum):
    """How results are written."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


COLUMNS: Final = "polyqw.columns"
FIGURE: Final = "polyqw.figure"
"""What the options of a command say of its output, in the context of the command."""


def format_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--json``, ``--csv`` and ``--columns`` to a command.

    It receives ``output: Format``, and is not called with two formats; `write` minds the columns.
    """

    @functools.wraps(command)
    def wrapper(*, as_json: bool, as_csv: bool, column_names: str | None, **words: Any) -> Any:
        if as_json and as_csv:
            raise UsageError("--json and --csv: choose one")
        if column_names is not None:
            names = [name.strip() for name in column_names.split(",") if name.strip()]
            if not names:
                raise UsageError("--columns: name at least one column, joined by commas")
            click.get_current_context().meta[COLUMNS] = names
        return command(output=Format.JSON if as_json else Format.CSV if as_csv else Format.TABLE, **words)

    wrapper = click.option(
        "-c",
        "--columns",
        "column_names",
        metavar="A,B,...",
        help="Columns to show, named as in --csv, joined by commas.",
    )(wrapper)
    chosen = click.option("--csv", "as_csv", is_flag=True, help="Comma-separated values.")(wrapper)
    return click.option("--json", "as_json", is_flag=True, help="One JSON document.")(chosen)


def write_json(document: Any) -> None:
    """Write one JSON document; NaN and infinities become null."""
    click.echo(visible_json(json.dumps(for_json(document), ensure_ascii=False, allow_nan=False, indent=2)))


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
    value = for_json(value)
    if isinstance(value, list):
        return " ".join(str(v) for v in value)
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    return "" if value is None else value


def _for_people(row: Mapping[str, Any], key: str) -> Any:
    """Return the value of a row; a formula as the field writes it, where the row has that beside the key."""
    return row.get("formula_written", row.get(key)) if key == "formula" else row.get(key)


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
        Whether numbers keep six digits, and columns that are asked for their keys, whatever the catalogue says.
    """

    rows: Sequence[Mapping[str, Any]]
    shown: Sequence[str | Column]
    more: Sequence[str] = ()
    as_stored: bool = False

    @property
    def keys(self) -> list[str]:
        """Keys of its columns in CSV."""
        return [*(column.key for column in columns_of(self.shown)), *self.more]

    def only(self, names: Sequence[str]) -> Table:
        """Return it with the columns of these names that it has."""
        own = {column.key: column for column in columns_of(self.shown)}
        known = {*own, *self.more, *(key for row in self.rows for key in row)}
        called = {} if self.as_stored else CATALOGUE
        columns = [own.get(name) or called.get(name, Column(name, name)) for name in names if name in known]
        return replace(self, shown=columns, more=())

    def __str__(self) -> str:
        """Return the table for people, as wide as it is."""
        from tabulate import tabulate

        titles, body, align = self._cells()
        return tabulate(body, headers=titles, disable_numparse=True, colalign=align if body else None)

    def fitted(self, most: int) -> str:
        """Return the table for a terminal with lines of so many characters."""
        return fitted_table(*self._cells(), most)

    def _cells(self) -> tuple[list[str], list[list[str]], list[str]]:
        columns = columns_of(self.shown)
        body = [
            [_shown(_for_people(row, column.key), column, self.as_stored) for column in columns] for row in self.rows
        ]
        return [column.title for column in columns], body, [_alignment(self.rows, c.key) for c in columns]


def _alignment(rows: Sequence[Mapping[str, Any]], key: str) -> str:
    known = [value for row in rows if (value := row.get(key)) is not None]
    return "right" if known and all(isinstance(value, int | float) for value in known) else "left"


def _shown(value: Any, column: Column, as_stored: bool) -> str:
    value = for_json(value)
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
    names, figure = _said(COLUMNS), _said(FIGURE)
    if output is Format.JSON:
        write_json(document)
    elif output is Format.CSV:
        rows, columns = csv or _as_csv(parts)
        write_csv(rows, columns if names is None else _known(names, [Table(rows, (), columns or ())]))
    elif figure is not None:
        click.echo(figure)
    else:
        _write_text(parts, names)


def _as_csv(parts: Iterable[Table | str]) -> tuple[Sequence[Mapping[str, Any]], Sequence[str]]:
    table = next(part for part in parts if isinstance(part, Table))
    return table.rows, table.keys


def _write_text(parts: Iterable[Table | str], names: Sequence[str] | None) -> None:
    if names is not None:
        tables = [part for part in parts if isinstance(part, Table)]
        names = _known(names, tables)
        parts = [chosen for table in tables if (chosen := table.only(names)).shown]
    if not is_terminal():
        for part in parts:
            click.echo(str(part))
        return
    most = width()
    show(part.fitted(most) if isinstance(part, Table) else part for part in parts)


def _known(names: Sequence[str], tables: Sequence[Table]) -> list[str]:
    """Return the names of columns that some table has.

    Raises
    ------
    UsageError
        If none has one of them.
    """
    if not tables:
        raise UsageError("--columns: there is no table here; leave it out, or ask for --csv")
    known = list(
        dict.fromkeys([*(k for t in tables for k in t.keys), *(k for t in tables for r in t.rows for k in r)])
    )
    for name in names:
        if name not in known:
            otherwise = f"; there are {', '.join(known)}"
            raise UsageError(f"no field {name!r} to show{or_else(name, known, otherwise)}")
    return list(names)


def _said(key: str) -> Any:
    context = click.get_current_context(silent=True)
    return None if context is None else context.meta.get(key)


def bulleted(notes: Iterable[str]) -> list[str]:
    """Return notes as lines."""
    return [f"- {note}" for note in notes]


def named_notes(rows: Iterable[Mapping[str, Any]], *kinds: str) -> list[str]:
    """Return the notes of each file as lines with its name."""
    return [f"- {row['file']}: {note}" for row in rows for kind in kinds for note in row[kind]]
