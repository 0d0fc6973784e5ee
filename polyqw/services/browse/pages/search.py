"""Search: a name leads to its compound or structure, conditions to a list."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.responses import RedirectResponse

from polyqw.errors import UsageError
from polyqw.services.browse.faults import for_pages
from polyqw.services.browse.pages.paging import Page, page_number
from polyqw.services.browse.site import in_path, show, site_of
from polyqw.services.structures.naming import resolve
from polyqw.services.structures.records import count_structures, find_structures, structure_summary

if TYPE_CHECKING:
    from sqlalchemy.orm import Session
    from starlette.requests import Request
    from starlette.responses import Response

    from polyqw.services.structures.naming import Named

LONGEST = 500
"""Most characters of a question."""


def search(request: Request) -> Response:
    """Answer with what is meant, or with a list."""
    asked = request.query_params.get("q", "").strip()[:LONGEST]
    if not asked:
        return RedirectResponse("/", HTTPStatus.SEE_OTHER)
    number = page_number(request)
    with site_of(request).session() as session:
        try:
            named = resolve(session, asked)
        except UsageError as unknown:
            return _conditions(session, asked, number, str(unknown))
        if place := _only_place(named):
            return RedirectResponse(place, HTTPStatus.SEE_OTHER)
        rows = [structure_summary(s) for s in named.structures]
        return _list(session, asked, rows, number)


def _only_place(named: Named) -> str | None:
    parents = {compound.parent for compound in named.compounds}
    if len(parents) == 1:
        return f"/compound/{in_path(parents.pop())}"
    if not parents and len(named.structures) == 1:
        return f"/structure/{named.structures[0].id}"
    return None


def _conditions(session: Session, asked: str, number: int, unknown: str) -> Response:
    try:
        rows = find_structures(session, asked, sort="-tc_kelvin")
    except UsageError as error:
        is_condition = any(mark in asked for mark in "<>=!,")
        line = for_pages(str(error) if is_condition else unknown)
        return show("search.html.j2", {"asked": asked, "line": line, "page": None, "total": 0}, HTTPStatus.NOT_FOUND)
    return _list(session, asked, rows, number)


def _list(session: Session, asked: str, rows: list[dict[str, object]], number: int) -> Response:
    page = Page.of(rows, number)
    return show("search.html.j2", {"asked": asked, "line": "", "page": page, "total": count_structures(session)})
