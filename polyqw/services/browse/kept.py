"""Results of uploads, kept in memory for a while so that their page can be seen again and files be taken from it."""

from __future__ import annotations

import secrets
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from polyqw.services.browse.inspection import Inspected

KEPT_SECONDS: Final = 1800.0
"""How long a result is kept."""

MOST_BYTES: Final = 128 * 2**20
"""What all results may take together; the oldest goes first."""


@dataclass(frozen=True, slots=True)
class Result:
    """What was made of an upload.

    Parameters
    ----------
    left_out : str
        What was not looked at, in a sentence; else empty.
    """

    blocks: Sequence[Inspected]
    left_out: str = ""
    made: float = field(default_factory=time.monotonic)

    @property
    def n_bytes(self) -> int:
        """About what it takes to keep it."""
        return sum(block.n_bytes for block in self.blocks)


class Kept:
    """Results under names that nobody can guess; nothing is written to disk."""

    def __init__(self) -> None:
        self._results: OrderedDict[str, Result] = OrderedDict()

    def keep(self, result: Result) -> str:
        """Keep a result and return its name."""
        name = secrets.token_urlsafe(16)
        self._results[name] = result
        self._make_room()
        return name

    def find(self, name: str) -> Result | None:
        """Return a result, None where it is gone or there never was one."""
        self._make_room()
        return self._results.get(name)

    def _make_room(self) -> None:
        total, now = sum(r.n_bytes for r in self._results.values()), time.monotonic()
        while self._results:
            oldest = next(iter(self._results.values()))
            if total <= MOST_BYTES and now - oldest.made < KEPT_SECONDS:
                return
            if len(self._results) == 1 and now - oldest.made < KEPT_SECONDS:
                return  # a single large one is worth seeing
            self._results.popitem(last=False)
            total -= oldest.n_bytes
