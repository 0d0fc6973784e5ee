"""``polyqw meissner``: a floating magnet and a hanging superconductor, as a dipole and its image."""

from pathlib import Path

import click

from polyqw.cli.options import figure_option, put_figure
from polyqw.cli.output import Format, Table, bulleted, format_options, write


@click.command(epilog="Example: polyqw meissner --magnet-mass 0.01 -o meissner.png")
@click.option("--moment", type=float, default=1.0, show_default=True, help="Moment of the magnet [A m²].")
@click.option("--magnet-mass", type=float, default=0.01, show_default=True, help="Mass m of the magnet [kg].")
@click.option("--sample-mass", type=float, default=0.02, show_default=True, help="Mass M of the superconductor [kg].")
@click.option("--london", type=float, default=150.0, show_default=True, help="Depth that stays [nm], assumed.")
@figure_option
@format_options
def command(
    moment: float, magnet_mass: float, sample_mass: float, london: float, figure_file: Path | None, output: Format
) -> None:
    """Balance F = mg and F = Mg (papers/002, Eq. 10) with a depth that adjusts itself, beside London's.

    A model, as the paper gives no force: a dipole and its image.
    """
    from polyqw.core.outside import as_row
    from polyqw.services.systems.meissner import COLUMNS, draw_suspension, suspend

    found = suspend(moment, magnet_mass, sample_mass, london)
    if figure_file:
        put_figure(draw_suspension(found), figure_file)
    result = as_row(found)
    write(output, result, [Table(result["balances"], COLUMNS), *bulleted(result["notes"])])
