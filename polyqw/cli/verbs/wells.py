"""``polyqw wells``: analyse structures without a database."""

from __future__ import annotations

from typing import Any

import click

from polyqw.cli.exit_codes import ExitCode
from polyqw.cli.options import analysis_options, make_analysis_options, make_read_options, read_options
from polyqw.cli.output import Format, format_options, write_csv, write_json, write_table
from polyqw.cli.progress import with_progress
from polyqw.services.well_columns import WELL_COLUMNS

COLUMNS = {
    "file": "file",
    "formula": "formula",
    "family": "family",
    "status": "status",
    **WELL_COLUMNS,
    "reason": "reason",
}
CSV_COLUMNS = ["file", "block", *list(COLUMNS)[1:], "max_fold_degrees", "layered", "message"]


@click.command(epilog="Example: polyqw wells cifs/ybco_o690_williams.cif --json")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@read_options
@analysis_options
@format_options
def command(
    files: tuple[str, ...],
    reader: str,
    limit: tuple[str, ...],
    allow: tuple[str, ...],
    output: Format,
    **choices: Any,
) -> int:
    """Find the quantum wells of FILEs: CIF files, folders, globs, .cif.gz, .zip, or - for standard input."""
    from polyqw.services.analyse import analyse_inputs, analysed_row

    options, reading = make_analysis_options(**choices), make_read_options(reader, limit, allow)
    rows = []
    n_done = n_failed = 0
    for analysed in with_progress(analyse_inputs(files, options, reading=reading), label="wells"):
        rows.append(analysed_row(analysed))
        if analysed.is_done:
            n_done += 1
        else:
            n_failed += 1
            click.echo(f"polyqw: {analysed.status}: {analysed.complaint}", err=True)
    write_analysed(rows, output)
    return exit_code(n_done, n_failed)


def exit_code(n_done: int, n_failed: int) -> ExitCode:
    """Return the exit code of a batch."""
    if n_failed == 0:
        return ExitCode.DONE
    return ExitCode.PARTLY_FAILED if n_done else ExitCode.FAILED


def write_analysed(rows: list[dict[str, Any]], output: Format) -> None:
    """Write analysed structures, one line per well outside JSON."""
    if output is Format.JSON:
        write_json(rows)
        return
    lines = [{**row, **well} for row in rows for well in (row["wells"] or [{}])]
    if output is Format.CSV:
        write_csv(lines, CSV_COLUMNS)
    else:
        write_table(
            [{**line, "apices": "-".join(line.get("apices", []))} for line in lines],
            COLUMNS,
            {"height_angstrom": 4, "height_su_angstrom": 4, "volume_angstrom3": 3},
        )
