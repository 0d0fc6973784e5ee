"""Long lists, a page at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from polyqw.services.browse.site import PER_PAGE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request

LAST = 100_000
"""Beyond this no page is looked for."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a list: its rows, its number from 1, and how many rows there are in all."""

    rows: Sequence[Any]
    number: int
    n_rows: int

    @classmethod
    def of(cls, rows: Sequence[Any], number: int) -> Page:
        """Return a page of a list that is there as a whole."""
        start = (number - 1) * PER_PAGE
        return cls(rows[start : start + PER_PAGE], number, len(rows))

    @property
    def first(self) -> int:
        """Rank of the first row, from 1."""
        return (self.number - 1) * PER_PAGE + 1

    @property
    def last(self) -> int:
        """Rank of the last row."""
        return self.first + len(self.rows) - 1

    @property
    def has_next(self) -> bool:
        """Whether there are rows after it."""
        return self.last < self.n_rows


def page_number(request: Request) -> int:
    """Return the page that is asked for, the first where that is none."""
    asked = request.query_params.get("page", "1")
    return max(1, min(int(asked), LAST)) if asked.isascii() and asked.isdigit() and len(asked) < 9 else 1
