"""Answer a reader's SQL; loads no database library for SQLite."""

from __future__ import annotations

from typing import TYPE_CHECKING

from polyqw.db.query import read_rows
from polyqw.services.location import default_database

if TYPE_CHECKING:
    from polyqw.db.query import Rows


def run_query(database: str | None, sql: str, limit_seconds: float) -> Rows:
    """Run one reading statement on a database, by default the default one; see `polyqw.db.query.read_rows`."""
    return read_rows(database or default_database(), sql, limit_seconds)
