"""Text of strangers' files, kept from doing anything where it goes: terminals, JSON, spreadsheets, file names."""

from __future__ import annotations

import re
import unicodedata
from typing import Any, Final

LONGEST_STEM: Final = 60
"""Longest name of a file that is made of a text."""

_DIRECTING: Final = "\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069"  # control codes, and marks that turn text round
_HIDDEN = re.compile(f"[\x00-\x08\x0b-\x1f{_DIRECTING}]")
_HIDDEN_IN_JSON = re.compile(f"[{_DIRECTING}]")
_FORMULA_MARKS = tuple("=+-@＝＋－＠")
_OUTSIDE_OF_STEMS = re.compile(r"[^A-Za-z0-9._+-]+")


def visible(text: str) -> str:
    r"""Return a text whose control characters other than line ends and tabs are spelled out, such as ``\x1b``.

    A terminal obeys such characters: they colour, hide, overwrite, rename the window. Marks of writing direction make
    a text read other than it is.
    """
    return _HIDDEN.sub(_spelled, text) if _HIDDEN.search(text) else text


def visible_json(document: str) -> str:
    r"""Return the same JSON document with the control characters that JSON allows spelled out as ``\uXXXX``."""
    return _HIDDEN_IN_JSON.sub(lambda match: f"\\u{ord(match[0]):04x}", document)


def csv_value(value: Any) -> Any:
    """Return a value for a cell of a CSV file: text that a spreadsheet would run as a formula starts with ``'``.

    Numbers stay as they are, written as text too, and so does a single mark, as in ``-`` for standard input.
    """
    if not isinstance(value, str):
        return value
    start = value.lstrip()
    if len(start) < 2 or not start.startswith(_FORMULA_MARKS) or _is_number(start):
        return value
    return f"'{value}"


def one_line(text: str, longest: int | None = None) -> str:
    """Return a text as one line without control, format or private characters, cut where it is too long.

    Parameters
    ----------
    text : str
    longest : int, optional
        Most characters of the result.
    """
    kept = "".join(c if unicodedata.category(c)[0] != "C" else " " for c in text)
    line = " ".join(kept.split())
    return line if longest is None or len(line) <= longest else line[: longest - 1] + "…"


def file_stem(text: str) -> str:
    """Return a text as the stem of a file name: ASCII letters, digits, dot, plus, minus and underscore, never hidden.

    Different texts may give the same stem; an empty one becomes ``unnamed``.
    """
    return _OUTSIDE_OF_STEMS.sub("_", text)[:LONGEST_STEM].strip("._-+ ") or "unnamed"


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _spelled(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
