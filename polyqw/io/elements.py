"""Which element a symbol or a label of a CIF means."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

_SYMBOLS = """
H He Li Be B C N O F Ne Na Mg Al Si P S Cl Ar K Ca Sc Ti V Cr Mn Fe Co Ni Cu Zn Ga Ge As Se Br Kr Rb
Sr Y Zr Nb Mo Tc Ru Rh Pd Ag Cd In Sn Sb Te I Xe Cs Ba La Ce Pr Nd Pm Sm Eu Gd Tb Dy Ho Er Tm Yb Lu
Hf Ta W Re Os Ir Pt Au Hg Tl Pb Bi Po At Rn Fr Ra Ac Th Pa U Np Pu Am Cm Bk Cf
"""
SYMBOLS = frozenset(re.findall(r"\w+", _SYMBOLS))
"""Elements that are found in crystals; No, Cn, Nh and their like only ever stand for NO3, CN and NH4."""

_LETTERS = re.compile(r"[A-Za-z]+")
_ISOTOPES = {"D": "H"}
_WATER = re.compile(r"(?:wat|h2o|hoh)", re.IGNORECASE)
_VACANCY = re.compile(r"(?:va|vac|vak|vacancy|vc|x|xx|du|dum|lp|q)", re.IGNORECASE)
_MIXTURE = re.compile(r"((?<!\d)\d*+\.\d++)\s*+(?:\(\d++\)\s*+)?([A-Z][a-z]?)(?![a-z])")


@lru_cache(maxsize=1024)
def element_of_symbol(symbol: str) -> str | None:
    """Return the element of a type symbol such as ``Fe3+``, ``O2-``, ``CU`` or ``D``, or None."""
    return _element(symbol, ())


def element_of_label(label: str, declared: Collection[str]) -> str | None:
    """Return the element of a site label such as ``Cu1A`` or ``CA2``, or None.

    Parameters
    ----------
    label : str
    declared : collection of str
        Elements of the declared formula: ``CO1`` is carbon where there is no cobalt.
    """
    return _element(label, declared)


def mixture_of_symbol(symbol: str) -> list[tuple[str, float]]:
    """Return the elements and shares of a symbol such as ``0.8Nb + 0.2Zr``; empty for any other symbol."""
    if "." not in symbol:
        return []
    found = [(element, float(share)) for share, element in _MIXTURE.findall(symbol)]
    return found if len(found) > 1 and all(element in SYMBOLS for element, _ in found) else []


@lru_cache(maxsize=1024)
def is_vacancy(symbol: str) -> bool:
    """Whether a symbol or label marks an empty place, a dummy or a lone pair, not an atom."""
    letters = _LETTERS.match(symbol)
    return symbol.startswith("□") or (letters is not None and _VACANCY.fullmatch(letters[0]) is not None)


def _element(text: str, declared: Collection[str]) -> str | None:
    letters = _LETTERS.match(text)
    if letters is None:
        return None
    if _WATER.match(text):
        return "O"
    word = letters[0]
    candidates = [symbol for symbol in (word[:2].title(), word[0].upper()) if symbol in SYMBOLS or symbol == "D"]
    if declared and word[:2].isupper():
        candidates.sort(key=lambda symbol: symbol not in declared)
    return _ISOTOPES.get(candidates[0], candidates[0]) if candidates else None
