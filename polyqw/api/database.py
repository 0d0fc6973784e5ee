"""Read a polyqw database from Python."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from polyqw.api.result import WellAnalysis
from polyqw.core.options import AnalysisOptions
from polyqw.services.place.database import reading

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence

    import pandas as pd

QUERY_SECONDS = 30.0


class Database:
    """Read-only access to a database; each call opens and closes it, so nothing needs closing.

    Parameters
    ----------
    place : str or path
        A path or a SQLAlchemy URL.

    Raises
    ------
    DatabaseError, SchemaVersionError
        If there is none, or its schema is not that of this program.
    """

    def __init__(self, place: str | os.PathLike[str]) -> None:
        self._place = str(place)
        with reading(self._place):
            pass

    def __repr__(self) -> str:
        """Return the place, a password hidden."""
        from polyqw.services.place.location import shown_place  # noqa: PLC0415

        return f"<polyqw Database {shown_place(self._place)!r}>"

    def query(self, sql: str, *, limit_seconds: float = QUERY_SECONDS) -> pd.DataFrame:
        """Run one reading SQL statement and return its rows.

        Parameters
        ----------
        sql : str
            SELECT, WITH, VALUES or EXPLAIN; ``db/SCHEMA.md`` lists tables, columns and units.
        limit_seconds : float
            Time after which the statement is stopped [s].

        Raises
        ------
        DatabaseError
            If the statement is wrong, writes, is not one, or takes too long.
        """
        from polyqw.services.place.query import run_query  # noqa: PLC0415

        rows = run_query(self._place, sql, limit_seconds)
        return _frame(rows.rows, rows.columns)

    def find(self, expression: str = "", *, sort: str | None = None, limit: int | None = None) -> pd.DataFrame:
        """Return the structures that meet all conditions, as ``polyqw find``.

        Parameters
        ----------
        expression : str
            Conditions joined by commas: ``family=cuprate``, ``tc_kelvin>90``, ``Cu>=2``, or an element alone.
        sort : str, optional
            Column to sort by; a leading ``-`` turns the order round.
        limit : int, optional
            Largest number of rows.

        Raises
        ------
        UsageError
            If a condition cannot be read.
        """
        from polyqw.services.structures.records import find_structures  # noqa: PLC0415

        with reading(self._place) as session:
            records = find_structures(session, expression, sort=sort, limit=limit)
        columns = list(dict.fromkeys(name for record in records for name in record))
        return _frame([[record.get(name) for name in columns] for record in records], columns)

    def structure(self, key: int | str) -> WellAnalysis:
        """Return a structure with its wells, as they are stored.

        Parameters
        ----------
        key : int or str
            Number, source id, name of the data block, or path of the file.

        Raises
        ------
        UsageError
            If there is no such structure.
        DatabaseError
            If several structures fit.
        """
        from polyqw.services.structures.stored import stored_structure  # noqa: PLC0415

        with reading(self._place) as session:
            return WellAnalysis(stored_structure(session, key), AnalysisOptions())


def open_database(place: str | os.PathLike[str]) -> Database:
    """Open a database for reading.

    Parameters
    ----------
    place : path or URL
        An existing database, as ``polyqw ingest`` makes it.

    Raises
    ------
    DatabaseError, SchemaVersionError
        If there is none, or its schema is not that of this program.
    """
    return Database(place)


def _frame(rows: Sequence[Sequence[Any]], columns: Sequence[str]) -> pd.DataFrame:
    import pandas as pd  # noqa: PLC0415 - heavy

    from polyqw.services.place.versions import versions  # noqa: PLC0415

    table = pd.DataFrame(list(rows), columns=list(columns))
    table.attrs = {"versions": versions()}
    return table
