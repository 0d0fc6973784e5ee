"""Changes that no test can notice, each with a reason: tests/mutating/equivalent.toml."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from tests.mutating.changes import Change


@dataclass(frozen=True)
class Explained:
    """A change that does nothing that a user could see.

    Parameters
    ----------
    file, before, after : str
        The file and the changed lines without indentation.
    within : str
        Qualified name of the function.
    reason : str
    """

    file: str
    within: str
    before: str
    after: str
    reason: str

    def covers(self, change: Change) -> bool:
        """Say whether a change is this one."""
        return change.key == (self.file, self.within, self.before, self.after)


def read_explained(path: Path) -> list[Explained]:
    """Return the list."""
    with path.open("rb") as stream:
        return [Explained(**entry) for entry in tomllib.load(stream).get("equivalent", [])]
