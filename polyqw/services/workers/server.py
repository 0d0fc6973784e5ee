"""How workers are made: by a server that loads what they need once, or by forking this process."""

from __future__ import annotations

import signal
import sys
import threading
from contextlib import contextmanager
from importlib import import_module
from multiprocessing import forkserver, get_all_start_methods, get_context, resource_tracker
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from multiprocessing.context import BaseContext

READING: Final = ("gemmi", "pymatgen.core", "pymatgen.io.cif", "scipy.spatial", "polyqw.services.analyse")
"""Modules that reading and analysing a file needs."""


def clean_context() -> BaseContext:
    """Return how workers are made that share nothing with this process, its connections to databases least of all.

    They come from a server that has loaded what they need, where there is such a thing.
    """
    return get_context("forkserver" if "forkserver" in get_all_start_methods() else "spawn")


def quick_context() -> BaseContext:
    """Return how a few workers are made soonest: by forking this process, where it runs a single thread on Linux."""
    return get_context("fork") if sys.platform == "linux" and threading.active_count() == 1 else clean_context()


def prepare(context: BaseContext, modules: Sequence[str]) -> None:
    """Load the modules where workers come from, so that none of them has to while its time runs."""
    if context.get_start_method() == "forkserver":
        start_server(modules)
    elif context.get_start_method() == "fork":
        for module in modules:
            import_module(module)


def start_server(modules: Sequence[str] = READING) -> None:
    """Start the server if it does not run, and come back at once; it ends with this process.

    Parameters
    ----------
    modules : sequence of str
        What it loads beforehand; a server that runs already keeps what it has.
    """
    context = clean_context()
    if context.get_start_method() != "forkserver":
        return
    context.set_forkserver_preload(list(modules))
    resource_tracker.ensure_running()  # would unblock interrupts if it were started below
    with interrupts_blocked():
        forkserver.ensure_running()


@contextmanager
def interrupts_blocked() -> Iterator[None]:
    """Start processes with interrupts blocked: Ctrl-C is left to this process, from their first moment on."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
