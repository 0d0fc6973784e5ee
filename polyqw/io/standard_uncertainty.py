"""The standard uncertainty of a number: in parentheses, or by itself."""

import re
from math import inf

_WITH_SU = re.compile(r"[+-]?[0-9]*(?:\.([0-9]*))?(?:[eE]([+-]?[0-9]{1,3}))?\(([0-9]{1,9}(?:\.[0-9]{1,9})?)\)")
_PLAIN = re.compile(r"(?:[0-9]++(?:\.[0-9]++)?|\.[0-9]++)(?:[eE][+-]?[0-9]{1,3})?")


def parse_su(text: str) -> float | None:
    """Return the standard uncertainty that a CIF number carries in parentheses, None if it carries none.

    The digits in parentheses count in units of the last digit: 0.0012 for ``0.1841(12)``. A decimal point among them
    makes them a number by itself: 1.2 for ``90.5(1.2)``. A zero says that the value was not refined, so it is none.
    """
    match = _WITH_SU.match(text)
    if match is None:
        return None
    decimals, exponent, digits = match.groups()
    scale = 0 if "." in digits else int(exponent or 0) - len(decimals or "")
    value = float(f"{digits}e{scale}")
    return value if 0 < value < inf else None


def parse_apart(text: str | None) -> float | None:
    """Return the standard uncertainty that stands in an item of its own, None if it is no number above zero."""
    if text is None or not _PLAIN.fullmatch(text):
        return None
    value = float(text)
    return value if 0 < value < inf else None
