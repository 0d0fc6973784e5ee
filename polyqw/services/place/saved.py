"""What a database took of results that were to be recorded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from polyqw.db.models import table_of
from polyqw.errors import DatabaseError
from polyqw.services.place.database import can_write, writing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sqlalchemy.orm import Session

    from polyqw.db.models import Base


@dataclass(frozen=True, slots=True)
class Saved:
    """How many results were recorded.

    Parameters
    ----------
    n_new, n_known : int
        Recorded now; recorded by an earlier run already.
    """

    n_new: int = 0
    n_known: int = 0
    refusal: str | None = None


def save(database: str | None, record: Callable[[Session], Saved]) -> Saved:
    """Record results in one transaction; what hinders it is returned, not raised."""
    if not can_write(database):
        return Saved(refusal="the database is read-only")
    try:
        with writing(database) as session:
            return record(session)
    except DatabaseError as error:
        return Saved(refusal=str(error))


def save_each(database: str | None, model: type[Base], records: Iterable[Callable[[Session], int]]) -> Saved:
    """Record results of one kind, each by a call; those that the table holds already are counted as known."""

    def record(session: Session) -> Saved:
        rows = select(func.count()).select_from(table_of(model))
        before = session.scalar(rows) or 0
        n_records = sum(1 for one in records if one(session))
        n_new = (session.scalar(rows) or 0) - before
        return Saved(n_new, n_records - n_new)

    return save(database, record)
