"""Citations as BibTeX."""

from __future__ import annotations

from typing import TYPE_CHECKING

from polyqw.services.cite.entry import OTHERS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from polyqw.services.cite.entry import Citation, Name

# a brace counts for BibTeX even behind a backslash, so both have names
_ESCAPES = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "$": r"\$",
        "&": r"\&",
        "#": r"\#",
        "_": r"\_",
        "%": r"\%",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
    }
)


def bibtex(citations: Iterable[Citation]) -> str:
    """Return citations as BibTeX in UTF-8, with what LaTeX takes for commands escaped."""
    return "\n\n".join(_entry(citation) for citation in citations)


def escape(text: str) -> str:
    """Return text as LaTeX prints it."""
    return text.translate(_ESCAPES)


def _entry(citation: Citation) -> str:
    notes = [f"Version {citation.version}"] if citation.version else []
    notes += [citation.note] if citation.note else []
    fields = {
        "author": " and ".join(_author(name) for name in citation.authors),
        # the inner braces keep the capitals of formulae
        "title": f"{{{escape(citation.title)}}}" if citation.title else "",
        "journal": escape(citation.journal or ""),
        "volume": escape(citation.volume or ""),
        "pages": escape(citation.pages or "").replace("-", "--"),
        "year": escape(citation.year or ""),
        "doi": citation.doi or "",  # read as it is by the packages that print it
        "note": escape("; ".join(notes)),
        "keywords": escape(citation.role),
    }
    kind = "article" if citation.is_article else "misc"
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@{kind}{{{citation.key},", *lines, "}"])


def _author(name: Name) -> str:
    if name.given:
        return f"{escape(name.family)}, {escape(name.given)}"
    if name.family == OTHERS:
        return OTHERS
    is_plain = name.family.replace(" ", "").replace(".", "").replace("-", "").isalpha()
    if is_plain and not name.is_group and "and" not in name.family.split():
        return name.family
    return f"{{{escape(name.family)}}}"  # braces keep it in one piece
