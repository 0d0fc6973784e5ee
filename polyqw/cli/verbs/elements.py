"""``polyqw elements``: the octahedral cages of element structures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from polyqw.cli.exit_codes import ExitCode
from polyqw.cli.options import figure_option
from polyqw.cli.output import Format, format_options, write_csv, write_json, write_table
from polyqw.cli.over_files import OverFiles
from polyqw.cli.reading import Reading, reading_options

if TYPE_CHECKING:
    from pathlib import Path

COLUMNS = {
    "file": "file",
    "element": "element",
    "packing": "packing",
    "status": "status",
    "d1": "d1 (Å)",
    "d2": "d2 (Å)",
    "d3": "d3 (Å)",
    "volume_angstrom3": "V (Å³)",
    "multiplicity": "per cell",
    "cages_per_atom": "per atom",
    "n_body_orientations": "orientations",
    "apex_directions": "apex directions",
    "cages_around_atom": "cages at an atom",
    "volume_share": "V cages / V cell",
    "reason": "reason",
}


@click.command(epilog="Example: polyqw elements cifs/nb.cif cifs/pb.cif cifs/re.cif")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@figure_option
@reading_options
@format_options
def command(files: tuple[str, ...], figure_file: Path | None, how: Reading, output: Format) -> ExitCode:
    """Find the octahedral cages of FILEs that hold one element: BCC, CCP, HCP or other (papers/002, Fig. 6)."""
    from polyqw.services.drawing.figure_files import write_figure
    from polyqw.services.systems.element_cages import cages_row, draw_cages

    rows = []
    over = OverFiles("elements", how)
    for _, row in over.compute(files, cages_row):
        rows.append(row)
    if figure_file:
        figure = draw_cages(rows)
        if figure is None:
            click.echo("polyqw: no cage to draw", err=True)
        else:
            write_figure(figure, figure_file)
    if output is Format.JSON:
        write_json(rows)
    else:
        lines = [_line(row, cage) for row in rows for cage in (row["cages"] or [{}])]
        if output is Format.CSV:
            write_csv(lines, [*COLUMNS, "block", "angles_degrees", "message"])
        else:
            digits = {"d1": 4, "d2": 4, "d3": 4, "volume_angstrom3": 3, "volume_share": 4}
            write_table(lines, COLUMNS, digits)
            for row in rows:
                for note in row["notes"]:
                    click.echo(f"- {row['file']}: {note}")
    return over.exit_code


def _line(row: dict[str, Any], cage: dict[str, Any]) -> dict[str, Any]:
    diagonals = dict(zip(("d1", "d2", "d3"), cage.get("diagonals_angstrom", ()), strict=False))
    return {**row, **cage, **diagonals}
