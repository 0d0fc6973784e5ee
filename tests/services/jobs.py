"""What workers are given to do in tests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from polyqw.core.wells import Status
from polyqw.services.ingest.work import without_content
from polyqw.services.workers.server import INGESTING


@dataclass(frozen=True)
class Job:
    """Anything, with failures as an ingest has them."""

    do: object
    modules: ClassVar = INGESTING

    def fail(self, name, reason, message):
        return without_content(name, Status.FAILED, reason, message)
