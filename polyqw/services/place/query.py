"""Answer a reader's SQL; loads no database library for SQLite."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from polyqw.db.look.cookbook import find_recipe, read_cookbook
from polyqw.db.look.query import read_rows
from polyqw.services.place.location import default_database

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
