# ruff: noqa: N999 - the module of a verb has the name of the verb
"""``polyqw import``: structures and Tc of others into the database."""

from pathlib import Path

import click

from polyqw.cli.exit_codes import ExitCode, exit_code
from polyqw.cli.ingested import write_report
from polyqw.cli.options import analysis_options, db_option
from polyqw.cli.output import Format, Table, format_options, write
from polyqw.cli.over_files import OverFiles
from polyqw.core.options import AnalysisOptions
from polyqw.untrusted import one_line

TC_SHOWN = ("line", "status", "reason", "matched", "tc_kelvin", "kind", "pressure_gpa", "message")
TC_CSV = (
    "line", "status", "reason", "message", "matched", "structure_id", "compound_id", "transition_id", "tc_kelvin",
    "tc_su_kelvin", "kind", "pressure_gpa",
)  # fmt: skip


@click.group(epilog="Example: polyqw import tc measured.csv --dry-run")
def command() -> None:
    """Take structures of an OPTIMADE provider, or Tc of a table, into the database.

    A second run stores nothing twice, and goes on where the first was stopped.
    """


@command.command(
    epilog='Example: polyqw import optimade https://HOST/optimade --filter \'elements HAS ALL "Cu","O"\''
)
@click.argument("url")
@click.option("--filter", "filter_text", default="", help="OPTIMADE filter [default: all structures].")
@click.option("--limit", type=click.IntRange(min=1), help="Most structures that are asked for.")
@click.option("--page-limit", type=click.IntRange(min=1), help="Structures on a page [default: the provider's].")
@click.option(
    "--origin", type=click.Choice(["measured", "dft", "unknown"]), default="unknown", show_default=True,
    help="What structures are of which the provider does not say it.",
)  # fmt: skip
@click.option(
    "--trust", is_flag=True,
    help="Vouch for the origin and the row of the papers' tables that the provider states; without it these are kept "
    "as its claims, and are no evidence.",
)  # fmt: skip
@analysis_options
@format_options
@db_option
def optimade(
    url: str,
    filter_text: str,
    limit: int | None,
    page_limit: int | None,
    origin: str,
    trust: bool,
    output: Format,
    database: str | None,
    options: AnalysisOptions,
) -> ExitCode:
    """Read structures of the OPTIMADE provider at URL into the database, as `polyqw ingest` reads files.

    Mixed and partly empty sites stay what they are. Provider, id and date of change are kept with each structure.
    Structures without positions, with unknown species or not periodic come with a reason. Answers 429 and 5xx and
    broken connections are asked for again, with growing pauses.
    """
    from polyqw.core.record import Origin
    from polyqw.services.exchange.optimade_import import OptimadeQuery, Vouching, import_optimade
    from polyqw.services.ingest import IngestReport
    from polyqw.services.place.location import default_database

    database = database or default_database()
    report = IngestReport(keep_files=output is not Format.TABLE)
    query = OptimadeQuery(url, filter_text, limit, page_limit, Vouching(Origin(origin), trust))
    found = import_optimade(database, query, options, notify=lambda line: click.echo(f"polyqw: {line}", err=True))
    over = OverFiles("import", total=limit)
    for done in over.follow(found):
        report.add(done)
    write_report(report, output, database)
    return over.exit_code


@command.command(epilog="Example: polyqw import tc measured.csv --map tc='Tc onset' --kind measured --dry-run")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True), metavar="FILE.csv")
@click.option(
    "--map", "columns", multiple=True, metavar="FIELD=HEADER",
    help="Header of a field: id, file, source_id, formula (what a line is of), tc, tc_su, unit, kind, pressure, "
    "magnetic_field, method, doping, doi, source, note.",
)  # fmt: skip
@click.option(
    "--ignore", "ignored", multiple=True, metavar="HEADER",
    help="Column to leave out, or a pattern such as 'std_*'; needed for one that sounds like a condition of Tc.",
)  # fmt: skip
@click.option("--unit", help="Unit of Tc, e.g. K, mK, degC [default: what header or cell say, else K].")
@click.option(
    "--pressure-unit",
    help="Unit of pressure, e.g. GPa, MPa, kPa, kbar, bar, atm, where neither header nor cell say one.",
)
@click.option(
    "--zero", type=click.Choice(["refuse", "skip", "not-observed"]), default="refuse", show_default=True,
    help="What a Tc of zero is: refused, left out, or not observed down to --zero-kelvin.",
)  # fmt: skip
@click.option("--zero-kelvin", type=float, help="Lowest temperature reached, of zeros that mean not observed [K].")
@click.option(
    "--encoding", help="Encoding of the file, e.g. latin-1 [default: what its first bytes say, else utf-8]."
)
@click.option(
    "--kind", type=click.Choice(["measured", "reported", "upper_bound", "not_observed"]), default="reported",
    show_default=True, help="What a Tc is of which the line does not say it.",
)  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Say what would be stored, and write nothing.")
@format_options
@db_option
def tc(
    file: Path,
    columns: tuple[str, ...],
    ignored: tuple[str, ...],
    unit: str | None,
    pressure_unit: str | None,
    zero: str,
    zero_kelvin: float | None,
    encoding: str | None,
    kind: str,
    dry_run: bool,
    output: Format,
    database: str | None,
) -> ExitCode:
    """Read Tc from FILE.csv into the database, each line matched to a structure or a compound.

    A line names a structure by id, file or source_id, or a compound by formula. Each ends as one of stored,
    unchanged, unmatched, refused or skipped. A Tc written as <4.2 is an upper bound; 92.5(3) gives its uncertainty.
    Headers of 3DSC, SuperCon and SuperCon2 are known; columns that are not read are listed. Refused are Tc above
    1000 K, pressures above 1000 GPa or without a unit, and Tc in a magnetic field.
    """
    from polyqw.core.record import TransitionKind
    from polyqw.services.exchange.tc_fields import named_headers
    from polyqw.services.exchange.tc_import import FIELDS, TcReading, Zero, import_tc

    reading = TcReading(
        headers=named_headers("--map", columns, FIELDS),
        unit=unit,
        pressure_unit=pressure_unit,
        kind=TransitionKind(kind),
        zero=Zero(zero),
        zero_kelvin=zero_kelvin,
        ignored=ignored,
        encoding=encoding,
    )
    done = import_tc(database, file, reading, dry_run=dry_run)
    row = done.as_row()
    if done.unused:
        click.echo(
            f"polyqw: {file.name}: not read: {', '.join(one_line(title, 60) for title in done.unused)}", err=True
        )
    for one in row["rows"]:
        if one["message"]:
            click.echo(f"polyqw: {one['status']}: {one['message']}", err=True)
    counts = ", ".join(f"{count} {name}" for name, count in done.counts.items())
    in_sum = f"\n{counts}{'; nothing was written' if dry_run else ''}"
    write(output, row, [Table(row["rows"], TC_SHOWN, as_stored=True), in_sum], (row["rows"], TC_CSV))
    return exit_code(len(row["rows"]) - done.n_failed, done.n_failed)
