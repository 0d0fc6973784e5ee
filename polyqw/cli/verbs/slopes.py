"""``polyqw slopes``: measured dTc/dx of doping series beside the law's."""

from __future__ import annotations

from pathlib import Path

import click

from polyqw.cli.options import figure_option, put_figure
from polyqw.cli.output import Format, Table, format_options, write


@click.command(epilog="Example: polyqw slopes -o slopes.png, or polyqw slopes my_series.csv --json")
@click.argument("table", required=False, type=click.Path(path_type=Path, dir_okay=False, exists=True))
@figure_option
@format_options
def command(table: Path | None, figure_file: Path | None, output: Format) -> None:
    """Hold the slopes of Tc = λ/h² along doping series against the measured ones.

    Without TABLE, the series that travel with the program. A TABLE is a CSV with the columns series, quantity, x,
    tc_kelvin, structure (a CIF beside it, or empty) and source. Each side of the highest Tc of a series has its own
    slope, where it has three points.
    """
    from polyqw.services.law.slopes import measured_slopes
    from polyqw.services.law.slopes_section import SLOPES, draw_slopes

    found = measured_slopes(table)
    if figure_file:
        put_figure(draw_slopes(found), figure_file)
    rows = [row for series in found["series"] for row in series["slopes"]]
    write(output, found, [Table(rows, SLOPES), f"\n{found['verdict']}"], (rows, None))
