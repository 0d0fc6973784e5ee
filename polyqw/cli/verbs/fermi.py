"""``polyqw fermi``: Fermi-surface sketches read off the wells."""

from pathlib import Path
from typing import Any

import click

from polyqw.cli.exit_codes import ExitCode
from polyqw.cli.options import analysis_options, draw_if_any, figure_option
from polyqw.cli.output import Format, Table, format_options, named_notes, write
from polyqw.cli.over_files import OverFiles
from polyqw.cli.reading import Reading, reading_options
from polyqw.core.options import AnalysisOptions
from polyqw.services.drawing.columns import Column, columns_of

SHOWN = (
    "file", "formula", "family", "status", "kind", "centre", "phase", "branch", "apices", "height_angstrom",
    "degeneracy", "relative_binding", "relative_radius", "relative_gap", "relative_length", "occupied", "reason",
)  # fmt: skip
MORE = ("block", "places", "n_planes", "message")
YES_NO = {True: "yes", False: "no", None: ""}


@click.command(epilog="Example: polyqw fermi cifs/bak122_x050.cif cifs/bi2223_pb.cif -o fermi.png")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--stretch", type=float, default=0.0, show_default=True, metavar="ANGSTROM",
              help="Stretch one copy and contract the other of an arc that oxide planes share; of three planes, "
              "stretch γ alone.")  # fmt: skip
@click.option("--sheets", "n_wanted", type=click.IntRange(min=1), metavar="N",
              help="How many arcs are occupied, as doping brings them: γ, β, then α [default: all].")  # fmt: skip
@figure_option
@reading_options
@analysis_options
@format_options
def command(
    files: tuple[str, ...],
    stretch: float,
    n_wanted: int | None,
    figure_file: Path | None,
    how: Reading,
    output: Format,
    options: AnalysisOptions,
) -> ExitCode:
    """Sketch the Fermi surface that the papers read off the wells of FILEs: rings, arcs and pockets.

    It is the papers' picture (papers/001 Fig. 4, papers/002 Figs. 3, 7 and 9) with a scale of ours, 1/h² for radius
    and gap and h for the length of an arc: a sketch, no calculation of bands.
    """
    from polyqw.services.systems.fermi.figure import draw_fermi
    from polyqw.services.systems.fermi.rows import fermi_row
    from polyqw.services.systems.fermi.sketch import fermi_sketch

    over = OverFiles("fermi", how)
    rows, drawn = [], []
    for analysed in over.analyse(files, options):
        sketch = fermi_sketch(analysed, stretch=stretch, n_wanted=n_wanted)
        rows.append(fermi_row(sketch))
        if sketch.sheets:
            drawn.append(sketch)
    draw_if_any(figure_file, draw_fermi, drawn, "no well to draw a sheet of")
    _write(rows, output)
    return over.exit_code


def _write(rows: list[dict[str, Any]], output: Format) -> None:
    lines = [{**row, **sheet} for row in rows for sheet in (row["sheets"] or [{}])]
    marked = [{**line, "occupied": YES_NO[line.get("occupied")]} for line in lines]
    table = Table(marked, columns_of(SHOWN, Column("kind", "sheet")))
    write(output, rows, [table, *named_notes(rows, "warnings", "notes")], (lines, [*SHOWN, *MORE]))
