"""Links out of a page: what a text names by the number of another collection."""

from __future__ import annotations

import re
from typing import Final

from markupsafe import Markup, escape

_PLACES: Final = (
    (re.compile(r"\bdoi:(10\.\d{4,9}/[^\s;,]*[^\s;,.)])"), "https://doi.org/{}"),
    (re.compile(r"\bCOD (\d{7})\b"), "https://www.crystallography.net/cod/{}.html"),
    (re.compile(r"\b(mp-\d+)\b"), "https://next-gen.materialsproject.org/materials/{}"),
)


def with_links(text: str) -> Markup:
    """Return a text as HTML in which DOIs, COD numbers and numbers of the Materials Project are links."""
    found = sorted(
        (
            (match.span(), address.format(match[1]))
            for pattern, address in _PLACES
            for match in pattern.finditer(text)
        ),
    )
    parts, done = [], 0
    for (start, end), address in found:
        if start < done:
            continue
        link = Markup('<a href="{}">{}</a>').format(address, text[start:end])
        parts += [escape(text[done:start]), link]
        done = end
    return Markup("").join([*parts, escape(text[done:])])
