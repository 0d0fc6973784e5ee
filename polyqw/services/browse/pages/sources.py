"""Where the numbers of a page come from, as lines with their links."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from polyqw.services.cite.plain import plain_text
from polyqw.services.cite.sources import cite_stored

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A source in words, and its DOI."""

    text: str
    doi: str | None


def source_lines(session: Session, key: str) -> list[SourceLine]:
    """Return what stands behind a structure or compound."""
    return [SourceLine(plain_text(replace(c, doi=None)), c.doi) for c in cite_stored(session, key)]
