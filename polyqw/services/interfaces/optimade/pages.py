"""Pages of entries: filter, order and page are SQL."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from polyqw.services.exchange.optimade_properties import PREFIX
from polyqw.services.interfaces.optimade.fields import Value
from polyqw.services.interfaces.optimade.filters import filter_condition
from polyqw.services.interfaces.optimade.references import reference_entries
from polyqw.services.interfaces.optimade.refusals import bad_request
from polyqw.suggest import or_else

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from polyqw.services.interfaces.optimade.entry_types import EntryType
    from polyqw.services.interfaces.optimade.request import Asked

    Entry = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Page:
    """A page of entries.

    Parameters
    ----------
    n_found, n_all : int
        Entries that the filter lets through, and all there are.
    next_page : dict or None
        Parameters of the page after this one; None where this is the last.
    """

    entries: list[Entry]
    included: list[Entry]
    n_found: int
    n_all: int
    next_page: dict[str, str] | None
    warnings: tuple[str, ...]


def read_page(session: Session, kind: EntryType, asked: Asked) -> Page:
    """Return the page that is asked for.

    Raises
    ------
    Refusal
        If the filter, a property or the order cannot be understood.
    """
    warnings: list[str] = []
    names = _known_names(kind, asked.fields, warnings)
    condition = filter_condition(asked.filter_text, kind.fields, warnings)
    matching = select(kind.key).select_from(kind.rows).where(kind.base, condition)
    wanted = matching if asked.above is None else matching.where(kind.key > kind.read_key(asked.above))
    order = _order(kind, asked.sort)
    keys = session.scalars(wanted.order_by(*order, kind.key).offset(asked.offset).limit(asked.limit + 1)).all()
    shown = keys[: asked.limit]
    entries = kind.entries(session, shown, names)
    return Page(
        entries,
        included_references(session, entries) if asked.with_references else [],
        _count(session, matching),
        _count(session, select(kind.key).select_from(kind.rows).where(kind.base)),
        _next_page(asked, shown) if len(keys) > asked.limit else None,
        tuple(dict.fromkeys(warnings)),
    )


def read_entry(session: Session, kind: EntryType, name: str, asked: Asked) -> Page:
    """Return the page that holds the one entry with an id; it is empty where there is none."""
    warnings: list[str] = []
    names = _known_names(kind, asked.fields, warnings)
    key = kind.find_key(session, name)
    entries = [] if key is None else kind.entries(session, [key], names)
    included = included_references(session, entries) if asked.with_references else []
    n_all = _count(session, select(kind.key).select_from(kind.rows).where(kind.base))
    return Page(entries, included, len(entries), n_all, None, tuple(warnings))


def included_references(session: Session, entries: Sequence[Entry]) -> list[Entry]:
    """Return the references that entries relate to, each once."""
    related = (entry["relationships"].get("references", {}).get("data", []) for entry in entries)
    names = dict.fromkeys(one["id"] for data in related for one in data)
    return reference_entries(session, list(names), None) if names else []


def _known_names(kind: EntryType, asked: Collection[str] | None, warnings: list[str]) -> list[str] | None:
    """Return the properties that are wanted and there; those of other providers are unknown."""
    if asked is None:
        return None
    known = []
    for name in asked:
        if name in kind.properties or name in kind.fields:
            known.append(name)
        elif name.startswith("_") and not name.startswith(PREFIX):
            warnings.append(f"{name} is a property of another provider and left out")
        else:
            raise bad_request(f"response_fields: there is no property {name!r}{or_else(name, kind.properties, '')}")
    return known


def _order(kind: EntryType, sort: Sequence[tuple[str, bool]]) -> list[ColumnElement[Any]]:
    order: list[ColumnElement[Any]] = []
    for name, is_turned in sort:
        field = kind.fields.get(name)
        if not isinstance(field, Value):
            known = [n for n, f in kind.fields.items() if isinstance(f, Value)]
            raise bad_request(f"sort: {name!r} is nothing to sort by{or_else(name, known, '; info says what is')}")
        order.append((field.sql.desc() if is_turned else field.sql.asc()).nulls_last())
    return order


def _next_page(asked: Asked, shown: Sequence[Any]) -> dict[str, str]:
    """Return where the next page begins: after the last key, or in an order of one's own by its number."""
    if asked.sort:
        return {"page_offset": str(asked.offset + asked.limit)}
    return {"page_above": str(shown[-1])}


def _count(session: Session, matching: Any) -> int:
    return int(session.scalar(select(func.count()).select_from(matching.subquery())) or 0)
