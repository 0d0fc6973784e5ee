"""One worker: a process with a pipe of its own, so that its death concerns no other, whatever it held then."""

from __future__ import annotations

import gc
import os
import signal
import threading
import time
from collections import deque
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib import import_module
from math import inf
from multiprocessing import parent_process
from typing import TYPE_CHECKING, ClassVar, Generic, Protocol, TypeVar

from polyqw.io.inputs import RefusedSource, Source
from polyqw.io.reasons import Unread
from polyqw.services.workers.server import kill_server, starting

if TYPE_CHECKING:
    from collections.abc import Iterator
    from multiprocessing.connection import Connection
    from multiprocessing.context import BaseContext

Result = TypeVar("Result")
Result_co = TypeVar("Result_co", covariant=True)

PIPE_BYTES = 2**16
"""Content that a busy worker is sent ahead: what its pipe takes up at once, so that nobody waits."""


GRACE_SECONDS = 5.0
"""How long the end of a worker may take that is killed, or whose pipe has closed."""

START_SECONDS = 120.0
"""How long a worker may take to get ready: it loads libraries, perhaps from a slow disk on a busy machine."""

STALL_SECONDS = 30.0
"""How long one message to or from a worker that is ready may take."""

COLLECT_AFTER = (100_000, 50, 100)
"""Thresholds of the garbage collection in a worker: a large crystal makes many small objects that stay to its end."""


class Job(Protocol[Result_co]):
    """What workers do with each file; it is sent to each of them at its start."""

    modules: ClassVar[tuple[str, ...]]
    """What it needs loaded, so that it need not be loaded in each worker."""

    def do(self, source: Source | RefusedSource, /) -> Result_co:
        """Return the result for a file."""
        ...

    def fail(self, name: str, reason: str, message: str, /) -> Result_co:
        """Return the result for a file that a worker could not do.

        Parameters
        ----------
        reason : str
            Reason code: ``timeout``, ``memory``, ``worker_died`` or ``internal_error``.
        """
        ...


@dataclass(eq=False, slots=True)
class Task(Generic[Result]):
    """A file on its way through the workers."""

    source: Source | RefusedSource
    job: Job[Result]
    result: Result | None = None

    @property
    def size(self) -> int:
        """Content that travels with it [bytes]; files on disk are read by the workers."""
        return len(self.source.content or b"") if isinstance(self.source, Source) else 0

    def fail(self, reason: str, why: str) -> None:
        """Be done, with nothing but the reason."""
        self.result = _failed(self.job, self.source, reason, why)


class Worker(Generic[Result]):
    """The parent's hold on a worker. It works on one file after the other, those that wait being in its pipe.

    Parameters
    ----------
    memory_mib : int
        Address space that it may add to what it has at its start.

    Raises
    ------
    OSError, EOFError
        If the process cannot be made.
    """

    def __init__(self, context: BaseContext, job: Job[Result], memory_mib: int) -> None:
        self.made = time.monotonic()
        self.connection, theirs = context.Pipe()
        self.process = context.Process(target=serve, args=(theirs, job, memory_mib), daemon=True)  # type: ignore[attr-defined]
        try:
            with starting(context, START_SECONDS):
                self.process.start()
        except (OSError, EOFError):
            self.connection.close()
            raise
        finally:
            theirs.close()
        self.tasks: deque[Task[Result]] = deque()
        """What it was sent and has not answered; it works on the first."""
        self.n_sent = 0
        self.began: float | None = None
        """Reading of `time.monotonic` when it took up the first of its tasks; None while it starts."""
        self.has_died = False
        self.is_stalled = False
        self._message_began: float | None = None

    def deadline(self, seconds: float) -> float:
        """Return when it has to be ready, or done with a file that may take so long; never where it has none."""
        if self.began is None:
            return self.made + START_SECONDS
        return self.began + seconds if self.tasks else inf

    def takes(self, task: Task[Result]) -> bool:
        """Whether it can be sent one more without anybody waiting."""
        return not self.tasks or sum(t.size for t in self.tasks) + task.size <= PIPE_BYTES

    def send(self, task: Task[Result]) -> bool:
        """Send it a file; return whether it lived to take it."""
        try:
            with self._message():
                self.connection.send(task.source)
        except OSError:
            return False
        if not self.tasks and self.began is not None:
            self.began = time.monotonic()
        self.tasks.append(task)
        self.n_sent += 1
        return True

    def receive(self) -> bool:
        """Take what it has to say, and return whether it lives."""
        try:
            with self._message():
                result = self.connection.recv()
        except (EOFError, OSError):
            self.has_died = True
            return False
        if result is not None:
            self.tasks.popleft().result = result
        self.began = time.monotonic()
        return True

    @contextmanager
    def _message(self) -> Iterator[None]:
        self._message_began = time.monotonic()
        try:
            yield
        finally:
            self._message_began = None

    def kill_if_stalled(self) -> None:
        """Kill it if it has stopped in the middle of a message; whoever waits for the rest sees its pipe close.

        Another thread than the one that exchanges messages with it has to ask.
        """
        began, limit = self._message_began, START_SECONDS if self.began is None else STALL_SECONDS
        if began is not None and time.monotonic() - began > limit:
            self.is_stalled = True
            self.kill()

    def how_it_died(self) -> str:
        """Return what is known of the end of a worker whose pipe has closed."""
        if self.is_stalled:
            return "killed, for it had stopped in the middle of a message"
        self.process.join(GRACE_SECONDS)
        return _how(self.process.exitcode)

    def kill(self) -> None:
        """Kill it if it lives."""
        if not self.has_died and self.process.pid is not None:
            with suppress(ProcessLookupError):  # `Process.kill` does nothing once the server of workers is gone
                os.kill(self.process.pid, getattr(signal, "SIGKILL", signal.SIGTERM))

    def end(self) -> None:
        """Kill it if it lives, and wait for its end."""
        self.kill()
        self.process.join(GRACE_SECONDS)
        if self.process.exitcode is None:  # the server, who knows how it ended, does not say so
            kill_server()
            self.process.join(GRACE_SECONDS)
        self.connection.close()


def serve(connection: Connection, job: Job[Result], memory_mib: int) -> None:
    """Be a worker: say that it is ready, then answer each file with its result, until the pipe closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # interrupts are left to the parent
    with open(os.devnull, "wb") as nowhere:  # what a worker has to say comes back as a result
        os.dup2(nowhere.fileno(), 2)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    for module in job.modules:  # loaded already, where workers are forked
        import_module(module)
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)
    _limit_memory(memory_mib)
    try:
        connection.send(None)
        while True:
            connection.send(do_safely(job, connection.recv()))
    except (EOFError, OSError):
        return  # the parent has closed the pipe


def do_safely(job: Job[Result], source: Source | RefusedSource) -> Result:
    """Return the result for a file; whatever goes wrong costs this file alone."""
    try:
        return job.do(source)
    except MemoryError:
        return _failed(
            job, source, Unread.MEMORY, "needs more memory than a worker may take; allow more with --memory"
        )
    except Exception as error:  # whatever did not become a result
        detail = " ".join(str(error).split())[:200]
        return _failed(job, source, Unread.INTERNAL_ERROR, f"{type(error).__name__}: {detail}")


def _failed(job: Job[Result], source: Source | RefusedSource, reason: str, why: str) -> Result:
    return job.fail(source.name, reason, f"{source.name}: {why}")


def _end_with_parent() -> None:
    parent = parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


def _limit_memory(memory_mib: int) -> None:
    try:
        import resource  # noqa: PLC0415 - not on every system
    except ImportError:
        return
    try:
        with open("/proc/self/statm", encoding="ascii") as stream:
            now = int(stream.read().split()[0]) * resource.getpagesize()
    except OSError:
        now = 0
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    wanted = now + memory_mib * 2**20
    resource.setrlimit(resource.RLIMIT_AS, (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard), hard))


def _how(exitcode: int | None) -> str:
    if exitcode is None:
        return "no exit code"
    if exitcode < 0:
        try:
            return signal.Signals(-exitcode).name
        except ValueError:
            return f"signal {-exitcode}"
    return f"exit code {exitcode}"
