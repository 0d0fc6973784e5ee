"""The application: its pages, and the doors to other interfaces."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse
from starlette.routing import Mount, Route

from polyqw.core.options import AnalysisOptions
from polyqw.db.open.engine import open_database
from polyqw.errors import PolyqwError
from polyqw.services.browse.desk import Desk
from polyqw.services.browse.faults import refused
from polyqw.services.browse.files import static_file
from polyqw.services.browse.inspection import Inspecting
from polyqw.services.browse.pages.analyse import analyse, analysed, analysed_file, begin, block_of, ingest
from polyqw.services.browse.pages.claims import claims
from polyqw.services.browse.pages.cles import cles, cles_file
from polyqw.services.browse.pages.compound import compound
from polyqw.services.browse.pages.family import family
from polyqw.services.browse.pages.first import first
from polyqw.services.browse.pages.law import law, law_file
from polyqw.services.browse.pages.names import names
from polyqw.services.browse.pages.screen import screen
from polyqw.services.browse.pages.search import search
from polyqw.services.browse.pages.structure import structure, structure_file
from polyqw.services.browse.policy import OF_DATASETTE, Guarded, ReadOnly
from polyqw.services.browse.remembered import remembered
from polyqw.services.browse.site import Site
from polyqw.services.browse.sql.application import PLACE, make_sql
from polyqw.services.browse.sql.metadata import DATABASE
from polyqw.services.interfaces.json_api.application import make_api
from polyqw.services.interfaces.optimade.application import make_optimade

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from starlette.requests import Request
    from starlette.responses import Response

    from polyqw.io.read_options import ReadOptions
    from polyqw.services.browse.policy import Application
    from polyqw.services.workers.guard import Guard

MOUNTS: Final[tuple[tuple[str, Callable[[Path], Application]], ...]] = (
    (PLACE, make_sql),
    ("/optimade", make_optimade),
    ("/api", make_api),
)
"""Applications that stand beside the pages, by the address that theirs begin with; they only read."""

POLICIES: Final = {PLACE: OF_DATASETTE}
"""Content policies other than that of the pages."""

PAGES: Final = (
    Route("/", remembered(first)),
    Route("/names", names),
    Route("/search", remembered(search)),
    Route("/compound/{name:path}", remembered(compound)),
    Route("/structure/{number:int}", remembered(structure)),
    Route("/structure/{number:int}.{kind}", structure_file),
    Route("/family/{name}", remembered(family)),
    Route("/claims", remembered(claims)),
    Route("/screen", remembered(screen)),
    Route("/law", remembered(law)),
    Route("/law.{kind}", law_file),
    Route("/cles", remembered(cles)),
    Route("/cles.{kind}", cles_file),
    Route("/analyse", begin),
    Route("/analyse", analyse, methods=["POST"]),
    Route("/analyse/{name}", analysed),
    Route("/analyse/{name}/wells.{kind}", analysed_file),
    Route("/analyse/{name}/{number:int}.{kind}", block_of),
    Route("/ingest", ingest, methods=["POST"]),
    Route("/static/{name}", static_file),
)
"""The pages by their addresses."""


@contextmanager
def open_application(
    path: Path, guard: Guard, reading: ReadOptions, *, is_local: bool, ingest_token: str = ""
) -> Iterator[Application]:
    """Open the application that shows a database file, and end its workers after.

    Parameters
    ----------
    guard : Guard
        Workers that look at uploads, and what one file may take of one.
    is_local : bool
        Whether only this machine is served.
    ingest_token : str
        What has to be known to store something; empty where nobody may.
    """
    options = AnalysisOptions()
    engine = open_database(path)
    desk = Desk(Inspecting(str(path), options, reading), guard)
    try:
        site = Site(path, engine, desk, options, reading, ingest_token=ingest_token)
        yield make_application(site, is_local=is_local)
    finally:
        desk.close()
        engine.dispose()


def make_application(site: Site, *, is_local: bool) -> Application:
    """Make the application of a site."""
    doors = [Mount(place, ReadOnly(make(site.path))) for place, make in MOUNTS]
    moved = Route(f"/{DATABASE}{{rest:path}}", to_sql)
    faults = dict.fromkeys((HTTPException, PolyqwError, Exception), refused)
    pages = Starlette(routes=[*PAGES, *doors, moved], exception_handlers=faults)
    pages.state.site = site
    return Guarded(pages, POLICIES, is_local=is_local)


def to_sql(request: Request) -> Response:
    """Lead from where datasette stood before to where it stands now."""
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(f"{PLACE}{request.url.path}{query}", 308)
