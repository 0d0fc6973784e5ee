"""Formulae in HTML, amounts as subscripts."""

from __future__ import annotations

import re
from typing import Final

from ase.data import chemical_symbols
from markupsafe import Markup, escape

FORMULAE: Final = frozenset({"compound", "formula", "formula_printed", "formula_written"})
"""Columns that hold a formula."""

_ELEMENT = "|".join(sorted(chemical_symbols[1:], key=len, reverse=True))
_NUMBER = r"\d{1,2}(?:\.\d+)?(?!\d)"  # Bi2212 is a name
_LETTER = r"[xyz](?![a-z])"
_LESS = rf"[+-](?:{_NUMBER})?(?:{_LETTER}|[dδ])"
_AMOUNT = re.compile(rf"({_ELEMENT}|\))((?:{_NUMBER}(?:{_LESS}|[+-]{_NUMBER})?|{_LETTER}))")


def formula_markup(text: str) -> Markup:
    """Return a formula with its amounts as subscripts, HgBa2Ca2Cu3O8+d or SmFeAsO1-xFx; other text stays as it is."""
    parts, end = [], 0
    for found in _AMOUNT.finditer(text):
        parts += [escape(text[end : found.start(2)]), Markup("<sub>{}</sub>").format(found[2].replace("d", "δ"))]
        end = found.end()
    return Markup("").join([*parts, escape(text[end:])])
