"""What structures that were read into a database came to, told as they come and in sum."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from polyqw.cli.exit_codes import ExitCode
from polyqw.cli.output import Format, write_csv, write_json
from polyqw.cli.verbs.wells import exit_code

if TYPE_CHECKING:
    from polyqw.services.ingest import Ingested, IngestReport

CSV_COLUMNS = ["file", "block", "outcome", "status", "reason", "message", "structure_id"]


def tell_refusal(done: Ingested) -> None:
    """Write one line on standard error about what was refused or failed; files not read are counted at the end."""
    if done.status in ("rejected", "failed") and not done.is_not_read:
        text = done.message if done.file in done.message else f"{done.file}: {done.message}"
        click.echo(f"polyqw: {done.status}: {text}", err=True)


def write_report(report: IngestReport, output: Format, database: str) -> ExitCode:
    """Write the whole, and return the exit code that fits."""
    if output is Format.JSON:
        write_json(report.as_row())
    elif output is Format.CSV:
        write_csv(report.as_row()["files"], CSV_COLUMNS)
    else:
        told = ", ".join(f"{count} {name}" for name, count in report.counts.items())
        click.echo(f"{report.n_blocks} structures read into {database}: {told}")
        for reason, count in report.reasons.most_common():
            click.echo(f"{count:8}  {reason}")
    if report.n_not_read:
        click.echo(
            f"polyqw: failed: {report.n_not_read} files not read: {report.why_not_read}; "
            "what was read is stored, run the same command again to go on",
            err=True,
        )
        return ExitCode.PARTLY_FAILED
    return exit_code(report.n_blocks - report.n_refused, report.n_refused)
