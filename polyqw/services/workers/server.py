"""How workers are made: by a server that loads what they need once, or by forking this process."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
import warnings
from contextlib import contextmanager, suppress
from importlib import import_module
from multiprocessing import forkserver, get_all_start_methods, get_context, resource_tracker
from types import ModuleType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from multiprocessing.context import BaseContext

READING: Final = ("gemmi", "pymatgen.core", "pymatgen.io.cif", "scipy.spatial", "polyqw.services.structures.analyse")
"""Modules that reading and analysing a file needs."""

INGESTING: Final = (*READING, "polyqw.services.ingest.work")
"""Modules that making rows for the database needs too."""

END_SECONDS: Final = 5.0
"""Longest wait for the end of a server that was killed."""

_one_at_a_time = threading.Lock()
"""Held while a process starts: what is hidden from it meanwhile is hidden from all threads."""


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
    with _interrupts_blocked():
        forkserver.ensure_running()


@contextmanager
def starting(context: BaseContext, seconds: float) -> Iterator[None]:
    """Start a process within some time, with interrupts left to this one, and without the script that runs here.

    Parameters
    ----------
    seconds : float
        How long a server may take to answer. The standard library waits without end for one that is stopped, or that
        hangs while it loads; killed, it is seen to have ended.
    """
    timer = threading.Timer(seconds, kill_server)
    timer.daemon = True
    if context.get_start_method() == "forkserver":
        timer.start()
    try:
        with _one_at_a_time, _without_main_module(), _interrupts_blocked(), warnings.catch_warnings():
            # the one other thread is that which looks after workers, and it holds no lock
            warnings.filterwarnings("ignore", "This process .* is multi-threaded", DeprecationWarning)
            yield
    finally:
        timer.cancel()


def kill_server() -> None:
    """Kill the server if it runs; its workers live on, and `start_server` starts another one.

    Its end is waited for: until then the standard library takes it for running, while it refuses every connection.
    """
    pid = getattr(forkserver, "_forkserver")._forkserver_pid  # noqa: B009 - private, and nothing else knows it
    if pid is None:
        return
    with suppress(ProcessLookupError, ChildProcessError):
        os.kill(pid, signal.SIGKILL)
        end = time.monotonic() + END_SECONDS
        while hasattr(os, "waitid") and time.monotonic() < end:  # not on every system
            if os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT | os.WNOHANG) is not None:
                break
            time.sleep(0.005)


@contextmanager
def _interrupts_blocked() -> Iterator[None]:
    """Start processes with interrupts blocked: Ctrl-C is left to this process, from their first moment on."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _without_main_module() -> Iterator[None]:
    """Hide the script that runs: a process that starts would run it again, up to where it starts this process."""
    script = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = script
