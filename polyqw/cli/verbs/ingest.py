"""``polyqw ingest``: read files into the database."""

from __future__ import annotations

from typing import Any

import click

from polyqw.cli.exit_codes import ExitCode
from polyqw.cli.options import analysis_options, db_option, make_analysis_options
from polyqw.cli.output import Format, format_options, write_csv, write_json
from polyqw.cli.progress import with_progress
from polyqw.errors import UsageError

CSV_COLUMNS = ["file", "block", "outcome", "status", "reason", "message", "structure_id"]


@click.command(epilog="Example: polyqw ingest --reference my_cifs/ --db wells.db")
@click.argument("paths", nargs=-1, metavar="PATH...")
@click.option("--reference", is_flag=True, help="Also the reference structures that travel with polyqw.")
@analysis_options
@format_options
@db_option
def command(
    paths: tuple[str, ...], reference: bool, output: Format, database: str | None, **choices: Any
) -> ExitCode:
    """Read PATHs into the database: CIF files, folders, globs, .cif.gz, .zip, or - for standard input.

    The same file twice changes nothing; a changed file makes a new version and keeps the old one.
    """
    from polyqw.services.ingest import IngestReport, ingest, reference_folder
    from polyqw.services.location import default_database

    options = make_analysis_options(**choices)
    names = [*([reference_folder()] if reference else []), *paths]
    if not names:
        raise UsageError("name at least one file or folder, or give --reference")
    database = database or default_database()
    report = IngestReport()
    for done in with_progress(ingest(database, names, options), label="ingest"):
        report.files.append(done)
        if done.status in ("rejected", "failed"):
            text = done.message if done.file in done.message else f"{done.file}: {done.message}"
            click.echo(f"polyqw: {done.status}: {text}", err=True)
    if output is Format.JSON:
        write_json(report.as_row())
    elif output is Format.CSV:
        write_csv(report.as_row()["files"], CSV_COLUMNS)
    else:
        told = ", ".join(f"{count} {name}" for name, count in report.counts.items())
        click.echo(f"{len(report.files)} structures read into {database}: {told}")
    not_stored = sum(f.outcome in ("rejected", "failed") for f in report.files)
    if not_stored == 0:
        return ExitCode.DONE
    return ExitCode.PARTLY_FAILED if not_stored < len(report.files) else ExitCode.FAILED
