"""What a user calls a data set: a folder of structures with a table of Tc, or the database."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from polyqw.core.record import TransitionKind
from polyqw.errors import ReadError, UsageError
from polyqw.io.reasons import Unread
from polyqw.io.tables.tc_rows import ZERO, RefusedRow, Subject, TcRow
from polyqw.io.tables.tc_table import FIELDS, Entry, read_tc_table, tables_in
from polyqw.services.structures.stored import as_analysed, current_structures

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from sqlalchemy.orm import Session

    from polyqw.db.models import Transition
    from polyqw.io.tables.tc_headers import TcField
    from polyqw.services.structures.analyse import Analysed


__all__ = ["FIELDS", "DataSet", "database_data", "folder_data"]


@dataclass(frozen=True, slots=True)
class DataSet:
    """Structures, and what is known of their Tc.

    Parameters
    ----------
    name : str
    structures : iterator of Analysed
        Read and analysed one at a time, as the iteration reaches them.
    entries_of : callable
        Gives what is known of the Tc of a structure.
    n_expected : int or None
        Number of structures where it is known beforehand.
    problems : tuple of str
        What the table holds that could not be understood.
    """

    name: str
    structures: Iterator[Analysed]
    entries_of: Callable[[Analysed], Sequence[Entry]]
    n_expected: int | None
    problems: tuple[str, ...] = ()


def folder_data(
    path: str,
    table: Path | None,
    columns: Mapping[TcField, str],
    structures: Iterator[Analysed],
    encoding: str | None = None,
) -> DataSet:
    """Return the data set in a folder of CIFs with a CSV of Tc.

    Parameters
    ----------
    path : str
        A folder, archive or anything else that names structures.
    table : Path or None
        The CSV; None for the one that lies in the folder.
    columns : mapping of TcField to str
        Headers of the CSV where they are not understood by themselves.
    structures : iterator of Analysed
        What is behind the path.
    encoding : str, optional
        Of the CSV; default what its first bytes say, else UTF-8.

    Raises
    ------
    ReadError
        Without such a path.
    UsageError
        Without a table, or with several.
    """
    tc_table = read_tc_table(table or _table_of(path), columns, encoding)

    def entries_of(analysed: Analysed) -> Sequence[Entry]:
        composition = analysed.record.cell.composition if analysed.record else {}
        return tc_table.find(analysed.file, composition)

    return DataSet(
        Path(path).resolve().name,
        structures,
        entries_of,
        len(tc_table.by_file) or None,
        tuple(tc_table.problems),
    )


def structures_alone(path: str, structures: Iterator[Analysed]) -> DataSet:
    """Return the structures behind a path as a data set of which no Tc is known."""
    return DataSet(Path(path).resolve().name, structures, lambda _: (), None)


def _table_of(path: str) -> Path:
    folder = Path(path)
    if not folder.exists():
        raise ReadError(Unread.MISSING, f"{path}: there is no such folder; name a folder of CIFs with a CSV of Tc")
    if not folder.is_dir():
        raise UsageError(f"{path}: not a folder; name its CSV of Tc with --table")
    found = list(tables_in(folder))
    if len(found) != 1:
        names = ", ".join(p.name for p in found[:5])
        told = f"holds {len(found)} CSV files ({names})" if found else "holds no CSV of Tc"
        raise UsageError(f"{path}: {told}; name one with --table")
    return found[0]


def database_data(session: Session, name: str, *, with_unmeasured: bool = False) -> DataSet:
    """Return the structures of a database with the Tc that it holds for each of them.

    Parameters
    ----------
    with_unmeasured : bool
        Whether structures without any Tc are among them.
    """
    structures = [s for s in current_structures(session) if s.transitions or with_unmeasured]
    entries = {(s.file, s.block): [_entry(t) for t in s.transitions] for s in structures}
    return DataSet(
        name,
        (as_analysed(session, s) for s in structures),
        lambda analysed: entries.get((analysed.file, analysed.block), []),
        len(structures),
    )


def _entry(transition: Transition) -> Entry:
    if not transition.tc_kelvin:
        return RefusedRow(transition.id, ZERO, "Tc is zero")
    return TcRow(
        transition.id,
        Subject(),
        transition.tc_kelvin,
        transition.tc_su_kelvin,
        TransitionKind(transition.kind),
        transition.pressure_gpa,
    )
