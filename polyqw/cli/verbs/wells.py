"""``polyqw wells``: analyse structures without a database."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from polyqw.cli.exit_codes import ExitCode
from polyqw.cli.options import analysis_options, figure_option, put_figure
from polyqw.cli.output import Format, Table, format_options, write
from polyqw.cli.over_files import OverFiles
from polyqw.cli.reading import Reading, reading_options
from polyqw.errors import UsageError
from polyqw.services.drawing.columns import WELL

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from polyqw.core.options import AnalysisOptions
    from polyqw.services.structures.analyse import Analysed

SHOWN = ("file", "formula", "family", "status", *WELL, "reason")
CSV = ("file", "block", *SHOWN[1:], "max_fold_degrees", "layered", "message")
MOST_PICTURES = 12
"""Most wells of one figure."""


@click.command(epilog="Example: polyqw wells cifs/ybco_o690_williams.cif --json")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@figure_option
@reading_options
@analysis_options
@format_options
def command(
    files: tuple[str, ...], figure_file: Path | None, how: Reading, output: Format, options: AnalysisOptions
) -> ExitCode:
    """Find the quantum wells of FILEs: CIF files, folders, globs, .cif.gz, .zip, or - for standard input.

    A POSCAR, .vasp, extended .xyz, .xsf, .gen, .ascii, .cfg, .res, .cssr or .json (pymatgen) that is named itself is
    read too; in folders and archives CIFs alone are looked for.

    The figure shows each well in its crystal, one of those that are alike, all to the same scale: neighbours, bonds,
    body, plaquette, and h as a line.
    """
    from polyqw.services.structures.analyse import analysed_row

    over = OverFiles("wells", how)
    found = list(over.analyse(files, options))
    if figure_file:
        _draw(found, figure_file)
    rows = [analysed_row(a) for a in found]
    lines = [{**row, **well} for row in rows for well in (row["wells"] or [{}])]
    write(output, rows, [Table(lines, SHOWN)], (lines, CSV))
    return over.exit_code


def _draw(found: Sequence[Analysed], figure_file: Path) -> None:
    from polyqw.services.drawing.picture_figure import draw_pictures
    from polyqw.services.viewer.well_picture import picture
    from polyqw.services.viewer.well_scene import make_scenes

    drawn: list[tuple[str, str]] = []
    for one in found:
        if one.record is None or one.analysis is None:
            continue
        alike = {(w.phase, w.kind, w.apices, round(w.height, 4)): w for w in one.analysis.wells}
        for scene in make_scenes(one.record.cell, tuple(alike.values())):
            title = f"{one.block}, {scene.well.phase} {scene.well.kind}"
            drawn.append((str(picture(scene, title)), title))
    if len(drawn) > MOST_PICTURES:
        raise UsageError(f"{len(drawn)} wells, a figure shows at most {MOST_PICTURES}; name fewer files")
    if drawn:
        put_figure(draw_pictures(drawn), figure_file)
    else:
        click.echo("polyqw: no well to draw", err=True)
