"""One worker: a process with a pipe of its own, so that its death concerns no other, whatever it held then."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections import deque
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from math import inf
from multiprocessing import parent_process
from typing import TYPE_CHECKING

from polyqw.core.wells import Status
from polyqw.io.inputs import RefusedSource, Source
from polyqw.services.ingest.work import Worked, without_content
from polyqw.services.worker_server import kill_server, server_answers_within

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from multiprocessing.connection import Connection
    from multiprocessing.context import BaseContext

    from polyqw.core.options import AnalysisOptions
    from polyqw.io.read_options import ReadOptions

    Work = Callable[[Source | RefusedSource, AnalysisOptions, ReadOptions], Worked]

PIPE_BYTES = 2**16
"""Content that a busy worker is sent ahead: what its pipe takes up at once, so that nobody waits."""


GRACE_SECONDS = 5.0
"""How long the end of a worker may take that is killed, or whose pipe has closed."""

START_SECONDS = 120.0
"""How long a worker may take to get ready: it loads libraries, perhaps from a slow disk on a busy machine."""

STALL_SECONDS = 30.0
"""How long one message to or from a worker that is ready may take."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What every worker of a run is told at its start.

    Parameters
    ----------
    work : callable
        What it does with a file.
    options : AnalysisOptions
    reading : ReadOptions
    memory_mib : int
        Address space that it may add to what it has at its start.
    """

    work: Work
    options: AnalysisOptions
    reading: ReadOptions
    memory_mib: int


@dataclass(eq=False, slots=True)
class Task:
    """A file on its way through the workers.

    Parameters
    ----------
    source : Source or RefusedSource
    result : Worked or None
        What it came to; None until then.
    """

    source: Source | RefusedSource
    result: Worked | None = None

    @property
    def size(self) -> int:
        """Content that travels with it [bytes]; files on disk are read by the workers."""
        return len(self.source.content or b"") if isinstance(self.source, Source) else 0

    def fail(self, reason: str, told: str) -> None:
        """Be done, with nothing to store but why."""
        name = self.source.name
        self.result = without_content(name, Status.FAILED, reason, f"{name}: {told}")


class Worker:
    """The parent's hold on a worker. It works on one file after the other, those that wait being in its pipe.

    Parameters
    ----------
    context : BaseContext
        How processes are made.
    settings : Settings

    Raises
    ------
    OSError, EOFError
        If the process cannot be made.
    """

    def __init__(self, context: BaseContext, settings: Settings) -> None:
        self.made = time.monotonic()
        self.connection, theirs = context.Pipe()
        self.process = context.Process(target=serve, args=(theirs, settings), daemon=True)  # type: ignore[attr-defined]
        try:
            with server_answers_within(START_SECONDS):
                self.process.start()
        except (OSError, EOFError):
            self.connection.close()
            raise
        finally:
            theirs.close()
        self.tasks: deque[Task] = deque()
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

    def takes(self, task: Task) -> bool:
        """Tell whether it can be sent one more without anybody waiting."""
        return not self.tasks or sum(t.size for t in self.tasks) + task.size <= PIPE_BYTES

    def send(self, task: Task) -> bool:
        """Send it a file; tell whether it lived to take it."""
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
        """Take what it has to say, and tell whether it lives."""
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


def serve(connection: Connection, settings: Settings) -> None:
    """Be a worker: say that it is ready, then answer each file with what it comes to, until the pipe closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # interrupts are left to the parent
    with open(os.devnull, "wb") as nowhere:  # what a worker has to say comes back as a result
        os.dup2(nowhere.fileno(), 2)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _limit_memory(settings.memory_mib)
    try:
        connection.send(None)
        while True:
            connection.send(_answer(connection.recv(), settings))
    except (EOFError, OSError):
        return  # the parent has closed the pipe


def _answer(source: Source | RefusedSource, settings: Settings) -> Worked:
    try:
        return settings.work(source, settings.options, settings.reading)
    except Exception as error:  # whatever did not become a result
        task = Task(source)
        task.fail("internal_error", f"{type(error).__name__}: {' '.join(str(error).split())[:200]}")
        assert task.result is not None
        return task.result


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
