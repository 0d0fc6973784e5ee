"""What an export wrote."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export wrote.

    Parameters
    ----------
    notes : tuple of str
        What a user should know about what was left out, one sentence each.
    """

    counts: Mapping[str, int]
    paths: tuple[Path, ...]
    notes: tuple[str, ...] = ()

    def as_row(self) -> dict[str, Any]:
        """Return it as plain values, the fields of ``polyqw export --json``."""
        return {"counts": dict(self.counts), "paths": [str(path) for path in self.paths], "notes": list(self.notes)}
