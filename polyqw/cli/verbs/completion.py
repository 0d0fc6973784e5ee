"""``polyqw completion``: complete verbs, options and names in the shell."""

import click

from polyqw.cli.exit_codes import ExitCode


@click.command(epilog="Example: polyqw completion bash > ~/.polyqw-complete.bash")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def command(shell: str) -> ExitCode:
    """Print the script that makes SHELL complete verbs, options, structures and compounds.

    Names come from the default database, or from that of --db or POLYQW_DB; a server is not asked.
    """
    from click.shell_completion import get_completion_class

    from polyqw.cli.main import main

    completion = get_completion_class(shell)
    assert completion is not None
    click.echo(completion(main, {}, "polyqw", "_POLYQW_COMPLETE").source())
    return ExitCode.DONE
