"""Citations as lines of text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from polyqw.services.cite.entry import OTHERS

if TYPE_CHECKING:
    from polyqw.services.cite.entry import Citation


def plain_text(citation: Citation) -> str:
    """Return a citation as one line, with what it is cited for in front."""
    named = (name for name in citation.authors if name.family != OTHERS)
    names = [f"{name.given} {name.family}" if name.given else name.family for name in named]
    who = ", ".join(names) + (" et al." if any(name.family == OTHERS for name in citation.authors) else "")
    where = " ".join(x for x in (citation.journal, citation.volume) if x)
    where += f", {citation.pages}" if citation.pages else ""
    year = f"({citation.year})" if citation.year else ""
    parts = [
        who,
        citation.title,
        f"version {citation.version}" if citation.version else "",
        " ".join(x for x in (where, year) if x),
        citation.note,
        f"doi:{citation.doi}" if citation.doi else "",
    ]
    return f"{citation.role}: " + ". ".join(part.rstrip(".") for part in parts if part) + "."
