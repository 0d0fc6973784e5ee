"""Recognise files whose coordinates were made up, not refined."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_STEP = 0.05
_SPECIAL_PARTS = 24
_SHARE = 0.8
_FEWEST = 2
_CLOSE = 1e-4


def idealised_warning(fracs: Iterable[tuple[float, float, float]]) -> str | None:
    """Return a warning when the free coordinates of a structure are round numbers.

    Coordinates that are multiples of 1/24 (so of 1/8, 1/6, 1/4, 1/3) are taken for fixed by symmetry. Of the
    others, at least two, at least 80 % must be multiples of 0.05: one in fifty refined coordinates with
    three digits is so by chance. A structure without free coordinates is never idealised in this sense.

    Parameters
    ----------
    fracs : iterable of tuple of float, (3,)
        Coordinates of the sites as the file lists them, before symmetry.
    """
    free = [x for frac in fracs for x in frac if not _is_multiple(x, 1 / _SPECIAL_PARTS)]
    round_ones = sum(_is_multiple(x, _STEP) for x in free)
    if round_ones < _FEWEST or round_ones < _SHARE * len(free):
        return None
    return f"idealised: {round_ones} of {len(free)} free coordinates are multiples of 0.05, so not refined"


def _is_multiple(x: float, step: float) -> bool:
    return abs(x / step - round(x / step)) * step < _CLOSE
