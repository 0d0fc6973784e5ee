"""The server that workers are forked from: it loads what they need once, while the program itself still loads."""

from __future__ import annotations

from multiprocessing import forkserver, get_all_start_methods, get_context
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from multiprocessing.context import BaseContext

PRELOADED = "polyqw.services.ingest.preload"
"""What the server imports."""


def worker_context() -> BaseContext:
    """Return how workers are made: from a server that has loaded what they need, where there is such a thing."""
    if "forkserver" not in get_all_start_methods():
        return get_context("spawn")
    context = get_context("forkserver")
    context.set_forkserver_preload([PRELOADED])
    return context


def start_server() -> None:
    """Start the server ahead of the first worker, and come back at once; it ends with this process."""
    if worker_context().get_start_method() == "forkserver":
        forkserver.ensure_running()
