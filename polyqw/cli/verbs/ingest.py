"""``polyqw ingest``: read files into the database."""

import sys
from pathlib import Path

import click

from polyqw.cli.exit_codes import ExitCode
from polyqw.cli.ingested import write_report
from polyqw.cli.options import analysis_options, db_option
from polyqw.cli.output import Format, format_options
from polyqw.cli.over_files import OverFiles
from polyqw.cli.reading import Reading, reading_options
from polyqw.core.options import AnalysisOptions
from polyqw.errors import UsageError


@click.command(epilog="Example: polyqw ingest --reference my_cifs/ --db wells.db")
@click.argument("paths", nargs=-1, metavar="PATH...")
@click.option("--reference", is_flag=True, help="Also the reference structures that travel with polyqw.")
@click.option(
    "--scheduler", metavar="ADDRESS|local",
    help="Hand the work to a Dask cluster, e.g. tcp://HOST:8786, or to one made here with -j workers.",
)  # fmt: skip
@click.option(
    "--worker-wait", type=click.FloatRange(min=0, min_open=True), default=120.0, show_default=True,
    help="How long the Dask cluster may be without a worker that takes up files (s); then the run ends.",
)  # fmt: skip
@click.option(
    "--report-file", type=click.Path(path_type=Path, dir_okay=False),
    help="Write the outcome of each file as CSV: path, digest, status, reason, message, seconds.",
)  # fmt: skip
@reading_options
@analysis_options
@format_options
@db_option
def command(
    paths: tuple[str, ...],
    reference: bool,
    scheduler: str | None,
    worker_wait: float,
    report_file: Path | None,
    how: Reading,
    output: Format,
    database: str | None,
    options: AnalysisOptions,
) -> ExitCode:
    """Read PATHs into the database: CIF files, folders, globs, .cif.gz, .zip, or - for standard input.

    The same file twice changes nothing; a changed file makes a new version and keeps the old one. Files are stored in
    the order in which they are named, whatever the number of workers; a run that was stopped goes on where it was. A
    run whose Dask cluster is lost ends with exit code 3; what was read is stored, and the same command goes on.
    What a file says of its own origin, row and Tc is evidence only for the reference structures and with --trust.
    """
    from polyqw.services.workers.server import INGESTING, start_server

    if scheduler is None:
        start_server(INGESTING)  # it loads while this process does
    from polyqw.services.ingest import (
        IngestReport,
        count_inputs,
        ingest,
        reference_folder,
        report_writer,
    )
    from polyqw.services.place.location import default_database

    reading, guard = how.options, how.guard
    names = [*([reference_folder()] if reference else []), *paths]
    if not names:
        raise UsageError("name at least one file or folder, or give --reference")
    database = database or default_database()
    report = IngestReport(keep_files=output is not Format.TABLE)
    found = ingest(
        database,
        names,
        options,
        jobs=guard.jobs,
        limits=guard.limits,
        reading=reading,
        scheduler=scheduler,
        worker_wait=worker_wait,
    )
    over = OverFiles("ingest", how, own_folder=reference_folder() if reference else None)
    over.total = count_inputs(names) if sys.stderr.isatty() else None
    with report_writer(report_file) as write:
        for done in over.follow(found):
            report.add(done)
            write(done)
    write_report(report, output, database)
    return over.exit_code
