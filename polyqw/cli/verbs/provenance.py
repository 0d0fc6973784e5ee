"""``polyqw provenance``: which structure printed lengths come from."""

from __future__ import annotations

from functools import partial

import click

from polyqw.cli.exit_codes import ExitCode
from polyqw.cli.options import analysis_options, db_option
from polyqw.cli.output import Format, Table, bulleted, format_options, write
from polyqw.cli.over_files import OverFiles
from polyqw.cli.reading import Reading, reading_options
from polyqw.core.options import AnalysisOptions


@click.command(epilog="Example: polyqw provenance 7.22 3.13 4.37")
@click.argument("values", nargs=-1, type=float, required=True, metavar="VALUE...")
@click.option("--in", "files", multiple=True, metavar="FILE", help="Search these files in place of the database.")
@click.option("--tolerance", type=float, default=0.01, show_default=True, help="How far a length may lie off [Å].")
@click.option(
    "-n", "--rows", "most", type=click.IntRange(min=1), default=20, show_default=True, help="Rows of the table."
)
@reading_options
@analysis_options
@format_options
@db_option
def command(
    values: tuple[float, ...], files: tuple[str, ...], tolerance: float, most: int, how: Reading, output: Format,
    database: str | None, options: AnalysisOptions,
) -> ExitCode:  # fmt: skip
    """Find the structure that holds all printed lengths VALUE [Å]: distances, plane spacings, edges, well heights.

    Beside each structure stands the chance that its lengths match all values without meaning. Structures made from
    printed numbers are listed and answer nothing. Without a database the reference structures are searched.
    """
    from polyqw.services.place.database import reading_if_any
    from polyqw.services.structures.lookup import Lookup
    from polyqw.services.systems.provenance import (
        COLUMNS,
        check_values,
        in_order,
        provenance_result,
        reference_files,
        search_analysed,
        search_database,
    )

    check_values(values, tolerance)
    over, found = OverFiles("provenance", how), None
    if not files:
        with reading_if_any(database) as session:
            found = search_database(Lookup(session), values, tolerance) if session is not None else None
    if found is None:
        then = partial(search_analysed, values=values, tolerance=tolerance)
        computed = [one for _, one in over.compute(files or [reference_files()], then, options)]
        found = in_order(one for one in computed if one is not None)
        if files and not over.n_done:
            return over.exit_code
    result = provenance_result(found, values, tolerance)
    rows = result["structures"]
    left = [f"{len(rows) - most} more structures; -n {len(rows)} shows them", ""] if len(rows) > most else [""]
    write(output, result, [Table(rows[:most], COLUMNS), *left, *bulleted(result["notes"])], (rows, None))
    return over.exit_code if over.n_done or over.n_refused else ExitCode.DONE
