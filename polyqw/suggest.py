"""Words that may have been meant."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def near(word: str, known: Iterable[str], most: int = 3) -> list[str]:
    """Return the known words that may have been meant, whatever the case.

    First those that begin with the word and go on with ``_``, the shortest first; then those written much like it;
    then those of which a part is.
    """
    by_key: dict[str, str] = {}
    for name in known:
        by_key.setdefault(name.lower(), name)
    meant = word.lower()
    begin = [key for key in by_key if len(meant) > 1 and key.startswith(f"{meant}_")]
    alike = get_close_matches(meant, by_key, most, 0.6)
    parts = [key for key in by_key if "_" in key and get_close_matches(meant, key.split("_"), 1, 0.8)]
    return [by_key[key] for key in dict.fromkeys([*sorted(begin, key=len), *alike, *parts])][:most]


def or_else(word: str, known: Iterable[str], otherwise: str = "") -> str:
    """Return ``; did you mean a or b?``, or other words where nothing is written alike."""
    found = near(word, known)
    return f"; did you mean {' or '.join(found)}?" if found else otherwise
