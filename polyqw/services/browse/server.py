"""Serve the pages of a database on an address, until it is stopped."""

from __future__ import annotations

import errno
import socket
from contextlib import closing
from importlib.util import find_spec
from typing import TYPE_CHECKING

from polyqw.db.open.location import locate
from polyqw.db.open.revision import require_head
from polyqw.db.open.sqlite_file import connect_file, file_revision
from polyqw.errors import DatabaseError, MissingLibraryError, PolyqwError
from polyqw.services.place.location import default_database

if TYPE_CHECKING:
    from pathlib import Path


def find_file(database: str | None) -> Path:
    """Return the file of a database that can be browsed."""
    if find_spec("datasette") is None or find_spec("uvicorn") is None:
        raise MissingLibraryError("browsing needs datasette", "web")
    location = locate(database or default_database())
    if location.path is None:
        raise DatabaseError(
            f"{location}: serve browses SQLite files only; ingest the same structures into one (polyqw ingest "
            "PATH... --db wells.db) and serve that, or ask this one with polyqw query"
        )
    with closing(connect_file(location.path, "ro")) as connection:
        require_head(file_revision(connection), str(location))
    return location.path


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens; from then on nobody else gets the port."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
    except OSError as error:
        raise PolyqwError(f"--host {host}: {error.strerror}; 127.0.0.1 is this machine alone") from error
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen()
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise PolyqwError(f"port {port} of {host} is in use; give another one, or -p 0 for any free") from error
        raise PolyqwError(f"cannot listen on port {port} of {host}: {error.strerror}") from error
    return listener


def address_of(listener: socket.socket) -> str:
    """Return the URL that a listening socket answers at."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


def serve(path: Path, listener: socket.socket) -> None:
    """Answer requests on a listening socket until a signal stops it.

    Raises
    ------
    KeyboardInterrupt
        When it is stopped by Ctrl-C.
    """
    import uvicorn  # noqa: PLC0415 - an extra

    from polyqw.services.browse.application import make_application  # noqa: PLC0415

    config = uvicorn.Config(
        make_application(path), log_level="warning", access_log=False, lifespan="off", timeout_graceful_shutdown=3
    )
    uvicorn.Server(config).run(sockets=[listener])
