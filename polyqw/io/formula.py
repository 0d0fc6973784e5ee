"""Chemical formulae as CIFs write them, and their comparison with the atoms of a cell."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from typing import TYPE_CHECKING, Final

from polyqw.io.elements import SYMBOLS

if TYPE_CHECKING:
    from collections.abc import Mapping

RELATIVE_TOLERANCE: Final = 0.01
"""Relative difference between declared and found amounts that rounding explains."""

ABSOLUTE_TOLERANCE: Final = 0.01
"""The same as atoms per declared formula, for elements of which there is little."""

_TERM = re.compile(r"([A-Z][a-z]?)(\d*\.?\d*)(?:\(\d+\))?")
_SEPARATORS = re.compile(r"[\s,~]+")
_ISOTOPES = {"D": "H", "T": "H"}


def parse_formula(text: str) -> dict[str, float] | None:
    """Return the atoms of each element in a formula such as ``Ba2 Cu3 O6.91 Y``, None if it is not one."""
    compact = _SEPARATORS.sub("", text)
    amounts: dict[str, float] = defaultdict(float)
    end = 0
    for match in _TERM.finditer(compact):
        if match.start() != end or match[2] == ".":
            return None
        amounts[_ISOTOPES.get(match[1], match[1])] += float(match[2] or 1)
        end = match.end()
    return dict(amounts) if amounts and end == len(compact) else None


def write_formula(amounts: Mapping[str, float]) -> str:
    """Return amounts as a formula in alphabetical order, e.g. ``Fe8 Ni16 O32``."""
    return " ".join(f"{element}{round(amounts[element], 3):g}" for element in sorted(amounts))


def formula_difference(declared: str, found: Mapping[str, float], units: float | None) -> str | None:
    """Say how a declared formula differs from the atoms of a cell, or return None.

    Parameters
    ----------
    declared : str
        Formula of one unit, or, as many programs write it, of the whole cell.
    units : float or None
        Formula units per cell (Z) where the file gives them.

    Returns
    -------
    str or None
        One sentence with both formulae. None when they agree, or when the formula cannot be understood.
    """
    amounts = parse_formula(declared)
    if not amounts or not (candidates := _counts(amounts, found, units)):
        return None
    if any(_agrees(amounts, found, count) for count in candidates):
        return None
    count = candidates[0]
    return (
        f"formula: the file declares {write_formula(amounts)} with Z = {count:g}, "
        f"but its cell holds {write_formula(found)}"
    )


def element_difference(declared: str, found: Mapping[str, float], units: float | None) -> str | None:
    """Say which elements a declared formula has and the atoms of a cell lack, or the other way round.

    Declared hydrogen may be absent: X-ray structures leave it out. Traces up to `ABSOLUTE_TOLERANCE` do not count.

    Parameters
    ----------
    declared, found, units
        As in `formula_difference`.

    Returns
    -------
    str or None
        Words such as ``declared and not among the atoms: Zn``. None when they agree, or when the formula cannot be
        understood, also for a symbol such as ``Ln`` that is no element.
    """
    amounts = parse_formula(declared)
    if not amounts or not amounts.keys() <= SYMBOLS or not (candidates := _counts(amounts, found, units)):
        return None
    count = max(candidates)
    absent = sorted(
        element
        for element, amount in amounts.items()
        if element != "H" and amount > ABSOLUTE_TOLERANCE and element not in found
    )
    undeclared = sorted(
        element for element, amount in found.items() if amount / count > ABSOLUTE_TOLERANCE and element not in amounts
    )
    said = [f"declared and not among the atoms: {', '.join(absent)}"] if absent else []
    said += [f"among the atoms and not declared: {', '.join(undeclared)}"] if undeclared else []
    return "; ".join(said) or None


def _counts(amounts: Mapping[str, float], found: Mapping[str, float], units: float | None) -> list[float]:
    """Return how many times a cell may hold a formula; empty for a formula of no atoms."""
    total = sum(amounts.values())
    if not total:
        return []
    return [units, 1.0] if units else [float(max(1, round(sum(found.values()) / total)))]


def _agrees(amounts: Mapping[str, float], found: Mapping[str, float], count: float) -> bool:
    for element in amounts.keys() | found.keys():
        expected = amounts.get(element, 0.0)
        difference = abs(found.get(element, 0.0) / count - expected)
        if difference > max(RELATIVE_TOLERANCE * expected, ABSOLUTE_TOLERANCE) + 1e-9:
            return False
    return True


_OPEN = re.compile(r"\s*[+±-]\s*(?:\d*\.?\d*)?\s*(?:d(?:elta)?|δ|[xyz](?![a-z]))|(?<=[A-Za-z])[xyz](?![a-z])")
"""What a formula leaves open: ``+d``, ``-δ``, the ``-x`` of ``1-x``, or an amount that is a letter."""


def parse_any_formula(text: str) -> dict[str, float] | None:
    """Return the atoms of each element in a formula as people write it, None if it is not one.

    Elements may stand in any order, digits as subscripts, groups in brackets; ``7-d`` counts as 7, ``O1-xFx`` as O.
    """
    compact = unicodedata.normalize("NFKC", text).replace(" ", "").replace("−", "-")
    mixed = _TERM_OPEN.sub("", compact)  # dopants of an open amount
    closed = _OPEN.sub("", mixed)
    if "(" in closed or "[" in closed:
        return _with_brackets(closed.replace("[", "(").replace("]", ")"))
    return parse_formula(closed) if closed and closed[0].isupper() else None


_TERM_OPEN = re.compile(r"(?<![A-Z])[A-Z][a-z]?[xyz](?![a-z0-9])(?=[A-Z]|$)")
_GROUP = re.compile(r"\(([^()]*)\)(\d*\.?\d*)")


def _with_brackets(text: str) -> dict[str, float] | None:
    """Multiply groups out: ``Ba(Fe0.9Co0.1)2As2``; a group of names alone, ``(La,Sr)2CuO4``, counts as its first."""
    for _ in range(text.count("(")):
        found = _GROUP.search(text)
        if found is None:
            return None
        inner = found[1].partition(",")[0]
        amounts = parse_formula(inner)
        if amounts is None:
            return None
        times = float(found[2] or 1)
        text = text.replace(found[0], "".join(f"{e}{x * times:g}" for e, x in amounts.items()), 1)
    return parse_formula(text)
