"""``polyqw describe``: structures and their wells in plain English."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

import click

from polyqw.cli.completing import complete_key
from polyqw.cli.exit_codes import ExitCode
from polyqw.cli.options import analysis_options, db_option
from polyqw.cli.output import Format, format_options, write
from polyqw.cli.over_files import OverFiles
from polyqw.cli.reading import Reading, reading_options
from polyqw.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from polyqw.core.options import AnalysisOptions
    from polyqw.services.describe.describe import Description

CSV = ("file", "structure_id", "block", "status", "reason", "title", "text")
WIDEST = 100


@click.command(epilog="Example: polyqw describe cifs/ybco_o690_williams.cif")
@click.argument("targets", nargs=-1, required=True, metavar="FILE|ID...", shell_complete=complete_key)
@reading_options
@analysis_options
@format_options
@db_option
def command(
    targets: tuple[str, ...],
    how: Reading,
    output: Format,
    database: str | None,
    options: AnalysisOptions,
) -> ExitCode:
    """Describe structures in plain English: what each is, its planes, its wells, what the law would give, oddities.

    A target is a FILE (CIF file, folder, glob, .cif.gz, .zip, or - for standard input) or a structure of the
    database: its ID, name, source id, or the formula of its compound. The λ of the law is fitted to the printed
    tables. A FILE needs no database and asks none, unless --db names one: then the Tc it holds are told too.
    """
    from polyqw.services.describe.describe import description_row

    # a bar would stand between the paragraphs
    over = OverFiles("describe", how, quiet=output is Format.TABLE)
    rows = []
    for described in _describe(targets, options, over, database):
        rows.append(description_row(described))
        if output is Format.TABLE:
            _write(described, first=len(rows) == 1)
    write(output, rows, csv=(rows, CSV))
    return over.exit_code


def _describe(
    targets: tuple[str, ...], options: AnalysisOptions, over: OverFiles, database: str | None
) -> Iterator[Description]:
    from polyqw.services.describe.describe import describe_analysed, describe_stored
    from polyqw.services.place.database import printed_tables, reading
    from polyqw.services.structures.naming import is_file

    with ExitStack() as stack:
        session = stack.enter_context(reading(database)) if database is not None else None
        printed = session if session is not None else stack.enter_context(printed_tables())
        stored = session
        for target in targets:
            if is_file(target):
                for analysed in over.analyse([target], options, explain=True):
                    yield describe_analysed(analysed, options, printed, session)
                continue
            if stored is None:
                stored = stack.enter_context(reading(database))
            try:
                descriptions = describe_stored(stored, target, options)
            except UsageError as error:
                if len(targets) == 1:
                    raise
                over.know_nothing_of(str(error))
                continue
            for described in descriptions:
                over.note(described.complaint)
                yield described


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
