"""The server that workers are forked from: it loads what they need once, while the program itself still loads."""

from __future__ import annotations

import signal
from multiprocessing import forkserver, get_all_start_methods, get_context, resource_tracker
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from multiprocessing.context import BaseContext

PRELOADED = "polyqw.services.workers.preload"
"""What the server imports."""


def worker_context() -> BaseContext:
    """Return how workers are made: from a server that has loaded what they need, where there is such a thing."""
    if "forkserver" not in get_all_start_methods():
        return get_context("spawn")
    context = get_context("forkserver")
    context.set_forkserver_preload([PRELOADED])
    return context


def start_server() -> None:
    """Start the server if it does not run, and come back at once; it ends with this process.

    It is started with interrupts blocked, as are those forked from it: Ctrl-C is left to this process, from the first
    moment on.
    """
    if worker_context().get_start_method() != "forkserver":
        return
    resource_tracker.ensure_running()  # would unblock interrupts if it were started below
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        forkserver.ensure_running()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
