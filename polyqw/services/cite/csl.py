"""Citations as items of the Citation Style Language (CSL-JSON)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from polyqw.services.cite.entry import OTHERS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from polyqw.services.cite.entry import Citation, Name


def csl_items(citations: Iterable[Citation]) -> list[dict[str, Any]]:
    """Return citations as CSL items; ``custom.role`` says what each is cited for."""
    return [_item(citation) for citation in citations]


def _item(citation: Citation) -> dict[str, Any]:
    kind = "article-journal" if citation.is_article else "software" if citation.version else "document"
    item = {
        "id": citation.key,
        "type": kind,
        "title": citation.title,
        "author": [_name(name) for name in citation.authors],
        "issued": {"date-parts": [[int(citation.year)]]} if citation.year else None,
        "container-title": citation.journal,
        "volume": citation.volume,
        "page": citation.pages,
        "DOI": citation.doi,
        "version": citation.version,
        "note": citation.note,
        "custom": {"role": citation.role},
    }
    return {name: value for name, value in item.items() if value not in (None, [])}


def _name(name: Name) -> dict[str, str]:
    if name.given:
        return {"family": name.family, "given": name.given}
    return {"literal": "et al." if name.family == OTHERS else name.family}
