"""What became of the changes: a page to read and the same as JSON."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from tests.mutating.running import Fate

if TYPE_CHECKING:
    from pathlib import Path

    from tests.mutating.changes import Change
    from tests.mutating.running import Outcome

MOST_ALIVE = 0.10
"""Share of the changes that may live without an explanation."""


@dataclass(frozen=True)
class Row:
    """A change, what tests said, and why none could notice it where the list says so."""

    change: Change
    outcome: Outcome
    explained: str | None

    @property
    def lives(self) -> bool:
        """Whether no test notices the change and nothing explains that."""
        return self.explained is None and self.outcome.fate in {Fate.ALIVE, Fate.UNTESTED}

    @property
    def word(self) -> str:
        """What became of it."""
        return "equivalent" if self.explained else str(self.outcome.fate)

    @property
    def line(self) -> str:
        """A line for the terminal."""
        place = self.change.place
        return f"{self.word:10} {self.outcome.seconds:5.1f} s  {place.path}:{place.line}  {self.outcome.by}"


@dataclass(frozen=True)
class Verdict:
    """The outcome of a run."""

    rows: list[Row]
    doubtful: set[str]
    n_left: int

    @property
    def living(self) -> list[Row]:
        """Changes that no test notices; a test that fails on the unchanged code too says nothing."""
        return [row for row in self.rows if row.lives or row.outcome.by in self.doubtful]

    @property
    def passed(self) -> bool:
        """Whether few enough live."""
        return len(self.living) <= MOST_ALIVE * len(self.rows)

    @property
    def summary(self) -> str:
        """The counts, one line for each package."""
        words = ("killed", "timed out", "alive", "untested", "equivalent")
        rooms = sorted({_room(row) for row in self.rows})
        counts = {room: Counter(row.word for row in self.rows if _room(row) == room) for room in rooms}
        total = sum(counts.values(), Counter[str]())
        head = f"{'package':10}{'changes':>8}" + "".join(f"{word:>11}" for word in words)
        lines = [
            f"{room:10}{sum(count.values()):8}" + "".join(f"{count[word]:11}" for word in words)
            for room, count in [*counts.items(), ("all", total)]
        ]
        notes = [f"{self.n_left} changes were not tried: out of time"] * bool(self.n_left)
        notes += [f"fails on the unchanged code too: {name}" for name in sorted(self.doubtful)]
        share = len(self.living) / max(1, len(self.rows))
        notes.append(f"{len(self.living)} live unexplained ({share:.1%}); at most {MOST_ALIVE:.0%} may")
        return "\n".join([head, *lines, *notes])


def _room(row: Row) -> str:
    return row.change.place.path.split("/")[1]


def write_report(folder: Path, verdict: Verdict, seconds: float) -> None:
    """Write report.md and results.json."""
    page = ["# Mutation tests", "", "```", verdict.summary, f"{seconds:.0f} s", "```", "", "## Alive", ""]
    for row in verdict.living:
        page += [_told(row), "```diff", f"- {row.change.before}", f"+ {row.change.after}", "```", ""]
    page += ["## Killed", ""]
    page += [
        f"- {_place(row)}: `{row.change.after}` {row.outcome.fate}, {row.outcome.by}"
        for row in verdict.rows
        if row.outcome.fate in {Fate.KILLED, Fate.TIMED_OUT}
    ]
    page += ["", "## Equivalent", ""]
    page += [f"- {_place(row)}: `{row.change.after}`: {row.explained}" for row in verdict.rows if row.explained]
    (folder / "report.md").write_text("\n".join(page) + "\n", encoding="utf-8")
    results = [
        {"key": row.change.key, "operator": row.change.place.operator, "line": row.change.place.line}
        | asdict(row.outcome)
        | {"explained": row.explained}
        for row in verdict.rows
    ]
    (folder / "results.json").write_text(json.dumps(results, indent=1), encoding="utf-8")


def _place(row: Row) -> str:
    return f"{row.change.place.path}:{row.change.place.line}" + (f" in {row.change.within}" * bool(row.change.within))


def _told(row: Row) -> str:
    tests = (
        f"{row.outcome.tests} tests pass in {row.outcome.seconds:.0f} s" if row.outcome.tests else "no test runs it"
    )
    return f"{_place(row)} ({row.change.place.operator}): {tests}"
