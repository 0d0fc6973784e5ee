"""The OPTIMADE endpoint of a database file, as an ASGI application to be mounted anywhere."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from polyqw.errors import DatabaseError
from polyqw.services.interfaces.asking import TooSlowError, asking
from polyqw.services.interfaces.optimade.documents import (
    MAJOR,
    MEDIA_TYPE,
    VERSIONS,
    base_info,
    entry_info,
    error_document,
    links,
    meta,
)
from polyqw.services.interfaces.optimade.entry_types import entry_types
from polyqw.services.interfaces.optimade.functions import add_functions
from polyqw.services.interfaces.optimade.pages import read_entry, read_page
from polyqw.services.interfaces.optimade.refusals import Refusal
from polyqw.services.interfaces.optimade.request import ANYWHERE, OF_ENTRY, OF_LIST, check_names, read_request

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from starlette.requests import Request

    from polyqw.services.interfaces.optimade.entry_types import EntryType
    from polyqw.services.interfaces.optimade.pages import Page

LIMIT_SECONDS: Final = 15.0
"""Longest time that the statements of one request take."""

_VERSION = re.compile(r"v\d")


def make_optimade(path: Path, *, limit_seconds: float = LIMIT_SECONDS, origins: Sequence[str] = ()) -> Starlette:
    """Make the application that serves a database file as OPTIMADE 1.2; it reads only.

    Parameters
    ----------
    limit_seconds : float
        Time after which the statements of a request are stopped [s].
    origins : sequence of str
        Origins whose pages may ask it from a browser (CORS); ``*`` for all. None unless named.

    Raises
    ------
    DatabaseError, SchemaVersionError
        If there is no database, or its schema is not that of this program.
    """
    with asking(path, limit_seconds, add_functions):
        pass
    endpoint = _Endpoint(path, limit_seconds)
    allowed = [Middleware(CORSMiddleware, allow_origins=list(origins), allow_methods=["GET"])] if origins else []
    return Starlette(
        routes=[Route("/versions", _versions), *endpoint.routes()],
        middleware=allowed,
        exception_handlers={
            Refusal: _refuse,
            TooSlowError: _too_slow,
            DatabaseError: _no_database,
            HTTPException: _not_found,
        },
    )


class _Endpoint:
    """Answers requests from one database file."""

    def __init__(self, path: Path, limit_seconds: float) -> None:
        self.path = path
        self.limit_seconds = limit_seconds
        self.kinds = entry_types()

    def routes(self) -> list[Route]:
        """Return the routes below each version, and below none."""
        answers: dict[str, Any] = {"/info": self.info, "/links": self.links}
        for kind in self.kinds.values():
            answers[f"/{kind.name}"] = self._list_of(kind)
            answers[f"/{kind.name}/{{id:path}}"] = self._one_of(kind)
            answers[f"/info/{kind.name}"] = self._info_of(kind)
        places = ("", *(f"/{version}" for version in VERSIONS))
        return [Route(place + path, answer) for place in places for path, answer in answers.items()]

    def info(self, request: Request) -> Response:
        """Answer what is served."""
        check_names(request.query_params, ANYWHERE)
        return _answer(request, base_info(_base(request), self.kinds))

    def links(self, request: Request) -> Response:
        """Answer where else to look."""
        check_names(request.query_params, (*ANYWHERE, "filter", "page_limit", "page_offset"))
        found = links(_base(request))
        return _answer(request, found, data_returned=len(found), data_available=len(found))

    def _info_of(self, kind: EntryType) -> Any:
        def answer(request: Request) -> Response:
            check_names(request.query_params, ANYWHERE)
            return _answer(request, entry_info(kind))

        return answer

    def _list_of(self, kind: EntryType) -> Any:
        def answer(request: Request) -> Response:
            asked = read_request(request.query_params, OF_LIST)
            with asking(self.path, self.limit_seconds, add_functions) as session:
                page = read_page(session, kind, asked)
            return _paged(request, page, page.entries)

        return answer

    def _one_of(self, kind: EntryType) -> Any:
        def answer(request: Request) -> Response:
            asked = read_request(request.query_params, OF_ENTRY)
            with asking(self.path, self.limit_seconds, add_functions) as session:
                page = read_entry(session, kind, request.path_params["id"], asked)
            return _paged(request, page, page.entries[0] if page.entries else None)

        return answer


def _paged(request: Request, page: Page, data: Any) -> Response:
    next_url = None
    if page.next_page is not None:
        kept = {k: v for k, v in request.query_params.items() if k not in ("page_offset", "page_above")}
        next_url = f"{_here(request)}?{urlencode({**kept, **page.next_page})}"
    return _answer(
        request,
        data,
        included=page.included,
        links={"next": next_url},
        warnings=page.warnings,
        more=next_url is not None,
        data_returned=page.n_found,
        data_available=page.n_all,
    )


def _answer(
    request: Request,
    data: Any,
    *,
    included: list[Any] | None = None,
    links: dict[str, Any] | None = None,
    **of_meta: Any,
) -> Response:
    document = {"data": data, "meta": meta(_question(request), **of_meta)}
    if included is not None:
        document["included"] = included
    if links is not None:
        document["links"] = links
    return _document(document)


def _document(document: dict[str, Any], status: int = 200) -> Response:
    body = json.dumps(document, allow_nan=False, separators=(",", ":"))
    return Response(body, status, media_type=MEDIA_TYPE, headers={"x-content-type-options": "nosniff"})


def _base(request: Request) -> str:
    """Return the address of the endpoint, without a version, ending in a slash."""
    return str(request.url.replace(path=f"{_root(request)}/", query="", fragment=""))


def _root(request: Request) -> str:
    """Return the path that the endpoint is mounted at."""
    return str(request.scope.get("root_path", ""))


def _here(request: Request) -> str:
    return str(request.url.replace(query="", fragment=""))


def _inner_path(request: Request) -> str:
    return request.url.path.removeprefix(_root(request))


def _question(request: Request) -> str:
    """Return path and query of a request behind the version, as `meta` shows them."""
    path = _inner_path(request)
    version = path.split("/", 2)[1]
    if version in VERSIONS:
        path = path.removeprefix(f"/{version}")
    return f"{path}?{request.url.query}" if request.url.query else path


def _versions(_request: Request) -> Response:
    return PlainTextResponse(f"version\n{MAJOR[1:]}\n", media_type="text/csv; header=present")


def _refuse(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refusal)
    return _document(error_document(error.status, error.detail, _question(request)), error.status)


def _too_slow(request: Request, error: Exception) -> Response:
    return _document(error_document(503, str(error), _question(request)), 503)


def _no_database(request: Request, _error: Exception) -> Response:
    return _document(error_document(500, "the database cannot be read", _question(request)), 500)


def _not_found(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    status, detail = error.status_code, str(error.detail)
    version = _inner_path(request).split("/", 2)[1]
    if status == 404 and _VERSION.match(version) and version not in VERSIONS:
        status, detail = 553, f"version {version} is not served; the versions are {', '.join(VERSIONS)}"
    return _document(error_document(status, detail, _question(request)), status)
