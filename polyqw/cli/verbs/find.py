"""``polyqw find``: filter structures."""

from __future__ import annotations

import click

from polyqw.cli.completing import complete_condition
from polyqw.cli.options import db_option
from polyqw.cli.output import Format, Table, format_options, write
from polyqw.services.drawing.columns import as_named, columns_of

DEFAULT = (
    "id", "name", "formula_written", "family", "origin", "tc_kelvin", "tc_kind", "h_alpha_angstrom",
    "h_beta_angstrom", "h_gamma_angstrom", "pressure_gpa",
)  # fmt: skip
TITLED = ("tc_kelvin", "tc_kind", "h_alpha_angstrom", "h_beta_angstrom", "h_gamma_angstrom", "pressure_gpa")
"""Fields that have a header; the others show their names, as EXPR has them."""


@click.command(epilog="Example: polyqw find 'family=cuprate,tc_kelvin>90,Cu>=2' -s -tc_kelvin -L 5")
@click.argument("expression", default="", metavar="EXPR", shell_complete=complete_condition)
@click.option("-s", "--sort", help="Field to sort by; -field turns the order round.")
@click.option("-L", "--limit", type=click.IntRange(min=0), help="Largest number of records.")
@format_options
@db_option
def command(expression: str, sort: str | None, limit: int | None, output: Format, database: str | None) -> None:
    """List the structures that meet EXPR, as 'family=iron,h_alpha_angstrom<2.8' or 'Cu>=2 AND NOT Hg'.

    Conditions are joined by AND, OR, NOT, brackets or commas, which bind least. An element stands for its number in
    the formula: Cu>=2, or alone: Cu. Others: 3.3<h_alpha_angstrom<3.5, tc_kelvin IS KNOWN, elements HAS ANY "F","Cl",
    source STARTS WITH "COD", formula=YBa2Cu3O6.91 in any order.
    """
    from polyqw.services.place.database import reading
    from polyqw.services.structures.records import count_structures, find_structures

    with reading(database) as session:
        records = find_structures(session, expression, sort=sort, limit=limit)
        if not records:
            click.echo(f"0 of {count_structures(session)} structures", err=True)
    shown = columns_of(DEFAULT, *as_named(name for name in DEFAULT if name not in TITLED))
    write(output, records, [Table(records, shown, as_stored=True)])
