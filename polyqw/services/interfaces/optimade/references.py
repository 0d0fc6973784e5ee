"""References as SQL: every source that a current structure or its Tc names, each once."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Text, cast, func, literal, null, or_, select, union_all

from polyqw.db.models import Reference, Structure, Transition
from polyqw.services.exchange.optimade_references import author_names, reference_entry
from polyqw.services.interfaces.optimade.fields import Absent, Listed, Value, ValueKind, seconds

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy import Subquery
    from sqlalchemy.orm import Session

    from polyqw.services.interfaces.optimade.fields import Fields

    Entry = dict[str, Any]

_ABSENT: Final = (
    "address", "annote", "bib_type", "booktitle", "chapter", "crossref", "edition", "editors", "howpublished",
    "immutable_id", "institution", "journal", "key", "month", "number", "organization", "pages", "publisher",
    "school", "series", "volume",
)  # fmt: skip
"""Properties of the specification that no reference has here."""

_NOTHING = cast(null(), Text)


@cache
def reference_rows() -> Subquery:
    """Return all references: id, doi, title, authors, date, note, and when a structure with it was last stored.

    Of two notes on one text, that of the structure file counts.
    """
    both = union_all(_of_structures(), _of_transitions()).subquery("named")
    columns = both.c
    return (
        select(
            columns.id,
            *(func.max(columns[name]).label(name) for name in ("doi", "title", "authors", "date")),
            func.coalesce(func.max(columns.note), func.max(columns.citation)).label("note"),
            func.max(columns.stored_at).label("stored_at"),
        )
        .group_by(columns.id)
        .subquery("reference_rows")
    )


def reference_fields(rows: Subquery) -> Fields:
    """Return what a filter can ask of references."""
    of = rows.c
    has_authors = func.iif(of.authors.is_(None), 0, 1)
    return {
        "id": Value(ValueKind.STRING, of.id),
        "type": Value(ValueKind.STRING, literal("references")),
        "last_modified": Value(ValueKind.TIMESTAMP, seconds(of.stored_at)),
        "title": Value(ValueKind.STRING, of.title),
        "authors": Listed(ValueKind.STRING, has_authors, of.id),
        "year": Value(ValueKind.STRING, func.optimade_year(of.date)),
        "doi": Value(ValueKind.STRING, of.doi),
        "url": Value(ValueKind.STRING, func.optimade_doi_address(of.doi)),
        "note": Value(ValueKind.STRING, of.note),
        **dict.fromkeys(_ABSENT, Absent()),
    }


def reference_entries(session: Session, keys: Sequence[str], names: Collection[str] | None) -> list[Entry]:
    """Return the references with some ids, in the order of these; those that there are not are left out."""
    rows = reference_rows()
    of = rows.c
    year = func.optimade_year(of.date)
    columns = (of.id, seconds(of.stored_at), of.doi, of.note, of.title, of.authors, year)
    found = {}
    for name, moment, doi, note, title, authors, when in session.execute(select(*columns).where(of.id.in_(keys))):
        known = {"title": title, "authors": author_names(authors), "year": when}
        entry = reference_entry(name, f"{moment}Z", doi=doi, note=note, **known)
        if names is not None:
            entry["attributes"] = {n: entry["attributes"].get(n) for n in names if n not in ("id", "type")}
        found[name] = entry
    return [found[key] for key in keys if key in found]


def _of_structures() -> Any:
    note = func.coalesce(func.nullif(Structure.citation, ""), Structure.source)
    doi = func.nullif(Structure.doi, "")
    name = func.optimade_reference_id(doi, _NOTHING, note)
    columns = (
        name.label("id"),
        doi.label("doi"),
        *(_NOTHING.label(k) for k in ("title", "authors", "date")),
        note.label("note"),
        _NOTHING.label("citation"),
        Structure.stored_at.label("stored_at"),
    )
    return select(*columns).where(Structure.superseded_by.is_(None), or_(doi.is_not(None), note.is_not(None)))


def _of_transitions() -> Any:
    columns = (
        func.optimade_reference_id(Reference.doi, Reference.key, Reference.citation).label("id"),
        Reference.doi.label("doi"),
        Reference.title.label("title"),
        Reference.authors.label("authors"),
        Reference.date.label("date"),
        _NOTHING.label("note"),
        Reference.citation.label("citation"),
        func.max(Structure.stored_at).label("stored_at"),
    )
    return (
        select(*columns)
        .join(Transition, Transition.reference_id == Reference.id)
        .join(Structure, Structure.id == Transition.structure_id)
        .where(Structure.superseded_by.is_(None))
        .group_by(Reference.id)
    )
