"""Make text of strangers safe for where it goes: a spreadsheet, a line of a terminal, the name of a file."""

from __future__ import annotations

import re
import unicodedata

LONGEST_STEM = 60
"""Longest name of a file that is made of a text."""

_FORMULA_MARKS = tuple("=+-@＝＋－＠")
_OUTSIDE_OF_STEMS = re.compile(r"[^A-Za-z0-9._+-]+")
_INVISIBLE = ("Cc", "Cf", "Co", "Cs", "Zl", "Zp")


def spreadsheet_text(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula: one that begins like it gets an apostrophe in front.

    Numbers stay as they are, and so does a single mark, as in ``-`` for standard input.
    """
    start = text.lstrip()
    if len(start) < 2 or not start.startswith(_FORMULA_MARKS):
        return text
    try:
        float(start)
    except ValueError:
        return f"'{text}"
    return text


def one_line(text: str, longest: int = 200) -> str:
    """Return a text as one line without control characters or escape sequences, cut where it is too long.

    Parameters
    ----------
    text : str
    longest : int
        Most characters of the result.
    """
    visible = "".join(
        " " if character.isspace() else character
        for character in text
        if character.isspace() or unicodedata.category(character) not in _INVISIBLE
    )
    line = " ".join(visible.split())
    return line if len(line) <= longest else f"{line[: longest - 3]}..."


def file_stem(text: str) -> str:
    """Return a text as the stem of a file name: ASCII letters, digits, dot, plus, minus and underscore, never hidden.

    Different texts may give the same stem; an empty one becomes ``unnamed``.
    """
    return _OUTSIDE_OF_STEMS.sub("_", text)[:LONGEST_STEM].strip("._-+ ") or "unnamed"
