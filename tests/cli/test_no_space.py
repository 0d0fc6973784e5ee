"""A full disk, a database that nobody may write to: one line, and nothing lost."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.conftest import COMMAND, Done, environment
from tests.conftest import ROOT, structure_path

NAMES = ("nacl", "tl1212", "ybco_o698")
N_REFERENCES = len(list((ROOT / "cifs").glob("*.cif")))


@pytest.fixture
def run_small(home, tmp_path):
    """Run polyqw where no file may grow beyond a size, as on a disk that is full then."""

    def limit(size):
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    def run(size, *words):
        done = subprocess.run(
            [*COMMAND, *map(str, words)], capture_output=True, cwd=tmp_path, env=environment(home), timeout=60,
            check=False, text=True, preexec_fn=lambda: limit(size),
        )  # fmt: skip
        return Done(done.returncode, done.stdout, done.stderr)

    return run


@pytest.fixture
def begun(run, tmp_path):
    """Give a database that holds some structures."""
    path = tmp_path / "x.db"
    assert run("ingest", *map(structure_path, NAMES), "--db", path).code == 0
    return path


def blocks(path):
    with closing(sqlite3.connect(path)) as connection:
        return {block for (block,) in connection.execute("SELECT block FROM structure")}


def test_disk_full_in_the_middle(run, run_small, begun):
    size = begun.stat().st_size
    done = run_small(size + 64 * 1024, "ingest", ROOT / "cifs", "--db", begun)
    assert done.code == 1
    assert str(begun) in done.complaint
    assert "free some space and run it again" in done.complaint
    assert blocks(begun) >= set(NAMES), "what was stored before is kept"
    assert len(blocks(begun)) < N_REFERENCES
    assert run("db", "check", "--db", begun).code == 0
    assert run("ingest", ROOT / "cifs", "--db", begun, "--json").json()["failed"] == 0
    assert len(blocks(begun)) == N_REFERENCES


def test_disk_full_at_the_start(run_small, tmp_path):
    done = run_small(100 * 1024, "ingest", structure_path("nacl"), "--db", "new.db")
    assert done.code == 1
    assert "free some space" in done.complaint
    assert not (tmp_path / "new.db").exists(), "no half-made database is left"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_output_into_a_full_disk(run, begun, home):
    done = run("ingest", *map(structure_path, NAMES), "--db", begun, "--report-file", "/dev/full")
    assert done.code == 1
    assert "/dev/full: cannot be written (No space left on device)" in done.complaint
    assert blocks(begun) == set(NAMES)
    with open("/dev/full", "wb") as full:
        found = subprocess.run(
            [*COMMAND, "find", "--json", "--db", str(begun)], stdout=full, stderr=subprocess.PIPE,
            env=environment(home), timeout=60, check=False,
        )  # fmt: skip
    assert found.returncode == 1
    assert found.stderr.decode() == "polyqw: the output: No space left on device; free some space and run it again\n"


@pytest.fixture
def read_only(begun, tmp_path):
    """Give the database on a file system mounted read-only, which stops root too."""
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    there.mkdir()
    shutil.copy(begun, here / "x.db")
    if os.geteuid() or subprocess.run(["mount", "--bind", here, there], capture_output=True, check=False).returncode:
        (here / "x.db").chmod(0o444)
        here.chmod(0o555)
        yield here / "x.db"
        here.chmod(0o755)
        return
    subprocess.run(["mount", "-o", "remount,ro,bind", there], check=True)
    yield there / "x.db"
    subprocess.run(["umount", there], check=True)


def test_read_only_database(run, read_only):
    if os.access(read_only, os.W_OK):
        pytest.skip("neither permissions nor mounts can make a file read-only here")
    before = read_only.read_bytes()
    done = run("ingest", ROOT / "cifs", "--db", read_only)
    assert done.code == 1
    assert "give another --db" in done.complaint
    for words in (("find", "family=cuprate"), ("query", "SELECT count(*) FROM structure"), ("show", "1")):
        assert run(*words, "--db", read_only).code == 0
    assert read_only.read_bytes() == before
