"""Functions of SQL that PostgreSQL has and SQLite lacks: spread, median, correlation, regular expressions."""

from __future__ import annotations

import sqlite3
import statistics
from typing import TYPE_CHECKING, ClassVar, Final

if TYPE_CHECKING:
    from collections.abc import Callable

REGEXP_SECONDS: Final = 1.0
"""Longest search of one regular expression in one text."""


class _Of:
    """What the values of a column have in common; None where there are too few."""

    least: ClassVar[int] = 1

    def __init__(self) -> None:
        self.rows: list[tuple[float, ...]] = []

    def step(self, *values: float | None) -> None:
        """Take a row; those with a NULL are left out."""
        numbers = [value for value in values if isinstance(value, int | float)]
        if len(numbers) == len(values):
            self.rows.append(tuple(map(float, numbers)))

    def finalize(self) -> float | None:
        """Return the result."""
        try:
            return self.of(*zip(*self.rows, strict=True)) if len(self.rows) >= self.least else None
        except statistics.StatisticsError:  # a column that does not vary
            return None

    def of(self, *columns: tuple[float, ...]) -> float:
        raise NotImplementedError


def _aggregate(function: Callable[..., float], least: int) -> type[_Of]:
    return type("Aggregate", (_Of,), {"of": staticmethod(function), "least": least})


def _slope(y: tuple[float, ...], x: tuple[float, ...]) -> float:
    return statistics.linear_regression(x, y).slope


def _intercept(y: tuple[float, ...], x: tuple[float, ...]) -> float:
    return statistics.linear_regression(x, y).intercept


AGGREGATES: Final[dict[str, tuple[Callable[..., float], int, int]]] = {
    "median": (statistics.median, 1, 1),
    "stddev": (statistics.stdev, 1, 2),
    "stddev_samp": (statistics.stdev, 1, 2),
    "stddev_pop": (statistics.pstdev, 1, 1),
    "variance": (statistics.variance, 1, 2),
    "corr": (statistics.correlation, 2, 2),
    "regr_slope": (_slope, 2, 2),
    "regr_intercept": (_intercept, 2, 2),
}
"""Name to function, number of arguments, and the least number of rows."""


class Connection(sqlite3.Connection):
    """A connection that remembers why one of these functions ended a statement."""

    complaint: str = ""


def add_functions(connection: Connection) -> None:
    """Let a connection know the functions, and ``x REGEXP pattern`` or ``regexp_like(x, pattern)``."""
    for name, (function, n_arguments, least) in AGGREGATES.items():
        connection.create_aggregate(name, n_arguments, _aggregate(function, least))  # type: ignore[arg-type]

    def search(text: str | None, pattern: str | None) -> bool | None:
        import regex  # noqa: PLC0415 - few statements need it

        if text is None or pattern is None:
            return None
        try:
            return regex.search(str(pattern), str(text), timeout=REGEXP_SECONDS) is not None
        except (TimeoutError, regex.error) as error:
            connection.complaint = f"REGEXP {str(pattern)[:60]!r}: {error}"
            connection.interrupt()
            return None

    connection.create_function("regexp", 2, lambda pattern, text: search(text, pattern), deterministic=True)
    connection.create_function("regexp_like", 2, search, deterministic=True)
