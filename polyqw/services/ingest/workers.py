"""Where the work is done: in this process, or in workers that can be killed."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections import deque
from concurrent.futures import TimeoutError as DeadlineError
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from polyqw.core.wells import Status
from polyqw.errors import UsageError
from polyqw.io.inputs import Source
from polyqw.services.ingest.work import Worked, without_content, work
from polyqw.services.worker_server import worker_context

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pebble import ProcessFuture, ProcessPool

    from polyqw.core.options import AnalysisOptions
    from polyqw.io.inputs import RefusedSource
    from polyqw.io.read_options import ReadOptions

    Item = Source | RefusedSource | Worked

TASKS_PER_WORKER = 2000
"""Files after which a worker is replaced by a fresh one."""

AHEAD = 64
"""Files handed out beyond one for each worker, enough for the time of a commit; they are stored in their order."""

AHEAD_BYTES = 32 * 2**20
"""Bytes of archive members handed out; files on disk are read by the workers."""

WATCH_SECONDS = 1.0
"""How often a worker looks whether its parent still lives."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may take.

    Parameters
    ----------
    seconds : float
        Wall time; the worker is killed then.
    memory_mib : int
        Address space that a worker may add to what it has at its start.
    """

    seconds: float = 20.0
    memory_mib: int = 1536


class Workers(Protocol):
    """Reads and analyses files."""

    def run(self, items: Iterable[Item]) -> Iterator[Worked]:
        """Yield what each file comes to, in their order; what is done already passes through."""
        ...


class Here:
    """Works in this process, without limits of time and memory."""

    def __init__(self, options: AnalysisOptions, reading: ReadOptions) -> None:
        self.options = options
        self.reading = reading

    def run(self, items: Iterable[Item]) -> Iterator[Worked]:
        """Yield what each file comes to, in their order; what is done already passes through."""
        return (item if isinstance(item, Worked) else work(item, self.options, self.reading) for item in items)


class Pool:
    """Works in processes that are killed at their deadline; a worker that dies costs its file alone.

    They are made when the first file needs one.
    """

    def __init__(self, options: AnalysisOptions, reading: ReadOptions, jobs: int, limits: Limits) -> None:
        self.options = options
        self.reading = reading
        self.jobs = jobs
        self.limits = limits

    @cached_property
    def pool(self) -> ProcessPool:
        """The processes."""
        from pebble import ProcessPool  # noqa: PLC0415 - only where workers are wanted

        return ProcessPool(
            max_workers=self.jobs,
            max_tasks=TASKS_PER_WORKER,
            initializer=_prepare,
            initargs=(self.options, self.reading, self.limits.memory_mib),
            context=worker_context(),
        )

    def run(self, items: Iterable[Item]) -> Iterator[Worked]:
        """Yield what each file comes to, in their order; what is done already passes through."""
        waiting: deque[Worked | tuple[str, ProcessFuture[Worked]]] = deque()
        sizes: deque[int] = deque()  # of what is handed out
        for item in items:
            if isinstance(item, Worked):
                waiting.append(item)
            else:
                waiting.append((item.name, self.pool.schedule(_work, args=(item,), timeout=self.limits.seconds)))
                sizes.append(len(item.content or b"") if isinstance(item, Source) else 0)
            while waiting and (
                isinstance(waiting[0], Worked) or len(sizes) > self.jobs + AHEAD or sum(sizes) > AHEAD_BYTES
            ):
                if not isinstance(waiting[0], Worked):
                    sizes.popleft()
                yield self._result(waiting.popleft())
        while waiting:
            yield self._result(waiting.popleft())

    def _result(self, waiting: Worked | tuple[str, ProcessFuture[Worked]]) -> Worked:
        if isinstance(waiting, Worked):
            return waiting
        from pebble import ProcessExpired  # noqa: PLC0415

        name, future = waiting
        try:
            result = future.result()
        except DeadlineError:
            told = f"{name}: not done after {self.limits.seconds:g} s; allow more with --timeout"
            return without_content(name, Status.FAILED, "timeout", told)
        except ProcessExpired as error:
            told = f"{name}: its worker died ({_how(error.exitcode)}); the rest goes on"
            return without_content(name, Status.FAILED, "worker_died", told)
        except Exception as error:  # whatever a worker could not turn into a result
            told = f"{name}: {type(error).__name__}: {' '.join(str(error).split())[:200]}"
            return without_content(name, Status.FAILED, "internal_error", told)
        return result

    def close(self, *, at_once: bool) -> None:
        """End the workers, when they are done or at once."""
        if "pool" not in self.__dict__:
            return
        if at_once:
            self.pool.stop()  # type: ignore[no-untyped-call]
        else:
            self.pool.close()  # type: ignore[no-untyped-call]
        self.pool.join()


@contextmanager
def open_workers(options: AnalysisOptions, reading: ReadOptions, jobs: int, limits: Limits) -> Iterator[Workers]:
    """Open workers, and end them after.

    Parameters
    ----------
    options : AnalysisOptions
    reading : ReadOptions
    jobs : int
        Number of worker processes; 0 works in this process.
    limits : Limits
    """
    if jobs < 0 or limits.seconds <= 0 or limits.memory_mib <= 0:
        raise UsageError("the number of workers and their limits of time and memory must be above zero")
    if jobs == 0:
        yield Here(options, reading)
        return
    pool = Pool(options, reading, jobs, limits)
    try:
        yield pool
    except BaseException:
        pool.close(at_once=True)
        raise
    pool.close(at_once=False)


_settings: tuple[AnalysisOptions, ReadOptions] | None = None


def _prepare(options: AnalysisOptions, reading: ReadOptions, memory_mib: int) -> None:
    """Make a process a worker: it leaves interrupts to its parent, ends with it, and has a limit of memory."""
    global _settings  # noqa: PLW0603 - one worker, one set of options
    _settings = (options, reading)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with open(os.devnull, "wb") as nowhere:  # what a worker has to say comes back as a result
        os.dup2(nowhere.fileno(), 2)
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    _limit_memory(memory_mib)


def _work(source: Source | RefusedSource) -> Worked:
    assert _settings is not None
    return work(source, *_settings)


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(WATCH_SECONDS)
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
    if exitcode is not None and exitcode < 0:
        try:
            return signal.Signals(-exitcode).name
        except ValueError:
            return f"signal {-exitcode}"
    return f"exit code {exitcode}"
