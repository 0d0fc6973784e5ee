"""Tools of the Model Context Protocol over standard input and output: wells, describe, find, query; all only read."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from polyqw.core.options import AnalysisOptions
from polyqw.db.open.location import locate
from polyqw.errors import MissingLibraryError, PolyqwError
from polyqw.io.inputs import Source
from polyqw.services.describe.describe import describe_analysed, description_row
from polyqw.services.interfaces import questions
from polyqw.services.interfaces.asking import asking
from polyqw.services.place.database import printed_tables, reading
from polyqw.services.place.location import default_database
from polyqw.services.place.query import run_query
from polyqw.services.structures.analyse import (
    Analysing,
    Guard,
    Limits,
    analyse_inputs,
    analysed_row,
    as_it_is,
)
from polyqw.services.structures.naming import is_file
from polyqw.services.structures.python_input import CIF_TEXT
from polyqw.services.workers.guard import work_on
from polyqw.version import __version__

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mcp.server import MCPServer
    from sqlalchemy.orm import Session

    from polyqw.services.structures.analyse import Analysed

QUERY_SECONDS: Final = 20.0
FILE_LIMITS: Final = Limits(seconds=60.0)
"""What one file may take, in a process of its own."""

MOST_ROWS: Final = 500
MOST_FILES: Final = 50

INSTRUCTIONS: Final = (
    "polyqw finds polyhedral wells (octahedra, nonahedra, tri-decahedra) in crystal structures and measures their "
    "height h; the relation Tc = λ/h² of the papers it examines is tested here, not taken for true. Keys end in "
    "their unit. Begin with find, then wells or describe; query takes one SELECT: try the views v_law, v_wells "
    "and v_tc; sqlite_master lists all tables, column_metadata says what columns mean."
)

Row = dict[str, Any]


def make_mcp(database: str | None) -> MCPServer[Any]:
    """Make the server of tools.

    Parameters
    ----------
    database : str or None
        Path or URL; None for the default one. Without a database, files and texts can be analysed all the same.

    Raises
    ------
    MissingLibraryError
        If the SDK is not installed.
    """
    try:
        from mcp.server import MCPServer  # noqa: PLC0415 - an extra
        from mcp_types import ToolAnnotations  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise MissingLibraryError("mcp needs the SDK of the Model Context Protocol", "mcp") from error
    server: MCPServer[Any] = MCPServer("polyqw", version=__version__, instructions=INSTRUCTIONS, log_level="WARNING")
    tools = _Tools(database or default_database())
    reads = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)
    for tool in (tools.find, tools.wells, tools.describe, tools.query):
        server.add_tool(_refusing(tool), annotations=reads)
    return server


@dataclass(frozen=True, slots=True)
class _Tools:
    """The tools, on one database."""

    database: str

    def find(self, expression: str = "", sort: str = "", limit: int = 20) -> list[Row]:
        """List structures of the database that meet conditions, as polyqw find.

        The expression is e.g. 'family=cuprate AND tc_kelvin>90', 'Cu>=2 AND NOT Hg', 'h_alpha_angstrom<2.8',
        'elements HAS ANY "F","Cl"', or empty for all; sort is a field, '-tc_kelvin' turns the order round. Families:
        cuprate, nickelate, iron, element, kagome.
        """
        with self._session() as session:
            return questions.find(session, expression, sort, max(0, min(limit, MOST_ROWS)))

    def wells(self, target: str) -> list[Row]:
        """Find the quantum wells of a structure: kind, phase, height in Å with its uncertainty, vertices.

        The target is the text of a CIF, the path of a structure file, or a name in the database (id, data block,
        formula such as LaFeAsO, short name such as YBCO).
        """
        files = _analysed(target, explain=False)
        if files is not None:
            return questions.plain_rows(map(analysed_row, files))
        with self._session() as session:
            return questions.wells(session, target)

    def describe(self, target: str) -> list[Row]:
        """Describe a structure in plain English: planes, wells, what the law would give, what is odd.

        The target is the text of a CIF, the path of a structure file, or a name in the database.
        """
        files = _analysed(target, explain=True)
        if files is None:
            with self._session() as session:
                return questions.describe(session, target)
        with printed_tables() as printed:
            told = [describe_analysed(one, AnalysisOptions(), printed) for one in files]
        return questions.plain_rows(map(description_row, told))

    def query(self, sql: str) -> Row:
        """Run one reading SQL statement (SELECT or WITH) on the database; n_rows says how many rows it has in all."""
        found = run_query(self.database, sql, QUERY_SECONDS).records()
        return {"n_rows": len(found), "n_shown": min(len(found), MOST_ROWS), "rows": _rows(found[:MOST_ROWS])}

    @contextmanager
    def _session(self) -> Iterator[Session]:
        path = locate(self.database).path
        with reading(self.database) if path is None else asking(path, QUERY_SECONDS) as session:
            yield session


def _rows(rows: list[Row]) -> list[Row]:
    return questions.plain_rows(
        {key: value.hex() if isinstance(value, bytes) else value for key, value in row.items()} for row in rows
    )


def _analysed(target: str, *, explain: bool) -> list[Analysed] | None:
    """Return the structures of a text or file, analysed within limits; None where the target is a name."""
    guard = Guard(FILE_LIMITS)
    if "\n" in target or "\r" in target:
        job = Analysing(as_it_is, AnalysisOptions(), explain)
        source = Source(CIF_TEXT, target.encode("utf-8", "surrogatepass"))
        return [one for blocks in work_on([source], job, guard) for one in blocks]
    if not is_file(target):
        return None
    found = []
    for one in analyse_inputs([target], AnalysisOptions(), explain=explain, guard=guard):
        found.append(one)
        if len(found) > MOST_FILES:
            raise PolyqwError(f"{target} holds more than {MOST_FILES} structures; name one file")
    return found


def _refusing(tool: Callable[..., Any]) -> Callable[..., Any]:
    """Return a tool whose refusals reach the one who asks as one line."""
    from functools import wraps  # noqa: PLC0415

    from mcp.server.mcpserver.exceptions import ToolError  # noqa: PLC0415 - an extra

    @wraps(tool)
    def asked(*values: Any, **named: Any) -> Any:
        try:
            return tool(*values, **named)
        except PolyqwError as error:
            raise ToolError(str(error)) from error

    return asked
