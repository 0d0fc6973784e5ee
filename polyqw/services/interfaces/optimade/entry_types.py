"""The types of entries that are served: structures and references."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, FromClause, select, true

from polyqw.db.models import Structure, table_of
from polyqw.services.exchange.optimade_export import DESCRIPTION, REFERENCES_DESCRIPTION
from polyqw.services.exchange.optimade_properties import structure_properties
from polyqw.services.exchange.optimade_references import REFERENCE_PROPERTIES
from polyqw.services.interfaces.optimade.fields import Value
from polyqw.services.interfaces.optimade.references import reference_entries, reference_fields, reference_rows
from polyqw.services.interfaces.optimade.refusals import bad_request
from polyqw.services.interfaces.optimade.structures import CURRENT, find_key, structure_entries, structure_fields

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from sqlalchemy.orm import Session

    from polyqw.services.interfaces.optimade.fields import Condition, Fields

    Entry = dict[str, Any]

_TOP_LEVEL = {
    "id": {"description": "Name of the entry, the same in any database.", "unit": None, "type": "string"},
    "type": {"description": "Type of the entry.", "unit": None, "type": "string"},
}


@dataclass(frozen=True, slots=True)
class EntryType:
    """Entries of one type.

    Parameters
    ----------
    properties : mapping
        Definition of each property, by name.
    key : ColumnElement
        What orders entries where nothing else is asked for.
    entries : callable
        Gives the entries of some keys, with the properties that are wanted.
    """

    name: str
    description: str
    properties: Mapping[str, Mapping[str, Any]]
    rows: FromClause
    key: ColumnElement[Any]
    base: Condition
    fields: Fields
    read_key: Callable[[str], Any]
    find_key: Callable[[Session, str], Any]
    entries: Callable[[Session, Sequence[Any], Collection[str] | None], list[Entry]]


def entry_types() -> dict[str, EntryType]:
    """Return all types of entries, by name."""
    rows = reference_rows()
    return {
        kind.name: kind
        for kind in (
            _entry_type(
                "structures", DESCRIPTION, structure_properties(), structure_fields(),
                rows=table_of(Structure), key=Structure.id.expression, base=CURRENT, read_key=_whole,
                find_key=find_key, entries=structure_entries,
            ),
            _entry_type(
                "references", REFERENCES_DESCRIPTION, REFERENCE_PROPERTIES, reference_fields(rows),
                rows=rows, key=rows.c.id, base=true(), read_key=str,
                find_key=lambda session, name: session.scalar(select(rows.c.id).where(rows.c.id == name)),
                entries=reference_entries,
            ),
        )
    }  # fmt: skip


def _entry_type(
    name: str, description: str, properties: Mapping[str, Mapping[str, Any]], fields: Fields, **rest: Any
) -> EntryType:
    described = {
        key: {**about, "sortable": isinstance(fields.get(key), Value)}
        for key, about in {**_TOP_LEVEL, **properties}.items()
    }
    return EntryType(name=name, description=description, properties=described, fields=fields, **rest)


def _whole(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise bad_request("page_above: follow links.next of the page before")
    return int(text)
