"""``polyqw stm``: the side peaks of tunnelling spectra from plane depths."""

from functools import partial
from pathlib import Path

import click

from polyqw.cli.exit_codes import ExitCode
from polyqw.cli.options import analysis_options, figure_option, put_figure
from polyqw.cli.output import Format, Table, bulleted, format_options, write
from polyqw.cli.over_files import OverFiles
from polyqw.cli.reading import Reading, reading_options
from polyqw.core.options import AnalysisOptions
from polyqw.services.drawing.columns import Column

SHOWN = (
    "file", "formula", "status", "cleavage_elements", "cleavage_gap_angstrom", "second_gap_angstrom",
    "h_alpha_angstrom", "h_beta_angstrom", "peak_ratio", "plane_spacing_over_a0", "reason",
)  # fmt: skip
MORE = ("block", "a0_angstrom", "message")
PRINTED = (
    Column("compound", "printed"), "h_alpha_angstrom", "h_beta_angstrom", "peak_ratio", "printed_peak_ratio",
    "side_peak_a0", "measured_side_peak_a0",
)  # fmt: skip


@click.command(epilog="Example: polyqw stm cifs/bi2223_pb.cif -o profile.png")
@click.argument("files", nargs=-1, metavar="[FILE...]")
@click.option("--width", type=float, default=0.4, show_default=True,
              help="Standard deviation of each peak of the figure [a0]; the papers give none.")  # fmt: skip
@figure_option
@reading_options
@analysis_options
@format_options
def command(
    files: tuple[str, ...],
    width: float,
    figure_file: Path | None,
    how: Reading,
    output: Format,
    options: AnalysisOptions,
) -> ExitCode:  # fmt: skip
    """Compute k = h_alpha/h_beta, the height of the side peaks of papers/001 Fig. 3, for cuprate FILEs.

    The depths are those of the first two CuO2 planes under the plane where the crystal cleaves, its widest gap
    between layers. Without FILE, the printed depths of CCOC and Bi2201 alone.
    """
    from polyqw.core.outside import as_row
    from polyqw.services.systems.stm import draw_stm, printed_peaks, side_peaks, stm_notes

    over = OverFiles("stm", how)
    structures = [found for _, found in over.compute(files, partial(side_peaks, options=options))]
    if figure_file:
        put_figure(draw_stm(structures, width), figure_file)
    rows, printed, notes = [s.row() for s in structures], list(map(as_row, printed_peaks())), stm_notes()
    measured: list[str | Table] = [Table(rows, SHOWN), ""] if rows else []
    csv = (rows, [*SHOWN, *MORE]) if files else (printed, None)
    document = {"structures": rows, "printed": printed, "notes": notes}
    write(output, document, [*measured, Table(printed, PRINTED), *bulleted(notes)], csv)
    return over.exit_code
