"""``polyqw validate``: the law against a corpus."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from polyqw.cli.exit_codes import ExitCode
from polyqw.cli.options import analysis_options, db_option
from polyqw.cli.output import Format, Table, format_options, write
from polyqw.cli.over_files import OverFiles
from polyqw.cli.reading import Reading, reading_options
from polyqw.errors import UsageError
from polyqw.services.drawing.columns import Column

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from polyqw.core.options import AnalysisOptions

SHOWN = (
    "family", Column("origin", "structures"), "n", "n_groups", "rmse_law_kelvin", "rmse_constant_kelvin", "spearman",
    "p_choice", "fraction_above_bound",
)  # fmt: skip


@click.command(epilog="Example: polyqw validate my_corpus/ --table my_corpus/tc.csv -o validation/")
@click.argument("dataset", required=False)
@click.option(
    "--table", type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="CSV of Tc [default: the one in the folder].",
)  # fmt: skip
@click.option(
    "--column", "columns", multiple=True, metavar="FIELD=HEADER",
    help="Header of a field of the CSV: file, formula, tc, tc_su, unit, kind, pressure, magnetic_field, group, "
    "origin, synthetic_doped.",
)  # fmt: skip
@click.option("--encoding", help="Encoding of the CSV, e.g. latin-1 [default: what its first bytes say, else utf-8].")
@click.option(
    "--wells", type=click.Choice(["best", "alpha", "beta"]), default="best", show_default=True,
    help="Which well of each structure: the best for its own Tc, always alpha, or always beta.",
)  # fmt: skip
@click.option(
    "--origin", type=click.Choice(["measured", "dft", "unknown"]), default="unknown", show_default=True,
    help="What structures are of which neither CSV nor CIF says it.",
)  # fmt: skip
@click.option(
    "--zero-kelvin", type=click.FloatRange(min=0, min_open=True), default=4.2, show_default=True,
    help="Temperature (K) down to which a Tc of zero may mean that none was found; zeros are left out, and shown "
    "beside as bounds at it.",
)  # fmt: skip
@click.option("--seed", type=int, default=0, show_default=True, help="Of the permutations and the bootstrap.")
@click.option(
    "-o", "--output-folder", type=click.Path(path_type=Path, file_okay=False),
    help="Write an HTML page, figures, rows and numbers there.",
)  # fmt: skip
@reading_options
@analysis_options
@format_options
@db_option
def command(
    dataset: str | None,
    table: Path | None,
    columns: tuple[str, ...],
    encoding: str | None,
    wells: str,
    origin: str,
    zero_kelvin: float,
    seed: int,
    output_folder: Path | None,
    how: Reading,
    output: Format,
    database: str | None,
    options: AnalysisOptions,
) -> ExitCode:
    """Hold Tc = λ/h² with the printed λ against DATASET: a folder of CIFs with a CSV of Tc.

    Without DATASET, against the structures of the database that have a Tc. The CSV may have own headers, or those of
    3DSC or SuperCon; it names files, or else formulae. A Tc of zero is left out, and shown beside as a bound; kinds
    upper_bound and not_observed are bounds. Measured, computed and doped-by-computer structures are told apart.

    Rows of one parent structure, or of one composition of Tc, are one group and never on both sides of a split.
    Verdicts and intervals take eight groups, and several verdicts are held to as several tests (Holm).
    """
    from polyqw.core.record import Origin
    from polyqw.services.exchange.tc_fields import named_headers
    from polyqw.services.law.fit import WellChoice
    from polyqw.services.place.database import reading
    from polyqw.services.validation.dataset import FIELDS, database_data, folder_data
    from polyqw.services.validation.page import write_page
    from polyqw.services.validation.run import validate

    over = OverFiles("validate", how)
    headers = named_headers("--column", columns, FIELDS)
    if dataset is None:
        if table or columns or encoding:
            raise UsageError("--table, --column and --encoding belong to a DATASET; name its folder")
        if how.trust:
            raise UsageError("--trust belongs to a DATASET; for the database give it to polyqw ingest")
        with reading(database) as session:
            data = database_data(session, "the database")
            over.total = data.n_expected
            found = validate(
                data, WellChoice(wells), Origin(origin), seed=seed, zero_kelvin=zero_kelvin, watch=over.follow
            )
    else:
        data = folder_data(dataset, table, headers, over.analyse([dataset], options), encoding)
        over.total = data.n_expected
        found = validate(data, WellChoice(wells), Origin(origin), seed=seed, zero_kelvin=zero_kelvin)
    paths = write_page(output_folder, found.name, found.result, found.rows, found.problems) if output_folder else {}
    for problem in data.problems:
        click.echo(f"polyqw: {problem}", err=True)
    document = {**found.result, "files": {name: str(path) for name, path in paths.items()}}
    write(output, document, _parts(found.result, paths), (found.rows, None))
    return over.exit_code


def _parts(result: Mapping[str, Any], paths: Mapping[str, Path]) -> Iterator[str | Table]:
    from polyqw.services.validation.page import TESTS
    from polyqw.services.validation.verdicts import zeros_sentence

    yield (
        f"{result['n_files']} structures, {result['n_with_well']} with wells, {result['n_with_tc']} with a Tc, "
        f"{result['n_rows']} with both; {result['n_zero_tc']} with a Tc of zero left out\n"
    )
    rows = [
        {"family": family, "origin": origin.replace("_", " "), **values}
        for origin, families in result["by_origin"].items()
        for family, values in families.items()
    ]
    yield Table(rows, SHOWN)
    yield from (f"\n{sentence}" for sentence in result["verdicts"])
    yield ""
    yield Table(result["tests"], TESTS)
    for family, zeros in result["zeros"]["families"].items():
        yield f"\n{zeros_sentence(family, zeros, result['zeros']['kelvin'])}"
    if paths:
        yield f"\npage: {paths['validation.html']}"
