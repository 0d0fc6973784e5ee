"""Chemical formulae as OPTIMADE writes them: whole numbers, reduced, in fixed orders."""

from __future__ import annotations

from fractions import Fraction
from itertools import count
from math import gcd, lcm
from string import ascii_lowercase, ascii_uppercase
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

FINEST: Final = Fraction(1, 10_000)
"""Smallest part of an atom that a formula tells apart; occupancies are printed with four digits at most."""

_SIMPLE = 100
_SIMPLE_WITHIN = Fraction(1, 20_000)
_SIMPLE_WITHIN_RELATIVELY = Fraction(1, 5_000)


def whole_amounts(composition: Mapping[str, float]) -> dict[str, int]:
    """Return the smallest whole numbers in the ratios of a composition, in alphabetical order.

    An amount within 5e-5, and within 2e-4 of itself, of a fraction with a denominator of at most 100 counts as that
    fraction, any other is rounded to 1e-4; an element that is there keeps at least 1e-4.
    """
    parts = {element: _fraction(amount) for element, amount in sorted(composition.items()) if amount > 0}
    unit = lcm(*(part.denominator for part in parts.values()))
    whole = {element: int(part * unit) for element, part in parts.items()}
    common = gcd(*whole.values()) or 1
    return {element: number // common for element, number in whole.items()}


def _fraction(amount: float) -> Fraction:
    exact = Fraction(amount)
    simple = exact.limit_denominator(_SIMPLE)
    if simple > 0 and abs(simple - exact) <= min(_SIMPLE_WITHIN, _SIMPLE_WITHIN_RELATIVELY * exact):
        return simple
    return max(FINEST, Fraction(round(exact / FINEST)) * FINEST)


def reduced_formula(amounts: Mapping[str, int]) -> str:
    """Return whole amounts as a formula in alphabetical order, e.g. ``AsFeLaO``."""
    return _joined((element, amounts[element]) for element in sorted(amounts))


def hill_formula(amounts: Mapping[str, int]) -> str:
    """Return whole amounts as a formula in Hill's order: carbon, then hydrogen, then the alphabet."""
    first = [element for element in ("C", "H") if element in amounts] if "C" in amounts else []
    return _joined((e, amounts[e]) for e in (*first, *sorted(amounts.keys() - set(first))))


def anonymous_formula(amounts: Mapping[str, int]) -> str:
    """Return whole amounts as a formula of A, B, ..., Z, Aa, Ba, ..., the most abundant element first."""
    return _joined(zip(_letters(), sorted(amounts.values(), reverse=True), strict=False))


def _letters() -> Iterator[str]:
    yield from ascii_uppercase
    for k in count():
        yield from (upper + ascii_lowercase[k] for upper in ascii_uppercase)


def _joined(terms: Iterator[tuple[str, int]]) -> str:
    return "".join(f"{symbol}{'' if number == 1 else number}" for symbol, number in terms)
