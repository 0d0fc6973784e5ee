"""Where structures and transition temperatures come from, as OPTIMADE references."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from polyqw.db.plain import json_digest
from polyqw.services.exchange.optimade_structures import rfc3339
from polyqw.untrusted import file_stem

if TYPE_CHECKING:
    from polyqw.db.models import Reference, Structure

    Entry = dict[str, Any]

REFERENCE_PROPERTIES = {
    "title": {"description": "Title.", "unit": None, "sortable": True, "type": "string"},
    "authors": {
        "description": "Authors as the source gives them, in one name.", "unit": None, "sortable": False,
        "type": "list",
    },
    "year": {"description": "Year.", "unit": None, "sortable": True, "type": "string"},
    "doi": {"description": "Digital object identifier.", "unit": None, "sortable": True, "type": "string"},
    "url": {"description": "Address of the text, by its DOI.", "unit": None, "sortable": True, "type": "string"},
    "note": {
        "description": "Citation, or database and code, as the source gives it.", "unit": None, "sortable": True,
        "type": "string",
    },
    "last_modified": {
        "description": "When a structure with this source was last stored.", "unit": None, "sortable": True,
        "type": "timestamp",
    },
}  # fmt: skip
OF_STRUCTURE = "source of the structure"
OF_TRANSITION = "source of a transition temperature"
_YEAR = re.compile(r"\b(1[89]\d\d|20\d\d)\b")
_DOI = re.compile(r"10\.\d{4,9}/[^\s\"<>#%{}|\\^`\[\]]+")


def reference_id(doi: str | None, key: str | None, note: str | None) -> str:
    """Return the name of a reference, the same in any database: by its DOI, or else by its key and note."""
    identity = json_digest([doi.lower()] if doi else [key, note])
    return f"{file_stem(doi.lower() if doi else key or note or '')}-{identity[:8]}"


def doi_address(doi: str | None) -> str | None:
    """Return where a DOI leads; None for what is no DOI."""
    return f"https://doi.org/{doi}" if doi and _DOI.fullmatch(doi) else None


def year_of(date: str | None) -> str | None:
    """Return the last year that a date names."""
    found = _YEAR.findall(date or "")
    return found[-1] if found else None


def author_names(authors: str | None) -> list[dict[str, str]] | None:
    """Return the authors of a text as OPTIMADE takes them, in one name as the source gives them."""
    return [{"name": authors}] if authors else None


def references_of(structure: Structure) -> dict[str, str]:
    """Return the references of a structure by their names, and what each says: the structure or a Tc."""
    found = {}
    if note := _own_note(structure):
        found[reference_id(structure.doi, None, note)] = OF_STRUCTURE
    for transition in structure.transitions:
        if (text := transition.reference) is not None:
            found.setdefault(reference_id(text.doi, text.key, text.citation), OF_TRANSITION)
    return found


def related_references(structure: Structure) -> list[Entry]:
    """Return the identifiers of the references of a structure, as OPTIMADE relates them."""
    return [
        {"type": "references", "id": name, "meta": {"description": words}}
        for name, words in references_of(structure).items()
    ]


def _own_note(structure: Structure) -> str | None:
    return structure.citation or structure.source or structure.doi


class References:
    """Entries of all sources that structures name, each once."""

    def __init__(self) -> None:
        self.entries: dict[str, Entry] = {}

    def add_all(self, structure: Structure) -> None:
        """Add the source of a structure and those of its transition temperatures."""
        moment = rfc3339(structure.stored_at)
        if _own_note(structure):
            self._add(moment, doi=structure.doi, note=structure.citation or structure.source)
        for transition in structure.transitions:
            if transition.reference is not None:
                self._add_text(moment, transition.reference)

    def _add_text(self, moment: str, text: Reference) -> None:
        self._add(
            moment,
            key=text.key,
            doi=text.doi,
            title=text.title,
            authors=author_names(text.authors),
            year=year_of(text.date),
            note=text.citation,
        )

    def _add(self, moment: str, *, doi: str | None, note: str | None, key: str | None = None, **fields: Any) -> None:
        name = reference_id(doi, key, note)
        entry = reference_entry(name, moment, doi=doi, note=note, **fields)
        held = self.entries.setdefault(name, entry)["attributes"]
        held["last_modified"] = max(held["last_modified"], moment)
        for field, value in entry["attributes"].items():
            held.setdefault(field, value)


def reference_entry(name: str, moment: str, *, doi: str | None, note: str | None, **fields: Any) -> Entry:
    """Return a reference as an OPTIMADE entry; what is not known is left out."""
    attributes = {"doi": doi, "url": doi_address(doi), "note": note, **fields}
    return {
        "id": name,
        "type": "references",
        "attributes": {"last_modified": moment, **{k: v for k, v in attributes.items() if v is not None}},
        "relationships": {},
    }
