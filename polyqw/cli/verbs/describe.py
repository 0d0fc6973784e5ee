"""``polyqw describe``: structures and their wells in plain English."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import click

from polyqw.cli.completing import complete_key
from polyqw.cli.exit_codes import ExitCode
from polyqw.cli.options import analysis_options, db_option, make_analysis_options, make_read_options, read_options
from polyqw.cli.output import Format, format_options, write_csv, write_json
from polyqw.cli.progress import with_progress
from polyqw.cli.verbs.wells import exit_code
from polyqw.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from polyqw.core.options import AnalysisOptions
    from polyqw.services.analyse import ReadOptions
    from polyqw.services.describe import Description

CSV_COLUMNS = ["file", "structure_id", "block", "status", "reason", "title", "text"]
WIDEST = 100


@click.command(epilog="Example: polyqw describe cifs/ybco_o690_williams.cif")
@click.argument("targets", nargs=-1, required=True, metavar="FILE|ID...", shell_complete=complete_key)
@read_options
@analysis_options
@format_options
@db_option
def command(
    targets: tuple[str, ...],
    reader: str,
    limit: tuple[str, ...],
    allow: tuple[str, ...],
    output: Format,
    database: str | None,
    **choices: Any,
) -> ExitCode:
    """Describe structures in plain English: what each is, its planes, its wells, what the law would give, oddities.

    A target is a FILE (CIF file, folder, glob, .cif.gz, .zip, or - for standard input) or a structure of the
    database: its ID, name, source id, or the formula of its compound. The λ of the law is fitted to the printed
    tables; they come from the database, and from the program itself where there is none.
    """
    from polyqw.services.describe import description_row

    options, reading = make_analysis_options(**choices), make_read_options(reader, limit, allow)
    rows = []
    n_done = n_failed = 0
    found = _describe(targets, options, reading, database)
    # a bar would stand between the paragraphs
    for described in found if output is Format.TABLE else with_progress(found, label="describe"):
        if isinstance(described, UsageError):
            if len(targets) == 1:
                raise described
            n_failed += 1
            click.echo(f"polyqw: {described}", err=True)
            continue
        if described.complaint:
            n_failed += 1
            click.echo(f"polyqw: {described.complaint}", err=True)
        else:
            n_done += 1
        rows.append(description_row(described))
        if output is Format.TABLE:
            _write(described, first=len(rows) == 1)
    if output is Format.JSON:
        write_json(rows)
    elif output is Format.CSV:
        write_csv(rows, CSV_COLUMNS)
    return exit_code(n_done, n_failed)


def _describe(
    targets: tuple[str, ...], options: AnalysisOptions, how: ReadOptions, database: str | None
) -> Iterator[Description | UsageError]:
    from polyqw.services.database import printed_tables, reading, reading_if_any
    from polyqw.services.describe import describe_files, describe_stored
    from polyqw.services.targets import is_file

    with ExitStack() as stack:
        session = stack.enter_context(reading_if_any(database))
        printed = session if session is not None else stack.enter_context(printed_tables())
        for target in targets:
            if is_file(target):
                yield from describe_files([target], options, printed, session, reading=how)
            else:
                stored = session if session is not None else stack.enter_context(reading(database))
                try:
                    yield from describe_stored(stored, target, options)
                except UsageError as error:
                    yield error


def _write(described: Description, *, first: bool) -> None:
    import shutil
    import sys

    if not first:
        click.echo()
    click.echo(described.title)
    text = described.text
    if sys.stdout.isatty():
        text = click.wrap_text(text, min(WIDEST, shutil.get_terminal_size().columns))
    click.echo(text)
