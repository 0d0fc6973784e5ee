"""What a report of an error needs: versions, platform, extras, and the state of the database; no secrets."""

import os
import platform
import sqlite3
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from polyqw.db.models import Base
from polyqw.db.open.engine import open_database, schema_revision, transaction
from polyqw.db.open.location import locate
from polyqw.db.open.revision import HEAD
from polyqw.errors import PolyqwError
from polyqw.resources import checkout_root
from polyqw.services.place.location import default_database, shorten_home, shown_place
from polyqw.services.place.versions import versions

LIBRARIES = (
    "alembic", "click", "gemmi", "jinja2", "matplotlib", "odrpack", "pandas", "platformdirs",
    "pymatgen-core", "ruamel.yaml", "spglib", "tabulate", "tqdm",
)  # fmt: skip
"""What results or output depend on, beside those of `versions`."""

OPTIONAL = {
    "psycopg": "postgres",
    "distributed": "dask",
    "statsmodels": "mixed",
    "optimade": "optimade",
    "requests": "optimade",
    "pyarrow": "parquet",
    "datasette": "web",
    "starlette": "web",
    "uvicorn": "web",
    "mcp": "mcp",
    "scikit-learn": "ml",
    "anywidget": "notebook",
    "matminer": None,
}
"""Libraries that need not be there, and the extra of polyqw that brings each."""


def environment(database: str | None) -> dict[str, Any]:
    """Return versions, platform, optional libraries and the state of the database as plain values."""
    own = versions()
    known = {name: own.pop(name) for name in ("polyqw", "analysis", "schema")}
    root = checkout_root()
    return {
        **known,
        "installed_in": shorten_home(Path(__file__).parents[2]),
        "is_checkout": root is not None,
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "platform": platform.platform(),
        "encoding": sys.stdout.encoding if sys.stdout else None,
        "libraries": dict(sorted((own | {name: _version(name) for name in LIBRARIES}).items())),
        "sqlite": sqlite3.sqlite_version,
        "optional": {name: {"version": _version(name), "extra": extra} for name, extra in OPTIONAL.items()},
        "database": _database(database or default_database()),
    }


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _database(database: str) -> dict[str, Any]:
    state: dict[str, Any] = {
        "place": None,
        "schema_revision": None,
        "size_bytes": None,
        "rows": {},
        "analysis_versions": [],
        "problem": None,
    }
    try:
        location = locate(database)
        state["place"] = shown_place(database)
        if location.path is not None and location.path.is_file():
            state["size_bytes"] = location.path.stat().st_size
        engine = open_database(database, check_schema=False)
        try:
            state["schema_revision"] = schema_revision(engine, location)
            if state["schema_revision"] != HEAD:
                state["problem"] = f"its schema is not {HEAD}, that of this program"
                return state
            with transaction(engine) as session:
                tables = sorted(Base.metadata.tables.values(), key=lambda table: table.name)
                state["rows"] = {t.name: session.scalar(select(func.count()).select_from(t)) for t in tables}
                made_by = Base.metadata.tables["structure"].c.analysis_version
                state["analysis_versions"] = list(session.scalars(select(made_by).distinct().order_by(made_by)))
        finally:
            engine.dispose()
    except (PolyqwError, OSError) as error:
        state["problem"] = _without_home(str(error))
    return state


def _without_home(text: str) -> str:
    home = os.path.expanduser("~")
    return text.replace(home, "~") if len(home) > 1 else text
