"""Work on a Dask cluster: the queue, its retries and the replacement of dead workers are Dask's."""

from __future__ import annotations

import logging
from collections import deque
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING, Any

from polyqw.core.wells import Status
from polyqw.errors import MissingLibraryError, PolyqwError, ReadError
from polyqw.io.inputs import RefusedSource, Source
from polyqw.services.ingest.work import Worked, without_content, work

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from distributed import Client, Future

    from polyqw.core.options import AnalysisOptions
    from polyqw.io.read_options import ReadOptions
    from polyqw.services.ingest.workers import Item, Limits

LOCAL = "local"
"""Scheduler that stands for a cluster made on this machine."""

CHUNK = 16
"""Files that travel together."""

AHEAD_FOR_EACH = 3
"""Chunks handed out for each thread of the cluster; results are stored in the order in which files were named."""

CONNECT_SECONDS = 20

RESTART_SECONDS = 20
"""Longest wait for a worker that is restarted: its nanny needs up to 9 s to kill it, and at times no answer comes."""


class Cluster:
    """Works on a Dask cluster; files are sent by content, so that its machines need not share a disk.

    Files travel in chunks. A chunk that no worker survives, or that outlasts its deadline, is handed out again file
    by file, so that a bad file costs itself alone.
    """

    def __init__(self, client: Client, options: AnalysisOptions, reading: ReadOptions, limits: Limits) -> None:
        self.client = client
        self.options = options
        self.reading = reading
        self.limits = limits

    def run(self, items: Iterable[Item]) -> Iterator[Worked]:
        """Yield what each file comes to, in their order; what is done already passes through."""
        ahead = AHEAD_FOR_EACH * max(1, sum(self.client.nthreads().values()))
        waiting: deque[tuple[list[Source | Worked], Future[list[Worked]]]] = deque()
        rest = iter(items)
        while chunk := [self._held(item) for item in islice(rest, CHUNK)]:
            waiting.append((chunk, self._submit(chunk)))
            if len(waiting) > ahead:
                yield from self._results(*waiting.popleft())
        while waiting:
            yield from self._results(*waiting.popleft())

    def _held(self, item: Item) -> Source | Worked:
        """Return a file with its content, or what it comes to where that cannot be had."""
        if isinstance(item, Worked):
            return item
        if isinstance(item, RefusedSource):
            return work(item, self.options)
        try:
            return Source(item.name, item.read(self.reading))
        except ReadError as error:
            return work(RefusedSource(item.name, error), self.options)

    def _submit(self, chunk: Sequence[Source | Worked]) -> Future[list[Worked]]:
        sources = [item for item in chunk if isinstance(item, Source)]
        return self.client.submit(work_all, sources, self.options, self.reading, pure=False)

    def _results(self, chunk: Sequence[Source | Worked], future: Future[list[Worked]]) -> Iterator[Worked]:
        from distributed import KilledWorker  # noqa: PLC0415

        try:
            done = iter(self._wait_for(future, sum(isinstance(item, Source) for item in chunk)))
        except (TimeoutError, KilledWorker) as error:
            self._restart_workers_of(future)
            if len(chunk) > 1:
                for item in chunk:
                    yield from self._results([item], self._submit([item]))
                return
            done = iter([self._failed(chunk[0], error)])
        except Exception as error:  # whatever a worker could not turn into a result
            done = iter([self._failed(item, error) for item in chunk if isinstance(item, Source)])
        for item in chunk:
            yield item if isinstance(item, Worked) else next(done)

    def _failed(self, item: Source | Worked, error: Exception) -> Worked:
        from distributed import KilledWorker  # noqa: PLC0415

        name = item.name if isinstance(item, Source) else item.file
        if isinstance(error, TimeoutError):
            told = f"{name}: not done after {self.limits.seconds:g} s; allow more with --timeout"
            return without_content(name, Status.FAILED, "timeout", told)
        if isinstance(error, KilledWorker):
            told = f"{name}: every worker that took it died; the rest goes on"
            return without_content(name, Status.FAILED, "worker_died", told)
        told = f"{name}: {type(error).__name__}: {' '.join(str(error).split())[:200]}"
        return without_content(name, Status.FAILED, "internal_error", told)

    def _wait_for(self, future: Future[list[Worked]], n_files: int) -> list[Worked]:
        """Return the results; the deadline counts once a worker has taken the chunk up, not while it waits."""
        was_worked_on = False
        while True:
            try:
                result: list[Worked] = future.result(timeout=self.limits.seconds * max(1, n_files))
            except TimeoutError:
                if was_worked_on:
                    raise
                was_worked_on = bool(self._workers_of(future))
                continue
            return result

    def _workers_of(self, future: Future[list[Worked]]) -> list[str]:
        processing: dict[str, Any] = self.client.processing()
        return [worker for worker, keys in processing.items() if future.key in keys]

    def _restart_workers_of(self, future: Future[list[Worked]]) -> None:
        workers = self._workers_of(future)
        future.cancel()
        if workers:
            self.client.restart_workers(workers, timeout=RESTART_SECONDS, raise_for_error=False)


def work_all(sources: Sequence[Source], options: AnalysisOptions, reading: ReadOptions) -> list[Worked]:
    """Return what each file of a chunk comes to."""
    return [work(source, options, reading) for source in sources]


@contextmanager
def open_cluster(
    scheduler: str, options: AnalysisOptions, reading: ReadOptions, jobs: int, limits: Limits
) -> Iterator[Cluster]:
    """Connect to a cluster, and leave it after; one that was made here is ended.

    Parameters
    ----------
    scheduler : str
        Address such as ``tcp://HOST:8786``, or ``local`` for ``jobs`` worker processes here.
    options : AnalysisOptions
    reading : ReadOptions
    jobs : int
    limits : Limits

    Raises
    ------
    MissingLibraryError
        Without Dask.
    PolyqwError
        If the scheduler does not answer.
    """
    try:
        from distributed import Client, LocalCluster  # noqa: PLC0415 - an extra
    except ModuleNotFoundError as error:
        raise MissingLibraryError("--scheduler needs Dask", "dask") from error
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what matters comes back as a result
    try:
        if scheduler == LOCAL:
            cluster = LocalCluster(
                n_workers=max(1, jobs),
                threads_per_worker=1,
                processes=True,
                dashboard_address=":0",
                memory_limit=limits.memory_mib * 2**20,
                silence_logs=logging.CRITICAL,
            )
            client = Client(cluster, timeout=CONNECT_SECONDS)
        else:
            cluster = None
            client = Client(scheduler, timeout=CONNECT_SECONDS)
    except (OSError, ValueError, TimeoutError) as error:
        raise PolyqwError(f"{scheduler}: no Dask scheduler answers there ({error}); start one or check it") from error
    try:
        yield Cluster(client, options, reading, limits)
    finally:
        client.close()
        if cluster is not None:
            cluster.close()
