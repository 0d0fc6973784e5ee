"""Where questions that cost time wait their turn: a few worker processes, a bounded number of uploads."""

from __future__ import annotations

import asyncio
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from queue import SimpleQueue
from typing import TYPE_CHECKING, Final, Generic

from polyqw.errors import PolyqwError
from polyqw.services.workers.pool import open_workers
from polyqw.services.workers.worker import Result

if TYPE_CHECKING:
    from collections.abc import Iterator

    from polyqw.io.inputs import RefusedSource, Source
    from polyqw.services.workers.guard import Guard
    from polyqw.services.workers.pool import Workers
    from polyqw.services.workers.worker import Job

MOST_UPLOADS: Final = 200
"""Uploads that are in hand at once; further ones are asked to come back."""

MOST_BYTES: Final = 256 * 2**20
"""Bytes of all uploads that are in hand at once."""

COME_BACK_SECONDS: Final = 10
"""When one that found no room may come back."""


class FullError(PolyqwError):
    """More is asked at once than there is room for."""


class Desk(Generic[Result]):
    """Hands files to worker processes, each of which has one at a time, within its limits of time and memory.

    An upload has one of its files here at a time, so that those with many files do not keep the others waiting.

    Parameters
    ----------
    job : Job
        What is done with each file.
    guard : Guard
        How many processes there are, and what one file may take of one.
    """

    def __init__(self, job: Job[Result], guard: Guard) -> None:
        self._opened = ExitStack()
        self._idle: SimpleQueue[Workers[Result]] = SimpleQueue()
        for _ in range(guard.jobs):
            self._idle.put(self._opened.enter_context(open_workers(job, 1, guard.limits)))
        self._threads = ThreadPoolExecutor(guard.jobs, thread_name_prefix="desk")
        self._in_hand: deque[int] = deque()

    @contextmanager
    def room_for(self, n_bytes: int) -> Iterator[None]:
        """Have room for an upload as long as it is in hand.

        Raises
        ------
        FullError
            If there is none.
        """
        if len(self._in_hand) >= MOST_UPLOADS or sum(self._in_hand) + n_bytes > MOST_BYTES:
            raise FullError(f"there is no room for one more upload now; come back in {COME_BACK_SECONDS} s")
        self._in_hand.append(n_bytes)
        try:
            yield
        finally:
            self._in_hand.remove(n_bytes)

    async def work(self, source: Source | RefusedSource) -> Result:
        """Return the result for a file; meanwhile others are answered."""
        return await asyncio.wrap_future(self._threads.submit(self._work, source))

    def _work(self, source: Source | RefusedSource) -> Result:
        workers = self._idle.get()
        try:
            [result] = workers.run([source])
            return result
        finally:
            self._idle.put(workers)

    def close(self) -> None:
        """End the workers at once."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._opened.close()
