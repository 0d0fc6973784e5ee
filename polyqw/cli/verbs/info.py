"""``polyqw info``: what a report of an error needs."""

from collections.abc import Iterator
from typing import Any

import click

from polyqw.cli.exit_codes import ExitCode
from polyqw.cli.options import db_option
from polyqw.cli.output import Format, write


@click.command(epilog="Example: polyqw info --json")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@db_option
def command(as_json: bool, database: str | None) -> ExitCode:
    """Show versions, platform, optional libraries and the state of the database, to paste into a report of an error.

    Passwords in URLs are hidden and the home folder is shortened to ~. A missing database is no error.
    """
    from polyqw.services.place.environment import environment

    state = environment(database)
    write(Format.JSON if as_json else Format.TABLE, state, _lines(state))
    return ExitCode.DONE


def _lines(state: dict[str, Any]) -> Iterator[str]:
    parts = ("libraries", "optional", "database")
    yield from (_line(name.replace("_", " "), value) for name, value in state.items() if name not in parts)
    yield "\nlibraries"
    yield from (_line(f"  {name}", value or "not installed") for name, value in state["libraries"].items())
    yield "\noptional"
    for name, found in state["optional"].items():
        brings = f" (pip install 'polyqw[{found['extra']}]')" if found["extra"] else ""
        yield _line(f"  {name}", found["version"] or f"not installed{brings}")
    yield "\ndatabase"
    for name, value in state["database"].items():
        if value not in (None, []) and name != "rows":
            yield _line(f"  {name.replace('_', ' ')}", ", ".join(value) if isinstance(value, list) else value)
    yield from (_line(f"  rows of {name}", number) for name, number in state["database"]["rows"].items())


def _line(name: str, value: object) -> str:
    shown = {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value
    return f"{name:34}{shown}"
