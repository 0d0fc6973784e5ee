"""``polyqw chargeorder``: stripes and checkerboards as patterns of sites."""

from pathlib import Path

import click

from polyqw.cli.options import figure_option, put_figure
from polyqw.cli.output import Format, Table, bulleted, format_options, write
from polyqw.services.drawing.columns import Column

SHOWN = (
    Column("name", "pattern"), "source", "n_sites_per_plane", "n_planes", "n_electrons", "x_fraction", "x_one_plane",
    "x_per_copper", "fourfold", "state_in_paper",
)  # fmt: skip
MORE = ("x_printed", "nearest_like_a0", "nearest_unlike_a0", "vectors_a0", "electrons")


@click.command(epilog="Example: polyqw chargeorder -o patterns.png")
@figure_option
@format_options
def command(figure_file: Path | None, output: Format) -> None:
    """Count and draw the charge orders of the papers.

    Stripes x = 2/(4n) (papers/001, Eq. 2), checkerboards 1/16, 1/8, 1/4 and the 1/6 pattern (papers/002, Fig. 1).
    Lengths are in units of a0, the distance of neighbouring Cu.
    """
    from polyqw.services.systems.charge_order import charge_order_result, draw_charge_orders

    result = charge_order_result()
    if figure_file:
        put_figure(draw_charge_orders(), figure_file)
    table = Table(result["patterns"], SHOWN, MORE)
    write(output, result, [table, *bulleted([*result["counting"], *result["notes"]])])
