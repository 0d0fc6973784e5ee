"""``polyqw cite``: what to cite for the numbers used."""

import click

from polyqw.cli.completing import complete_key
from polyqw.cli.exit_codes import ExitCode
from polyqw.cli.options import db_option
from polyqw.cli.output import write_json
from polyqw.cli.over_files import OverFiles
from polyqw.cli.reading import Reading, reading_options


@click.command(epilog="Example: polyqw cite YBa2Cu3O7-d --db wells.db")
@click.argument("targets", nargs=-1, metavar="[ID|FORMULA|SOURCE-ID|FILE]...", shell_complete=complete_key)
@click.option("--json", "as_json", is_flag=True, help="CSL-JSON, which reference managers read.")
@click.option("--text", "as_text", is_flag=True, help="One line of text for each source.")
@reading_options
@db_option
def command(targets: tuple[str, ...], how: Reading, as_json: bool, as_text: bool, database: str | None) -> ExitCode:
    """Print what to cite, as BibTeX: for structures, compounds or FILEs the determinations, Tc and printed heights.

    Without a target: polyqw itself, its main libraries, and the papers whose claims it examines.
    """
    from contextlib import ExitStack

    from polyqw.errors import UsageError
    from polyqw.services.cite.bibtex import bibtex
    from polyqw.services.cite.csl import csl_items
    from polyqw.services.cite.plain import plain_text
    from polyqw.services.cite.sources import cite_program, cite_read, cite_stored, distinct
    from polyqw.services.place.database import printed_tables, reading
    from polyqw.services.structures.naming import is_file

    if as_json and as_text:
        raise UsageError("--json and --text: choose one")
    files = [target for target in targets if is_file(target)]
    keys = [target for target in targets if not is_file(target)]
    over = OverFiles("cite", how)
    found = cite_read(over.read(files))
    with ExitStack() as stack:
        session = stack.enter_context(reading(database) if keys else printed_tables())
        if not targets:
            found = cite_program(session)
        for key in keys:
            try:
                found += cite_stored(session, key)
                over.n_done += 1
            except UsageError as error:
                if len(targets) == 1:
                    raise
                over.know_nothing_of(str(error))
    found = distinct(found)
    if as_json:
        write_json(csl_items(found))
    elif found:
        click.echo("\n".join(plain_text(c) for c in found) if as_text else bibtex(found))
    return over.exit_code
