"""Numbers, counts and foreign text as plain English words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from polyqw.core.elements import NONMETALS
from polyqw.core.formula import written_formula
from polyqw.core.record import TransitionKind
from polyqw.untrusted import one_line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_WORDS = ("no", *"one two three four five six seven eight nine ten eleven twelve".split())
_LONGEST = 300
_TERM = re.compile(r"([A-Z][a-z]?)(\d+(?:\.\d+)?)")


def number_word(number: int) -> str:
    """Return a number as a word up to twelve, in figures beyond."""
    return _WORDS[number] if number < len(_WORDS) else str(number)


def count(number: int, noun: str, plural: str | None = None) -> str:
    """Return a count with its noun: ``one plane``, ``two planes``, ``16 octahedra``."""
    return f"{number_word(number)} {noun if number == 1 else plural or noun + 's'}"


def with_article(noun: str) -> str:
    """Return a noun with ``a`` or ``an``, by its first letter."""
    return f"{'an' if noun[:1].lower() in 'aeiou' else 'a'} {noun}"


def joined(words: Sequence[str]) -> str:
    """Return words joined by commas and a last ``and``."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}" if words else ""


def sentence(text: str) -> str:
    """Return a text with a capital at its start and a full stop at its end; a formula keeps its letters."""
    text = text.strip()
    if not text:
        return ""
    return text[0].upper() + text[1:] + ("" if text[-1] in ".!?" else ".")


def foreign(text: str) -> str:
    """Return text of a stranger's file on one line, at most 300 characters long."""
    return one_line(text, _LONGEST)


def formula_words(formula: str) -> str:
    """Return ``YBa2Cu3O6.91`` for ``Ba2 Cu3 O6.91 Y1``; what is no formula is given back on one line."""
    terms = [_TERM.fullmatch(term) for term in formula.split()]
    if not terms or None in terms:
        return foreign(formula)
    return written_formula({m[1]: float(m[2]) for m in terms if m})


def layer_formula(amounts: Mapping[str, float]) -> str:
    """Return amounts as a formula, metals first: ``BaO``, ``CuO0.91``, ``Ba0.6K0.4``."""
    order = sorted(amounts, key=lambda element: (element in NONMETALS, element))
    return "".join(f"{element}{_amount(amounts[element])}" for element in order)


def _amount(amount: float) -> str:
    shown = f"{round(amount, 4):g}"
    return "" if shown == "1" else shown


def length(angstrom: float, su: float | None = None) -> str:
    """Return a height with the digits of ``polyqw wells``, and its standard uncertainty where there is one."""
    shown = f"{angstrom:.4f}"
    return f"{shown} Å" if su is None else f"{shown} ± {su:.4f} Å"


def tc_words(tc_kelvin: float, kind: str, pressure_gpa: float | None, source: str | None) -> str:
    """Return a Tc with what it says, its pressure and where it stands."""
    tail = f" at {pressure_gpa:g} GPa" if pressure_gpa else ""
    said = foreign(source) if source else ""
    if kind == TransitionKind.NOT_OBSERVED:
        return f"no superconductivity seen down to {tc_kelvin:g} K{tail}" + (f" ({said})" if said else "")
    sign = "<" if kind == TransitionKind.UPPER_BOUND else "="
    named = {TransitionKind.UPPER_BOUND: "an upper bound"}.get(TransitionKind(kind), str(kind))
    return f"Tc {sign} {tc_kelvin:g} K{tail} ({named}{', ' + said if said else ''})"
