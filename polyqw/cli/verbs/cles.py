"""``polyqw cles``: the CLES solver of papers/000."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from polyqw.cli.cles_options import (
    e0_option,
    exit_code_of,
    model_options,
    mu_options,
    strict_option,
    write_many,
    write_one,
)
from polyqw.cli.exit_codes import ExitCode
from polyqw.cli.options import db_option, figure_option, put_figure
from polyqw.cli.output import Format, Table, bulleted, format_options, write
from polyqw.cli.saving import save_option, say_saved
from polyqw.errors import UsageError
from polyqw.services.drawing.columns import OF_WELL, columns_of


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
    return write_one(row, output, strict)


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
    return write_many(rows, output, strict)


@command.command("map", epilog="Example: polyqw cles map --figure 3c -o tc.png")
@click.option("--figure", type=click.Choice(["2a", "2b", "2c", "2d", "3c", "3d"]), default="3c", show_default=True,
              help="Map of papers/000.")  # fmt: skip
@click.option("-n", "--points", type=click.IntRange(min=2), default=61, show_default=True, help="Points to a side.")
@e0_option
@model_options
@figure_option
@strict_option
@format_options
def map_(
    figure: str, points: int, e0: str, parameters: Any, figure_file: Path | None, strict: bool, output: Format
) -> ExitCode:
    """Compute a map: binding energy (Figs. 2a-d), highest Tc over the couplings (3c), resistivity (3d).

    Maps of binding energies mark the regions of Eq. 3: region 1 for μ < εL + U/2, region 2 from there on.
    """
    from polyqw.services.systems.cles.figures import compute_map, draw_map

    data = compute_map(figure, parameters, points, e0)
    if figure_file:
        put_figure(draw_map(data), figure_file)
    rows = [
        {**row, "reason": None if row[data.quantity] == row[data.quantity] else "no_solution"} for row in data.rows()
    ]
    return write_many(rows, output, strict)


@command.command(epilog="Example: polyqw cles crossings --json")
@model_options
@strict_option
@format_options
def crossings(parameters: Any, strict: bool, output: Format) -> ExitCode:
    """Find where Tc and T* cross, the node, and the highest Tc."""
    from polyqw.services.systems.cles.solve import crossings_row

    return write_one(crossings_row(parameters), output, strict)


@command.command(epilog="Example: polyqw cles binding --mu 0.2 --json")
@mu_options[0]
@mu_options[1]
@e0_option
@model_options
@strict_option
@format_options
def binding(
    mu_ev: float | None, doping: float | None, e0: str, parameters: Any, strict: bool, output: Format
) -> ExitCode:
    """Solve the pairing instability (Eq. 3) and the binding energy.

    Beside it stand the couplings D0·J from which it is positive, with the printed E0 and with the derived one.
    """
    from polyqw.services.systems.cles.solve import binding_row, chemical_potential

    mu = chemical_potential(mu_ev, doping, parameters)
    return write_one(binding_row(mu, parameters, e0), output, strict)


@command.command(epilog="Example: polyqw cles resistivity --mu 0.21 --temperature 100 --json")
@mu_options[0]
@mu_options[1]
@click.option("--temperature", "temperature_kelvin", type=float, required=True, help="Temperature [K], above 0.")
@click.option("--site-volume", "site_volume_angstrom3", type=float, metavar="Å³",
              help="Volume of one localized site, for σ0 and the resistivity itself.")  # fmt: skip
@click.option("--sites", type=float, default=float("inf"), help="Localized sites in the sample [default: very many].")
@e0_option
@model_options
@strict_option
@format_options
def resistivity(
    mu_ev: float | None,
    doping: float | None,
    temperature_kelvin: float,
    site_volume_angstrom3: float | None,
    sites: float,
    e0: str,
    parameters: Any,
    strict: bool,
    output: Format,
) -> ExitCode:
    """Compute the resistivity ratio σ0/σ (Eq. 8), and with --site-volume the resistivity."""
    from polyqw.services.systems.cles.solve import chemical_potential, resistivity_row

    mu = chemical_potential(mu_ev, doping, parameters)
    row = resistivity_row(temperature_kelvin, mu, parameters, e0, site_volume_angstrom3, sites)
    return write_one(row, output, strict)


@command.command(epilog="Example: polyqw cles phase --p 0.1 --temperature 100")
@mu_options[0]
@mu_options[1]
@click.option("--temperature", "temperature_kelvin", type=float, required=True, help="Temperature [K].")
@model_options
@format_options
def phase(
    mu_ev: float | None, doping: float | None, temperature_kelvin: float, parameters: Any, output: Format
) -> ExitCode:
    """Name the phase at a doping and a temperature (Fig. 3a), and whether Tc and T* are derived there."""
    from polyqw.services.systems.cles.foundations import phase_row
    from polyqw.services.systems.cles.solve import chemical_potential

    row = phase_row(temperature_kelvin, chemical_potential(mu_ev, doping, parameters), parameters)
    return write_one(row, output, strict=False)


@command.command(epilog="Example: polyqw cles requirements")
@model_options
@format_options
def requirements(parameters: Any, output: Format) -> ExitCode:
    """Take the derivative of Tc by what each requirement (i) to (vi) of the conclusion asks for."""
    from polyqw.services.systems.cles.foundations import REQUIREMENT_COLUMNS, requirement_rows

    rows = requirement_rows(parameters)
    write(output, rows, [Table(rows, REQUIREMENT_COLUMNS)])
    return ExitCode.DONE


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
        return write_one(coupling_row(tc_kelvin, mu, parameters), output, strict)
    with reading(database) as session:
        rows = coupling_rows(session, parameters, mu)
    if save:
        say_saved(save_run(database, "fit", parameters, rows), "run", database)
    if figure_file:
        put_figure(draw_couplings(rows), figure_file)
    table = Table(rows, columns_of(COUPLINGS, OF_WELL), as_stored=True)
    write(output, rows, [table], (rows, None))
    return exit_code_of(rows, strict)


@command.command(epilog="Example: polyqw cles dome LSCO -o dome.png")
@click.argument("file", metavar="FILE|LSCO|YBCO")
@click.option("--along", type=click.Path(path_type=Path, exists=True, dir_okay=False), metavar="FILE.csv",
              help="Measured T* and Hall numbers: columns doping, tstar_kelvin, n_hall.")  # fmt: skip
@model_options
@figure_option
@format_options
def dome(file: str, along: Path | None, parameters: Any, figure_file: Path | None, output: Format) -> ExitCode:
    """Fit Tc over doping, with D0·J, p* and D0/Nd free, beside a parabola and a Gaussian.

    FILE is a CSV of formula and Tc such as SuperCon's (La2-xSrxCuO4: p = x; YBa2Cu3Ox: p from c, c from x), or with a
    column doping. LSCO and YBCO stand for measured points that travel along. Options of the model hold for what
    is not fitted, and for the set drawn beside it.
    """
    from polyqw.services.systems.cles.dome import DOME_COLUMNS, add_measured, dome_row, draw_dome, fit_dome
    from polyqw.services.systems.cles.dome_data import read_dome, read_measured_along

    found = [fit_dome(data, parameters) for data in read_dome(file)]
    if figure_file and len(found) != 1:
        raise UsageError(f"{file}: {len(found)} systems; a figure shows one")
    rows = [dome_row(one) for one in found]
    if along is not None:
        measured = read_measured_along(along)
        for one, row in zip(found, rows, strict=True):
            row["notes"] += add_measured(one, measured)
    if figure_file:
        put_figure(draw_dome(found[0]), figure_file)
    curves = [{"system": row["system"], **curve} for row in rows for curve in row["curves"]]
    parts: list[Table | str] = []
    for row in rows:
        parts += [Table(row["curves"], DOME_COLUMNS), "", *bulleted(row["notes"])]
    write(output, rows[0] if len(rows) == 1 else rows, parts, (curves, None))
    return ExitCode.DONE
