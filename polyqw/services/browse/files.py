"""Styles and scripts of the pages, read once; their addresses carry no path of this machine."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from importlib.resources import files
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.responses import Response

from polyqw.services.drawing.pages import template_source
from polyqw.services.viewer import assets

if TYPE_CHECKING:
    from starlette.requests import Request

SHARED = ("page.css", "well.css")
"""Styles that the report has too."""

OWN = ("app.css", "app.js", "analyse.js", "explore.js", "icon.svg")

TYPES = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
    "txt": "text/plain; charset=utf-8",
}


@dataclass(frozen=True, slots=True)
class StaticFile:
    """A file of the pages."""

    content: bytes
    kind: str

    @property
    def tag(self) -> str:
        """What tells whether a browser has it already."""
        return f'"{hashlib.sha256(self.content).hexdigest()[:16]}"'


def static_file(request: Request) -> Response:
    """Answer with a style or script."""
    found = _read_all().get(request.path_params["name"])
    if found is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    headers = {"etag": found.tag, "cache-control": "no-cache"}
    if request.headers.get("if-none-match") == found.tag:
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    return Response(found.content, media_type=found.kind, headers=headers)


@cache
def _read_all() -> dict[str, StaticFile]:
    own = files("polyqw.services.browse") / "static"
    texts = {name: template_source(name).encode() for name in SHARED}
    texts |= {name: (own / name).read_bytes() for name in OWN}
    texts |= {name: assets.static_file(name) for name in assets.STATIC}
    return {name: StaticFile(text, TYPES[name.rpartition(".")[2]]) for name, text in texts.items()}
