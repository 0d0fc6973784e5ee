"""Words that may have been meant."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def near(word: str, known: Iterable[str], most: int = 3) -> list[str]:
    """Return the known words that are written much like a word, whatever the case, the nearest first."""
    by_key: dict[str, str] = {}
    for name in known:
        by_key.setdefault(name.lower(), name)
    return [by_key[key] for key in get_close_matches(word.lower(), by_key, most, 0.6)]


def or_else(word: str, known: Iterable[str], otherwise: str = "") -> str:
    """Return ``; did you mean a or b?``, or other words where nothing is written alike."""
    found = near(word, known)
    return f"; did you mean {' or '.join(found)}?" if found else otherwise
