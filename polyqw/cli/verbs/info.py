"""``polyqw info``: what a report of an error needs."""

from typing import Any

import click

from polyqw.cli.exit_codes import ExitCode
from polyqw.cli.options import db_option
from polyqw.cli.output import write_json


@click.command(epilog="Example: polyqw info --json")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@db_option
def command(as_json: bool, database: str | None) -> ExitCode:
    """Show versions, platform, optional libraries and the state of the database, to paste into a report of an error.

    Passwords in URLs are hidden and the home folder is shortened to ~. A missing database is no error.
    """
    from polyqw.services.place.environment import environment

    state = environment(database)
    if as_json:
        write_json(state)
    else:
        _write(state)
    return ExitCode.DONE


def _write(state: dict[str, Any]) -> None:
    database, optional = state.pop("database"), state.pop("optional")
    libraries = state.pop("libraries")
    for name, value in state.items():
        _line(name.replace("_", " "), value)
    click.echo("\nlibraries")
    for name, value in libraries.items():
        _line(f"  {name}", value or "not installed")
    click.echo("\noptional")
    for name, found in optional.items():
        brings = f" (pip install 'polyqw[{found['extra']}]')" if found["extra"] else ""
        _line(f"  {name}", found["version"] or f"not installed{brings}")
    click.echo("\ndatabase")
    rows = database.pop("rows")
    for name, value in database.items():
        if value not in (None, []):
            _line(f"  {name.replace('_', ' ')}", ", ".join(value) if isinstance(value, list) else value)
    for name, number in rows.items():
        _line(f"  rows of {name}", number)


def _line(name: str, value: object) -> None:
    shown = {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value
    click.echo(f"{name:34}{shown}")
