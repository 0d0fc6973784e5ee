"""``polyqw kagome``: kagome nets and the places of their states."""

from functools import partial
from pathlib import Path

import click

from polyqw.cli.exit_codes import ExitCode
from polyqw.cli.options import draw_if_any, figure_option
from polyqw.cli.output import Format, Table, format_options, named_notes, write
from polyqw.cli.over_files import OverFiles
from polyqw.cli.reading import Reading, reading_options
from polyqw.services.drawing.columns import Column

SHOWN = (
    "file", "formula", "origin", "status", Column("element", "net of"), "state", "shape", "per_cell", "edge_angstrom",
    "radius_angstrom", "nearest_element", "nearest_distance_angstrom", "cap_to_cap_angstrom", "caps", "reason",
)  # fmt: skip
MORE = ("block", "occupied", "edge_min_angstrom", "edge_max_angstrom", "breathing_ratio", "message")


@click.command(epilog="Example: polyqw kagome cifs/model_csv3sb5.cif -o net.png")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@figure_option
@reading_options
@format_options
def command(files: tuple[str, ...], figure_file: Path | None, how: Reading, output: Format) -> ExitCode:
    """Find kagome nets in FILEs and the places of their states, with centres and sizes (papers/003, Fig. 1).

    The α-state belongs to the triangle, β to the hexagon, γ to the star of David.
    """
    from polyqw.core.kagome import find_kagome_nets
    from polyqw.services.systems.kagome import draw_kagome, kagome_row
    from polyqw.services.systems.of_structure import search_for_row

    over = OverFiles("kagome", how)
    then = partial(search_for_row, find=find_kagome_nets, row=kagome_row)
    found = [computed for _, computed in over.compute(files, then)]
    drawn = [of for of, _ in found if of.found and of.found.nets]
    draw_if_any(figure_file, draw_kagome, drawn, "no kagome net to draw")
    rows = [row for _, row in found]
    lines = [
        {**row, **net, **state}
        for row in rows
        for net in (row["nets"] or [{}])
        for state in (net.get("states") or [{}])
    ]
    table = Table(lines, SHOWN, MORE)
    write(output, rows, [table, *named_notes(rows, "warnings", "notes")])
    return over.exit_code
