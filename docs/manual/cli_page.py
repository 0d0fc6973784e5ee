"""docs/cli.md: the help of every verb, as the program prints it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from polyqw.cli.exit_codes import EXIT_CODE_HELP
from polyqw.cli.main import main

if TYPE_CHECKING:
    from collections.abc import Iterator

WIDTH = 100
HEAD = """# The command line

Written by `make docs` from the program's own help.

Data goes to standard output, messages to standard error. `--json` gives one document with units in its keys, `--csv`
comma-separated values, else a table. `--db` takes a path or a SQLAlchemy URL; without it `POLYQW_DB` counts, then
`db/polyqw.db` in a checkout, then the user's data folder. `-` is standard input. An error is one line; `--debug`,
anywhere on the line, shows where it came from.
"""


def cli_page() -> str:
    """Return the page: one section for each verb, the verbs of a verb after it."""
    context = click.Context(main, info_name="polyqw", terminal_width=WIDTH, **main.context_settings)
    found = list(_commands(main, context))
    links = [f"- [`{path}`](#{path.replace(' ', '-')}): {_account(command)}" for path, command, _ in found]
    parts = [HEAD, EXIT_CODE_HELP, "", *links]
    for path, _, text in found:
        parts += ["", f"## {path}", "", "```text", text, "```"]
    return "\n".join(parts) + "\n"


def _account(command: click.Command) -> str:
    """Return the first paragraph of a command's help."""
    return " ".join((command.help or "").strip().partition("\n\n")[0].split())


def _commands(group: click.Group, context: click.Context) -> Iterator[tuple[str, click.Command, str]]:
    """Yield the path, the command and the help of every command of a group, groups before what is in them."""
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None, name
        inner = click.Context(command, info_name=name, parent=context, terminal_width=WIDTH)
        yield inner.command_path, command, command.get_help(inner)
        if isinstance(command, click.Group):
            yield from _commands(command, inner)
