"""Insert rows of a table; as an object of a session each would cost several times as much."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import insert

from polyqw.db.models import Base, table_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    Row = dict[str, Any]


def insert_all(session: Session, model: type[Base], rows: list[Row]) -> None:
    """Insert rows, if there are any."""
    if rows:
        session.connection().execute(insert(table_of(model)), rows)


def insert_one(session: Session, model: type[Base], row: Row) -> int:
    """Insert a row and return its key."""
    key: Any = session.connection().execute(insert(table_of(model)), row).inserted_primary_key
    return int(key[0])


def insert_returning(session: Session, model: type[Base], rows: list[Row]) -> list[int]:
    """Insert rows and return their keys, in the order of the rows."""
    if not rows:
        return []
    table = table_of(model)
    statement = insert(table).returning(table.c.id, sort_by_parameter_order=True)
    return [int(row.id) for row in session.connection().execute(statement, rows)]
