"""Processes killed for real: what a database holds after, and after one more run."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect, text

from tests.cli.conftest import COMMAND, environment
from tests.conftest import structure_path

N_FILES = 90
MOMENTS = 20
PAUSE = 0.02
LEFT_OUT = {"stored_at", "read_at", "recorded_at", "seconds"}
KEYS = {"id", "structure_id", "well_id", "compound_id", "source_file_id", "superseded_by", "reference_id"}
"""A server hands out keys that a rolled-back transaction had taken, so rows are compared without them there."""


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    """Give a folder of files that all differ, some without wells, one broken."""
    folder = tmp_path_factory.mktemp("many")
    names = ("rbcafe4as4", "ybco_o698", "nacl", "tl1212", "lafeaso_cod")
    for k in range(N_FILES):
        source = structure_path(names[k % len(names)]).read_text()
        (folder / f"{k:03}.cif").write_text(f"# {k}\n" + source.replace("data_", f"data_n{k}_", 1))
    (folder / "broken.cif").write_text("no CIF\n")
    return folder


def start(home, cwd, *words):
    return subprocess.Popen(
        [*COMMAND, "ingest", *map(str, words), "-j", "2"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=cwd,
        env=environment(home),
    )


def descendants(pid):
    """Return the processes below one, from /proc."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except (OSError, ValueError, IndexError):
                continue
    found, wave = [], [pid]
    while wave:
        wave = [child for child, parent in parents.items() if parent in wave]
        found += wave
    return found


def is_alive(pid):
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False


def content(url, *, with_keys):
    """Return the rows of every table, sorted, without moments."""
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            found = {}
            for table in inspect(connection).get_table_names():
                columns = [c["name"] for c in inspect(connection).get_columns(table)]
                kept = [c for c in columns if c not in LEFT_OUT and (with_keys or c not in KEYS)]
                if kept:
                    rows = connection.execute(text(f"SELECT {', '.join(kept)} FROM {table}"))
                    found[table] = sorted(repr(tuple(row)) for row in rows)
            return found
    finally:
        engine.dispose()


def killed_again_and_again(home, cwd, many, database, moments, rng):
    """Run an ingest and kill it, or one of its workers, at random moments; return how often it was in the middle."""
    in_the_middle = 0
    for k in range(moments):
        process = start(home, cwd, many, "--db", database)
        time.sleep(rng.uniform(0.6, 2.2))
        below = descendants(process.pid)
        in_the_middle += process.poll() is None
        if k % 3 == 2 and len(below) > 1:
            os.kill(rng.choice(below), signal.SIGKILL)
            process.wait(timeout=60)
        else:
            process.kill()
            process.wait(timeout=60)
            end = time.monotonic() + 60
            while any(map(is_alive, below)) and time.monotonic() < end:
                time.sleep(PAUSE)
            assert not any(map(is_alive, below)), "workers outlive their parent"
    return in_the_middle


@pytest.mark.parametrize("seed", [1, 2])
def test_killed_at_random_moments_sqlite(run, home, tmp_path, many, seed):
    """Each of two databases is killed ten times on its way; both end as the undisturbed one."""
    calm, rough = tmp_path / "calm.db", tmp_path / "rough.db"
    assert run("ingest", many, "--db", calm).code == 3, "one file is broken"
    hits = killed_again_and_again(home, tmp_path, many, rough, MOMENTS // 2, random.Random(seed))
    assert hits >= 3
    done = run("ingest", many, "--db", rough, "--json")
    assert done.json()["failed"] == 0
    assert run("db", "check", "--db", rough).code == 0
    assert content(f"sqlite:///{rough}", with_keys=False) == content(f"sqlite:///{calm}", with_keys=False)
    assert run("ingest", many, "--db", rough, "--json").json()["unchanged"] == N_FILES + 1


def test_killed_at_random_moments_postgresql(run, home, tmp_path, many, postgres):
    calm, rough = postgres.create(), postgres.create()
    try:
        assert run("ingest", many, "--db", postgres.url_of(calm)).code == 3
        killed_again_and_again(home, tmp_path, many, postgres.url_of(rough), 6, random.Random(3))
        assert run("ingest", many, "--db", postgres.url_of(rough), "--json").json()["failed"] == 0
        one, other = (content(postgres.url_of(name), with_keys=False) for name in (rough, calm))
        assert one == other
    finally:
        for name in (calm, rough):
            postgres.drop(name)


def test_two_at_once_lose_and_double_nothing(run, home, tmp_path, many):
    calm, shared = tmp_path / "calm.db", tmp_path / "shared.db"
    run("ingest", many, "--db", calm)
    both = [start(home, tmp_path, many, "--db", shared) for _ in range(2)]
    assert [process.wait(timeout=120) for process in both] == [3, 3]
    assert content(f"sqlite:///{shared}", with_keys=False) == content(f"sqlite:///{calm}", with_keys=False)


def test_number_of_workers_does_not_show(run, tmp_path, many):
    for jobs in (1, 3):
        run("ingest", many, "--db", tmp_path / f"{jobs}.db", "-j", jobs)
    one, three = (content(f"sqlite:///{tmp_path}/{jobs}.db", with_keys=True) for jobs in (1, 3))
    assert one == three


def test_report_file(run, tmp_path, many):
    run("ingest", many, "--db", "x.db", "--report-file", "report.csv")
    lines = (tmp_path / "report.csv").read_text().splitlines()
    assert lines[0] == "file,block,file_sha256,outcome,status,reason,message,structure_id,seconds"
    assert len(lines) == N_FILES + 2
    done = run("ingest", many, "--db", "x.db", "--report-file", "no/such/folder.csv")
    assert done.code == 1
    assert "give another --report-file" in done.complaint


@pytest.mark.parametrize("moment", [0.1, 0.2, 0.3, 0.4, 0.5])
def test_interrupt_at_any_moment_is_one_line(home, tmp_path, many, moment):
    """The keyboard interrupts the program and every process below it, loaded or not; moments are processor time."""
    process = subprocess.Popen(
        [*COMMAND, "ingest", str(many), "-j", "2", "--db", str(tmp_path / "a.db")],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        cwd=tmp_path,
        env=environment(home),
        text=True,
        start_new_session=True,
    )
    while process.poll() is None and processor_seconds(process.pid) < moment:
        time.sleep(PAUSE / 10)
    os.killpg(process.pid, signal.SIGINT)
    _, told = process.communicate(timeout=60)
    assert process.returncode in {130, -signal.SIGINT}
    assert told.removeprefix("\n") == "polyqw: interrupted\n"


def processor_seconds(pid):
    """Return the processor time that a process has taken, from /proc."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
