"""Structures that were read into a database, as they are written in sum."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from polyqw.cli.output import Format, write
from polyqw.cli.saving import say_stored

if TYPE_CHECKING:
    from polyqw.services.ingest import IngestReport

CSV = ("file", "block", "outcome", "status", "reason", "message", "structure_id")


def write_report(report: IngestReport, output: Format, database: str) -> None:
    """Write numbers, or file by file what became of each; on standard error what was stored where."""
    if report.n_stored or report.counts["unchanged"]:
        say_stored(report.n_stored, database)
    row = report.as_row()
    counts = ", ".join(f"{count} {name}" for name, count in report.counts.items())
    text = [
        f"{report.n_blocks} structures read into {database}: {counts}",
        *(f"{count:8}  {reason}" for reason, count in report.reasons.most_common()),
    ]
    write(output, row, text, (row["files"], CSV))
    if report.n_not_read:
        click.echo(
            f"polyqw: failed: {report.n_not_read} files not read: {report.why_not_read}; "
            "what was read is stored, run the same command again to go on",
            err=True,
        )
