"""Serve the pages of a database on an address, until it is stopped."""

from __future__ import annotations

import errno
import socket
from contextlib import closing
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final

from polyqw.db.open.location import locate
from polyqw.db.open.revision import require_head
from polyqw.db.open.sqlite_file import connect_file, file_revision
from polyqw.errors import DatabaseError, MissingLibraryError, PolyqwError
from polyqw.services.browse.policy import LOOPBACK
from polyqw.services.place.location import default_database
from polyqw.services.workers.server import start_server

if TYPE_CHECKING:
    from pathlib import Path

    from polyqw.io.read_options import ReadOptions
    from polyqw.services.workers.guard import Guard


NEEDS: Final = ("datasette", "starlette", "python_multipart", "uvicorn")
"""Libraries that only the application needs."""


def find_file(database: str | None) -> Path:
    """Return the file of a database that can be browsed."""
    missing = [name for name in NEEDS if find_spec(name) is None]
    if missing:
        raise MissingLibraryError(f"browsing needs {missing[0].replace('_', '-')}", "web")
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


def is_local(host: str) -> bool:
    """Whether an address is reached by this machine alone."""
    return host in LOOPBACK


def serve(
    path: Path, listener: socket.socket, guard: Guard, reading: ReadOptions, *, local: bool, ingest_token: str = ""
) -> None:
    """Answer requests on a listening socket until a signal stops it.

    Raises
    ------
    KeyboardInterrupt
        When it is stopped by Ctrl-C.
    """
    import uvicorn  # noqa: PLC0415 - an extra

    from polyqw.services.browse.application import open_application  # noqa: PLC0415
    from polyqw.services.browse.inspection import INSPECTING  # noqa: PLC0415

    with open_application(path, guard, reading, is_local=local, ingest_token=ingest_token) as application:
        start_server(INSPECTING)  # workers come from it; it loads while the first page is read
        config = uvicorn.Config(
            application, log_level="warning", access_log=False, lifespan="off", timeout_graceful_shutdown=3,
            server_header=False,
        )  # fmt: skip
        uvicorn.Server(config).run(sockets=[listener])
