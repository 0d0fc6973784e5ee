"""What the pages say: titles, units, sources, counts and questions, from the models and the cookbook."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from polyqw.db.look.cookbook import read_cookbook
from polyqw.db.look.tables import VIEWS
from polyqw.db.models import Base, table_of
from polyqw.db.open.revision import HEAD
from polyqw.db.open.seed import column_notes
from polyqw.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable

    from polyqw.db.look.cookbook import Recipe

DATABASE = "polyqw"
"""Name of the database in addresses, whatever its file is called, so that links keep."""

TITLES = {
    "v_law": "Heights and Tc",
    "v_tc": "Tc",
    "v_wells": "Wells",
    "v_compound": "Compounds",
    "v_printed": "The papers' rows",
    "v_predictions": "Predictions",
    "v_scores": "Predictions and measured Tc",
    "v_claims": "Claims",
    "v_failures": "No well, and why",
    "v_cles": "CLES fits",
}
"""Title of each view, in the order of the page; `polyqw.db.look.tables.VIEWS` says what they hold."""

FACETS = ("family", "phase", "kind", "tc_kind", "origin", "status", "reason", "verdict", "state", "use", "fit_family")
"""Columns with a handful of values, counted beside the rows where a table has them."""

SORTED = {
    "v_law": {"sort_desc": "tc_kelvin"},
    "v_tc": {"sort_desc": "tc_kelvin"},
    "v_wells": {"sort": "height_angstrom"},
    "v_predictions": {"sort_desc": "predicted_at"},
}
HIDDEN = frozenset({"alembic_version", "column_metadata", "source_block", "source_file"})
"""Bookkeeping: shown when asked for."""

LABELS = {"structure": "block", "reference": "key", "claim": "key", "published_height": "formula_printed"}
"""Column that stands for a row where another table points to it."""

LICENCE = "facts with their sources; the licence of each text stands in the table reference"


def metadata() -> dict[str, Any]:
    """Return what datasette shows of the database."""
    return {
        "title": "polyqw",
        "description": (
            f"Polyhedral wells, their heights and Tc. polyqw {__version__}, schema {HEAD}. These pages read only; "
            "printed, recomputed and predicted numbers stand in tables of their own."
        ),
        "license": LICENCE,
        "databases": {
            DATABASE: {
                "title": "Wells, heights and Tc",
                "tables": table_pages(),
                "queries": {recipe.name: _query(recipe) for recipe in read_cookbook().values()},
            }
        },
    }


def table_pages() -> dict[str, dict[str, Any]]:
    """Return title, account, columns, facets and order of every table and view, the views first."""
    docs = {table_of(mapper.class_).name: (mapper.class_.__doc__ or "") for mapper in Base.registry.mappers}
    sources = {table_of(mapper.class_).name: mapper.class_.SOURCE for mapper in Base.registry.mappers}
    notes = sorted(column_notes(), key=lambda n: (n["table_name"], n["position"]))
    pages = {}
    for name, columns in groupby(notes, key=lambda n: n["table_name"]):
        listed = list(columns)
        title = TITLES.get(name, name)
        account = VIEWS.get(name) or docs.get(name, "").strip().partition("\n")[0]
        pages[name] = {
            "title": title if title == name else f"{title} ({name})",
            "description": account,
            "columns": {n["column_name"]: _column(n) for n in listed},
            "facets": _facets(n["column_name"] for n in listed) if name not in HIDDEN else [],
            **({"source": sources[name]} if sources.get(name) else {}),
            **SORTED.get(name, {}),
            **({"label_column": LABELS[name]} if name in LABELS else {}),
            **({"hidden": True} if name in HIDDEN else {}),
        }
    order = [*TITLES, *pages]
    return {name: pages[name] for name in sorted(pages, key=order.index)}


def _column(note: dict[str, Any]) -> str:
    unit = f" [{note['unit']}]" if note["unit"] else ""
    return f"{note['description']}{unit} Source: {note['source']}."


def _facets(columns: Iterable[str]) -> list[str]:
    there = set(columns)
    return [name for name in FACETS if name in there]


def _query(recipe: Recipe) -> dict[str, Any]:
    return {
        "sql": recipe.sql,
        "title": recipe.question,
        "description": recipe.account,
        "params": [p.name for p in recipe.parameters],
        "meanings": {p.name: p.meaning for p in recipe.parameters},
    }
