"""Pipes, archives, interrupts: the program among others."""

from __future__ import annotations

import gzip
import json
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import zipfile
from contextlib import closing

import pytest

from tests.cli.conftest import COMMAND, environment
from tests.conftest import ROOT, structure_path

INTERRUPTIBLE = (  # a test runner in the background may have told its children to ignore interrupts
    "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); from polyqw.cli.main import run; run()"
)


def test_standard_input(run):
    text = structure_path("tl1212").read_text()
    done = run("wells", "-", "--json", text=text)
    assert (done.code, done.err) == (0, "")
    (row,) = done.json()
    assert row["file"] == "-"
    assert row["wells"][0]["height_angstrom"] == pytest.approx(3.5771, abs=0.0006)


def test_ingest_from_standard_input(run):
    text = structure_path("tl1212").read_text()
    assert run("ingest", "-", "--db", "x.db", "--json", text=text).json()["stored"] == 1
    assert run("ingest", "-", "--db", "x.db", "--json", text=text).json()["unchanged"] == 1


def test_archives_folders_and_globs(run, tmp_path):
    data = structure_path("tl1212").read_bytes()
    deep = tmp_path / "in" / "deeper"
    deep.mkdir(parents=True)
    (tmp_path / "in" / "a.cif.gz").write_bytes(gzip.compress(data))
    with zipfile.ZipFile(deep / "b.zip", "w") as archive:
        archive.writestr("c.cif", data)
        archive.writestr("d.cif", structure_path("nacl").read_bytes())
        archive.writestr("notes.txt", "not a structure")
    shutil.copy(structure_path("lafeaso_cod"), deep)
    done = run("wells", "in", "--json")
    assert (done.code, done.err) == (0, "")
    assert [r["status"] for r in done.json()].count("ok") == 3
    assert len(done.json()) == 4
    globbed = run("wells", "in/*/*.cif", "--json")
    assert [r["block"] for r in globbed.json()] == ["lafeaso_cod"]


def test_damaged_archives(run, tmp_path):
    (tmp_path / "a.cif.gz").write_bytes(gzip.compress(structure_path("tl1212").read_bytes())[:200])
    (tmp_path / "b.zip").write_bytes(b"PK\x03\x04 and no more")
    done = run("wells", "a.cif.gz", "b.zip", "--json")
    assert done.code == 3
    assert len(done.err.splitlines()) == 2
    assert [r["status"] for r in done.json()] == ["rejected", "rejected"]


def test_data_and_messages_go_apart(run):
    done = run("wells", structure_path("nife2o4"), structure_path("tl1212"), "--json")
    assert done.code == 3
    assert json.loads(done.out)
    assert "0.173 Å" in done.complaint


@pytest.mark.parametrize("words", [["wells", str(ROOT / "cifs"), "--csv"], ["wells", str(ROOT / "cifs"), "--json"]])
def test_reader_that_stops_early(home, tmp_path, words):
    with subprocess.Popen(
        [*COMMAND, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=tmp_path, env=environment(home)
    ) as process:
        process.stdout.close()  # before anything is written, so that how much a pipe holds does not matter
        messages = process.stderr.read().decode()
        process.wait(timeout=60)
    assert [line for line in messages.splitlines() if not line.startswith("polyqw: rejected: ")] == []
    assert process.returncode == 0


def count(database, table="structure"):
    try:
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=1)) as connection:
            return connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
    except sqlite3.Error:
        return 0


def test_interrupted_ingest_leaves_whole_files(run, home, tmp_path):
    many = tmp_path / "many"
    many.mkdir()
    text = structure_path("rbcafe4as4").read_text()
    n_files = 300
    for k in range(n_files):  # each a little different, so that none is another's copy
        (many / f"{k:03}.cif").write_text(f"# {k}\n" + text.replace("data_", f"data_n{k}_", 1))
    database = tmp_path / "x.db"
    with subprocess.Popen(
        [sys.executable, "-c", INTERRUPTIBLE, "ingest", str(many), "--db", str(database)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
        env=environment(home),
    ) as process:
        end = time.monotonic() + 60
        while count(database, "source_file") < 3 and time.monotonic() < end and process.poll() is None:
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, "")
    assert err.split("\n")[-2] == "polyqw: interrupted"
    assert "Traceback" not in err
    done = count(database, "source_file")
    assert 3 <= done < n_files
    with closing(sqlite3.connect(database)) as connection:
        halves = connection.execute(
            "SELECT s.id FROM structure s WHERE (SELECT count(*) FROM well w WHERE w.structure_id = s.id) < 3 "
            "OR NOT EXISTS (SELECT 1 FROM site WHERE site.structure_id = s.id)"
        ).fetchall()
        assert halves == []
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    report = run("ingest", many, "--db", database, "--json").json()
    assert report["failed"] == report["rejected"] == 0
    assert report["unchanged"] >= done
    assert count(database, "source_file") == n_files
    assert run("db", "check", "--db", database).code == 0
