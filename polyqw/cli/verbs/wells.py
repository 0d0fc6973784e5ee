"""``polyqw wells``: analyse structures without a database."""

import click

from polyqw.cli.exit_codes import ExitCode
from polyqw.cli.options import analysis_options
from polyqw.cli.output import Format, Table, format_options, write
from polyqw.cli.over_files import OverFiles
from polyqw.cli.reading import Reading, reading_options
from polyqw.core.options import AnalysisOptions
from polyqw.services.drawing.columns import WELL

SHOWN = ("file", "formula", "family", "status", *WELL, "reason")
CSV = ("file", "block", *SHOWN[1:], "max_fold_degrees", "layered", "message")


@click.command(epilog="Example: polyqw wells cifs/ybco_o690_williams.cif --json")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@reading_options
@analysis_options
@format_options
def command(files: tuple[str, ...], how: Reading, output: Format, options: AnalysisOptions) -> ExitCode:
    """Find the quantum wells of FILEs: CIF files, folders, globs, .cif.gz, .zip, or - for standard input."""
    from polyqw.services.structures.analyse import analysed_row

    over = OverFiles("wells", how)
    rows = [analysed_row(a) for a in over.analyse(files, options)]
    lines = [{**row, **well} for row in rows for well in (row["wells"] or [{}])]
    write(output, rows, [Table(lines, SHOWN)], (lines, CSV))
    return over.exit_code
