"""``polyqw stm``: the side peaks of tunnelling spectra from plane depths."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import click

from polyqw.cli.exit_codes import ExitCode
from polyqw.cli.options import analysis_options, figure_option, make_analysis_options
from polyqw.cli.output import Format, format_options, write_csv, write_json, write_table
from polyqw.cli.over_files import OverFiles
from polyqw.cli.reading import Reading, reading_options

if TYPE_CHECKING:
    from pathlib import Path

COLUMNS = {
    "file": "file",
    "formula": "formula",
    "status": "status",
    "cleavage_elements": "cleavage plane",
    "cleavage_gap_angstrom": "gap (Å)",
    "second_gap_angstrom": "next gap (Å)",
    "h_alpha_angstrom": "h alpha (Å)",
    "h_beta_angstrom": "h beta (Å)",
    "peak_ratio": "k",
    "plane_spacing_over_a0": "plane spacing (a0)",
    "reason": "reason",
}
PRINTED = {
    "compound": "printed",
    "h_alpha_angstrom": "h alpha (Å)",
    "h_beta_angstrom": "h beta (Å)",
    "peak_ratio": "k",
    "printed_peak_ratio": "k printed",
    "side_peak_a0": "side peak (a0)",
    "measured_side_peak_a0": "measured (a0)",
}
DIGITS = {
    "cleavage_gap_angstrom": 3, "second_gap_angstrom": 3, "h_alpha_angstrom": 3, "h_beta_angstrom": 3,
    "peak_ratio": 4, "plane_spacing_over_a0": 3,
}  # fmt: skip


@click.command(epilog="Example: polyqw stm cifs/bi2223_pb.cif -o profile.png")
@click.argument("files", nargs=-1, metavar="[FILE...]")
@click.option("--width", type=float, default=0.4, show_default=True,
              help="Standard deviation of each peak of the figure [a0]; the papers give none.")  # fmt: skip
@figure_option
@reading_options
@analysis_options
@format_options
def command(
    files: tuple[str, ...], width: float, figure_file: Path | None, how: Reading, output: Format, **choices: Any
) -> ExitCode:
    """Compute k = h_alpha/h_beta, the height of the side peaks of papers/001 Fig. 3, for cuprate FILEs.

    The depths are those of the first two CuO2 planes under the plane where the crystal cleaves, its widest gap
    between layers. Without FILE, the printed depths of CCOC and Bi2201 alone.
    """
    from polyqw.services.drawing.figure_files import write_figure
    from polyqw.services.systems.stm import draw_stm, stm_result, stm_row

    options = make_analysis_options(**choices)
    rows = []
    over = OverFiles("stm", how)
    for _, row in over.compute(files, partial(stm_row, options=options)):
        rows.append(row)
    result = stm_result(rows)
    if figure_file:
        write_figure(draw_stm(result, width), figure_file)
    if output is Format.JSON:
        write_json(result)
    elif output is Format.CSV:
        if files:
            write_csv(rows, [*COLUMNS, "block", "a0_angstrom", "message"])
        else:
            write_csv(result["printed"], list(result["printed"][0]))
    else:
        if rows:
            write_table([{**r, "cleavage_elements": "-".join(r["cleavage_elements"])} for r in rows], COLUMNS, DIGITS)
            click.echo("")
        write_table(result["printed"], PRINTED, DIGITS)
        for note in result["notes"]:
            click.echo(f"- {note}")
    return over.exit_code
