"""``polyqw show``: one structure or compound."""

from __future__ import annotations

from typing import Any

import click

from polyqw.cli.completing import complete_record
from polyqw.cli.options import db_option
from polyqw.cli.output import Format, format_options, write_csv, write_json, write_table
from polyqw.services.structures.well_columns import WELL_COLUMNS

TRANSITION_COLUMNS = {
    "tc_kelvin": "Tc (K)",
    "kind": "kind",
    "pressure_gpa": "p (GPa)",
    "reference": "reference",
    "source": "source",
}
HEIGHT_COLUMNS = {
    "phase": "phase",
    "height_angstrom": "h printed (Å)",
    "tc_kelvin": "Tc (K)",
    "chosen": "chosen",
    "source": "source",
}
STRUCTURE_COLUMNS = {
    "id": "id",
    "name": "name",
    "origin": "origin",
    "h_alpha_angstrom": "h alpha (Å)",
    "h_beta_angstrom": "h beta (Å)",
    "h_gamma_angstrom": "h gamma (Å)",
}
TABLES = {
    "wells": ("Wells", WELL_COLUMNS),
    "transitions": ("Transitions", TRANSITION_COLUMNS),
    "published_heights": ("Printed heights", HEIGHT_COLUMNS),
    "structures": ("Structures", STRUCTURE_COLUMNS),
}


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
    if output is Format.JSON:
        write_json(records[0] if len(records) == 1 else records)
    elif output is Format.CSV:
        columns = [name for name in records[0] if name not in TABLES]
        write_csv(records, columns)
    else:
        for record in records:
            _write(record)


def _words(value: Any) -> Any:
    if isinstance(value, dict):
        return "; ".join(f"{name} {one}" for name, one in value.items() if one is not None)
    return "; ".join(map(str, value)) if isinstance(value, list) else value


def _write(record: dict[str, Any]) -> None:
    for name, value in record.items():
        if name not in TABLES and value not in (None, [], ""):
            shown = _words(value)
            click.echo(f"{name:28}{shown:.6g}" if isinstance(shown, float) else f"{name:28}{shown}")
    for name, (title, columns) in TABLES.items():
        if record.get(name):
            click.echo(f"\n{title}")
            rows = [{**r, "apices": "-".join(r.get("apices", []))} for r in record[name]]
            write_table(rows, columns)
    click.echo()
