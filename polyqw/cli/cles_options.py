"""What the verbs of ``polyqw cles`` share: the model's options, and how rows are written."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import click

from polyqw.cli.exit_codes import ExitCode
from polyqw.cli.output import Format, Table, write
from polyqw.errors import UsageError
from polyqw.services.drawing.columns import as_named

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

MODEL_OPTIONS = (
    ("--d0-lambda", "g", 0.05, "D0·λ, conventional pairing, dimensionless"),
    ("--d0-j", "j", 0.09, "D0·J, coupling of localized and extended pairs, dimensionless"),
    ("--epsilon-l", "epsilon_l", -0.5, "εL, energy of the localized state [eV]"),
    ("--u", "u", 1.4, "U, Hubbard repulsion [eV]"),
    ("--dn", "dn", 0.804, "D0/Nd [1/eV]"),
    ("--omega-c", "omega_c", 1.0, "ωc, upper end of the band [eV]"),
    ("--prefactor", "prefactor", 3.51, "ratio 2E_G/kTc at weak coupling; 3.527754 is exact"),
)

mu_options = (
    click.option("--mu", "mu_ev", type=float, help="Chemical potential μ [eV]."),
    click.option("--p", "doping", type=float, help="Doping p = (D0/Nd)·μ, in place of --mu."),
)
e0_option = click.option(
    "--e0",
    type=click.Choice(["printed", "derived"]),
    default="printed",
    show_default=True,
    help="E0 of Eq. 3 for μ < μ*: with the printed +U, or as the Hamiltonian of Eq. 1 gives it.",
)
strict_option = click.option("--strict", is_flag=True, help="Exit with 5 where a point has no solution.")


def model_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the parameters of the model to a command; it receives ``parameters``."""

    @functools.wraps(command)
    def wrapped(**words: Any) -> Any:
        from polyqw.services.systems.cles.solve import make_parameters

        values = {name: words.pop(name) for _, name, *_ in MODEL_OPTIONS}
        try:
            parameters = make_parameters(**values, exponent=int(words.pop("exponent")))
        except UsageError as error:
            name, _, rest = str(error).partition(" ")
            flags = {field: flag for flag, field, *_ in MODEL_OPTIONS}
            raise UsageError(f"{flags.get(name, name)} {rest}") from error
        return command(parameters=parameters, **words)

    chosen: Callable[..., Any] = click.option(
        "--exponent", type=click.Choice(["2", "1"]), default="2", show_default=True,
        help="n of 2E_G/kTc = prefactor·exp(n/K0 - n/K): 2 as printed, 1 as the gap equations give.",
    )(wrapped)  # fmt: skip
    for flag, name, default, text in reversed(MODEL_OPTIONS):
        chosen = click.option(flag, name, type=float, default=default, show_default=True, help=text + ".")(chosen)
    return chosen


def write_one(row: Mapping[str, Any], output: Format, strict: bool) -> ExitCode:
    """Write one row as a list of names and values."""
    shown = {name: f"{value:.12g}" if isinstance(value, float) else value for name, value in row.items()}
    lines = [f"{name:<23} {'' if value is None else value}" for name, value in shown.items()]
    write(output, row, lines, ([row], None))
    return exit_code_of([row], strict)


def write_many(rows: Sequence[Mapping[str, Any]], output: Format, strict: bool) -> ExitCode:
    """Write rows as a table of their own keys."""
    write(output, rows, [Table(rows, as_named(rows[0]))])
    return exit_code_of(rows, strict)


def exit_code_of(rows: Sequence[Mapping[str, Any]], strict: bool) -> ExitCode:
    """Return the exit code, and say which points have no solution."""
    without = [row["reason"] for row in rows if row.get("reason")]
    if not without:
        return ExitCode.DONE
    click.echo(
        f"polyqw: {len(without)} of {len(rows)} points have no solution ({', '.join(sorted(set(without)))})", err=True
    )
    return ExitCode.CHECK_FAILED if strict else ExitCode.DONE
