"""Find the wells of many structures at once, as one table."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Final

from polyqw.api.analysis import analysis_options, make_guard, read_options
from polyqw.api.result import FIELDS, NESTED, NUMBERS
from polyqw.errors import UsageError
from polyqw.services.structures.analyse import analysed_row
from polyqw.services.structures.many_given import analyse_many
from polyqw.suggest import or_else

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

    import pandas as pd

    from polyqw.api.analysis import StructureLike
    from polyqw.core.tolerances import Tolerances

COLUMNS: Final = ("structure", "cif", "file", "path")
"""Columns in which structures are looked for, the first that a table has."""

OF_STRUCTURE: Final = (
    "input", "file", "block", "formula", "formula_written", "family", "status", "reason", "message", "warnings",
)  # fmt: skip
"""Columns of a structure; those of a well stand behind them."""


def find_wells_many(  # noqa: PLR0913 - each option is one of `find_wells` too
    structures: Iterable[StructureLike] | str | os.PathLike[str] | pd.DataFrame,
    *,
    column: str | None = None,
    n_jobs: int = 1,
    timeout_seconds: float | None = None,
    memory_mib: int | None = None,
    occupancy: str = "weighted",
    oxide_metals: Iterable[str] | None = None,
    bridging_anions: Iterable[str] | None = None,
    iron_metals: Iterable[str] | None = None,
    iron_anions: Iterable[str] | None = None,
    tolerances: Tolerances | None = None,
    reader: str = "auto",
    trust: bool = False,
) -> pd.DataFrame:
    """Find the wells of many structures: a table with a row for each well, and one for each structure without.

    A structure that cannot be read, or takes too much, stops no other: its row says why, in ``status``, ``reason``
    and ``message``.

    Parameters
    ----------
    structures : iterable of what `find_wells` takes, path, or DataFrame
        A single path may be that of a file, a folder, an archive, or a pattern such as ``cifs/*.cif``.
    column : str, optional
        Where structures stand in a DataFrame; unless given, the first there is of structure, cif, file, path.
    n_jobs : int
        Processes to work in; 1 works in this process, -1 takes one for each processor.
    timeout_seconds : float, optional
        Longest time for one structure [s]; with a limit, or several processes, each structure is worked on in a
        process that is ended at the limit (20 s unless given).
    memory_mib : int, optional
        Most memory for one structure [MiB]; the same.
    occupancy, oxide_metals, bridging_anions, iron_metals, iron_anions, tolerances, reader, trust
        As in `find_wells`.

    Returns
    -------
    DataFrame
        ``input`` is the position of the structure, or its label in the index of the DataFrame; a file with several
        data blocks gives rows for each. Columns carry their units, ``attrs`` the options and what made the numbers.

    Raises
    ------
    UsageError
        If an option has no meaning.
    """
    options = analysis_options(
        occupancy=occupancy,
        oxide_metals=oxide_metals,
        bridging_anions=bridging_anions,
        iron_metals=iron_metals,
        iron_anions=iron_anions,
        tolerances=tolerances,
    )
    guard = make_guard(_jobs(n_jobs), timeout_seconds, memory_mib)
    found = analyse_many(_keyed(structures, column), options, read_options(reader, trusted=trust), guard)
    return _table([row for key, analysed in found for row in _rows(key, analysed_row(analysed))], options.as_dict())


def _jobs(n_jobs: int) -> int:
    if n_jobs == 0 or n_jobs < -1:
        raise UsageError(f"n_jobs={n_jobs}: give the number of processes, or -1 for one for each processor")
    return n_jobs if n_jobs > 0 else (os.cpu_count() or 1)


def _keyed(structures: Any, column: str | None) -> Iterable[tuple[Hashable, Any]]:
    if isinstance(structures, str | bytes | os.PathLike):
        return [(0, structures)]
    if not _is_table(structures):
        if column is not None:
            raise UsageError(f"column={column!r} is of a DataFrame; {type(structures).__name__} has none")
        return enumerate(structures)
    names = [str(name) for name in structures.columns]
    chosen = column or next((name for name in COLUMNS if name in names), None)
    if chosen is None:
        raise UsageError(f"no column {', '.join(COLUMNS)} in the table; name one with column=: {', '.join(names)}")
    if chosen not in names:
        there = f"; there are {', '.join(names)}"
        raise UsageError(f"no column {chosen!r} in the table{or_else(chosen, names, there)}")
    keyed: Iterable[tuple[Hashable, Any]] = structures[chosen].items()
    return keyed


def _is_table(structures: Any) -> bool:
    """Return whether structures are a DataFrame, without loading pandas."""
    return any(
        (p.__module__.partition(".")[0], p.__name__) == ("pandas", "DataFrame") for p in type(structures).__mro__
    )


def _rows(key: Hashable, row: dict[str, Any]) -> list[dict[str, Any]]:
    named = {"input": key, **{name: row[name] for name in OF_STRUCTURE[1:]}, "warnings": tuple(row["warnings"])}
    return [
        {**named, **{k: tuple(v) if isinstance(v, list) else v for k, v in well.items() if k not in NESTED}}
        for well in row["wells"] or [{}]
    ]


def _table(rows: list[dict[str, Any]], options: dict[str, Any]) -> pd.DataFrame:
    import pandas as pd  # noqa: PLC0415 - heavy

    from polyqw.services.place.versions import versions  # noqa: PLC0415

    columns = [*OF_STRUCTURE, *(name for name in FIELDS if name not in NESTED)]
    table = pd.DataFrame(rows, columns=columns).astype(dict.fromkeys(NUMBERS, float))
    table.attrs = {"options": options, "versions": versions()}
    return table
