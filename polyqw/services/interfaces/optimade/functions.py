"""What a filter asks for and no column holds, computed in SQL by the same code as everywhere else."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from polyqw.core.structure_tc import tc_of_structure
from polyqw.io.optimade.formulae import anonymous_formula, hill_formula, reduced_formula, whole_amounts
from polyqw.io.optimade.structure import hermann_mauguin
from polyqw.services.exchange.optimade_references import doi_address, reference_id, year_of
from polyqw.services.exchange.optimade_structures import immutable_id
from polyqw.services.exchange.selection import block_id
from polyqw.services.structures.phase_height import mean_height

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable

FORMULAE: Final = {"reduced": reduced_formula, "hill": hill_formula, "anonymous": anonymous_formula}

_REMEMBERED = 50_000


@dataclass(frozen=True, slots=True)
class _Tc:
    tc_kelvin: float
    kind: str
    pressure_gpa: float | None


@lru_cache(_REMEMBERED)
def _formula(form: str, amounts: tuple[tuple[str, float], ...]) -> str:
    return FORMULAE[form](whole_amounts(dict(amounts)))


def _formula_of(rows: list[tuple[Any, ...]]) -> str:
    """Return a formula; of each element: form, symbol, amount."""
    return _formula(rows[0][0], tuple((element, amount) for _, element, amount in rows))


def _height_of(rows: list[tuple[Any, ...]]) -> float | None:
    """Return a mean; of each well: number of its row, height or uncertainty, multiplicity."""
    return mean_height([(value, n) for _, value, n in rows])


def _tc_of(rows: list[tuple[Any, ...]]) -> str | float | None:
    """Return what the Tc of a structure say; of each: row, field, Tc, kind, pressure, pressure of the structure."""
    field, own_pressure = rows[0][1], rows[0][5]
    known = [_Tc(tc, kind, pressure) for _, _, tc, kind, pressure, _ in rows]
    found: str | float | None = asdict(tc_of_structure(known, own_pressure))[field]
    return found


def _gathering(result: Callable[[list[tuple[Any, ...]]], Any]) -> type:
    class Gathered:
        """Rows of a group, in the order of their first value."""

        def __init__(self) -> None:
            self.rows: list[tuple[Any, ...]] = []

        def step(self, *row: Any) -> None:
            self.rows.append(row)

        def finalize(self) -> Any:
            return result(sorted(self.rows, key=lambda row: row[:2])) if self.rows else None

    return Gathered


@lru_cache(_REMEMBERED)
def _immutable_id(file_sha256: str, block: str, analysis_version: str, tolerances: str) -> str:
    return immutable_id(file_sha256, block, analysis_version, json.loads(tolerances))


SCALARS: Final[dict[str, tuple[int, Callable[..., Any]]]] = {
    "optimade_id": (2, lru_cache(_REMEMBERED)(block_id)),
    "optimade_immutable_id": (4, _immutable_id),
    "optimade_hermann_mauguin": (1, hermann_mauguin),
    "optimade_reference_id": (3, lru_cache(_REMEMBERED)(reference_id)),
    "optimade_doi_address": (1, doi_address),
    "optimade_year": (1, year_of),
}
AGGREGATES: Final = {
    "optimade_formula": (3, _gathering(_formula_of)),
    "optimade_height": (3, _gathering(_height_of)),
    "optimade_tc": (6, _gathering(_tc_of)),
}


def add_functions(connection: sqlite3.Connection) -> None:
    """Let a connection know the functions that `polyqw.services.interfaces.optimade` asks."""
    for name, (n_arguments, function) in SCALARS.items():
        connection.create_function(name, n_arguments, function, deterministic=True)
    for name, (n_arguments, aggregate) in AGGREGATES.items():
        connection.create_aggregate(name, n_arguments, aggregate)
