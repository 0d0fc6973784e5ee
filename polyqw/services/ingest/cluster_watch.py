"""What can be known of a Dask cluster while one waits for it; no question to it waits without end."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from polyqw.errors import PolyqwError

if TYPE_CHECKING:
    from collections.abc import Collection

    from distributed import Client, Future

    from polyqw.services.ingest.work import Worked

LOOK_SECONDS = 0.5
"""Time between two looks at who works on what, while a result is waited for."""

ANSWER_SECONDS = 10.0
"""Longest wait for the scheduler's answer to one question."""

FETCH_SECONDS = (1.0, 2.0, 4.0, 8.0, 16.0)
"""Longest waits for the transfer of a finished result, one after the other; after each, its holder may have died."""

RESTART_SECONDS = 30.0
"""Longest wait for the end of a worker that is restarted. Its nanny needs up to 9 s to kill it, more on a busy
machine; the scheduler dismisses for good what is not dead by then, and the nanny replaces it no more."""


CONNECTION_LOST = "the connection to the Dask scheduler is lost"


class ClusterLostError(PolyqwError):
    """A cluster takes up no more work."""


class _NoAnswerError(Exception):
    """The scheduler does not answer."""


class ClusterWatch:
    """Watches which worker has which chunk, and decides when nothing is to be expected any more.

    Parameters
    ----------
    worker_wait_seconds : float
        How long no worker may have anything of ours.
    chunk_seconds : float
        Longest time for one chunk: workers that get nothing done for so long are restarted.
    """

    def __init__(self, client: Client, worker_wait_seconds: float, chunk_seconds: float) -> None:
        self.client = client
        self.worker_wait_seconds = worker_wait_seconds
        self.chunk_seconds = chunk_seconds
        self._processing: dict[str, frozenset[str]] = {}
        """Keys of ours that each worker has taken, at the last look."""
        self._last_worker = self._last_change = 0.0
        """Readings of `time.monotonic` when a worker had any, and when they were others than before."""

    def n_threads(self) -> int:
        """Return the number of files that the cluster works on at once; 0 where that cannot be known."""
        try:
            return sum(self._ask("ncores").values())
        except _NoAnswerError:
            return 0

    def begin(self) -> None:
        """Count all times from now."""
        self._last_worker = self._last_change = time.monotonic()

    def is_done(self, future: Future[list[Worked]]) -> bool:
        """Wait a moment, and return whether a chunk is done.

        Raises
        ------
        ClusterLostError
            If the scheduler has dropped it.
        """
        try:
            future.exception(timeout=LOOK_SECONDS)  # which it returns, and does not raise
        except TimeoutError:
            return False
        except Exception as error:
            raise ClusterLostError(CONNECTION_LOST) from error
        if future.cancelled():
            raise ClusterLostError(CONNECTION_LOST)
        return True

    def result_of(self, future: Future[list[Worked]]) -> list[Worked] | None:
        """Return the result of a chunk that is done, or raise what its work raised.

        None where its holder died before it was sent: the scheduler has it worked on again.

        Raises
        ------
        TimeoutError
            If whoever holds it does not send it; it is restarted.
        ClusterLostError
            If the scheduler has dropped it.
        """
        for seconds in FETCH_SECONDS:
            try:
                result: list[Worked] = future.result(timeout=seconds)
            except TimeoutError:
                if future.status in {"pending", "lost"}:
                    return None
            except Exception as error:
                if future.status == "error":  # that of the work itself
                    raise
                raise ClusterLostError(CONNECTION_LOST) from error
            else:
                return result
        self.restart(self.workers_of(future))
        raise TimeoutError

    def workers_of(self, future: Future[list[Worked]]) -> list[str]:
        """Return who works on a chunk, or holds its result; nobody where the scheduler does not answer."""
        try:
            processing: dict[str, Collection[str]] = self._ask("processing")
            holding: dict[Any, Collection[str]] = self._ask("who_has", keys=[future.key])
        except _NoAnswerError:
            return []
        self._note(processing)
        return [
            *(worker for worker, keys in processing.items() if future.key in keys),
            *holding.get(future.key, ()),
        ]

    def _note(self, processing: dict[str, Collection[str]]) -> None:
        ours = set(self.client.futures)
        found = {worker: frozenset(ours.intersection(keys)) for worker, keys in processing.items()}
        now = time.monotonic()
        if any(found.values()):
            self._last_worker = now
        if found != self._processing:
            self._processing, self._last_change = found, now

    def require_progress(self) -> None:
        """Insist that somebody works for us; restart those who have had the same work for too long.

        Raises
        ------
        ClusterLostError
            If nobody has, for as long as one waits for a worker.
        """
        now = time.monotonic()
        if now - self._last_worker > self.worker_wait_seconds:
            raise ClusterLostError(
                f"no worker of the Dask cluster has taken up a file for {self.worker_wait_seconds:g} s; "
                "start workers, or wait longer with --worker-wait"
            )
        if now - self._last_change > self.chunk_seconds:
            self.restart([worker for worker, keys in self._processing.items() if keys])
            self._last_change = time.monotonic()

    def restart(self, workers: Collection[str]) -> None:
        """Have workers killed, and replaced where they have a nanny; the scheduler is asked, not waited for.

        `Client.restart_workers` does the same, but refuses workers without a nanny and has no limit of its own.
        """
        if not workers:
            return
        with suppress(_NoAnswerError):
            self._ask(
                "restart_workers",
                RESTART_SECONDS + ANSWER_SECONDS,
                workers=list(workers),
                timeout=RESTART_SECONDS,
                wait_for_workers=False,
                on_error="return",
                stimulus_id="polyqw-restart",
            )

    def _ask(self, question: str, seconds: float | None = None, **words: Any) -> Any:
        if self.client.status != "running":
            raise _NoAnswerError
        try:
            return self.client.sync(
                getattr(self.client.scheduler, question), callback_timeout=seconds or ANSWER_SECONDS, **words
            )
        except (OSError, RuntimeError, AttributeError) as error:  # of time, and of a client that has just closed
            raise _NoAnswerError from error
