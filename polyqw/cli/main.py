"""The ``polyqw`` command: finds the verb, runs it, turns errors into one line and an exit code."""

from __future__ import annotations

import errno
import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any, NoReturn

import click
from click.shell_completion import CompletionItem

from polyqw.cli.exit_codes import EXIT_CODE_HELP, ExitCode
from polyqw.cli.streams import guard_streams
from polyqw.errors import PolyqwError, SchemaVersionError, UsageError
from polyqw.suggest import or_else

if TYPE_CHECKING:
    from collections.abc import Sequence

NO_SPACE = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
"""What a system says when nothing more can be written."""

VERBS = {
    "wells": "Find the quantum wells of CIF files.",
    "explain": "Show step by step how each height was found.",
    "describe": "Describe structures and their wells in plain English.",
    "view": "Show a crystal with its wells, to turn and to take along.",
    "ingest": "Read CIF files into the database.",
    "show": "Show one structure or compound of the database.",
    "find": "Filter structures: 'family=cuprate,tc_kelvin>90,Cu>=2'.",
    "query": "Run a read-only SQL query.",
    "fit": "Fit Tc = lambda/h^2 to the published tables.",
    "predict": "Predict Tc = lambda/h^2 with an interval.",
    "validate": "Hold the law against a corpus of structures with Tc.",
    "screen": "Rank structures by the Tc that the law promises.",
    "resonance": "Compute spin resonance energies from heights.",
    "claims": "Recompute every number in the papers.",
    "provenance": "Find the structure that printed lengths come from.",
    "field": "Map the Coulomb field of a test electron in the wells.",
    "cles": "Solve the CLES model: Tc, T*, carriers, binding, resistivity.",
    "chargeorder": "Draw and count the charge orders of the papers.",
    "order-parameter": "Simulate the order parameter in the four condensed states.",
    "transport": "Simulate potentials, resistance and capacities over T.",
    "meissner": "Balance a magnet and a superconductor by dipole and image.",
    "elements": "Find the octahedral cages of elements.",
    "kagome": "Find kagome nets: triangles, hexagons, stars of David.",
    "stm": "Predict the STM peak ratio from plane depths.",
    "fermi": "Sketch the Fermi surface that the papers read off the wells.",
    "series": "Follow heights and Tc along pressure, temperature or doping.",
    "slopes": "Hold slopes along doping series against the law's.",
    "design": "Tell which height a wanted Tc needs, and what gives it.",
    "report": "Write the prediction report.",
    "serve": "Browse the database in a web browser.",
    "export": "Write the database as OPTIMADE, ASE, CSV, Parquet or CIF.",
    "import": "Read structures of an OPTIMADE provider, or Tc of a table.",
    "cite": "Print what to cite, as BibTeX.",
    "info": "Show versions and the state of the database.",
    "completion": "Print the script that completes words in a shell.",
    "db": "Create, upgrade, check or back up the database.",
}
"""Verbs and their one-line help; a verb's module is imported only when it is called."""


class VerbGroup(click.Group):
    """A group whose verbs are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Return the verbs in the order of the manual."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Return a verb, importing its module."""
        if cmd_name not in VERBS:
            return None
        command = import_module(f"polyqw.cli.verbs.{cmd_name.replace('-', '_')}").command
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the verb of a line; where there is none of that name, say which may have been meant."""
        if args and args[0] not in VERBS and not args[0].startswith("-"):
            if os.path.exists(args[0]):
                raise UsageError(f"{args[0]} is a file, not a verb; write polyqw wells {args[0]}")
            raise UsageError(f"no verb {args[0]!r}{or_else(args[0], VERBS, '; polyqw --help lists them')}")
        return super().resolve_command(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Return the verbs and options that begin with what was typed, without importing any verb."""
        verbs = [CompletionItem(name, help=about) for name, about in VERBS.items() if name.startswith(incomplete)]
        return [*verbs, *click.Command.shell_complete(self, ctx, incomplete)]

    def invoke(self, ctx: click.Context) -> Any:
        """Run the verb; where nobody reads its output any more, stop quietly (click would exit with 1)."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            _let_go_of_output()
            return ExitCode.DONE

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Write the list of verbs without importing any."""
        with formatter.section("Verbs"):
            formatter.write_dl(list(VERBS.items()))


def _print_versions(ctx: click.Context, _param: click.Parameter, wanted: bool) -> None:
    if not wanted or ctx.resilient_parsing:
        return
    from polyqw.services.place.versions import versions

    click.echo("\n".join(f"{name} {version}" for name, version in versions().items()))
    ctx.exit()


@click.group(
    cls=VerbGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=f"{EXIT_CODE_HELP}\n\nExample: polyqw wells structure.cif",
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_versions,
    help="Show the versions of polyqw, its schema and what it stands on.",
)
@click.option(
    "--debug", is_flag=True, expose_value=False, help="Show the traceback of an error (anywhere on the line)."
)
def main() -> None:
    """Polyhedral quantum wells in superconductors: find them, measure them, test what is said of them."""


def run(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and exit."""
    guard_streams()
    words = list(sys.argv[1:] if arguments is None else arguments)
    head = words[: words.index("--")] if "--" in words else words
    debug = "--debug" in head
    if debug:
        words = [w for w in head if w != "--debug"] + words[len(head) :]
    code: int
    try:
        result = main.main(args=words, prog_name="polyqw", standalone_mode=False)
        code = result if isinstance(result, int) else ExitCode.DONE
        sys.stdout.flush()
    except BrokenPipeError:
        _let_go_of_output()
        code = ExitCode.DONE
    except (click.Abort, KeyboardInterrupt):
        click.echo("polyqw: interrupted", err=True)
        code = ExitCode.INTERRUPTED
    except click.exceptions.NoArgsIsHelpError as error:  # the help, laid out as it is
        click.echo(error.format_message(), err=True)
        code = ExitCode.USAGE
    except click.ClickException as error:
        _report(error.format_message() + _hint(error), error if debug else None)
        code = error.exit_code
    except PolyqwError as error:
        _report(str(error), error if debug else None)
        code = _exit_code(error)
    except Exception as error:
        _report(_unforeseen(error), error if debug else None)
        code = ExitCode.FAILED
    sys.exit(int(code))


def _let_go_of_output() -> None:
    """Send what is still buffered nowhere, so that closing a broken pipe at exit says nothing."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _unforeseen(error: Exception) -> str:
    if isinstance(error, OSError) and error.errno in NO_SPACE:
        _let_go_of_output()
        return f"{error.filename or 'the output'}: {error.strerror}; free some space and run it again"
    return f"internal error ({type(error).__name__}: {error}); --debug shows where"


def _hint(error: click.ClickException) -> str:
    """Return how to mend a line that click refuses, where it does not say so itself."""
    context = error.ctx if isinstance(error, click.UsageError) else None
    text = error.format_message()
    if context is None:
        return ""
    if text.startswith("No such command") and "Did you mean" not in text and isinstance(context.command, click.Group):
        return f" There are {', '.join(context.command.list_commands(context))}."
    if text.startswith(("Got unexpected", "No such option", "Missing")) and "Did you mean" not in text:
        return f" See {context.command_path} --help."
    return ""


def _exit_code(error: PolyqwError) -> ExitCode:
    if isinstance(error, UsageError):
        return ExitCode.USAGE
    if isinstance(error, SchemaVersionError):
        return ExitCode.SCHEMA
    return ExitCode.FAILED


def _report(message: str, error: BaseException | None) -> None:
    if error is not None:
        import traceback

        traceback.print_exception(error)
    click.echo("polyqw: " + " ".join(message.split()), err=True)
