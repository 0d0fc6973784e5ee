"""``polyqw query``: read-only SQL."""

from __future__ import annotations

import sys

import click

from polyqw.cli.options import db_option
from polyqw.cli.output import Format, format_options, write_csv, write_json, write_table


@click.command(epilog='Example: polyqw query "SELECT * FROM v_law WHERE tc_kelvin > 90" --csv')
@click.argument("sql")
@click.option("--limit-seconds", type=click.FloatRange(min=0.1), default=30.0, show_default=True, help="Stop after.")
@format_options
@db_option
def command(sql: str, limit_seconds: float, output: Format, database: str | None) -> None:
    """Run one read-only SQL statement; - reads it from standard input."""
    from polyqw.services.query import run_query

    text = sys.stdin.read() if sql == "-" else sql
    answer = run_query(database, text, limit_seconds)
    if output is Format.JSON:
        write_json(answer.records())
    elif output is Format.CSV:
        write_csv(answer.records(), answer.columns)
    else:
        write_table(answer.records(), {name: name for name in answer.columns})
