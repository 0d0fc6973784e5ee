"""``polyqw order-parameter``: the order parameter of papers/002 in four states."""

from pathlib import Path

import click

from polyqw.cli.options import figure_option, put_figure
from polyqw.cli.output import Format, Table, bulleted, format_options, write

STATES = (
    "state", "mean_x_e_angstrom", "mean_y_e_angstrom", "mean_modulus_e_angstrom", "mean_modulus_debye",
    "sd_e_angstrom", "sd_expected_e_angstrom", "rms_displacement_angstrom", "coherence",
)  # fmt: skip
CHARGES = ("reading", "g", "unit", "dimension", "g_over_e", "g_over_e_dimension", "is_magnetic_charge")


@click.command(epilog="Example: polyqw order-parameter --seed 1 -o states.png")
@click.option("-n", "--electrons", type=click.IntRange(min=1), default=10000, show_default=True, help="Electrons N.")
@click.option("--samples", type=click.IntRange(min=2), default=200, show_default=True, help="Samples of N electrons.")
@click.option("--field", type=float, default=1.0, show_default=True, help="Displacement Δ by the field [Å].")
@click.option("--thermal", type=float, default=0.3, show_default=True,
              help="Standard deviation of the random displacement in each direction [Å].")  # fmt: skip
@click.option("--attenuation", type=float, default=0.0, show_default=True,
              help="Share of Δ that the metallic state loses along the sample.")  # fmt: skip
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Seed of the random numbers.")
@figure_option
@format_options
def command(
    electrons: int, samples: int, field: float, thermal: float, attenuation: float, seed: int,
    figure_file: Path | None, output: Format,
) -> None:  # fmt: skip
    """Simulate P = (e/N) Σ r exp(iθ) (papers/002, Eq. 9) in the four condensed states.

    Also given: the magnetic charge of Eqs. 4 and 5 in SI and in Gaussian units, and what Eq. 6 gives.
    """
    from polyqw.core.outside import as_row
    from polyqw.services.systems.order_parameter import draw_order_parameter, make_displacements, simulate_order

    chosen = make_displacements(field, thermal, attenuation), electrons, samples, seed
    result = as_row(simulate_order(*chosen))
    if figure_file:
        put_figure(draw_order_parameter(*chosen), figure_file)
    given = {key: result[key] for key in ("seed", "n_electrons", "n_samples")}
    text: list[str | Table] = [
        f"{samples} samples of {electrons} electrons, Δ = {field:g} Å, σ = {thermal:g} Å, seed {seed}",
        Table(result["states"], STATES),
        "",
        Table(result["magnetic_charge"], CHARGES),
        *bulleted(result["notes"]),
    ]
    write(output, result, text, ([{**row, **given} for row in result["states"]], [*STATES, *given]))
