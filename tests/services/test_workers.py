"""Workers that are killed at any moment, that hang, that do not start, that get much to carry."""

from __future__ import annotations

import os
import random
import signal
import sys
import threading
import time
from contextlib import contextmanager, suppress
from multiprocessing import forkserver
from multiprocessing.connection import Connection

import pytest

from polyqw.errors import PolyqwError
from polyqw.io.inputs import Source
from polyqw.services.ingest.work import Worked
from polyqw.services.workers import pool as workers
from polyqw.services.workers import server, worker
from polyqw.services.workers.worker import _how
from tests.services.jobs import Job

N_FILES = 400
LONGEST_SECONDS = 60
HANGS_SECONDS = 240


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


class Deadly:
    """A work that ends the process which it reaches."""

    def __reduce__(self):
        return os._exit, (3,)


@contextmanager
def opened(work=brief, *, jobs=2, seconds=30.0, memory_mib=512):
    pool = workers.Pool(Job(work), jobs, workers.Limits(seconds, memory_mib))
    before = signal.signal(signal.SIGALRM, hangs)
    signal.alarm(HANGS_SECONDS)
    try:
        yield pool
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
        pool.close()


def hangs(*_):
    pytest.fail("the pool hangs")  # no OSError, which the pool would take for one of its own


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
            at_work = [one for one in list(pool._workers) if one.began is not None]
            for one in rng.sample(at_work, min(1, len(at_work))):
                with suppress(ProcessLookupError):
                    os.kill(one.process.pid, signal.SIGKILL)
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


class StoppedAtStart:
    """A work that stops the process which it reaches, before it is ready; or only the first ones."""

    def __init__(self, folder, n_stopped):
        self.folder, self.n_stopped = str(folder), n_stopped

    def __reduce__(self):
        return stop_some, (self.folder, self.n_stopped)


def stop_some(folder, n_stopped):
    for k in range(n_stopped):
        with suppress(FileExistsError):
            os.close(os.open(f"{folder}/{k}", os.O_CREAT | os.O_EXCL))
            os.kill(os.getpid(), signal.SIGSTOP)
    return brief


def is_patient_after_a_failure(monkeypatch):
    """Let a worker take its time to start once one has failed to: the machine may be slow."""
    count = workers.Pool._count_failed_start

    def counted(*words):
        worker.START_SECONDS = HANGS_SECONDS
        count(*words)

    monkeypatch.setattr(workers.Pool, "_count_failed_start", counted)


def is_impatient_once_there_is(path, monkeypatch):
    """Let the start of a worker time out at once when a file appears, and not before."""

    def wait():
        while not path.exists():
            time.sleep(0.01)
        worker.START_SECONDS = 0.1

    monkeypatch.setattr(worker, "START_SECONDS", HANGS_SECONDS)
    monkeypatch.setattr(workers, "LOOK_SECONDS", 0.1)
    threading.Thread(target=wait, daemon=True).start()


def test_a_worker_that_does_not_get_ready_is_replaced(tmp_path, monkeypatch):
    is_impatient_once_there_is(tmp_path / "0", monkeypatch)
    is_patient_after_a_failure(monkeypatch)
    with opened(StoppedAtStart(tmp_path, 1), jobs=1) as pool:
        found = list(pool.run(sources(20)))
    assert (tmp_path / "0").exists()
    assert [one.file for one in found] == [str(k) for k in range(20)]
    assert reasons(found) == {}


def test_workers_that_do_not_get_ready_are_given_up(tmp_path, monkeypatch):
    is_impatient_once_there_is(tmp_path / "0", monkeypatch)
    with (
        opened(StoppedAtStart(tmp_path, 99)) as pool,
        pytest.raises(PolyqwError, match="worker processes do not start"),
    ):
        list(pool.run(sources(3)))


def server_pid():
    return forkserver._forkserver._forkserver_pid


def test_a_stopped_server_that_does_not_say_how_workers_end_is_replaced(monkeypatch):
    monkeypatch.setattr(worker, "GRACE_SECONDS", 0.2)
    with opened(endless_for_some, seconds=1.0, jobs=1) as pool:
        results = pool.run(sources(12))
        found = [next(results)]
        before = server_pid()
        os.kill(before, signal.SIGSTOP)
        found += results
    assert reasons(found) == {"3": "timeout", "4": "timeout"}
    assert server_pid() != before


def test_a_stopped_server_that_starts_no_worker_is_replaced(monkeypatch):
    server.start_server()
    os.kill(server_pid(), signal.SIGSTOP)
    monkeypatch.setattr(worker, "START_SECONDS", 0.5)
    is_patient_after_a_failure(monkeypatch)
    with opened() as pool:
        assert reasons(pool.run(sources(3))) == {}


def stops_in_an_answer(source):
    if source.name != "3":
        return brief(source)
    thread = threading.main_thread().ident

    def stop():
        while sys._current_frames()[thread].f_code is not Connection._send.__code__:
            time.sleep(0.001)
        os.kill(os.getpid(), signal.SIGSTOP)

    threading.Thread(target=stop, daemon=True).start()
    return Worked(source.name, file_sha256="x" * 100_000_000)


def test_a_worker_that_stops_in_the_middle_of_an_answer_costs_its_file_alone(monkeypatch):
    monkeypatch.setattr(worker, "STALL_SECONDS", 2.0)
    with opened(stops_in_an_answer, memory_mib=2048) as pool:
        found = list(pool.run(sources(20)))
    assert [one.file for one in found] == [str(k) for k in range(20)]
    assert reasons(found) == {"3": "worker_died"}


def test_a_worker_that_stops_before_it_takes_a_large_file_blocks_nobody(monkeypatch):
    monkeypatch.setattr(worker, "STALL_SECONDS", 2.0)
    with opened(jobs=1) as pool:
        results = pool.run(sources(2))
        found = list(results)
        os.kill(pool._workers[0].process.pid, signal.SIGSTOP)
        found += pool.run([Source("large", b"x" * 3_000_000)])
    assert [one.file for one in found] == ["0", "1", "large"]
    assert reasons(found) == {}


@pytest.mark.parametrize(
    ("code", "said"),
    [(None, "no exit code"), (0, "exit code 0"), (3, "exit code 3"), (-9, "SIGKILL"), (-99, "signal 99")],
)
def test_how_a_worker_ended(code, said):
    assert _how(code) == said
