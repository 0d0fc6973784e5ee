"""Work on a Dask cluster: the queue, its retries and the replacement of dead workers are Dask's."""

from __future__ import annotations

import logging
import os
import signal
import time
from collections import deque
from contextlib import contextmanager, suppress
from itertools import islice
from typing import TYPE_CHECKING

from polyqw.core.wells import Status
from polyqw.errors import MissingLibraryError, PolyqwError, ReadError
from polyqw.io.inputs import RefusedSource, Source
from polyqw.io.reasons import Unread
from polyqw.services.ingest.cluster_watch import CONNECTION_LOST, ClusterLostError, ClusterWatch
from polyqw.services.ingest.work import Worked, not_read, without_content, work

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from distributed import Client, Future, LocalCluster

    from polyqw.core.options import AnalysisOptions
    from polyqw.io.read_options import ReadOptions
    from polyqw.services.workers.pool import Limits

    Chunk = list[Source | Worked]

LOCAL = "local"
"""Scheduler that stands for a cluster made on this machine."""

CHUNK = 16
"""Files that travel together."""

AHEAD_FOR_EACH = 3
"""Chunks handed out for each thread of the cluster; results are stored in the order in which files were named."""

CONNECT_SECONDS = 20

CLOSE_SECONDS = 20
"""Longest wait for the end of a connection, and for that of a cluster made here."""

WORKER_WAIT_SECONDS = 120.0
"""How long a cluster may be without a worker that takes up files, until the run ends."""


class Cluster:
    """Works on a Dask cluster; files are sent by content, so that its machines need not share a disk.

    Files travel in chunks. A chunk that no worker survives, or that outlasts its deadline, is handed out again file
    by file, so that a bad file costs itself alone. Once the cluster is lost, the files that are left come back as not
    read.
    """

    def __init__(
        self,
        client: Client,
        options: AnalysisOptions,
        reading: ReadOptions,
        limits: Limits,
        worker_wait: float = WORKER_WAIT_SECONDS,
    ) -> None:
        self.client = client
        self.options = options
        self.reading = reading
        self.limits = limits
        self.watch = ClusterWatch(client, worker_wait, limits.seconds * CHUNK)
        self.why_lost = ""
        """Why the cluster is lost; empty while it works."""

    def run(self, items: Iterable[Source | RefusedSource | Worked]) -> Iterator[Worked]:
        """Yield the outcome of each file, in their order; what is done already passes through."""
        ahead = AHEAD_FOR_EACH * max(1, self.watch.n_threads())
        waiting: deque[tuple[Chunk, Future[list[Worked]] | None]] = deque()
        rest = iter(items)
        while chunk := [self._held(item) for item in islice(rest, CHUNK)]:
            waiting.append((chunk, self._submit(chunk)))
            if len(waiting) > ahead:
                yield from self._results(*waiting.popleft())
        while waiting:
            yield from self._results(*waiting.popleft())

    def _held(self, item: Source | RefusedSource | Worked) -> Source | Worked:
        """Return a file with its content, or its outcome where that cannot be had."""
        if isinstance(item, Worked):
            return item
        if isinstance(item, RefusedSource):
            return work(item, self.options)
        if self.why_lost:
            return not_read(item.name, self.why_lost)
        try:
            return Source(item.name, item.read(self.reading))
        except ReadError as error:
            return work(RefusedSource(item.name, error), self.options)

    def _submit(self, chunk: Chunk, *, priority: int = 0) -> Future[list[Worked]] | None:
        """Hand out a chunk; None where there is nothing to hand out, or nobody to take it."""
        sources = [item for item in chunk if isinstance(item, Source)]
        if not sources or self.why_lost or self.client.status != "running":
            return None
        return self.client.submit(work_all, sources, self.options, self.reading, pure=False, priority=priority)

    def _results(self, chunk: Chunk, future: Future[list[Worked]] | None) -> Iterator[Worked]:
        from distributed import KilledWorker  # noqa: PLC0415

        sources = [item for item in chunk if isinstance(item, Source)]
        try:
            done = iter(self._wait_for(future, len(sources)) if sources else [])
        except ClusterLostError as lost:
            self.why_lost = self.why_lost or str(lost)
            done = (not_read(source.name, self.why_lost) for source in sources)
        except (TimeoutError, KilledWorker) as error:
            if len(chunk) > 1:
                for item in chunk:  # before what waits: else a file could wait behind others that hang
                    yield from self._results([item], self._submit([item], priority=1))
                return
            done = iter([self._failed(sources[0], error)])
        except Exception as error:  # whatever a worker could not turn into a result
            done = iter([self._failed(source, error) for source in sources])
        for item in chunk:
            yield item if isinstance(item, Worked) else next(done)

    def _failed(self, source: Source, error: Exception) -> Worked:
        from distributed import KilledWorker  # noqa: PLC0415

        name = source.name
        if isinstance(error, TimeoutError):
            message = f"{name}: not done after {self.limits.seconds:g} s; allow more with --timeout"
            return without_content(name, Status.FAILED, Unread.TIMEOUT, message)
        if isinstance(error, KilledWorker):
            message = f"{name}: every worker that took it died; the rest goes on"
            return without_content(name, Status.FAILED, Unread.WORKER_DIED, message)
        message = f"{name}: {type(error).__name__}: {' '.join(str(error).split())[:200]}"
        return without_content(name, Status.FAILED, Unread.INTERNAL_ERROR, message)

    def _wait_for(self, future: Future[list[Worked]] | None, n_files: int) -> list[Worked]:
        """Return the results of a chunk.

        Raises
        ------
        TimeoutError
            If they are not there in time; whoever worked on them is restarted. The time counts once a worker has
            taken the chunk up, not while it waits.
        ClusterLostError
            If nobody takes it up.
        """
        if future is None:
            raise ClusterLostError(CONNECTION_LOST)
        deadline: float | None = None
        self.watch.begin()
        result = None
        while result is None:
            if self.watch.is_done(future):
                result = self.watch.result_of(future)
                deadline = None  # of work that begins anew, where its result is lost
                continue
            workers = self.watch.workers_of(future)
            if not workers:
                deadline = None
                self.watch.require_progress()
            elif deadline is None:
                deadline = time.monotonic() + self.limits.seconds * n_files
            elif time.monotonic() > deadline:
                future.cancel()
                self.watch.restart(workers)
                raise TimeoutError
        return result


def work_all(sources: Sequence[Source], options: AnalysisOptions, reading: ReadOptions) -> list[Worked]:
    """Return the outcome of each file of a chunk."""
    return [work(source, options, reading) for source in sources]


@contextmanager
def open_cluster(
    scheduler: str,
    options: AnalysisOptions,
    reading: ReadOptions,
    jobs: int,
    limits: Limits,
    worker_wait: float = WORKER_WAIT_SECONDS,
) -> Iterator[Cluster]:
    """Connect to a cluster, and leave it after; one that was made here is ended.

    Parameters
    ----------
    scheduler : str
        Address such as ``tcp://HOST:8786``, or ``local`` for ``jobs`` worker processes here.
    worker_wait : float
        How long the cluster may be without a worker that takes up files [s].
    """
    try:
        from distributed import Client  # noqa: PLC0415 - an extra
    except ModuleNotFoundError as error:
        raise MissingLibraryError("--scheduler needs Dask", "dask") from error
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what matters comes back as a result
    made = _make_cluster(jobs, limits, worker_wait) if scheduler == LOCAL else None
    try:
        try:
            client = Client(scheduler if made is None else made, timeout=CONNECT_SECONDS)
        except (OSError, ValueError) as error:
            raise PolyqwError(
                f"{scheduler}: no Dask scheduler answers there ({error}); start one or check it"
            ) from error
        try:
            yield Cluster(client, options, reading, limits, worker_wait)
        finally:
            with suppress(OSError, RuntimeError, AssertionError):  # what a scheduler that is gone leads to
                client.close(timeout=CLOSE_SECONDS)
    finally:
        if made is not None:
            _end(made)


def _make_cluster(jobs: int, limits: Limits, worker_wait: float) -> LocalCluster:
    from distributed import LocalCluster  # noqa: PLC0415 - an extra

    try:
        return LocalCluster(
            n_workers=max(1, jobs),
            threads_per_worker=1,
            processes=True,
            dashboard_address=":0",
            memory_limit=limits.memory_mib * 2**20,
            silence_logs=logging.CRITICAL,
            death_timeout=worker_wait,  # of a worker that does not get ready
        )
    except (OSError, ValueError, RuntimeError) as error:
        raise PolyqwError(f"the workers of a Dask cluster made here do not start ({error}); ask for fewer") from error


def _end(cluster: LocalCluster) -> None:
    """End a cluster made here; what does not end in time is killed."""
    processes = [worker.pid for worker in cluster.workers.values() if getattr(worker, "pid", None)]
    try:
        cluster.close(timeout=CLOSE_SECONDS)
    except (OSError, RuntimeError, AssertionError):
        for pid in processes:
            with suppress(ProcessLookupError):
                os.kill(pid, getattr(signal, "SIGKILL", signal.SIGTERM))
