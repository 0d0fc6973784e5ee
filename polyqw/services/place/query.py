"""Answer a reader's SQL; loads no database library for SQLite."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from polyqw.db.look.cookbook import find_recipe, read_cookbook
from polyqw.db.look.query import read_rows
from polyqw.errors import UsageError
from polyqw.services.place.location import default_database
from polyqw.suggest import or_else

if TYPE_CHECKING:
    from collections.abc import Mapping

    from polyqw.db.look.query import Rows


def run_query(
    database: str | None, sql: str, limit_seconds: float, parameters: Mapping[str, str] | None = None
) -> Rows:
    """Run one reading statement on a database, by default the default one; see `polyqw.db.look.query.read_rows`."""
    return read_rows(database or default_database(), sql, limit_seconds, parameters)


def run_recipe(database: str | None, name: str, limit_seconds: float, parameters: Mapping[str, str]) -> Rows:
    """Run a recipe of the cookbook; parameters that are not given take their defaults."""
    recipe = find_recipe(name)
    return read_rows(database or default_database(), recipe.sql, limit_seconds, recipe.values(parameters))


def recipe_rows() -> list[dict[str, Any]]:
    """Return one row for each recipe of the cookbook: name, question, account, parameters and SQL."""
    return [
        {
            "recipe": recipe.name,
            "question": recipe.question,
            "account": recipe.account,
            "parameters": [
                {"name": p.name, "kind": p.kind.value, "default": p.default, "meaning": p.meaning}
                for p in recipe.parameters
            ],
            "sql": recipe.sql,
        }
        for recipe in read_cookbook().values()
    ]


def table_rows() -> list[dict[str, Any]]:
    """Return one row for each table and view: name, number of columns and what it holds."""
    from polyqw.db.look.tables import describe_table, table_names  # noqa: PLC0415  (loads SQLAlchemy)

    described = [describe_table(name) for name in table_names()]
    return [{"table": t.name, "n_columns": len(t.columns), "description": t.description} for t in described]


def column_rows(table: str) -> list[dict[str, Any]]:
    """Return one row for each column of a table or view: name, kind, unit, meaning and source.

    Raises
    ------
    UsageError
        If there is no such table.
    """
    from polyqw.db.look.tables import describe_table, table_names  # noqa: PLC0415  (loads SQLAlchemy)

    if table not in table_names():
        raise UsageError(f"no table {table!r}{or_else(table, table_names(), '; polyqw query --tables lists them')}")
    return [
        {"column": c.name, "kind": str(c.kind), "unit": c.unit, "description": c.description, "source": c.source}
        for c in describe_table(table).columns
    ]
