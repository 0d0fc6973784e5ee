"""Dask clusters for tests: with nannies that lose no time, or in a process that can be killed with its scheduler."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from contextlib import contextmanager, suppress
from multiprocessing import get_context
from typing import ClassVar

import pytest

from polyqw.services.workers.server import INGESTING
from tests.conftest import ROOT

distributed = pytest.importorskip("distributed", reason="needs Dask: pip install 'polyqw[dask]'")
dask_config = pytest.importorskip("dask.config")

SETTINGS = {"distributed.worker.multiprocessing-method": "forkserver", "distributed.scheduler.allowed-failures": 1}
GRACE_SECONDS, JOIN_SECONDS = 0.3, 20.0


class QuickNanny(distributed.Nanny):
    """A nanny that waits less for a worker's own end, and longer for that of one that it has killed."""

    async def kill(self, timeout=JOIN_SECONDS, reason="test"):
        if self.process is not None and self.process.status is distributed.Status.running:
            asyncio.get_running_loop().call_later(GRACE_SECONDS, _kill, self.process.pid)
        await super().kill(timeout=JOIN_SECONDS, reason=reason)


def _kill(pid):
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


class LastNanny(QuickNanny):
    """A nanny that does not replace a worker which died."""

    n_started = 0

    async def instantiate(self):
        self.n_started += 1
        if self.n_started == 2:
            raise RuntimeError("there are no more workers")
        return await super().instantiate()


class StoppingNanny(QuickNanny):
    """A nanny whose second worker is stopped (SIGSTOP) before it is ready."""

    stopped: ClassVar[list[int]] = []
    n_started = 0

    async def instantiate(self):
        self.n_started += 1
        if self.n_started == 2:
            self._ongoing_background_tasks.call_soon(self._stop_it)
        return await super().instantiate()

    async def _stop_it(self):
        while self.process is None or self.process.status.name != "starting" or self.process.pid is None:
            await asyncio.sleep(0.001)
        os.kill(self.process.pid, signal.SIGSTOP)
        self.stopped.append(self.process.pid)


@contextmanager
def cluster(n_workers, nanny=QuickNanny):
    """Start a cluster whose scheduler and nannies live in this process, and whose workers are forked at once."""
    with dask_config.set(SETTINGS):
        distributed.utils.get_mp_context()  # sets what it would load
        get_context("forkserver").set_forkserver_preload(["distributed.nanny", *INGESTING])
        with distributed.LocalCluster(
            n_workers=n_workers, threads_per_worker=1, processes=True, worker_class=nanny, dashboard_address=":0",
            silence_logs=50,
        ) as found:  # fmt: skip
            yield found
            while StoppingNanny.stopped:  # for it would be waited for
                os.kill(StoppingNanny.stopped.pop(), signal.SIGKILL)


def pids_of(found):
    """Return the processes of the workers of a cluster."""
    return [nanny.pid for nanny in found.workers.values() if nanny.pid]


@contextmanager
def scheduler_process():
    """Start a cluster of one worker in a process of its own; give the process and the address of the scheduler."""
    words = [sys.executable, "-m", "tests.services.dask_clusters"]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        try:
            yield process, json.loads(process.stdout.readline())
        finally:
            process.kill()


if __name__ == "__main__":
    with cluster(1) as running:
        sys.stdout.write(json.dumps(running.scheduler_address) + "\n")
        sys.stdout.flush()
        sys.stdin.read()  # until the parent has gone
