"""``polyqw wells``: analyse structures without a database."""

from __future__ import annotations

from typing import Any

import click

from polyqw.cli.exit_codes import ExitCode
from polyqw.cli.options import analysis_options, make_analysis_options
from polyqw.cli.output import Format, format_options, write_csv, write_json, write_table
from polyqw.cli.over_files import OverFiles
from polyqw.cli.reading import Reading, reading_options
from polyqw.services.structures.well_columns import WELL_COLUMNS

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
@reading_options
@analysis_options
@format_options
def command(files: tuple[str, ...], how: Reading, output: Format, **choices: Any) -> ExitCode:
    """Find the quantum wells of FILEs: CIF files, folders, globs, .cif.gz, .zip, or - for standard input."""
    from polyqw.services.structures.analyse import analysed_row

    over = OverFiles("wells", how)
    write_analysed([analysed_row(a) for a in over.analyse(files, make_analysis_options(**choices))], output)
    return over.exit_code


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
