"""Ingest on a real Dask cluster whose workers are killed, hang or never come, into SQLite and PostgreSQL."""

import os
import shutil
import signal
import time

import pytest
from sqlalchemy import create_engine, select

from polyqw.core.options import AnalysisOptions
from polyqw.db.models import Base
from polyqw.errors import PolyqwError, UsageError
from polyqw.services.ingest import IngestReport, Limits, cluster, cluster_watch, ingest, run
from tests.conftest import structure_path
from tests.services import dask_clusters
from tests.services.dask_clusters import distributed

DEFAULT = AnalysisOptions()
KEYS = {"id", "structure_id", "well_id", "compound_id", "source_file_id", "superseded_by", "reference_id"}
MOMENTS = {"stored_at", "read_at", "recorded_at", "seconds"}
LONGEST_SECONDS = 300
NAMES = ("rbcafe4as4", "ybco_o698", "nacl", "tl1212", "lafeaso_cod", "nb")


@pytest.fixture(scope="module")
def dask():
    """Start a cluster of two workers on this machine."""
    with dask_clusters.cluster(2) as found:
        yield found


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Give files that all differ, one broken, two in an archive."""
    folder = tmp_path_factory.mktemp("cifs")
    for k in range(60):
        source = structure_path(NAMES[k % len(NAMES)]).read_text()
        (folder / f"{k:02}.cif").write_text(f"# {k}\n" + source.replace("data_", f"data_n{k}_", 1))
    (folder / "broken.cif").write_text("no CIF")
    inside = folder / "inside"
    inside.mkdir()
    for name in ("nb", "tl1212"):
        shutil.copy(structure_path(name), inside)
    shutil.make_archive(str(folder / "more"), "zip", inside)
    shutil.rmtree(inside)
    return folder


def content(url, left_out=MOMENTS | KEYS):
    """Return all rows as Python values, so that two kinds of database can be compared."""
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            found = {}
            for table in Base.metadata.sorted_tables:
                kept = [column for column in table.columns if column.name not in left_out]
                if kept:
                    found[table.name] = sorted(repr(tuple(row)) for row in connection.execute(select(*kept)))
            return found
    finally:
        engine.dispose()


@pytest.fixture(scope="module")
def calm(folder, tmp_path_factory):
    """Give the database of one process."""
    path = tmp_path_factory.mktemp("calm") / "calm.db"
    list(ingest(str(path), [str(folder)], DEFAULT))
    return f"sqlite:///{path}"


def test_same_content_as_one_process(dask, folder, calm, tmp_path):
    path = tmp_path / "a.db"
    report = IngestReport()
    for done in ingest(str(path), [str(folder)], DEFAULT, scheduler=dask.scheduler_address):
        report.add(done)
    assert report.counts["stored"] == 62
    assert content(f"sqlite:///{path}", MOMENTS) == content(calm, MOMENTS)
    again = list(ingest(str(path), [str(folder)], DEFAULT, scheduler=dask.scheduler_address))
    assert {d.outcome for d in again} == {"unchanged"}


def in_small_parts(monkeypatch):
    """Hand out and store few files at once, so that what happens after the first happens in the middle."""
    monkeypatch.setattr(cluster, "CHUNK", 2)
    monkeypatch.setattr(run, "BATCH", 4)


def test_worker_killed_in_the_middle_with_postgresql(dask, folder, calm, postgres, monkeypatch):
    in_small_parts(monkeypatch)
    name = postgres.create()
    try:
        url = postgres.url_of(name)
        running = ingest(url, [str(folder)], DEFAULT, scheduler=dask.scheduler_address)
        first = next(running)
        assert first.outcome == "stored"
        os.kill(dask_clusters.pids_of(dask)[0], signal.SIGKILL)
        outcomes = [first.outcome, *(done.outcome for done in running)]
        assert outcomes.count("stored") == 62
        assert "failed" not in outcomes
        assert content(url) == content(calm)
    finally:
        postgres.drop(name)


def poisoned(sources, options, reading):
    """Be a worker that some files hang and another kills."""
    for source in sources:
        if source.name.endswith(("06.cif", "07.cif", "09.cif")):
            time.sleep(LONGEST_SECONDS)
        if source.name.endswith("10.cif"):
            os.kill(os.getpid(), signal.SIGKILL)
    return cluster.work_all(sources, options, reading)


def test_bad_files_cost_themselves_alone(dask, folder, tmp_path, monkeypatch):
    """Two workers, and more chunks that hang than workers: no chunk waits behind another for good."""
    monkeypatch.setattr(cluster, "CHUNK", 2)
    submit = distributed.Client.submit
    monkeypatch.setattr(
        distributed.Client, "submit", lambda self, _, *words, **how: submit(self, poisoned, *words, **how)
    )
    names = [str(folder / f"{k:02}.cif") for k in range(4, 12)]
    limits = Limits(seconds=8)  # beyond what a new worker needs to import on a busy machine
    done = {
        d.file[-6:-4]: (d.outcome, d.reason)
        for d in ingest(str(tmp_path / "a.db"), names, DEFAULT, limits=limits, scheduler=dask.scheduler_address)
    }
    assert [done.pop(k) for k in ("06", "07", "09")] == [("failed", "timeout")] * 3
    assert done.pop("10") == ("failed", "worker_died")
    assert {outcome for outcome, _ in done.values()} == {"stored"}
    monkeypatch.undo()
    again = list(ingest(str(tmp_path / "a.db"), names, DEFAULT, scheduler=dask.scheduler_address))
    assert [d.outcome for d in again].count("stored") == 4


def assert_goes_on(path, folder, calm, done):
    """Check that a run ended early in order, that what it read is stored, and that the next one does the rest."""
    reasons = [d.reason for d in done]
    n_read = reasons.index("not_read")
    assert set(reasons[n_read:]) == {"not_read"}
    assert len({d.message for d in done[n_read:]}) == 1
    rest = list(ingest(path, [str(folder)], DEFAULT))
    assert [d.outcome for d in rest].count("unchanged") == n_read
    assert content(f"sqlite:///{path}", MOMENTS) == content(calm, MOMENTS)


def test_all_workers_killed_and_none_come_back(folder, calm, tmp_path, monkeypatch):
    in_small_parts(monkeypatch)
    path = str(tmp_path / "a.db")
    with dask_clusters.cluster(2, dask_clusters.LastNanny) as found:
        running = ingest(path, [str(folder)], DEFAULT, scheduler=found.scheduler_address, worker_wait=1)
        done = [next(running)]
        for pid in dask_clusters.pids_of(found):
            os.kill(pid, signal.SIGKILL)
        done += running
    assert done[0].outcome == "stored"
    assert "no worker of the Dask cluster has taken up a file for 1 s" in done[-1].message
    assert_goes_on(path, folder, calm, done)


@pytest.mark.parametrize("n_workers", [1, 2])
def test_a_worker_hangs_and_so_does_the_one_that_replaces_it(folder, calm, tmp_path, monkeypatch, n_workers):
    """The replacement is stopped before it is ready: one that is alone ends the run, another goes on alone."""
    in_small_parts(monkeypatch)
    monkeypatch.setattr(cluster_watch, "RESTART_SECONDS", 8)
    monkeypatch.setattr(cluster_watch, "FETCH_SECONDS", (1, 2))
    path = str(tmp_path / "a.db")
    with dask_clusters.cluster(n_workers, dask_clusters.StoppingNanny) as found:
        running = ingest(
            path,
            [str(folder)],
            DEFAULT,
            limits=Limits(seconds=3),
            scheduler=found.scheduler_address,
            worker_wait=3 if n_workers == 1 else 60,
        )
        done = [next(running)]
        os.kill(dask_clusters.pids_of(found)[0], signal.SIGSTOP)
        done += running
    if n_workers == 1:
        assert_goes_on(path, folder, calm, done)
    else:
        assert [d.outcome for d in done].count("stored") == 62
        assert content(f"sqlite:///{path}", MOMENTS) == content(calm, MOMENTS)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP])
def test_scheduler_killed_or_stopped(folder, calm, tmp_path, monkeypatch, number):
    in_small_parts(monkeypatch)
    monkeypatch.setattr(cluster, "CONNECT_SECONDS", 2)
    monkeypatch.setattr(cluster, "CLOSE_SECONDS", 1)
    monkeypatch.setattr(cluster_watch, "ANSWER_SECONDS", 0.5)
    monkeypatch.setattr(cluster_watch, "FETCH_SECONDS", (1, 1))
    monkeypatch.setattr(cluster_watch, "RESTART_SECONDS", 2)
    with dask_clusters.scheduler_process() as (process, address):
        running = ingest(str(tmp_path / "a.db"), [str(folder)], DEFAULT, scheduler=address, worker_wait=1)
        done = [next(running)]
        process.send_signal(number)
        done += running
    assert_goes_on(str(tmp_path / "a.db"), folder, calm, done)


def test_no_scheduler_answers(folder, tmp_path, monkeypatch):
    monkeypatch.setattr(cluster, "CONNECT_SECONDS", 1)
    with pytest.raises(PolyqwError, match="no Dask scheduler answers"):
        list(ingest(str(tmp_path / "a.db"), [str(folder)], DEFAULT, scheduler="tcp://127.0.0.1:9"))


def test_without_dask(folder, tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "distributed", None)
    with pytest.raises(UsageError, match=r"pip install 'polyqw\[dask\]'"):
        list(ingest(str(tmp_path / "a.db"), [str(folder)], DEFAULT, scheduler="local"))


def test_cluster_made_here(folder, tmp_path):
    done = list(ingest(str(tmp_path / "a.db"), [str(folder / "00.cif")], DEFAULT, jobs=1, scheduler="local"))
    assert [d.outcome for d in done] == ["stored"]
