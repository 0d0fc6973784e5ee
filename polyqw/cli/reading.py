"""Options of every verb that reads strangers' files: which library reads them, and what one file may take."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Callable

    from polyqw.services.structures.analyse import Guard, ReadOptions


@dataclass(frozen=True, slots=True)
class Reading:
    """How a verb reads files, as the command line says it.

    Parameters
    ----------
    allow : tuple of str
        What is read that would be refused.
    trust : bool
        Whether the user vouches for what files say of their origin, table row and Tc.
    timeout : float
        Longest time for one file [s].
    memory : int
        Most memory for one worker [MiB].
    """

    reader: str
    limit: tuple[str, ...]
    allow: tuple[str, ...]
    trust: bool
    jobs: int
    timeout: float
    memory: int

    @property
    def options(self) -> ReadOptions:
        """Library and limits of the reader."""
        from polyqw.services.structures.analyse import Allowance, Reader, ReadOptions

        allowed = frozenset(map(Allowance, self.allow))
        return ReadOptions(Reader(self.reader), allow=allowed, trusted=self.trust).with_limits(self.limit)

    @property
    def guard(self) -> Guard:
        """Processes in which files are read, and what one file may take of them."""
        from polyqw.services.structures.analyse import Guard, Limits

        return Guard(Limits(self.timeout, self.memory), self.jobs)


_OPTIONS = (
    click.option(
        "--memory", type=click.IntRange(min=64), default=1536, show_default=True, metavar="MIB",
        help="Most memory for one worker (MiB).",
    ),
    click.option(
        "--timeout", type=click.FloatRange(min=0, min_open=True), default=20.0, show_default=True, metavar="SECONDS",
        help="Longest time for one file (s).",
    ),
    click.option(
        "-j", "--jobs", type=click.IntRange(min=1), default=1, show_default=True, metavar="N",
        help="Worker processes that read and analyse, one file each at a time.",
    ),
    click.option(
        "--trust", is_flag=True,
        help="Vouch for what the files say of their origin, their row of the papers' tables and their Tc; without it "
        "that is kept as the claims of the files, and is no evidence.",
    ),
    click.option(
        "--allow", multiple=True, type=click.Choice(["formula"]),
        help="Read what would be refused; formula: atoms of other elements than the declared formula has.",
    ),
    click.option(
        "--limit", multiple=True, metavar="NAME=VALUE",
        help="Change a limit of what is read, e.g. atoms=50000 or file_mb=40; a wrong name lists all of them.",
    ),
    click.option(
        "--reader", type=click.Choice(["pymatgen", "gemmi", "auto"]), default="auto", show_default=True,
        help="What expands the symmetry: pymatgen; gemmi, only where that is provably the same; auto, gemmi where it "
        "can and else pymatgen.",
    ),
)  # fmt: skip


def reading_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the choices of reading to a command; it receives ``how: Reading``."""

    @wraps(command)
    def with_reading(*args: Any, **given: Any) -> Any:
        how = Reading(**{field.name: given.pop(field.name) for field in fields(Reading)})
        return command(*args, how=how, **given)

    found: Callable[..., Any] = with_reading
    for option in _OPTIONS:
        found = option(found)
    return found
