"""``polyqw show``: one structure or compound."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from polyqw.cli.completing import complete_record
from polyqw.cli.options import db_option
from polyqw.cli.output import Format, Table, format_options, write
from polyqw.services.drawing.columns import WELL, Column

if TYPE_CHECKING:
    from collections.abc import Iterator

TABLES = {
    "wells": ("Wells", WELL),
    "transitions": ("Transitions", ("compound", "tc_kelvin", "kind", "pressure_gpa", "reference", "source")),
    "published_heights": (
        "Printed heights",
        ("compound", "phase", Column("height_angstrom", "h printed", "Å"), "tc_kelvin", "chosen", "source"),
    ),
    "structures": (
        "Structures",
        ("id", "name", "formula_written", "origin", "h_alpha_angstrom", "h_beta_angstrom", "h_gamma_angstrom"),
    ),
}  # fmt: skip


@click.command(epilog="Example: polyqw show lafeaso_cod")
@click.argument("key", metavar="ID|FORMULA|SOURCE-ID", shell_complete=complete_record)
@format_options
@db_option
def command(key: str, output: Format, database: str | None) -> None:
    """Show a structure (by id, name, source id or file) or a compound (by name or formula): wells, Tc, sources."""
    from polyqw.services.place.database import reading
    from polyqw.services.structures.records import show

    with reading(database) as session:
        records = show(session, key)
    columns = [name for name in records[0] if name not in TABLES]
    text = (part for record in records for part in _parts(record))
    write(output, records[0] if len(records) == 1 else records, text, (records, columns))


def _words(value: Any) -> Any:
    if isinstance(value, dict):
        return "; ".join(f"{name} {one}" for name, one in value.items() if one is not None)
    return "; ".join(map(str, value)) if isinstance(value, list) else value


def _parts(record: dict[str, Any]) -> Iterator[str | Table]:
    for name, value in record.items():
        if name not in TABLES and value not in (None, [], ""):
            shown = _words(value)
            yield f"{name:28}{shown:.6g}" if isinstance(shown, float) else f"{name:28}{shown}"
    for name, (title, keys) in TABLES.items():
        if record.get(name):
            yield f"\n{title}"
            yield Table(record[name], keys, as_stored=True)
    yield ""
