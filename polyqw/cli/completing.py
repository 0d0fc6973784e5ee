"""What the shell may offer for an argument: names of the database, asked cheaply."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from click.shell_completion import CompletionItem

from polyqw.errors import PolyqwError

if TYPE_CHECKING:
    import click

MOST = 200
SECONDS = 1.0
_WORD = re.compile(r"[\w.+][\w.+-]*")
"""Names that need no quoting in a shell and are no option; others are not offered."""

_KEYS = """
SELECT block AS name, 'structure' AS about FROM structure WHERE superseded_by IS NULL
UNION SELECT CAST(id AS TEXT), block FROM structure WHERE superseded_by IS NULL
UNION SELECT name, 'compound' FROM compound
"""
_COMPOUNDS = "SELECT name, family AS about FROM compound"


def complete_key(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:  # noqa: ARG001
    """Offer structures and compounds of the database, and files."""
    # files first: bash forgets what was offered before them
    return [CompletionItem(incomplete, type="file"), *_names(ctx, _KEYS, incomplete)]


def complete_record(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:  # noqa: ARG001
    """Offer structures and compounds of the database."""
    return _names(ctx, _KEYS, incomplete)


def complete_compound(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:  # noqa: ARG001
    """Offer compounds of the database."""
    return _names(ctx, _COMPOUNDS, incomplete)


def complete_condition(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:  # noqa: ARG001
    """Offer conditions on family, status and origin after the last comma of an expression."""
    head, comma, last = incomplete.rpartition(",")
    query = " UNION ".join(
        f"SELECT DISTINCT '{name}=' || {name} AS name, '' AS about FROM structure WHERE {name} IS NOT NULL"  # noqa: S608
        for name in ("family", "status", "origin")
    )
    return [CompletionItem(f"{head}{comma}{item.value}") for item in _names(ctx, query, last, word=r"[\w=]+")]


def _names(ctx: click.Context, query: str, incomplete: str, word: str = _WORD.pattern) -> list[CompletionItem]:
    """Return what a query names that begins with what was typed; nothing where no database is cheap to ask."""
    database = ctx.params.get("database")
    if (database and "://" in database and not database.startswith("sqlite")) or "\0" in incomplete:
        return []
    from polyqw.services.place.query import run_query

    start = incomplete.replace("'", "''")
    sql = (
        f"SELECT name, about FROM ({query}) AS offered "  # noqa: S608 - the one foreign text is quoted
        f"WHERE substr(name, 1, {len(incomplete)}) = '{start}' ORDER BY name LIMIT {MOST}"
    )
    try:
        rows = run_query(database, sql, SECONDS).rows
    except PolyqwError:
        return []
    return [
        CompletionItem(name, help=about if about and re.fullmatch(_WORD, about) else None)
        for name, about in rows
        if re.fullmatch(word, name)
    ]
