"""``polyqw export``: the database in the formats of others."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from polyqw.cli.options import db_option
from polyqw.cli.output import Format, Table, format_options, write

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from polyqw.services.exchange.exported import Exported

what_argument = click.argument("what", nargs=-1, metavar="[ID|EXPR...]")


def folder_option(default: str) -> Callable[..., Any]:
    """Make ``-o`` for a folder."""
    return click.option(
        "-o", "folder", type=click.Path(path_type=Path, file_okay=False), default=default, show_default=True,
        help="Folder to write into, made if needed.",
    )  # fmt: skip


@click.group(epilog="Example: polyqw export optimade 'family=iron' -o optimade/")
def command() -> None:
    """Write the database, or structures of it, in the formats of others.

    ID is a structure (number, source id, name or path), EXPR conditions as in `polyqw find`; without either, all
    current structures. Files are written whole or not at all.
    """


@command.command(epilog="Example: polyqw export optimade 'family=iron' -o optimade/")
@what_argument
@folder_option("optimade")
@format_options
@db_option
def optimade(what: tuple[str, ...], folder: Path, output: Format, database: str | None) -> None:
    """Write optimade.jsonl (OPTIMADE JSON Lines), optimade.yaml (for optimade-maker) and optimade_server.json.

    Structures with mixed and partly empty sites keep them as concentrations; wells, heights, Tc and sources stand in
    properties with the prefix _polyqw_, described in the file. A server has to be given the provider prefix polyqw to
    know them: optimade_server.json does so for optimade-python-tools (OPTIMADE_CONFIG_FILE=optimade_server.json).
    """
    from polyqw.services.exchange.optimade_export import export_optimade

    _write(database, output, lambda session: export_optimade(session, folder, what))


@command.command(epilog="Example: polyqw export ase -o wells.ase.db")
@what_argument
@click.option(
    "-o", "file", type=click.Path(path_type=Path, dir_okay=False), default="polyqw-ase.db", show_default=True,
    help="File to write; what stands there is replaced.",
)  # fmt: skip
@format_options
@db_option
def ase(what: tuple[str, ...], file: Path, output: Format, database: str | None) -> None:
    """Write an ASE database (SQLite) for `ase db FILE.db`: heights, family, Tc and more as keys, the rest as data.

    Atoms of mixed sites show their most abundant element; the key disordered says so, and data holds the occupancies.
    """
    from polyqw.services.exchange.ase_export import export_ase

    _write(database, output, lambda session: export_ase(session, file, what))


@command.command(epilog="Example: polyqw export csv -o tables/")
@folder_option("csv")
@format_options
@db_option
def csv(folder: Path, output: Format, database: str | None) -> None:
    """Write tables and views as CSV with datapackage.json, which gives unit, meaning and source of each column."""
    from polyqw.services.exchange.table_export import export_csv

    _write(database, output, lambda session: export_csv(session, folder))


@command.command(epilog="Example: polyqw export parquet -o tables/")
@folder_option("parquet")
@format_options
@db_option
def parquet(folder: Path, output: Format, database: str | None) -> None:
    """Write tables and views as Parquet; unit, meaning and source stand in the metadata of each column."""
    from polyqw.services.exchange.table_export import export_parquet

    _write(database, output, lambda session: export_parquet(session, folder))


@command.command(epilog="Example: polyqw export cif lafeaso_cod --dummies -o cif/")
@what_argument
@folder_option("cif")
@click.option(
    "--dummies", is_flag=True,
    help="Also put centres and apices of the wells among the atom sites, as dummies (type X, flag dum, occupancy 0), "
    "for programs that draw. A reader that minds neither flag nor occupancy (ASE) sees another composition.",
)  # fmt: skip
@format_options
@db_option
def cif(what: tuple[str, ...], folder: Path, dummies: bool, output: Format, database: str | None) -> None:
    """Write a CIF for each structure: all sites of the cell, its sources, and the wells as items _polyqw_well_*."""
    from polyqw.services.exchange.cif_export import export_cif

    _write(database, output, lambda session: export_cif(session, folder, what, dummies=dummies))


@command.command(epilog="Example: polyqw export dataset -o dataset/")
@folder_option("dataset")
@format_options
@db_option
def dataset(folder: Path, output: Format, database: str | None) -> None:
    """Write a data set to learn from: structures, wells and vertices as Parquet with datapackage.json.

    Rows carry the licence of their structure. The table row has the structures with wells and a Tc in folds of whole
    parents; prediction and score say what the law, constants and rivals give on these folds.
    """
    from polyqw.services.exchange.dataset_export import export_dataset

    _write(database, output, lambda session: export_dataset(session, folder))


def _write(database: str | None, output: Format, export: Callable[[Session], Exported]) -> None:
    from polyqw.services.place.database import reading

    with reading(database) as session:
        row = export(session).as_row()
    for note in row["notes"]:
        click.echo(f"polyqw: {note}", err=True)
    counts = [{"table": name, "rows": count} for name, count in row["counts"].items()]
    write(output, row, [Table(counts, ("table", "rows")), *row["paths"]])
