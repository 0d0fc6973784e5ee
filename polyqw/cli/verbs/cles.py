"""``polyqw cles``: the CLES solver of papers/000."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import click

from polyqw.cli.exit_codes import ExitCode
from polyqw.cli.options import db_option, figure_option, put_figure
from polyqw.cli.output import Format, Table, format_options, write
from polyqw.cli.saving import save_option, say_saved
from polyqw.errors import UsageError
from polyqw.services.drawing.columns import OF_WELL, as_named, columns_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

MODEL_OPTIONS = (
    ("--d0-lambda", "g", 0.05, "D0·λ, conventional pairing, dimensionless"),
    ("--d0-j", "j", 0.09, "D0·J, coupling of localized and extended pairs, dimensionless"),
    ("--epsilon-l", "epsilon_l", -0.5, "εL, energy of the localized state [eV]"),
    ("--u", "u", 1.4, "U, Hubbard repulsion [eV]"),
    ("--dn", "dn", 0.804, "D0/Nd [1/eV]"),
    ("--omega-c", "omega_c", 1.0, "ωc, upper end of the band [eV]"),
    ("--prefactor", "prefactor", 3.51, "ratio 2E_G/kTc at weak coupling; 3.527754 is exact"),
)

mu_options = (
    click.option("--mu", "mu_ev", type=float, help="Chemical potential μ [eV]."),
    click.option("--p", "doping", type=float, help="Doping p = (D0/Nd)·μ, in place of --mu."),
)
strict_option = click.option("--strict", is_flag=True, help="Exit with 5 where a point has no solution.")


def model_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the parameters of the model to a command; it receives ``parameters``."""

    @functools.wraps(command)
    def wrapped(**words: Any) -> Any:
        from polyqw.services.systems.cles.solve import make_parameters

        values = {name: words.pop(name) for _, name, *_ in MODEL_OPTIONS}
        try:
            parameters = make_parameters(**values, exponent=int(words.pop("exponent")))
        except UsageError as error:
            name, _, rest = str(error).partition(" ")
            flags = {field: flag for flag, field, *_ in MODEL_OPTIONS}
            raise UsageError(f"{flags.get(name, name)} {rest}") from error
        return command(parameters=parameters, **words)

    chosen: Callable[..., Any] = click.option(
        "--exponent", type=click.Choice(["2", "1"]), default="2", show_default=True,
        help="n of 2E_G/kTc = prefactor·exp(n/K0 - n/K): 2 as printed, 1 as the gap equations give.",
    )(wrapped)  # fmt: skip
    for flag, name, default, text in reversed(MODEL_OPTIONS):
        chosen = click.option(flag, name, type=float, default=default, show_default=True, help=text + ".")(chosen)
    return chosen


@click.group(epilog="Example: polyqw cles point --mu 0.2 --json")
def command() -> None:
    """Solve the CLES model (papers/000): gaps, Tc, T*, carriers, binding, resistivity, and couplings from Tc.

    Energies in eV, temperatures in K; defaults are the paper's set.
    """


@command.command(epilog="Example: polyqw cles point --mu 0.2 --json")
@mu_options[0]
@mu_options[1]
@model_options
@strict_option
@save_option("Append the run to the database.", default=False)
@format_options
@db_option
def point(
    mu_ev: float | None, doping: float | None, parameters: Any, strict: bool, save: bool, output: Format,
    database: str | None,
) -> ExitCode:  # fmt: skip
    """Solve one point: gaps, Tc, T*, node, carriers."""
    from polyqw.services.systems.cles.runs import save_run
    from polyqw.services.systems.cles.solve import chemical_potential, point_at

    row = point_at(chemical_potential(mu_ev, doping, parameters), parameters)
    if save:
        say_saved(save_run(database, "point", parameters, [row]), "run", database, unasked=False)
    return _write_one(row, output, strict)


@command.command(epilog="Example: polyqw cles curve --figure 3a -o temperatures.png")
@click.option("--from-p", type=float, default=0.0, show_default=True, help="Lowest doping.")
@click.option("--to-p", type=float, default=0.3, show_default=True, help="Highest doping.")
@click.option("-n", "--points", type=click.IntRange(min=2), default=301, show_default=True, help="Number of points.")
@click.option(
    "--figure", type=click.Choice(["3a", "3b"]), default="3a", show_default=True, help="Which figure to draw."
)
@model_options
@figure_option
@strict_option
@save_option("Append the run to the database.", default=False)
@format_options
@db_option
def curve(
    from_p: float, to_p: float, points: int, figure: str, parameters: Any, figure_file: Path | None, strict: bool,
    save: bool, output: Format, database: str | None,
) -> ExitCode:  # fmt: skip
    """Solve along the doping: temperatures (Fig. 3a) and pairs (Fig. 3b)."""
    from polyqw.services.systems.cles.figures import curve_rows, draw_pairs, draw_temperatures
    from polyqw.services.systems.cles.runs import save_run
    from polyqw.services.systems.cles.solve import crossings_row

    rows = curve_rows(parameters, from_p=from_p, to_p=to_p, n=points)
    if figure_file:
        drawn = draw_pairs(rows) if figure == "3b" else draw_temperatures(rows, crossings_row(parameters))
        put_figure(drawn, figure_file)
    if save:
        say_saved(save_run(database, "curve", parameters, rows), "run", database, unasked=False)
    return _write_many(rows, output, strict)


@command.command("map", epilog="Example: polyqw cles map --figure 3c -o tc.png")
@click.option("--figure", type=click.Choice(["2a", "2b", "2c", "2d", "3c", "3d"]), default="3c", show_default=True,
              help="Map of papers/000.")  # fmt: skip
@click.option("-n", "--points", type=click.IntRange(min=2), default=61, show_default=True, help="Points to a side.")
@model_options
@figure_option
@strict_option
@format_options
def map_(
    figure: str, points: int, parameters: Any, figure_file: Path | None, strict: bool, output: Format
) -> ExitCode:
    """Compute a map: binding energy (Figs. 2a-d), highest Tc over the couplings (3c), resistivity (3d)."""
    from polyqw.services.systems.cles.figures import compute_map, draw_map

    data = compute_map(figure, parameters, points)
    if figure_file:
        put_figure(draw_map(data), figure_file)
    rows = [
        {**row, "reason": None if row[data.quantity] == row[data.quantity] else "no_solution"} for row in data.rows()
    ]
    return _write_many(rows, output, strict)


@command.command(epilog="Example: polyqw cles crossings --json")
@model_options
@strict_option
@format_options
def crossings(parameters: Any, strict: bool, output: Format) -> ExitCode:
    """Find where Tc and T* cross, the node, and the highest Tc."""
    from polyqw.services.systems.cles.solve import crossings_row

    return _write_one(crossings_row(parameters), output, strict)


@command.command(epilog="Example: polyqw cles binding --mu 0.2 --json")
@mu_options[0]
@mu_options[1]
@model_options
@strict_option
@format_options
def binding(mu_ev: float | None, doping: float | None, parameters: Any, strict: bool, output: Format) -> ExitCode:
    """Solve the pairing instability (Eq. 3) and the binding energy."""
    from polyqw.services.systems.cles.solve import binding_row, chemical_potential

    return _write_one(binding_row(chemical_potential(mu_ev, doping, parameters), parameters), output, strict)


@command.command(epilog="Example: polyqw cles resistivity --mu 0.21 --temperature 100 --json")
@mu_options[0]
@mu_options[1]
@click.option("--temperature", "temperature_kelvin", type=float, required=True, help="Temperature [K], above 0.")
@model_options
@strict_option
@format_options
def resistivity(
    mu_ev: float | None,
    doping: float | None,
    temperature_kelvin: float,
    parameters: Any,
    strict: bool,
    output: Format,
) -> ExitCode:
    """Compute the resistivity ratio σ0/σ (Eq. 8)."""
    from polyqw.services.systems.cles.solve import chemical_potential, resistivity_row

    mu = chemical_potential(mu_ev, doping, parameters)
    return _write_one(resistivity_row(temperature_kelvin, mu, parameters), output, strict)


@command.command(epilog="Example: polyqw cles fit --tc 93 --json")
@click.option("--tc", "tc_kelvin", type=float, help="An observed Tc [K]; without it, every compound of the database.")
@mu_options[0]
@mu_options[1]
@model_options
@strict_option
@save_option("Append the fits of compounds to the database.")
@figure_option
@format_options
@db_option
def fit(
    tc_kelvin: float | None, mu_ev: float | None, doping: float | None, parameters: Any, strict: bool, save: bool,
    figure_file: Path | None, output: Format, database: str | None,
) -> ExitCode:  # fmt: skip
    """Solve for D0·J from an observed Tc, at μ* unless told otherwise.

    This is a fit: papers/000 gives no compound's parameters. Without --tc the printed Tc of every row of the tables
    is used, and the coupling kept beside the height of the chosen well.
    """
    from polyqw.services.place.database import reading
    from polyqw.services.systems.cles.figures import draw_couplings
    from polyqw.services.systems.cles.runs import save_run
    from polyqw.services.systems.cles.solve import COUPLINGS, chemical_potential, coupling_row, coupling_rows

    mu = None if mu_ev is None and doping is None else chemical_potential(mu_ev, doping, parameters)
    if tc_kelvin is not None:
        return _write_one(coupling_row(tc_kelvin, mu, parameters), output, strict)
    with reading(database) as session:
        rows = coupling_rows(session, parameters, mu)
    if save:
        say_saved(save_run(database, "fit", parameters, rows), "run", database)
    if figure_file:
        put_figure(draw_couplings(rows), figure_file)
    table = Table(rows, columns_of(COUPLINGS, OF_WELL), as_stored=True)
    write(output, rows, [table], (rows, None))
    return _code(rows, strict)


def _write_one(row: Mapping[str, Any], output: Format, strict: bool) -> ExitCode:
    shown = {name: f"{value:.12g}" if isinstance(value, float) else value for name, value in row.items()}
    lines = [f"{name:24}{'' if value is None else value}" for name, value in shown.items()]
    write(output, row, lines, ([row], None))
    return _code([row], strict)


def _write_many(rows: Sequence[Mapping[str, Any]], output: Format, strict: bool) -> ExitCode:
    write(output, rows, [Table(rows, as_named(rows[0]))])
    return _code(rows, strict)


def _code(rows: Sequence[Mapping[str, Any]], strict: bool) -> ExitCode:
    without = [row["reason"] for row in rows if row.get("reason")]
    if not without:
        return ExitCode.DONE
    click.echo(
        f"polyqw: {len(without)} of {len(rows)} points have no solution ({', '.join(sorted(set(without)))})", err=True
    )
    return ExitCode.CHECK_FAILED if strict else ExitCode.DONE
