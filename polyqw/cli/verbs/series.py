"""``polyqw series``: heights and the law's Tc along pressure, temperature or doping."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from polyqw.cli.exit_codes import ExitCode
from polyqw.cli.options import analysis_options, db_option, figure_option, put_figure
from polyqw.cli.output import Format, Table, bulleted, format_options, write
from polyqw.cli.over_files import OverFiles
from polyqw.cli.reading import Reading, reading_options
from polyqw.errors import UsageError
from polyqw.services.drawing.columns import Column, columns_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from polyqw.core.options import AnalysisOptions
    from polyqw.services.systems.series.values import Series

SHOWN = (
    "file", "formula", "value", "value_from", "phase", "height_angstrom", "tc_law_kelvin", "shift_angstrom", "reason",
)  # fmt: skip
CSV = ("file", "block", *SHOWN[1:], "in_series", "by", "unit", "lambda_used_kelvin_angstrom2")
PHASES = (
    "phase", Column("n", "n"), "slope_angstrom_per_unit", "slope_angstrom_per_unit_standard_error",
    "log_slope_per_unit", "log_slope_per_unit_standard_error", "tc_slope_kelvin_per_unit",
    "tc_slope_kelvin_per_unit_standard_error",
)  # fmt: skip
CROSSINGS = ("phases", "value", "height_angstrom", "tc_law_kelvin", "smaller_before", "smaller_after")


@click.command(
    epilog="Example: polyqw series cifs/hg1223_o835.cif=0 cifs/hg1223_high_pressure.cif -o series.png, or polyqw "
    "series --set k08feyse2"
)
@click.argument("files", nargs=-1, metavar="[FILE[=VALUE]]...")
@click.option("--by", type=click.Choice(["pressure", "temperature", "doping"]), default="pressure",
              show_default=True, help="What changes: x in GPa, in K, or in holes per metal.")  # fmt: skip
@click.option("--set", "name", metavar="NAME",
              help="Instead of FILEs, the papers' pressure phases of a set of predictions: k08feyse2.")  # fmt: skip
@click.option("--lambda", "lam", type=float, metavar="X",
              help="λ of the law [K Å²; default: the first one that the papers print for the family].")  # fmt: skip
@figure_option
@reading_options
@analysis_options
@format_options
@db_option
def command(
    files: tuple[str, ...],
    by: str,
    name: str | None,
    lam: float | None,
    figure_file: Path | None,
    how: Reading,
    output: Format,
    database: str | None,
    options: AnalysisOptions,
) -> ExitCode:
    """Follow the heights of the wells, and Tc = λ/h², along structures at different pressures.

    FILE is a CIF file, folder, glob or -; all its structures get the VALUE. Without VALUE the pressure or temperature
    that the file itself states counts; one that is not stated is not taken for ambient: write FILE=0. A word that
    holds a = is a file where there is one of that very name. Standard input with a value is written -- -=0.

    dTc/dx is the least-squares slope of the law's own Tc. A series by pressure stands beside the Tc measured under
    pressure that the database holds. Exit code 3 when some structures cannot take part.
    """
    if name is not None:
        if files or by != "pressure":
            raise UsageError("--set takes no FILE and no other abscissa than pressure")
        return _set(name, lam, figure_file, output, database)
    if not files:
        raise UsageError("name at least two FILEs, or --set k08feyse2")
    from polyqw.services.place.database import reading_if_any
    from polyqw.services.systems.series.figure import draw_series
    from polyqw.services.systems.series.measured_pressure import add_measured
    from polyqw.services.systems.series.series import (
        abscissa,
        make_member,
        no_series,
        series_result,
        split_value,
        too_few,
        without_value,
    )

    axis, over = abscissa(by), OverFiles("series", how)
    words = [split_value(word, axis) for word in files]
    members = [make_member(a, given, axis) for name, given in words for a in over.analyse([name], options)]
    if not (over.n_done or over.n_refused):
        return over.exit_code
    error = too_few(members, axis) if over.n_refused else None
    if error is not None:
        click.echo(f"polyqw: {error}", err=True)
        result = no_series(members, axis, str(error))
    else:
        result = series_result(members, axis, lam)
        with reading_if_any(database) as session:
            result = add_measured(result, session)
    for member in members:
        if member.analysed.is_done and member.value is None:
            over.leave_out(without_value(member, axis))
    if figure_file and error is None:
        put_figure(draw_series(result), figure_file)
    lines = result.lines()
    write(output, result.row(), _parts(result, lines), (lines, CSV))
    return over.exit_code


def _parts(series: Series, lines: list[dict[str, Any]]) -> Iterator[str | Table]:
    from polyqw.core.outside import as_row

    unit, lam = series.unit, series.lambda_used_kelvin_angstrom2
    law = "" if lam is None else f"; λ = {lam:g} K Å² ({series.lambda_from})"
    yield f"x is the {series.by} ({unit}){law}\n"
    yield Table(lines, columns_of(SHOWN, Column("value", "x", unit)))
    yield ""
    yield Table(list(map(as_row, series.phases)), PHASES)
    if series.crossings:
        yield ""
        yield Table(list(map(as_row, series.crossings)), CROSSINGS)
    yield ""
    yield from bulleted(series.notes)


def _set(name: str, lam: float | None, figure_file: Path | None, output: Format, database: str | None) -> ExitCode:
    from polyqw.core.outside import as_row
    from polyqw.services.place.database import reading
    from polyqw.services.systems.series.pressure_figure import draw_pressure_phases
    from polyqw.services.systems.series.pressure_phases import WINDOWS, pressure_phases

    with reading(database) as session:
        result = pressure_phases(session, name, lam)
    if figure_file:
        put_figure(draw_pressure_phases(result), figure_file)
    row = as_row(result)
    table = Table(row["windows"], WINDOWS, ["source"])
    write(output, row, [table, "", *bulleted(result.notes)])
    return ExitCode.DONE
