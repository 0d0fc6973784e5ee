"""The JSON API of a database file, as an ASGI application to be mounted anywhere."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from polyqw.errors import DatabaseError, UsageError
from polyqw.services.interfaces import questions
from polyqw.services.interfaces.asking import TooSlowError, asking
from polyqw.services.interfaces.json_api.openapi import MOST, OPERATIONS, USUAL, openapi_document
from polyqw.services.interfaces.json_api.page import api_page

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from sqlalchemy.orm import Session
    from starlette.requests import Request

    from polyqw.services.interfaces.json_api.openapi import Operation

LIMIT_SECONDS: Final = 15.0
"""Longest time that the statements of one request take."""

SAFE: Final = {"x-content-type-options": "nosniff"}


def make_api(path: Path, *, limit_seconds: float = LIMIT_SECONDS) -> Starlette:
    """Make the application that answers in JSON from a database file; it reads only.

    It describes itself at ``/openapi.json``, and to people at ``/``.

    Parameters
    ----------
    limit_seconds : float
        Time after which the statements of a request are stopped [s].

    Raises
    ------
    DatabaseError, SchemaVersionError
        If there is no database, or its schema is not that of this program.
    """
    with asking(path, limit_seconds):
        pass
    return Starlette(
        routes=[
            Route("/", _page),
            Route("/openapi.json", _description),
            *(
                Route(_route(operation), _answering(path, limit_seconds, operation, ANSWERS[operation.name]))
                for operation in OPERATIONS
            ),
        ],
        exception_handlers={
            _MeaninglessError: _refuse(400),
            UsageError: _refuse(404),
            TooSlowError: _refuse(503),
            DatabaseError: _no_database,
            HTTPException: _not_found,
        },
    )


class _MeaninglessError(UsageError):
    """A parameter that has no meaning."""


def _find(session: Session, asked: Mapping[str, str]) -> Any:
    limit = asked.get("limit", str(USUAL))
    if not (limit.isascii() and limit.isdigit() and len(limit) < 10 and int(limit) <= MOST):
        raise _MeaninglessError(f"limit={limit[:40]}: give a whole number up to {MOST}")
    try:
        return questions.find(session, asked.get("expression", ""), asked.get("sort"), int(limit))
    except UsageError as error:
        raise _MeaninglessError(str(error)) from error


ANSWERS: Final[dict[str, Callable[[Session, Mapping[str, str]], Any]]] = {
    "find": _find,
    "structures": _find,
    "structure": lambda session, asked: questions.structure(session, asked["key"]),
    "wells": lambda session, asked: questions.wells(session, asked["key"]),
    "describe": lambda session, asked: questions.describe(session, asked["key"]),
    "compound": lambda session, asked: questions.compound(session, asked["key"]),
    "predict_structure": lambda session, asked: questions.predict_of_structure(session, asked["key"]),
    "predict_set": lambda session, asked: questions.predict_of_set(session, asked["key"]),
}


def _answering(
    path: Path, limit_seconds: float, operation: Operation, answer: Callable[[Session, Mapping[str, str]], Any]
) -> Callable[[Request], Response]:
    known = {parameter["name"] for parameter in operation.parameters if parameter["in"] == "query"}

    def respond(request: Request) -> Response:
        for name in request.query_params:
            if name not in known:
                there = f"there are {', '.join(sorted(known))}" if known else "it takes none"
                raise _MeaninglessError(f"no parameter {name[:40]!r}; {there}")
        with asking(path, limit_seconds) as session:
            found = answer(session, {**request.query_params, **request.path_params})
        return _json(found)

    return respond


def _route(operation: Operation) -> str:
    return operation.path.replace("{key}", "{key:path}")


def _json(document: Any, status: int = 200) -> Response:
    body = json.dumps(document, allow_nan=False, separators=(",", ":"))
    return Response(body, status, media_type="application/json", headers=SAFE)


def _address(request: Request) -> str:
    root = str(request.scope.get("root_path", ""))
    return str(request.url.replace(path=root, query="", fragment="")).rstrip("/")


def _description(request: Request) -> Response:
    return _json(openapi_document(_address(request)))


def _page(request: Request) -> Response:
    return HTMLResponse(api_page(openapi_document(_address(request))), headers=SAFE)


def _refuse(status: int) -> Callable[[Request, Exception], Response]:
    return lambda _request, error: _json({"error": str(error)}, status)


def _no_database(_request: Request, _error: Exception) -> Response:
    return _json({"error": "the database cannot be read"}, 500)


def _not_found(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return _json({"error": str(error.detail)}, error.status_code)
