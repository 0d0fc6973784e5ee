"""Numbers as people write them."""

from __future__ import annotations

import math


def with_su(value: float, su: float | None, decimals: int = 3) -> str:
    """Return a value with its standard uncertainty in its last digits, ``3.6928(7)``; without one, rounded.

    The uncertainty has one digit, or two where the first is a 1 (International Tables for Crystallography, vol. D).
    """
    if su is None or not su > 0 or not math.isfinite(su):
        return f"{value:.{decimals}f}"
    places = -math.floor(math.log10(su))
    if round(su * 10**places) < 2:
        places += 1
    places = max(places, 0)
    return f"{value:.{places}f}({round(su * 10**places)})"
