"""Where the work is done: in this process, or in workers that can be killed."""

from __future__ import annotations

import threading
import time
from collections import deque
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Generic, Protocol

from polyqw.errors import PolyqwError, UsageError
from polyqw.io.inputs import RefusedSource, Source
from polyqw.io.reasons import Unread
from polyqw.services.workers.server import clean_context, prepare
from polyqw.services.workers.worker import START_SECONDS, Result, Task, Worker, do_safely

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from multiprocessing.context import BaseContext

    from polyqw.services.workers.worker import Job

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


class Workers(Protocol[Result]):
    """Works on files."""

    def run(self, items: Iterable[Source | RefusedSource | Result]) -> Iterator[Result]:
        """Yield the result for each file, in their order; what is done already passes through."""
        ...


class InThisProcess(Generic[Result]):
    """Works in this process, without limits of time and memory."""

    def __init__(self, job: Job[Result]) -> None:
        self.job = job

    def run(self, items: Iterable[Source | RefusedSource | Result]) -> Iterator[Result]:
        """Yield the result for each file, in their order; what is done already passes through."""
        for item in items:
            yield do_safely(self.job, item) if isinstance(item, Source | RefusedSource) else item


class Pool(Generic[Result]):
    """Works in processes that are killed at their deadline; a worker that dies costs its file alone.

    They are made when files need them. Nothing is shared between workers, no lock and no queue, so that one may be
    killed at any moment: what it was sent beyond the file it worked on goes to another.
    """

    def __init__(self, job: Job[Result], jobs: int, limits: Limits, context: BaseContext | None = None) -> None:
        self.job = job
        self.context = context or clean_context()
        self.jobs = jobs
        self.limits = limits
        self._workers: list[Worker[Result]] = []
        self._unsent: deque[Task[Result]] = deque()
        self._failed_starts = 0
        self._is_closed = threading.Event()
        self._watcher = threading.Thread(target=self._watch, daemon=True)

    def run(self, items: Iterable[Source | RefusedSource | Result]) -> Iterator[Result]:
        """Yield the result for each file, in their order; what is done already passes through."""
        if not self._watcher.is_alive():
            self._watcher.start()
        waiting: deque[Result | Task[Result]] = deque()
        sizes: deque[int] = deque()  # of what is handed out
        for item in items:
            if not isinstance(item, Source | RefusedSource):
                waiting.append(item)
            else:
                task = Task(item, self.job)
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

    def _done(self, item: Result | Task[Result]) -> Result:
        """Return a result, waiting for it."""
        while (result := _result(item)) is None:
            if self._is_closed.is_set():  # by another thread
                raise PolyqwError("the workers were ended before all was done")
            self._exchange(patient=True)
        return result

    def _exchange(self, *, patient: bool) -> None:
        """Send out and take in what can be; with patience, wait for something to come in, or for a deadline."""
        self._send_out()
        until = (
            min((worker.deadline(self.limits.seconds) for worker in self._workers), default=0.0) if patient else 0.0
        )
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
        for worker in [w for w in self._workers if w.deadline(self.limits.seconds) <= time.monotonic()]:
            self._give_up(worker)

    def _give_up(self, worker: Worker[Result]) -> None:
        """End a worker that is late, with its file or before it was ready."""
        if worker.began is None:
            self._count_failed_start(f"not ready after {START_SECONDS:g} s", HUNG_START)
        else:
            late = f"not done after {self.limits.seconds:g} s; allow more with --timeout"
            worker.tasks.popleft().fail(Unread.TIMEOUT, late)
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

    def _least_busy(self, task: Task[Result]) -> Worker[Result] | None:
        """Return who takes a file soonest, a new worker where all are busy and there may be more."""
        if len(self._workers) < self.jobs and all(worker.tasks for worker in self._workers):
            return self._new_worker()
        free = (
            w for w in self._workers if len(w.tasks) < SENT_AHEAD and w.n_sent < TASKS_PER_WORKER and w.takes(task)
        )
        return min(free, key=lambda w: len(w.tasks), default=None)

    def _new_worker(self) -> Worker[Result] | None:
        try:
            prepare(self.context, self.job.modules)
            worker = Worker(self.context, self.job, self.limits.memory_mib)
        except (OSError, EOFError) as error:
            self._count_failed_start(f"{type(error).__name__} {error}".strip())
            return None
        self._workers.append(worker)
        return worker

    def _lost(self, worker: Worker[Result]) -> None:
        """Blame the death of a worker on the file that it worked on, unless it died before the first."""
        how = worker.how_it_died()
        if worker.began is None:
            self._count_failed_start(how)
        elif worker.tasks:
            worker.tasks.popleft().fail(Unread.WORKER_DIED, f"its worker died ({how}); the rest goes on")
        self._dismiss(worker)

    def _dismiss(self, worker: Worker[Result]) -> None:
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
        if self._watcher.is_alive():
            self._watcher.join(WATCH_SECONDS)
        for worker in self._workers:
            worker.kill()
        for worker in self._workers:
            worker.end()
        self._workers.clear()


def _result(item: Result | Task[Result]) -> Result | None:
    return item.result if isinstance(item, Task) else item


@contextmanager
def open_workers(
    job: Job[Result], jobs: int, limits: Limits, context: BaseContext | None = None
) -> Iterator[Workers[Result]]:
    """Open workers, and end them after.

    Parameters
    ----------
    jobs : int
        Number of worker processes; 0 works in this process, without the limits.
    context : BaseContext, optional
        How they are made; default: so that they share nothing with this process.
    """
    if jobs < 0 or not limits.seconds > 0 or limits.memory_mib <= 0:
        raise UsageError("the number of workers and their limits of time and memory must be above zero")
    if jobs == 0:
        yield InThisProcess(job)
        return
    pool = Pool(job, jobs, limits, context)
    try:
        yield pool
    finally:
        pool.close()
