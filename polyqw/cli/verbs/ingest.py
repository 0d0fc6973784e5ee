"""``polyqw ingest``: read files into the database."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from polyqw.cli.exit_codes import ExitCode
from polyqw.cli.ingested import tell_refusal, write_report
from polyqw.cli.options import (
    analysis_options,
    db_option,
    make_analysis_options,
    make_read_options,
    read_options,
    trust_option,
)
from polyqw.cli.output import Format, format_options
from polyqw.cli.progress import with_progress
from polyqw.errors import UsageError


@click.command(epilog="Example: polyqw ingest --reference my_cifs/ --db wells.db")
@click.argument("paths", nargs=-1, metavar="PATH...")
@click.option("--reference", is_flag=True, help="Also the reference structures that travel with polyqw.")
@click.option(
    "-j", "--jobs", type=click.IntRange(min=1), default=1, show_default=True,
    help="Worker processes that read and analyse; this process writes.",
)  # fmt: skip
@click.option(
    "--scheduler", metavar="ADDRESS|local",
    help="Hand the work to a Dask cluster, e.g. tcp://HOST:8786, or to one made here with -j workers.",
)  # fmt: skip
@click.option("--timeout", type=float, default=20.0, show_default=True, help="Longest time for one file (s).")
@click.option(
    "--memory", type=click.IntRange(min=64), default=1536, show_default=True, help="Most memory for one worker (MiB)."
)
@click.option(
    "--report-file", type=click.Path(path_type=Path, dir_okay=False),
    help="Write what each file came to as CSV: path, digest, status, reason, message, seconds.",
)  # fmt: skip
@trust_option
@read_options
@analysis_options
@format_options
@db_option
def command(
    paths: tuple[str, ...],
    reference: bool,
    jobs: int,
    scheduler: str | None,
    timeout: float,
    memory: int,
    report_file: Path | None,
    trust: bool,
    reader: str,
    limit: tuple[str, ...],
    output: Format,
    database: str | None,
    **choices: Any,
) -> ExitCode:
    """Read PATHs into the database: CIF files, folders, globs, .cif.gz, .zip, or - for standard input.

    The same file twice changes nothing; a changed file makes a new version and keeps the old one. Files are stored in
    the order in which they are named, whatever the number of workers; a run that was stopped goes on where it was.
    What a file says of its own origin, row and Tc is evidence only for the reference structures and with --trust.
    """
    from polyqw.services.worker_server import start_server

    if scheduler is None:
        start_server()  # it loads while this process does
    from polyqw.services.ingest import (
        IngestReport,
        Limits,
        count_inputs,
        ingest,
        reference_folder,
        report_writer,
    )
    from polyqw.services.location import default_database

    options, reading = make_analysis_options(**choices), make_read_options(reader, limit, trusted=trust)
    names = [*([reference_folder()] if reference else []), *paths]
    if not names:
        raise UsageError("name at least one file or folder, or give --reference")
    database = database or default_database()
    report = IngestReport(keep_files=output is not Format.TABLE)
    found = ingest(
        database,
        names,
        options,
        jobs=jobs,
        limits=Limits(timeout, memory),
        reading=reading,
        scheduler=scheduler,
    )
    total = count_inputs(names) if sys.stderr.isatty() else None
    with report_writer(report_file) as write:
        for done in with_progress(found, label="ingest", total=total):
            report.add(done)
            write(done)
            tell_refusal(done)
    return write_report(report, output, database)
