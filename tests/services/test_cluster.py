"""Ingest on a real Dask cluster, with a worker killed in the middle, into SQLite and PostgreSQL."""

import os
import shutil
import signal
import time

import pytest
from sqlalchemy import create_engine, select

from polyqw.core.options import AnalysisOptions
from polyqw.db.models import Base
from polyqw.errors import PolyqwError, UsageError
from polyqw.services.ingest import IngestReport, Limits, cluster, ingest
from tests.conftest import structure_path
from tests.db.conftest import postgres  # noqa: F401 - fixture

distributed = pytest.importorskip("distributed", reason="needs Dask: pip install 'polyqw[dask]'")
dask_config = pytest.importorskip("dask.config")

DEFAULT = AnalysisOptions()
KEYS = {"id", "structure_id", "well_id", "compound_id", "source_file_id", "superseded_by", "reference_id"}
MOMENTS = {"stored_at", "read_at", "recorded_at", "seconds"}
NAMES = ("rbcafe4as4", "ybco_o698", "nacl", "tl1212", "lafeaso_cod", "nb")


@pytest.fixture(scope="module")
def dask():
    """Start a cluster of two workers on this machine."""
    with (
        dask_config.set({"distributed.scheduler.allowed-failures": 1}),
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0", silence_logs=50
        ) as found,
    ):
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


def test_worker_killed_in_the_middle_with_postgresql(dask, folder, calm, postgres, monkeypatch):  # noqa: F811
    monkeypatch.setattr(cluster, "CHUNK", 2)
    name = postgres.create()
    try:
        url = postgres.url_of(name)
        running = ingest(url, [str(folder)], DEFAULT, scheduler=dask.scheduler_address)
        first = next(running)
        assert first.outcome == "stored"
        os.kill(next(iter(dask.workers.values())).pid, signal.SIGKILL)
        outcomes = [first.outcome, *(done.outcome for done in running)]
        assert outcomes.count("stored") == 62
        assert "failed" not in outcomes
        assert content(url) == content(calm)
    finally:
        postgres.drop(name)


def poisoned(sources, options, reading):
    """Be a worker that one file hangs and another kills."""
    for source in sources:
        if source.name.endswith("07.cif"):
            time.sleep(60)
        if source.name.endswith("10.cif"):
            os.kill(os.getpid(), signal.SIGKILL)
    return cluster.work_all(sources, options, reading)


def test_a_bad_file_costs_itself_alone(dask, folder, tmp_path, monkeypatch):
    monkeypatch.setattr(cluster, "CHUNK", 2)
    submit = cluster.Cluster._submit

    def submit_poisoned(self, chunk):
        sources = [item for item in chunk if hasattr(item, "read")]
        return self.client.submit(poisoned, sources, self.options, self.reading, pure=False)

    monkeypatch.setattr(cluster.Cluster, "_submit", submit_poisoned)
    names = [str(folder / f"{k:02}.cif") for k in range(4, 12)]
    limits = Limits(seconds=1.5)
    done = {
        d.file[-6:-4]: (d.outcome, d.reason)
        for d in ingest(str(tmp_path / "a.db"), names, DEFAULT, limits=limits, scheduler=dask.scheduler_address)
    }
    assert done.pop("07") == ("failed", "timeout")
    assert done.pop("10") == ("failed", "worker_died")
    assert {outcome for outcome, _ in done.values()} == {"stored"}
    monkeypatch.setattr(cluster.Cluster, "_submit", submit)
    again = list(ingest(str(tmp_path / "a.db"), names, DEFAULT, scheduler=dask.scheduler_address))
    assert [d.outcome for d in again].count("stored") == 2


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
