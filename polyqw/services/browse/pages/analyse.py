"""Uploads: read, looked at by a worker, shown; stored only where the token is known."""

from __future__ import annotations

import hmac
import time
from contextlib import contextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, RedirectResponse, Response

from polyqw.core.outside import for_json
from polyqw.services.browse.desk import COME_BACK_SECONDS, FullError
from polyqw.services.browse.downloads import KINDS, block_file
from polyqw.services.browse.kept import KEPT_SECONDS, Result
from polyqw.services.browse.site import show, site_of
from polyqw.services.browse.storing import store
from polyqw.services.browse.uploads import MOST_FILES, read_upload, upload_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.requests import Request

    from polyqw.services.browse.inspection import Inspected
    from polyqw.services.browse.site import Site
    from polyqw.services.browse.uploads import Upload

UPLOAD_SECONDS: Final = 120.0
"""How long one upload may be worked on; files left then are named."""

LONGEST_LIST: Final = 60
"""Structures whose page is drawn; files to take along hold all."""


def begin(request: Request) -> Response:
    """Answer with the page that takes structures."""
    site = site_of(request)
    values = {"most_files": MOST_FILES, "most_mb": site.reading.file_mb, "takes_token": bool(site.ingest_token)}
    return show("analyse.html.j2", values)


async def analyse(request: Request) -> Response:
    """Look at what is sent, and lead to its page; answer with the rows themselves where JSON is asked for."""
    site = site_of(request)
    with _room(request):
        result = await _work(site, await read_upload(request, site.reading))
    if "application/json" in request.headers.get("accept", ""):
        return JSONResponse(for_json([block.row for block in result.blocks]))
    return RedirectResponse(f"/analyse/{site.kept.keep(result)}", HTTPStatus.SEE_OTHER)


async def _work(site: Site, upload: Upload) -> Result:
    """Return what workers make of the files of an upload, one after the other."""
    sources = await run_in_threadpool(upload.sources, site.reading)
    end = time.monotonic() + UPLOAD_SECONDS
    blocks: list[Inspected] = []
    for done, source in enumerate(sources):
        if time.monotonic() > end:
            left = len(sources) - done
            return Result(blocks, f"{left} files were left out after {UPLOAD_SECONDS:g} s; send fewer at once")
        blocks += await site.desk.work(source)
    return Result(blocks)


def analysed(request: Request) -> Response:
    """Answer with the page of an upload that was looked at."""
    name = request.path_params["name"]
    result = _kept(request)
    values = {
        "blocks": result.blocks[:LONGEST_LIST],
        "n_more": max(len(result.blocks) - LONGEST_LIST, 0),
        "left_out": result.left_out,
        "files": f"/analyse/{name}/wells",
        "minutes": KEPT_SECONDS / 60,
    }
    return show("analysed.html.j2", values)


def analysed_file(request: Request) -> Response:
    """Answer with an upload that was looked at as a file."""
    return block_file(list(_kept(request).blocks), "wells", request.path_params["kind"])


def block_of(request: Request) -> Response:
    """Answer with one structure of an upload as a file."""
    blocks, number = _kept(request).blocks, request.path_params["number"]
    if not number < len(blocks):
        raise HTTPException(HTTPStatus.NOT_FOUND, "there is no such structure in that upload")
    block: Inspected = blocks[number]
    return block_file([block], block.row["block"] or block.row["file"], request.path_params["kind"])


async def ingest(request: Request) -> Response:
    """Store what is sent, for those who know the token."""
    site = site_of(request)
    if not site.ingest_token:
        raise HTTPException(HTTPStatus.FORBIDDEN, "nothing is stored here; polyqw serve --allow-ingest would do it")
    with _room(request):
        return await _ingest(request, site)


async def _ingest(request: Request, site: Site) -> Response:
    upload = await read_upload(request, site.reading)
    given = request.headers.get("authorization", "").removeprefix("Bearer ") or upload.token
    if not hmac.compare_digest(given.encode(), site.ingest_token.encode()):
        raise HTTPException(HTTPStatus.UNAUTHORIZED, "a wrong token, or none; whoever runs this server knows it")
    rows = await run_in_threadpool(store, site, upload)
    if "application/json" in request.headers.get("accept", ""):
        return JSONResponse(rows)
    return show("ingested.html.j2", {"rows": rows})


@contextmanager
def _room(request: Request) -> Iterator[None]:
    """Have room for an upload, or ask to come back."""
    site = site_of(request)
    try:
        with site.desk.room_for(upload_bytes(request, site.reading)):
            yield
    except FullError as error:
        headers = {"retry-after": str(COME_BACK_SECONDS)}
        raise HTTPException(HTTPStatus.SERVICE_UNAVAILABLE, str(error), headers) from error


def _kept(request: Request) -> Result:
    result = site_of(request).kept.find(request.path_params["name"])
    if result is None:
        line = f"results are kept for {KEPT_SECONDS / 60:g} minutes, and this one is gone; send the file again"
        raise HTTPException(HTTPStatus.NOT_FOUND, line)
    if request.path_params.get("kind", "json") not in KINDS:
        raise HTTPException(HTTPStatus.NOT_FOUND, f"no such file; there are {', '.join(KINDS)}")
    return result
