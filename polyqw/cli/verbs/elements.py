"""``polyqw elements``: the octahedral cages of element structures."""

from functools import partial
from pathlib import Path

import click

from polyqw.cli.exit_codes import ExitCode
from polyqw.cli.options import draw_if_any, figure_option
from polyqw.cli.output import Format, Table, format_options, named_notes, write
from polyqw.cli.over_files import OverFiles
from polyqw.cli.reading import Reading, reading_options

SHOWN = (
    "file", "element", "packing", "status", "d1", "d2", "d3", "volume_angstrom3", "multiplicity", "cages_per_atom",
    "n_body_orientations", "apex_directions", "cages_around_atom", "volume_share", "reason",
)  # fmt: skip


@click.command(epilog="Example: polyqw elements cifs/nb.cif cifs/pb.cif cifs/re.cif")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@figure_option
@reading_options
@format_options
def command(files: tuple[str, ...], figure_file: Path | None, how: Reading, output: Format) -> ExitCode:
    """Find the octahedral cages of FILEs that hold one element: BCC, CCP, HCP or other (papers/002, Fig. 6)."""
    from polyqw.services.systems.element_cages import cages_row, draw_cages, group_cages
    from polyqw.services.systems.of_structure import search_for_row

    over = OverFiles("elements", how)
    then = partial(search_for_row, find=group_cages, row=cages_row)
    found = [computed for _, computed in over.compute(files, then)]
    drawn = [of.found for of, _ in found if of.found and of.found.groups]
    draw_if_any(figure_file, draw_cages, drawn, "no cage to draw")
    rows = [row for _, row in found]
    lines = [
        {**row, **cage, **dict(zip(("d1", "d2", "d3"), cage.get("diagonals_angstrom", ()), strict=False))}
        for row in rows
        for cage in (row["cages"] or [{}])
    ]
    write(output, rows, [Table(lines, SHOWN, ("block", "angles_degrees", "message")), *named_notes(rows, "notes")])
    return over.exit_code
