"""``polyqw kagome``: kagome nets and the places of their states."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
    "formula": "formula",
    "origin": "origin",
    "status": "status",
    "element": "net of",
    "state": "state",
    "shape": "shape",
    "per_cell": "per cell",
    "edge_angstrom": "edge (Å)",
    "radius_angstrom": "radius (Å)",
    "nearest_element": "nearest atom",
    "nearest_distance_angstrom": "at (Å)",
    "cap_to_cap_angstrom": "cap to cap (Å)",
    "caps": "caps",
    "reason": "reason",
}


@click.command(epilog="Example: polyqw kagome cifs/model_csv3sb5.cif -o net.png")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@figure_option
@reading_options
@format_options
def command(files: tuple[str, ...], figure_file: Path | None, how: Reading, output: Format) -> ExitCode:
    """Find kagome nets in FILEs and the places of their states, with centres and sizes (papers/003, Fig. 1).

    The α-state belongs to the triangle, β to the hexagon, γ to the star of David.
    """
    from polyqw.services.drawing.figure_files import write_figure
    from polyqw.services.systems.kagome import draw_kagome, kagome_and_pictures

    rows, drawn = [], []
    over = OverFiles("kagome", how)
    for _, (row, nets) in over.compute(files, kagome_and_pictures):
        rows.append(row)
        drawn += nets
    if figure_file:
        if drawn:
            write_figure(draw_kagome(drawn), figure_file)
        else:
            click.echo("polyqw: no kagome net to draw", err=True)
    if output is Format.JSON:
        write_json(rows)
    else:
        lines = [
            {**row, **net, **state}
            for row in rows
            for net in (row["nets"] or [{}])
            for state in (net.get("states") or [{}])
        ]
        if output is Format.CSV:
            write_csv(lines, [*COLUMNS, "block", "occupied", "edge_min_angstrom", "edge_max_angstrom", "message"])
        else:
            digits = {
                "edge_angstrom": 4, "radius_angstrom": 4, "nearest_distance_angstrom": 4, "cap_to_cap_angstrom": 4,
            }  # fmt: skip
            write_table([{**line, "caps": _caps(line.get("caps"))} for line in lines], COLUMNS, digits)
            for row in rows:
                for note in (*row["warnings"], *row["notes"]):
                    click.echo(f"- {row['file']}: {note}")
    return over.exit_code


def _caps(caps: list[str | None] | None) -> str:
    return "-".join(cap or "none" for cap in caps) if caps else ""
