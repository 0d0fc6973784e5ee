"""Workers that are killed at any moment, that hang, that do not start, that get much to carry."""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import forkserver
from typing import ClassVar

import pytest

from polyqw.core.wells import Status
from polyqw.errors import PolyqwError
from polyqw.io.inputs import Source
from polyqw.services.ingest.work import Worked, without_content
from polyqw.services.workers import pool as workers

N_FILES = 400
LONGEST_SECONDS = 60


def brief(source):
    """Be a work of a few milliseconds with a result that fills a pipe soon."""
    time.sleep(0.004)
    return Worked(source.name, file_sha256=f"{len(source.content)}-{os.getpid()}-" + "x" * 20_000)


def endless_for_some(source):
    if source.name in ("3", "4"):
        time.sleep(LONGEST_SECONDS)
    return brief(source)


def faulty(source):
    raise ValueError(f"no {source.name}")


@dataclass(frozen=True)
class Job:
    """What workers are given to do."""

    do: object
    modules: ClassVar = ()

    def fail(self, name, reason, message):
        return without_content(name, Status.FAILED, reason, message)


class Deadly:
    """A work that ends the process which it reaches."""

    def __reduce__(self):
        return os._exit, (3,)


@contextmanager
def opened(work=brief, *, jobs=2, seconds=30.0, memory_mib=512):
    pool = workers.Pool(Job(work), jobs, workers.Limits(seconds, memory_mib))
    before = signal.signal(signal.SIGALRM, hangs)
    signal.alarm(LONGEST_SECONDS)
    try:
        yield pool
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
        pool.close()


def hangs(*_):
    raise TimeoutError("the pool hangs")


def sources(n=N_FILES, content=b"x"):
    return [Source(str(k), content) for k in range(n)]


def reasons(found):
    return {worked.file: worked.issue.reason for worked in found if worked.issue}


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_workers_killed_all_the_time_cost_one_file_each(seed):
    """Every file has one result, in order, and no more are lost than workers were killed."""
    rng, n_killed, is_over = random.Random(seed), 0, threading.Event()

    def kill(pool):
        nonlocal n_killed
        while not is_over.wait(rng.uniform(0.02, 0.2)):
            at_work = [worker for worker in list(pool._workers) if worker.began is not None]
            for worker in rng.sample(at_work, min(1, len(at_work))):
                with suppress(ProcessLookupError):
                    os.kill(worker.process.pid, signal.SIGKILL)
                n_killed += 1

    with opened() as pool:
        killer = threading.Thread(target=kill, args=(pool,), daemon=True)
        killer.start()
        found = list(pool.run(sources()))
        is_over.set()
        killer.join()
    assert [worked.file for worked in found] == [str(k) for k in range(N_FILES)]
    assert n_killed >= 5
    assert set(reasons(found).values()) <= {"worker_died"}
    assert len(reasons(found)) <= n_killed


def test_files_that_wait_behind_a_hanging_one_are_not_lost():
    with opened(endless_for_some, seconds=0.5) as pool:
        found = list(pool.run(sources(60)))
    assert [worked.file for worked in found] == [str(k) for k in range(60)]
    assert reasons(found) == {"3": "timeout", "4": "timeout"}


def test_death_of_the_server_that_workers_come_from_costs_nothing():
    with opened() as pool:
        results = pool.run(sources())
        found = [next(results)]
        server = forkserver._forkserver._forkserver_pid
        os.kill(server, signal.SIGKILL)
        found += results
    assert reasons(found) == {}
    assert len(found) == N_FILES


def test_much_content_blocks_nobody():
    with opened() as pool:
        found = list(pool.run(sources(24, b"x" * 3_000_000)))
    assert [worked.file_sha256.split("-")[0] for worked in found] == ["3000000"] * 24


def test_workers_are_replaced_after_so_many_files(monkeypatch):
    monkeypatch.setattr(workers, "TASKS_PER_WORKER", 10)
    with opened() as pool:
        found = list(pool.run(sources(100)))
    by_worker = [worked.file_sha256.split("-")[1] for worked in found]
    assert len(set(by_worker)) == 10
    assert all(by_worker.count(pid) == 10 for pid in by_worker)


def test_one_file_makes_one_worker():
    with opened(jobs=8) as pool:
        results = pool.run(sources(1))
        next(results)
        assert len(pool._workers) == 1


def test_work_that_raises_is_told():
    with opened(faulty) as pool:
        (found,) = pool.run(sources(1))
    assert found.found[0].message == "0: ValueError: no 0"


def test_workers_that_do_not_start_are_given_up():
    told = r"worker processes do not start \(exit code 3\); free some memory, or ask for fewer with -j"
    with opened(Deadly()) as pool, pytest.raises(PolyqwError, match=told):
        list(pool.run(sources(3)))
