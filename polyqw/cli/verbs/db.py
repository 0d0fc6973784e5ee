"""``polyqw db``: the schema and the file."""

import click

from polyqw.cli.exit_codes import ExitCode
from polyqw.cli.options import db_option
from polyqw.cli.output import Format, format_options, write


@click.group(epilog="Example: polyqw db init --db wells.db")
def command() -> None:
    """Create, upgrade, check or back up the database."""


@command.command(epilog="Example: polyqw db init --db wells.db")
@db_option
def init(database: str | None) -> None:
    """Make the database with its schema and the curated values; an existing one is brought up to date."""
    from polyqw.services.place import maintenance

    click.echo("{}: schema {}".format(*maintenance.init(database)))


@command.command(epilog="Example: polyqw db upgrade")
@db_option
def upgrade(database: str | None) -> None:
    """Bring an existing database to the schema of this program."""
    from polyqw.services.place import maintenance

    click.echo("{}: schema {}".format(*maintenance.upgrade(database)))


@command.command(epilog="Example: polyqw db current")
@db_option
def current(database: str | None) -> None:
    """Show the schema revision of the database, and that of this program."""
    from polyqw.services.place import maintenance

    where, found = maintenance.current(database)
    click.echo(f"{where}: schema {found or 'none'}, this program has {maintenance.HEAD}")


@command.command(epilog="Example: polyqw db check")
@format_options
@db_option
def check(output: Format, database: str | None) -> ExitCode:
    """Check that the schema is the program's and the file is sound."""
    from polyqw.services.place import maintenance

    where, findings = maintenance.check(database)
    text = [f"{where}: {finding}" for finding in findings] or [f"{where}: sound"]
    document = {"database": where, "sound": not findings, "findings": findings}
    write(output, document, text, ([{"finding": finding} for finding in findings], ["finding"]))
    return ExitCode.CHECK_FAILED if findings else ExitCode.DONE


@command.command(epilog="Example: polyqw db backup wells-2026-11.db")
@click.argument("target", type=click.Path(dir_okay=False))
@db_option
def backup(target: str, database: str | None) -> None:
    """Copy the database to TARGET, consistently even while it is written to."""
    from polyqw.services.place import maintenance

    click.echo(f"{maintenance.backup(database, target)} copied to {target}")


@command.command(epilog="Example: polyqw db schema > SCHEMA.md")
def schema() -> None:
    """Print the description of all tables and views, in Markdown."""
    from polyqw.services.place import maintenance

    click.echo(maintenance.schema_page(), nl=False)
