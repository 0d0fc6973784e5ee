"""The server that workers are forked from: it loads what they need once, while the program itself still loads."""

from __future__ import annotations

import os
import signal
import threading
from contextlib import contextmanager, suppress
from multiprocessing import forkserver, get_all_start_methods, get_context, resource_tracker
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
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


@contextmanager
def server_answers_within(seconds: float) -> Iterator[None]:
    """Kill the server if the block takes longer, so that who waits for its answer sees its end instead.

    The standard library waits without end for a server that is stopped, or that hangs while it loads.
    """
    timer = threading.Timer(seconds, kill_server)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def kill_server() -> None:
    """Kill the server if it runs; its workers live on, and `start_server` starts another one."""
    pid = getattr(forkserver, "_forkserver")._forkserver_pid  # noqa: B009 - private, and nothing else knows it
    if pid is not None:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
