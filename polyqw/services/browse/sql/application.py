"""Datasette on one database file that it can only read."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING, Any

from datasette.app import Datasette
from datasette.database import Database, Results
from datasette.plugins import pm

from polyqw.db.look.cookbook import read_cookbook
from polyqw.db.open.sqlite_file import connect_file
from polyqw.services.browse.sql import cells, faults
from polyqw.services.browse.sql.metadata import DATABASE, metadata
from polyqw.services.browse.sql.parameters import WithDefaults

if TYPE_CHECKING:
    from polyqw.services.browse.policy import Application

PLACE = "/sql"
"""Where it stands in the application."""

BUSY_SECONDS = 5.0
"""How long a page waits for an ingest that is writing."""

SETTINGS = {
    "base_url": f"{PLACE}/",
    "allow_download": False,  # a copy that is whole even while the file is written to is made by polyqw db backup
    "default_cache_ttl": 0,  # an ingest may change any page
    "default_page_size": 100,
    "facet_time_limit_ms": 1000,
    "max_returned_rows": 5000,
    "sql_time_limit_ms": 5000,
    "truncate_cells_html": 200,  # lists of parameters are long; a row's own page has them whole
    "suggest_facets": False,  # those that make sense are named; trying all of them takes long
}


class ReadOnlyFile(Database):
    """A database file that is opened for reading as everywhere else, and never for writing.

    The file is not declared immutable: another process may be writing to it.
    """

    def connect(self, write: bool = False) -> sqlite3.Connection:
        """Open the file."""
        if write:
            raise sqlite3.OperationalError("attempt to write a readonly database")
        connection = connect_file(Path(self.path), "ro", busy_seconds=BUSY_SECONDS)
        self._all_file_connections.append(connection)
        return connection

    async def execute(self, sql: str, *arguments: Any, **options: Any) -> Results:
        """Run a statement; an error stands in the page and not on the terminal, where a request has no say."""
        return await super().execute(sql, *arguments, **{**options, "log_sql_errors": False})


def make_sql(path: Path) -> Application:
    """Make the application that shows the tables of a database file; its addresses begin with `PLACE`."""
    for plugin in (cells, faults):
        if not pm.is_registered(plugin):
            pm.register(plugin)
    pm.set_blocked("datasette.handle_exception")  # faults answers in its place
    templates = Path(__file__).parent / "templates"
    shown = Datasette(metadata=metadata(), settings=SETTINGS, template_dir=str(templates))
    shown.remove_database("_memory")  # made where no file is named; ours is added with a connection of its own
    shown.add_database(ReadOnlyFile(shown, path=str(path), is_mutable=True), name=DATABASE)
    return WithDefaults(shown.app(), PLACE, DATABASE, read_cookbook())
