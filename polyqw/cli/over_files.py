"""The loop over the structures that a user names: progress, refusals, counts, exit code."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

import click

from polyqw.cli.exit_codes import ExitCode, exit_code
from polyqw.cli.progress import with_progress

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from polyqw.cli.reading import Reading
    from polyqw.core.options import AnalysisOptions
    from polyqw.services.structures.analyse import Analysed


class Outcome(Protocol):
    """What became of a file, or of one of its data blocks: analysed, or stored."""

    @property
    def file(self) -> str:
        """Its name as it was given."""

    @property
    def status(self) -> str | None:
        """Its status; None where it was not read again."""

    @property
    def is_done(self) -> bool:
        """Whether it was read, with or without a well."""

    @property
    def is_absent(self) -> bool:
        """Whether there is nothing to read behind the name."""

    @property
    def complaint(self) -> str:
        """One line on why it is not done; empty where that is said for many together."""


OutcomeT = TypeVar("OutcomeT", bound=Outcome)
Computed = TypeVar("Computed")


@dataclass(slots=True)
class OverFiles:
    """Goes through structures; says on standard error which are refused, and counts.

    Parameters
    ----------
    quiet : bool
        Whether there is no bar, as where results are printed as they come.
    own_folder : str or None
        A folder of the program's own: what is wrong with its files is said, but no fault of what the user named.
    n_done, n_refused, n_absent, n_unknown : int
        Structures that were read; that are refused or failed; names behind which there is nothing to read; words that
        name neither a file nor a structure of the database.
    """

    label: str
    reading: Reading | None = None
    quiet: bool = False
    total: int | None = None
    own_folder: str | None = None
    n_done: int = 0
    n_refused: int = 0
    n_absent: int = 0
    n_unknown: int = 0

    def analyse(self, names: Iterable[str], options: AnalysisOptions, *, explain: bool = False) -> Iterator[Analysed]:
        """Yield the structures behind names, read and analysed."""
        from polyqw.services.structures.analyse import analyse_inputs

        how = self._how
        return self.follow(analyse_inputs(names, options, explain=explain, reading=how.options, guard=how.guard))

    def read(self, names: Iterable[str]) -> Iterator[Analysed]:
        """Yield the structures behind names as they were read, not analysed."""
        from polyqw.services.structures.analyse import read_inputs

        return self.follow(read_inputs(names, self._how.options, self._how.guard))

    def compute(
        self,
        names: Iterable[str],
        then: Callable[[Analysed], Computed],
        options: AnalysisOptions | None = None,
        *,
        explain: bool = False,
    ) -> Iterator[tuple[Analysed, Computed]]:
        """Yield the structures behind names, each with what is computed of it within the limits of one file.

        Parameters
        ----------
        then : callable
            Computes it; it travels to the workers, as does its result.
        """
        from polyqw.services.structures.analyse import Analysing, beside, map_inputs

        job = Analysing(partial(beside, then), options, explain, self._how.options)
        for analysed, computed in self._progress(map_inputs(names, job, self._how.guard)):
            self.count(analysed)
            yield analysed, computed

    def follow(self, found: Iterable[OutcomeT]) -> Iterator[OutcomeT]:
        """Yield structures from wherever they come, and count them."""
        for outcome in self._progress(found):
            self.count(outcome)
            yield outcome

    @property
    def _how(self) -> Reading:
        assert self.reading is not None
        return self.reading

    def _progress(self, items: Iterable[Computed]) -> Iterator[Computed]:
        return with_progress(items, label=self.label, total=self.total, quiet=self.quiet)

    def count(self, outcome: Outcome) -> None:
        """Count a structure, and say it where it is refused."""
        if outcome.is_done:
            self.n_done += 1
            return
        if outcome.complaint:
            click.echo(f"polyqw: {outcome.status}: {outcome.complaint}", err=True)
        if self.own_folder is not None and Path(self.own_folder) in Path(outcome.file).parents:
            self.n_done += 1
        elif outcome.is_absent:
            self.n_absent += 1
        else:
            self.n_refused += 1

    def note(self, complaint: str) -> None:
        """Count a structure that does not come through this loop, as done or, with a complaint, as refused."""
        self.n_done += 1
        if complaint:
            self.leave_out(complaint)

    def leave_out(self, complaint: str) -> None:
        """Count a structure that was counted as done as one that cannot take part, and say why."""
        self.n_done -= 1
        self.n_refused += 1
        click.echo(f"polyqw: {complaint}", err=True)

    def know_nothing_of(self, complaint: str) -> None:
        """Count a word that names nothing, and say it."""
        self.n_unknown += 1
        click.echo(f"polyqw: {complaint}", err=True)

    @property
    def exit_code(self) -> ExitCode:
        """The exit code by the one rule of `polyqw.cli.exit_codes.exit_code`."""
        if self.n_unknown and not (self.n_done or self.n_refused or self.n_absent):
            return ExitCode.USAGE
        return exit_code(self.n_done, self.n_refused, self.n_absent + self.n_unknown)
