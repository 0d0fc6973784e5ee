"""Where the work is done: in this process, or in workers that can be killed."""

from __future__ import annotations

import threading
import time
from collections import deque
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Protocol

from polyqw.errors import PolyqwError, UsageError
from polyqw.services.ingest.work import Worked, work
from polyqw.services.ingest.worker import START_SECONDS, Settings, Task, Worker
from polyqw.services.worker_server import start_server, worker_context

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from polyqw.core.options import AnalysisOptions
    from polyqw.io.inputs import RefusedSource, Source
    from polyqw.io.read_options import ReadOptions

    Item = Source | RefusedSource | Worked

TASKS_PER_WORKER = 2000
"""Files after which a worker is replaced by a fresh one."""

SENT_AHEAD = 32
"""Files in the hands of one worker, enough for the time of a commit."""

AHEAD = 64
"""Files handed out beyond one for each worker; they are stored in their order."""

AHEAD_BYTES = 32 * 2**20
"""Bytes of archive members handed out; files on disk are read by the workers."""

MOST_STARTS = 10
"""Workers that die one after the other before one is ready, until it is given up."""

HUNG_START = 5
"""How many of those a worker counts for that is not ready in time."""

LOOK_SECONDS = 10.0
"""Longest wait for workers without a look at their deadlines."""

WATCH_SECONDS = 1.0
"""Time between two looks at whether a worker has stopped in the middle of a message."""


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

    They are made when files need them. Nothing is shared between workers, no lock and no queue, so that one may be
    killed at any moment: what it was sent beyond the file it worked on goes to another.
    """

    def __init__(self, settings: Settings, jobs: int, seconds: float) -> None:
        self.settings = settings
        self.jobs = jobs
        self.seconds = seconds
        self._workers: list[Worker] = []
        self._unsent: deque[Task] = deque()
        self._failed_starts = 0
        self._is_closed = threading.Event()

    def run(self, items: Iterable[Item]) -> Iterator[Worked]:
        """Yield what each file comes to, in their order; what is done already passes through."""
        threading.Thread(target=self._watch, daemon=True).start()
        waiting: deque[Worked | Task] = deque()
        sizes: deque[int] = deque()  # of what is handed out
        for item in items:
            if isinstance(item, Worked):
                waiting.append(item)
            else:
                task = Task(item)
                waiting.append(task)
                sizes.append(task.size)
                self._unsent.append(task)
                self._exchange(patient=False)
            while waiting and (
                _result(waiting[0]) is not None or len(sizes) > self.jobs + AHEAD or sum(sizes) > AHEAD_BYTES
            ):
                if isinstance(waiting[0], Task):
                    sizes.popleft()
                yield self._done(waiting.popleft())
        while waiting:
            yield self._done(waiting.popleft())

    def _done(self, item: Worked | Task) -> Worked:
        """Return a result, waiting for it."""
        while (result := _result(item)) is None:
            self._exchange(patient=True)
        return result

    def _exchange(self, *, patient: bool) -> None:
        """Send out and take in what can be; with patience, wait for something to come in, or for a deadline."""
        self._send_out()
        until = min((worker.deadline(self.seconds) for worker in self._workers), default=0.0) if patient else 0.0
        patience = min(max(0.0, until - time.monotonic()), LOOK_SECONDS)
        while ready := wait([worker.connection for worker in self._workers], patience):
            for worker in [w for w in self._workers if w.connection in ready]:
                if not worker.receive():
                    self._lost(worker)
                    continue
                self._failed_starts = 0
                if worker.n_sent == TASKS_PER_WORKER and not worker.tasks:
                    self._dismiss(worker)
            self._send_out()
            patience = 0.0
        for worker in [w for w in self._workers if w.deadline(self.seconds) <= time.monotonic()]:
            self._give_up(worker)

    def _give_up(self, worker: Worker) -> None:
        """End a worker that is late, with its file or before it was ready."""
        if worker.began is None:
            self._count_failed_start(f"not ready after {START_SECONDS:g} s", HUNG_START)
        else:
            worker.tasks.popleft().fail("timeout", f"not done after {self.seconds:g} s; allow more with --timeout")
        self._dismiss(worker)

    def _watch(self) -> None:
        """Look after workers from a thread of its own: the one that exchanges messages with them may wait for one."""
        while not self._is_closed.wait(WATCH_SECONDS):
            for worker in tuple(self._workers):
                worker.kill_if_stalled()

    def _send_out(self) -> None:
        """Send files as long as a worker takes more; one that died meanwhile shows when it is listened to."""
        while self._unsent and (worker := self._least_busy(self._unsent[0])) and worker.send(self._unsent[0]):
            self._unsent.popleft()

    def _least_busy(self, task: Task) -> Worker | None:
        """Return who takes a file soonest, a new worker where all are busy and there may be more."""
        if len(self._workers) < self.jobs and all(worker.tasks for worker in self._workers):
            return self._new_worker()
        free = (
            w for w in self._workers if len(w.tasks) < SENT_AHEAD and w.n_sent < TASKS_PER_WORKER and w.takes(task)
        )
        return min(free, key=lambda w: len(w.tasks), default=None)

    def _new_worker(self) -> Worker | None:
        try:
            start_server()  # unless it runs
            worker = Worker(worker_context(), self.settings)
        except (OSError, EOFError) as error:
            self._count_failed_start(f"{type(error).__name__} {error}".strip())
            return None
        self._workers.append(worker)
        return worker

    def _lost(self, worker: Worker) -> None:
        """Blame the death of a worker on the file that it worked on, unless it died before the first."""
        how = worker.how_it_died()
        if worker.began is None:
            self._count_failed_start(how)
        elif worker.tasks:
            worker.tasks.popleft().fail("worker_died", f"its worker died ({how}); the rest goes on")
        self._dismiss(worker)

    def _dismiss(self, worker: Worker) -> None:
        """End a worker; what it has not worked on goes to others, before all else."""
        self._workers.remove(worker)
        worker.end()
        self._unsent.extendleft(reversed(worker.tasks))

    def _count_failed_start(self, how: str, weight: int = 1) -> None:
        self._failed_starts += weight
        if self._failed_starts >= MOST_STARTS:
            raise PolyqwError(f"worker processes do not start ({how}); free some memory, or ask for fewer with -j")

    def close(self) -> None:
        """End all workers at once."""
        self._is_closed.set()
        for worker in self._workers:
            worker.kill()
        for worker in self._workers:
            worker.end()
        self._workers.clear()


def _result(item: Worked | Task) -> Worked | None:
    return item.result if isinstance(item, Task) else item


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
    pool = Pool(Settings(work, options, reading, limits.memory_mib), jobs, limits.seconds)
    try:
        yield pool
    finally:
        pool.close()
