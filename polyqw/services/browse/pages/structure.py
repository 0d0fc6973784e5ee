"""The page of a structure: wells, heights, what the law gives, words, and files to take along."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException

from polyqw.db.models import Structure
from polyqw.services.browse.downloads import KINDS, block_file, download, json_text
from polyqw.services.browse.inspection import inspect_stored
from polyqw.services.browse.pages.sources import source_lines
from polyqw.services.browse.site import show, site_of
from polyqw.services.law.answers import answer_structures
from polyqw.services.structures.records import structure_record

if TYPE_CHECKING:
    from sqlalchemy.orm import Session
    from starlette.requests import Request
    from starlette.responses import Response


def structure(request: Request) -> Response:
    """Answer with the page of a structure, by its number."""
    site = site_of(request)
    with site.session() as session:
        found = _find(session, request)
        values = {
            "record": structure_record(found),
            "block": inspect_stored(session, found, site.options),
            "answer": answer_structures(session, [found])[0],
            "citations": source_lines(session, str(found.id)),
            "files": f"/structure/{found.id}",
        }
        return show("structure.html.j2", values)


def structure_file(request: Request) -> Response:
    """Answer with a structure as a file."""
    site, kind = site_of(request), request.path_params["kind"]
    if kind not in KINDS:
        raise HTTPException(HTTPStatus.NOT_FOUND, f"no such file; there are {', '.join(KINDS)}")
    with site.session() as session:
        found = _find(session, request)
        if kind == "json":
            return download(json_text(structure_record(found)), found.block, kind)
        return block_file([inspect_stored(session, found, site.options)], found.block, kind)


def _find(session: Session, request: Request) -> Structure:
    found = session.get(Structure, request.path_params["number"])
    if found is None:
        raise HTTPException(HTTPStatus.NOT_FOUND, "there is no structure of that number")
    return found
