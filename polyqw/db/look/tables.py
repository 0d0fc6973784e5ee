"""Tables and views as they are handed out: columns with their meaning and kind, and all rows in a fixed order."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import JSON, Boolean, DateTime, Double, Integer, Table, column, select, table

from polyqw.db.models import Base, table_of
from polyqw.db.open.seed import column_notes

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from sqlalchemy import FromClause
    from sqlalchemy.orm import Session
    from sqlalchemy.types import TypeEngine

ROWS_AT_ONCE = 2000
"""Rows fetched together."""


VIEWS: Final = {
    "v_wells": "Every well with its structure and compound; of current structures.",
    "v_tc": "Every Tc with its kind and pressure; of current structures and of compounds.",
    "v_law": "Every well that can set a Tc beside every Tc of its structure, with λ = Tc·h² at its pressure.",
    "v_printed": "The rows of the papers' tables as fitted: the chosen well of each, with λ = Tc·h².",
    "v_compound": "Every parent compound: how many structures, its heights, its Tc.",
    "v_predictions": "Every prediction with the fit that gave λ.",
    "v_scores": "Every prediction beside what was measured: hit, miss or open.",
    "v_failures": "Every file or structure without wells, with the reason.",
    "v_claims": "Every claim of the papers, as last computed.",
    "v_cles": "Every point computed with the CLES equations.",
}
"""What the views hold."""


class ColumnKind(StrEnum):
    """What the values of a column are."""

    NUMBER = "number"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    TEXT = "text"
    MOMENT = "moment"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class ColumnDescription:
    """A column of a table or view.

    Parameters
    ----------
    is_required : bool
        Whether no row leaves it empty.
    """

    name: str
    kind: ColumnKind
    unit: str | None
    description: str
    source: str
    is_required: bool = False

    @property
    def title(self) -> str:
        """Name in words, with the unit."""
        words = self.name.replace("_", " ")
        return f"{words} ({self.unit})" if self.unit and self.unit != "see unit" else words


@dataclass(frozen=True, slots=True)
class TableDescription:
    """A table or view.

    Parameters
    ----------
    key : tuple of str
        Columns that tell rows apart; empty for a view.
    links : tuple of (str, str, str)
        Column, table and column it points to.
    """

    name: str
    description: str
    columns: tuple[ColumnDescription, ...]
    key: tuple[str, ...] = ()
    links: tuple[tuple[str, str, str], ...] = ()


def describe_table(name: str, description: str | None = None, *, leave_out: Collection[str] = ()) -> TableDescription:
    """Return the description of a table or view, from the models.

    Parameters
    ----------
    description : str, optional
        One sentence; default that of the model.
    leave_out : collection of str
        Columns that are not handed out.
    """
    notes = sorted((n for n in column_notes() if n["table_name"] == name), key=lambda n: n["position"])
    own = Base.metadata.tables.get(name)
    columns = tuple(_column(name, note) for note in notes if note["column_name"] not in leave_out)
    if own is None:
        return TableDescription(name, description or VIEWS.get(name, ""), columns)
    links = tuple(
        (link.parent.name, link.column.table.name, link.column.name)
        for link in sorted(own.foreign_keys, key=lambda key: key.parent.name)
    )
    return TableDescription(name, description or _docs()[name], columns, tuple(own.primary_key.columns.keys()), links)


def table_names() -> list[str]:
    """Return the names of all views and tables, the views first."""
    return [*VIEWS, *sorted(Base.metadata.tables)]


def table_rows(session: Session, described: TableDescription) -> Iterator[tuple[Any, ...]]:
    """Yield all rows of a table or view, in the order of its key, of a view in that of its first columns."""
    source: FromClause = (
        Base.metadata.tables[described.name]
        if described.name in Base.metadata.tables
        else table(described.name, *(column(c.name, _type_of(described.name, c.name)) for c in described.columns))
    )
    order = described.key or [c.name for c in described.columns[:3]]
    statement = select(*(source.c[c.name] for c in described.columns)).order_by(*(source.c[name] for name in order))
    for row in session.execute(statement).yield_per(ROWS_AT_ONCE):
        yield tuple(row)


def _column(name: str, note: Mapping[str, Any]) -> ColumnDescription:
    own = Base.metadata.tables.get(name)
    required = own is not None and not own.columns[note["column_name"]].nullable
    return ColumnDescription(
        note["column_name"],
        _kind(_type_of(name, note["column_name"])),
        note["unit"],
        note["description"],
        note["source"],
        required,
    )


@cache
def _type_of(name: str, column_name: str) -> TypeEngine[Any]:
    """Return the type of a column; of a view's, that of the column it is taken from."""
    own = Base.metadata.tables.get(name)
    if own is not None:
        return own.columns[column_name].type
    (note,) = (n for n in column_notes() if (n["table_name"], n["column_name"]) == (name, column_name))
    origin, _, original = str(note["source"]).partition(",")[0].partition(".")
    held: Table = Base.metadata.tables[origin]
    return held.columns[original].type


def _kind(kind: TypeEngine[Any]) -> ColumnKind:
    for model, found in (
        (JSON, ColumnKind.JSON),
        (Boolean, ColumnKind.BOOLEAN),
        (Integer, ColumnKind.INTEGER),
        (Double, ColumnKind.NUMBER),
    ):
        if isinstance(kind, model):
            return found
    return ColumnKind.MOMENT if isinstance(getattr(kind, "impl_instance", kind), DateTime) else ColumnKind.TEXT


@cache
def _docs() -> dict[str, str]:
    return {
        table_of(mapper.class_).name: (mapper.class_.__doc__ or "").strip().splitlines()[0]
        for mapper in Base.registry.mappers
    }
