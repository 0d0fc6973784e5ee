"""``polyqw query``: read-only SQL, free or from the cookbook."""

import sys

import click

from polyqw.cli.options import db_option
from polyqw.cli.output import Format, Table, format_options, write
from polyqw.errors import UsageError
from polyqw.services.drawing.columns import as_named

RECIPES = ("recipe", "question", "parameters")


@click.command(
    epilog='Example: polyqw query "SELECT * FROM v_law WHERE tc_kelvin > 90" --csv, or polyqw query --recipe '
    "heights-in-window -p h_from=3.5 -p h_to=3.6"
)
@click.argument("sql", required=False)
@click.option("--recipe", metavar="NAME", help="Instead of SQL, a question of the cookbook.")
@click.option("--recipes", is_flag=True, help="List the cookbook, with the parameters and their defaults.")
@click.option("--tables", is_flag=True, help="List the tables and views, with what they hold.")
@click.option("--schema", metavar="TABLE", help="List the columns of a table or view, with unit and meaning.")
@click.option(
    "-p", "--parameter", "given", metavar="NAME=VALUE", multiple=True, help="Value of :NAME in the SQL or the recipe."
)
@click.option("--limit-seconds", type=click.FloatRange(min=0.1), default=30.0, show_default=True, help="Stop after.")
@format_options
@db_option
def command(
    sql: str | None,
    recipe: str | None,
    recipes: bool,
    tables: bool,
    schema: str | None,
    given: tuple[str, ...],
    limit_seconds: float,
    output: Format,
    database: str | None,
) -> None:
    """Run one read-only SQL statement; - reads it from standard input. Or run a recipe of the cookbook.

    SQLite knows median, stddev, variance, corr, regr_slope and REGEXP too.
    """
    from polyqw.services.place.query import run_query, run_recipe

    if (sql is not None) + (recipe is not None) + recipes + tables + (schema is not None) != 1:
        raise UsageError("give one of SQL, --recipe NAME, --recipes, --tables and --schema TABLE")
    if recipes:
        _list(output)
        return
    if tables or schema is not None:
        _describe(output, schema)
        return
    parameters = dict(_parameter(text) for text in given)
    if recipe is not None:
        answer = run_recipe(database, recipe, limit_seconds, parameters)
    else:
        answer = run_query(database, sys.stdin.read() if sql == "-" else str(sql), limit_seconds, parameters)
    write(output, answer.records(), [Table(answer.records(), as_named(answer.columns))])


def _parameter(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign or not name:
        raise UsageError(f"-p {text}: write -p NAME=VALUE")
    return name, value


def _list(output: Format) -> None:
    from polyqw.services.place.query import recipe_rows

    rows = recipe_rows()
    shown = [
        {**row, "parameters": ", ".join(f"{p['name']}={p['default']}" for p in row["parameters"])} for row in rows
    ]
    write(output, rows, [Table(shown, RECIPES, ("account", "sql"))])


def _describe(output: Format, schema: str | None) -> None:
    from polyqw.services.place.query import column_rows, table_rows

    rows = table_rows() if schema is None else column_rows(schema)
    write(output, rows, [Table(rows, as_named(rows[0]))])
