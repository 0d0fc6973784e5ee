"""Work on files within limits of time and memory for each file, or in this process."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from polyqw.services.workers.pool import Limits, open_workers
from polyqw.services.workers.server import quick_context

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from polyqw.io.inputs import RefusedSource, Source
    from polyqw.services.workers.worker import Job, Result


@dataclass(frozen=True, slots=True)
class Guard:
    """How strangers' files are worked on: in processes of their own, which are ended when a file takes too much."""

    limits: Limits = field(default_factory=Limits)
    jobs: int = 1


def work_on(sources: Iterable[Source | RefusedSource], job: Job[Result], guard: Guard | None) -> Iterator[Result]:
    """Yield the result for each file, in their order."""
    if guard is None:
        yield from map(job.do, sources)
        return
    with open_workers(job, guard.jobs, guard.limits, quick_context()) as workers:
        yield from workers.run(sources)
