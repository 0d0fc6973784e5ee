"""``polyqw screen``: what the law promises, ranked, and how the head of the ranking does."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from polyqw.cli.exit_codes import ExitCode
from polyqw.cli.options import analysis_options, db_option, figure_option, put_figure
from polyqw.cli.output import Format, Table, format_options, write
from polyqw.cli.over_files import OverFiles
from polyqw.cli.reading import Reading, reading_options
from polyqw.services.drawing.columns import OF_WELL

if TYPE_CHECKING:
    from collections.abc import Iterator

    from polyqw.core.options import AnalysisOptions


@click.command(epilog="Example: polyqw screen my_corpus/ --above 77, or polyqw screen my_cifs/ --no-table")
@click.argument("dataset", required=False)
@click.option(
    "--table", type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="CSV of Tc [default: the one in the folder].",
)  # fmt: skip
@click.option("--no-table", is_flag=True, help="Rank structures of which no Tc is known.")
@click.option(
    "--column", "columns", multiple=True, metavar="FIELD=HEADER",
    help="Header of a field of the CSV, as for validate.",
)  # fmt: skip
@click.option(
    "--wells", type=click.Choice(["lowest", "alpha", "beta"]), default="lowest", show_default=True,
    help="Which well promises: the lowest, which promises most, always alpha, or always beta.",
)  # fmt: skip
@click.option(
    "--above", type=click.FloatRange(min=0, min_open=True), metavar="KELVIN",
    help="Tc from which a structure is a hit [default: the upper quartile of the measured parents].",
)  # fmt: skip
@click.option("--any", "with_3d", is_flag=True, help="Rank structures without layers (3-D) too.")
@click.option("--first", type=click.IntRange(min=1), default=25, show_default=True, help="Rows of the table.")
@click.option("--seed", type=int, default=0, show_default=True, help="Of the folds in which rivals are fitted.")
@figure_option
@reading_options
@analysis_options
@format_options
@db_option
def command(
    dataset: str | None,
    table: Path | None,
    no_table: bool,
    columns: tuple[str, ...],
    wells: str,
    above: float | None,
    with_3d: bool,
    first: int,
    seed: int,
    figure_file: Path | None,
    how: Reading,
    output: Format,
    database: str | None,
    options: AnalysisOptions,
) -> ExitCode:
    """Rank the structures of DATASET, or of the database, by Tc = λ/h² with the printed λ.

    A structure is a hit where its Tc reaches --above, a miss where it does not, and else nobody has measured it. The
    head of the ranking is held against chance and against rivals that are fitted to the other parents; a parent
    counts once. A Tc of zero counts as not measured. --json and --csv hold the whole ranking.
    """
    from polyqw.services.exchange.tc_fields import named_headers
    from polyqw.services.place.database import reading
    from polyqw.services.validation.dataset import FIELDS, database_data, folder_data, structures_alone
    from polyqw.services.validation.screen import Promise, screen
    from polyqw.services.validation.screen_section import draw_screen

    over = OverFiles("screen", how)
    given: dict[str, Any] = {"above_kelvin": above, "with_3d": with_3d, "seed": seed}
    if dataset is None:
        with reading(database) as session:
            data = database_data(session, "the database", with_unmeasured=True)
            over.total = data.n_expected
            found = screen(data, Promise(wells), **given, watch=over.follow)
    else:
        structures = over.analyse([dataset], options)
        headers = named_headers("--column", columns, FIELDS)
        data = structures_alone(dataset, structures) if no_table else folder_data(dataset, table, headers, structures)
        over.total = data.n_expected
        found = screen(data, Promise(wells), **given)
    for problem in data.problems:
        click.echo(f"polyqw: {problem}", err=True)
    if figure_file:
        put_figure(draw_screen(found), figure_file)
    write(output, found, _parts(found, first), (found["ranking"], None))
    return over.exit_code


def _parts(found: dict[str, Any], first: int) -> Iterator[str | Table]:
    from polyqw.services.validation.screen_section import HEADS, RANKED

    yield (
        f"{found['n_files']} structures, {found['n_ranked']} ranked, {found['n_not_measured']} of them not measured; "
        f"{found['n_parents_measured']} parents measured, {found['n_parents_hit']} of them hits\n"
    )
    yield Table(found["ranking"][:first], (RANKED[0], "file", *RANKED[1:], OF_WELL, "notes"))
    if found["precision"]:
        yield ""
        yield Table(found["precision"], HEADS)
    yield f"\n{found['verdict']}"
