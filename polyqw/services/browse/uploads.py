"""Read what a browser sends: files, archives and pasted text, within limits of size, number and time."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from http import HTTPStatus
from itertools import islice
from typing import TYPE_CHECKING, Final

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request

from polyqw.io.inputs import RefusedSource, Source, expand_content
from polyqw.untrusted import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.types import Message, Receive

    from polyqw.io.read_options import ReadOptions

PASTED: Final = "pasted.cif"
"""Stands for the file of a structure that was pasted."""

MOST_FILES: Final = 100
"""Files of one upload, members of archives counted."""

MOST_FIELDS: Final = 10
"""Fields of one form that are no files."""

SENT_SECONDS: Final = 60.0
"""How long a browser may take to send an upload."""

LONGEST_NAME: Final = 120
"""Most characters that are kept of the name of a file."""

FORM_BYTES: Final = 64 * 1024
"""What a form may take beside its files."""


@dataclass(frozen=True, slots=True)
class Upload:
    """What was sent: files by name, and the token that came with them."""

    files: tuple[tuple[str, bytes], ...]
    token: str

    def sources(self, reading: ReadOptions) -> Sequence[Source | RefusedSource]:
        """Return the files, archives unpacked.

        Raises
        ------
        HTTPException
            If they are more than one upload may have.
        """
        found = (source for name, content in self.files for source in expand_content(name, content, reading))
        taken = list(islice(found, MOST_FILES + 1))
        if len(taken) > MOST_FILES:
            raise HTTPException(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
                f"more than {MOST_FILES} files in one upload; send fewer, or read them with polyqw wells",
            )
        return taken


def upload_bytes(request: Request, reading: ReadOptions) -> int:
    """Return how many bytes an upload will have, the most that it may have where it does not say.

    Raises
    ------
    HTTPException
        If it says that it has more.
    """
    most = reading.file_bytes + FORM_BYTES
    told = request.headers.get("content-length", "")
    n_bytes = int(told) if told.isascii() and told.isdigit() and len(told) < 20 else most
    if n_bytes > most:
        raise _too_large(reading)
    return n_bytes


async def read_upload(request: Request, reading: ReadOptions) -> Upload:
    """Read a form with files in ``files``, text in ``text`` and a token in ``token``.

    Raises
    ------
    HTTPException
        If it is too large, too slow, no form, or empty.
    """
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise HTTPException(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "send files as a form (multipart/form-data)")
    limited = Request(request.scope, _limited(request.receive, reading))
    try:
        async with (
            asyncio.timeout(SENT_SECONDS),
            limited.form(
                max_files=MOST_FILES, max_fields=MOST_FIELDS, max_part_size=reading.file_bytes + FORM_BYTES
            ) as form,
        ):
            sent = [entry for entry in form.getlist("files") if isinstance(entry, UploadFile)]
            files = [(file_name(one.filename), await one.read()) for one in sent if one.filename or one.size]
            text = form.get("text")
            token = form.get("token")
    except TimeoutError as error:
        line = f"the files did not arrive within {SENT_SECONDS:g} s; send fewer at once"
        raise HTTPException(HTTPStatus.REQUEST_TIMEOUT, line) from error
    if isinstance(text, str) and text.strip():
        files.append((PASTED, text.encode("utf-8", "surrogatepass")))
    if not files:
        raise HTTPException(HTTPStatus.BAD_REQUEST, "nothing was sent: drop or choose a CIF, or paste its text")
    return Upload(tuple(files), token if isinstance(token, str) else "")


def file_name(sent: str | None) -> str:
    """Return the name of a file without the folders before it; it is shown, and never a path on this machine."""
    last = (sent or "").replace("\\", "/").rpartition("/")[2]
    name = one_line(last, LONGEST_NAME)
    return name if name.strip(".-") else "unnamed.cif"


def _limited(receive: Receive, reading: ReadOptions) -> Receive:
    """Return what receives the same messages, up to the most bytes of an upload."""
    left = reading.file_bytes + FORM_BYTES

    async def receive_limited() -> Message:
        nonlocal left
        message = await receive()
        left -= len(message.get("body", b""))
        if left < 0:
            raise _too_large(reading)
        return message

    return receive_limited


def _too_large(reading: ReadOptions) -> HTTPException:
    line = f"over the limit of {reading.file_mb:g} MB for one upload; send less at once, or read it with polyqw wells"
    return HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, line)
