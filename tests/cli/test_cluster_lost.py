"""A Dask cluster without workers ends a run with one line; what the run leaves is said, and the next one does it."""

import csv

import pytest

from tests.conftest import structure_path

distributed = pytest.importorskip("distributed", reason="needs Dask: pip install 'polyqw[dask]'")


@pytest.fixture
def scheduler():
    with distributed.LocalCluster(n_workers=0, dashboard_address=":0", silence_logs=50) as cluster:
        yield cluster.scheduler_address


def test_a_cluster_without_workers(run, tmp_path, scheduler):
    files = [structure_path(name) for name in ("nacl", "nb", "tl1212")]
    words = ("ingest", *files, tmp_path / "missing.cif", "--db", "a.db")
    assert run("ingest", files[0], "--db", "a.db").code == 0
    done = run(*words, "--scheduler", scheduler, "--worker-wait", 0.5, "--json", "--report-file", "r.csv")
    assert done.code == 3
    missing, _, lost = done.err.splitlines()
    assert missing.startswith("polyqw: failed: ")
    assert lost == (
        "polyqw: failed: 2 files not read: no worker of the Dask cluster has taken up a file for 0.5 s; "
        "start workers, or wait longer with --worker-wait; what was read is stored, "
        "run the same command again to go on"
    )
    found = done.json()
    assert [d["reason"] for d in found["files"]] == [None, "not_read", "not_read", "missing"]
    assert (found["unchanged"], found["failed"]) == (1, 3)
    with (tmp_path / "r.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [(row["outcome"], row["reason"]) for row in rows[1:3]] == [("failed", "not_read")] * 2
    assert all(row["message"] for row in rows[1:])
    again = run(*words, "--json")
    assert (again.json()["unchanged"], again.json()["stored"]) == (1, 2)
    issues = run("query", "SELECT reason FROM ingest_issue", "--db", "a.db", "--json")
    assert [row["reason"] for row in issues.json()] == ["missing"]
