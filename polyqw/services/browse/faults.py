"""What a question without an answer gets: a page with one line, or one line of JSON."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from polyqw.errors import DatabaseError, PolyqwError
from polyqw.services.browse.site import show
from polyqw.untrusted import one_line

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

LONGEST = 500
"""Most characters of the line."""

OWN_FAULT = "something went wrong here that is no fault of yours; the server has noted it"
OWN_WORDS = {
    HTTPStatus.NOT_FOUND: "there is no such page; begin at the first one, or search",
    HTTPStatus.METHOD_NOT_ALLOWED: "this page is not asked in that way",
}
"""Where the framework says no more than the name of the status."""


def for_pages(line: str) -> str:
    """Return a line without its hint at a command, for those who have none."""
    return one_line(line.partition("; polyqw ")[0], LONGEST)


async def refused(request: Request, error: Exception) -> Response:
    """Answer to a question that cannot be answered."""
    status, line, headers = _told(error)
    if "application/json" in request.headers.get("accept", ""):
        return JSONResponse({"error": line}, int(status), headers)
    page = show("fault.html.j2", {"status": status, "line": line}, status)
    page.headers.update(headers or {})
    return page


def _told(error: Exception) -> tuple[HTTPStatus, str, dict[str, str] | None]:
    if isinstance(error, HTTPException):
        status = HTTPStatus(error.status_code)
        is_bare = error.detail in ("", status.phrase)
        headers = dict(error.headers) if error.headers else None
        return status, for_pages(OWN_WORDS.get(status, status.phrase) if is_bare else error.detail), headers
    if isinstance(error, DatabaseError):
        return HTTPStatus.SERVICE_UNAVAILABLE, "the database does not answer now; try again in a while", None
    if isinstance(error, PolyqwError):
        return HTTPStatus.BAD_REQUEST, for_pages(str(error)), None
    return HTTPStatus.INTERNAL_SERVER_ERROR, OWN_FAULT, None
