"""How long the page may be, whatever the database holds."""

from __future__ import annotations

from typing import Final

MOST_ROWS: Final = 100
"""Structures in a table of the page; all stand in structures.csv beside it."""

MOST_DRAWN: Final = 60
"""Structures whose wells are drawn."""


def not_all(number: int, most: int) -> str:
    """Return a sentence on what a table leaves out, empty where it leaves out nothing."""
    return f" The first {most} of {number}; structures.csv beside this page has all." if number > most else ""
