"""Choose the tests that can notice a change: those that run the changed statement, near and quick ones first.

The other tests in the file's own file of tests follow: a statement of a function that is called at import alone runs
before any test.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.mutating.changes import Change
    from tests.mutating.traces import TracedTest

COSTLY = {"postgres", "browser", "cluster"}
"""Fixtures that start a server; tests with them are chosen only where no other runs the statement."""

OF_A_PROCESS_SECONDS = 5.0
"""What it takes to load the libraries in a process of the program; paid once, so it is no part of a test's time."""


@dataclass
class Covering:
    """Which tests run each line of the program.

    Parameters
    ----------
    tests : iterable of TracedTest
        Those that pass on the unchanged code.
    """

    tests: list[TracedTest]
    by_line: dict[tuple[str, int], list[TracedTest]] = field(default_factory=lambda: defaultdict(list))
    by_file: dict[str, list[TracedTest]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        for test in self.tests:
            for path, lines in test.lines.items():
                self.by_file[path].append(test)
                for line in lines:
                    self.by_line[path, line].append(test)

    def choose(self, change: Change, importers: Iterable[str], most_seconds: float) -> list[TracedTest]:
        """Return tests for a change.

        Parameters
        ----------
        change : Change
        importers : iterable of str
            Files that import the changed one: what an import runs is noticed in them.
        most_seconds : float
            How long the tests may take together; the first is chosen however long it takes.
        """
        path = change.place.path
        if change.at_import:
            found = [*self.by_file[path], *(test for name in importers for test in self.by_file[name])]
        else:
            found = [test for line in change.lines for test in self.by_line[path, line]]
        unique = {test.name: test for test in found}
        own = {test.name: test for test in self.by_file[path] if _distance(path, test) == 0}
        cheap = [test for test in {**own, **unique}.values() if not COSTLY & set(test.fixtures)]
        chosen, seconds = [], 0.0
        for test in sorted(
            cheap or unique.values(),
            key=lambda test: (test.name not in unique, _distance(path, test), test.seconds, test.name),
        ):
            seconds += test.seconds + OF_A_PROCESS_SECONDS * ("nursery" in test.fixtures and not chosen)
            if chosen and seconds > most_seconds:
                break
            chosen.append(test)
        return chosen


def _distance(path: str, test: TracedTest) -> int:
    """Return how far a test is from a file: 0 is its own file of tests, 1 its room, 2 elsewhere, 3 by a process."""
    changed, tests = PurePosixPath(path), PurePosixPath(test.name.partition("::")[0])
    if "nursery" in test.fixtures:
        return 3
    if tests.stem.removeprefix("test_") in {changed.stem, changed.parent.name}:
        return 0
    return 1 if tests.parts[1] == changed.parts[1] else 2
