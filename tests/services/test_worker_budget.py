"""How much a worker is sent ahead, and how many starts may fail: what is lost with a worker is bounded by these."""

from collections import deque
from types import SimpleNamespace

import pytest

from polyqw.errors import PolyqwError, UsageError
from polyqw.io.inputs import Source
from polyqw.services.ingest.work import Worked
from polyqw.services.workers import pool as workers
from polyqw.services.workers.worker import PIPE_BYTES, Task, Worker
from tests.services.jobs import Job

JOB = Job(None)


def task(size=1):
    return Task(Source("a file", b"x" * size), JOB)


def busy(*sizes):
    return SimpleNamespace(tasks=deque(task(size) for size in sizes))


def test_a_busy_worker_is_sent_what_its_pipe_takes_up_at_once():
    """A byte more and both sides would wait for each other."""
    assert Worker.takes(busy(1000, 2000), task(PIPE_BYTES - 3000))
    assert not Worker.takes(busy(1000, 2000), task(PIPE_BYTES - 2999))


def test_an_idle_worker_takes_anything():
    assert Worker.takes(busy(), task(10 * PIPE_BYTES))


class Answering:
    """A worker that answers when it is asked to, in the place of a process."""

    def __init__(self):
        self.tasks, self.n_sent, self.began, self.connection = deque(), 0, 0.0, object()

    def takes(self, task):
        return Worker.takes(self, task)

    def send(self, task):
        self.tasks.append(task)
        self.n_sent += 1
        return True

    def receive(self):
        task = self.tasks.popleft()
        task.result = Worked(task.source.name)
        return True

    def end(self):
        pass


@pytest.fixture
def pool(monkeypatch):
    """Give a pool of workers that live in this process; its deadline is never reached."""
    monkeypatch.setattr(workers, "wait", lambda connections, patience: connections if patience else [])
    pool = workers.Pool(JOB, 2, workers.Limits(1e9, 512))
    monkeypatch.setattr(pool, "_new_worker", lambda: pool._workers.append(Answering()) or pool._workers[-1])
    return pool


def test_what_dies_with_a_worker_is_bounded(pool):
    """No more than so many files wait in the pipe of one worker, however many there are to do."""
    pool._unsent.extend(task() for _ in range(500))
    pool._send_out()
    assert [len(worker.tasks) for worker in pool._workers] == [workers.SENT_AHEAD] * 2
    assert len(pool._unsent) == 500 - 2 * workers.SENT_AHEAD


def test_work_goes_to_the_least_busy(pool):
    pool._unsent.extend(task() for _ in range(5))
    pool._send_out()
    assert sorted(len(worker.tasks) for worker in pool._workers) == [2, 3]


def test_a_worker_gets_no_more_files_than_it_may_read(pool, monkeypatch):
    monkeypatch.setattr(workers, "TASKS_PER_WORKER", 3)
    pool._unsent.extend(task() for _ in range(10))
    pool._send_out()
    assert [worker.n_sent for worker in pool._workers] == [3, 3]


def test_what_is_lost_with_a_worker_goes_first_to_another_in_its_order(pool):
    pool._unsent.extend(Task(Source(str(k), b"x"), JOB) for k in range(200))
    pool._send_out()
    lost = pool._workers[0]
    names = [each.source.name for each in lost.tasks]
    pool._dismiss(lost)
    assert [each.source.name for each in pool._unsent][: len(names)] == names


def fails_to_start(context, modules):
    raise OSError("no memory")


def test_a_start_that_fails_is_tried_again_a_given_number_of_times(monkeypatch):
    monkeypatch.setattr(workers, "prepare", fails_to_start)
    pool = workers.Pool(JOB, 1, workers.Limits(1.0, 512))
    for _ in range(workers.MOST_STARTS - 1):
        assert pool._new_worker() is None
    with pytest.raises(PolyqwError, match=r"do not start \(OSError no memory\)"):
        pool._new_worker()


@pytest.mark.parametrize(
    ("jobs", "seconds", "memory_mib"), [(-1, 1.0, 100), (1, 0.0, 100), (1, -1.0, 100), (1, 1.0, 0), (0, 0.0, 100)]
)
def test_limits_of_nothing_are_refused(jobs, seconds, memory_mib):
    limits = workers.Limits(seconds, memory_mib)
    with (
        pytest.raises(UsageError, match="above zero"),
        workers.open_workers(JOB, jobs, limits),
    ):
        pass


def test_the_smallest_limits_are_taken():
    with workers.open_workers(JOB, 0, workers.Limits(1e-3, 1)) as here:
        assert list(here.run([])) == []
