"""``polyqw transport``: potentials, resistance and capacities over temperature by the papers' picture."""

from pathlib import Path

import click

from polyqw.cli.options import figure_option, put_figure
from polyqw.cli.output import Format, Table, bulleted, format_options, write


@click.command(epilog="Example: polyqw transport --tc 93 -o transport.png")
@click.option("--tc", type=float, default=93.0, show_default=True, help="Critical temperature [K].")
@click.option("--field", type=float, default=1.0, show_default=True, help="Displacement Δ by the field [Å].")
@click.option("--thermal", type=float, default=0.3, show_default=True,
              help="Standard deviation of the random displacement at Tc [Å].")  # fmt: skip
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Seed of the random numbers.")
@figure_option
@format_options
def command(tc: float, field: float, thermal: float, seed: int, figure_file: Path | None, output: Format) -> None:
    """Simulate φ1, φ2, V, R, C_x, C_yz and E_out/E_in over T (papers/002, Figs. 12-13; papers/003, Fig. 2).

    A model with its assumptions stated: the papers give no equation. Values are in units of Δ.
    """
    from polyqw.core.outside import as_row
    from polyqw.services.systems.transport import COLUMNS, draw_transport, transport_curve

    curve = transport_curve(tc, field, thermal, seed)
    if figure_file:
        put_figure(draw_transport(curve), figure_file)
    result = as_row(curve)
    write(output, result, [Table(result["points"], COLUMNS), *bulleted(result["notes"])])
