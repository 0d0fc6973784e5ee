"""Text of strangers' files, kept from doing anything where it is shown: in terminals, JSON and spreadsheets."""

from __future__ import annotations

import re
from typing import Any, Final

_DIRECTING: Final = "\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069"  # control codes, and marks that turn text round
_HIDDEN = re.compile(f"[\x00-\x08\x0b-\x1f{_DIRECTING}]")
_HIDDEN_IN_JSON = re.compile(f"[{_DIRECTING}]")
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


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

    Numbers stay as they are, written as text too.
    """
    if not isinstance(value, str) or not value.startswith(_FORMULA_STARTS) or _is_number(value):
        return value
    return "'" + value


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _spelled(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
