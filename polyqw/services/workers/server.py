"""The server that workers are forked from: it loads what they need once, while the program itself still loads."""

from __future__ import annotations

import signal
from multiprocessing import forkserver, get_all_start_methods, get_context, resource_tracker
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence
    from multiprocessing.context import BaseContext

READING: Final = ("pymatgen.core", "pymatgen.io.cif", "scipy.spatial", "polyqw.services.analyse")
"""Modules that reading and analysing a file needs."""


def worker_context() -> BaseContext:
    """Return how workers are made: from a server that has loaded what they need, where there is such a thing."""
    return get_context("forkserver" if "forkserver" in get_all_start_methods() else "spawn")


def start_server(modules: Sequence[str] = READING) -> None:
    """Start the server if it does not run, and come back at once; it ends with this process.

    It is started with interrupts blocked, as are those forked from it: Ctrl-C is left to this process, from the first
    moment on.

    Parameters
    ----------
    modules : sequence of str
        What it loads beforehand; a server that runs already keeps what it has.
    """
    context = worker_context()
    if context.get_start_method() != "forkserver":
        return
    context.set_forkserver_preload(list(modules))
    resource_tracker.ensure_running()  # would unblock interrupts if it were started below
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        forkserver.ensure_running()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
