"""The hostile set through the real program: every file has its status and reason, every height is right."""

from __future__ import annotations

import csv
import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.cli.conftest import COMMAND, environment
from tests.hostile_cifs import CIF, HEIGHT, READABLE, REFUSED, THIRDS, gzip_bomb, zip_bomb

pytestmark = pytest.mark.xdist_group("hostile set")
"""What these tests share is made once."""

LONGEST_SECONDS = 120
MOST_MIB = 250
"""Resident memory that the parent may reach; a file of the set unpacks to 40 MB, one expands to 20,001 atoms."""


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """Write the set: files, a pipe, a device, a loop of folders, an unreadable file, bombs."""
    folder = tmp_path_factory.mktemp("set")
    for name, readable in READABLE.items():
        (folder / f"{name}.cif").write_bytes(readable.data)
    for name, (data, _) in REFUSED.items():
        (folder / f"{name}.cif").write_bytes(data)
    (folder / "thirds.cif").write_bytes(THIRDS)
    os.mkfifo(folder / "pipe.cif")
    (folder / "device.cif").symlink_to("/dev/zero")
    (folder / "gone.cif").symlink_to(folder / "nowhere")
    (folder / "secret.cif").write_text(CIF)
    (folder / "secret.cif").chmod(0)
    (folder / "bomb.cif.gz").write_bytes(gzip_bomb())
    (folder / "bomb.zip").write_bytes(zip_bomb())
    (folder / "big.cif").write_bytes(b"# " + b"x" * (10 * 2**20) + b"\n" + CIF.encode())
    (folder / "below").mkdir()
    (folder / "below" / "loop").symlink_to(folder)
    (folder / "below" / "deep.cif").write_text(CIF.replace("data_", "data_deep_"))
    return folder


SPECIAL = {
    "pipe.cif": "not_a_file",
    "device.cif": "not_a_file",
    "gone.cif": "missing",
    "bomb.cif.gz": "too_large",
    "bomb.zip/bomb.cif": "too_large",
    "bomb.zip/nested.cif.gz": "too_large",
    "big.cif": "too_large",
}


MEASURED = """
import resource, subprocess, sys
code = subprocess.run(sys.argv[1:], stdout=sys.stderr).returncode
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(code)
"""
"""Runs a command and prints the most memory that it took [KiB]. A process starts with the peak of the one that made
it, so that a small one has to stand between it and the tests."""


class Set(NamedTuple):
    """The set, ingested.

    Parameters
    ----------
    rows : dict of str to list of dict
        Lines of the report file by name.
    database : Path
    largest_mib : float
        Resident memory of the parent.
    """

    rows: dict[str, list[dict[str, Any]]]
    database: Path
    largest_mib: float


@pytest.fixture(scope="module", params=["auto", "pymatgen"])
def ingested(request, hostile, home):
    """Ingest the set; return the rows of the report file, the database, and the memory that the parent took."""
    database = hostile.parent / f"{request.param}.db"
    database.unlink(missing_ok=True)  # of an earlier turn of this fixture
    report = hostile.parent / f"{request.param}.csv"
    log = hostile.parent / f"{request.param}.log"
    words = ["ingest", hostile, "-j", "2", "--db", database, "--report-file", report, "--reader", request.param]
    with log.open("w") as stream:
        process = subprocess.Popen(
            [sys.executable, "-c", MEASURED, *COMMAND, *map(str, words)],
            stdout=subprocess.PIPE, stderr=stream, env=environment(home), start_new_session=True,
        )  # fmt: skip
        deadline = threading.Timer(LONGEST_SECONDS, os.killpg, (process.pid, signal.SIGKILL))
        deadline.start()
        told, _ = process.communicate()
        deadline.cancel()
    output = log.read_text()
    assert process.returncode == 3, output
    assert "Traceback" not in output
    with report.open(newline="") as stream:
        rows = {}
        for row in csv.DictReader(stream):
            rows.setdefault(str(Path(row["file"]).relative_to(hostile)), []).append(row)
    return Set(rows, database, int(told) / 1024)


def stored(database, rows):
    """Return heights of the alpha wells and the reader's warnings of each structure."""
    with closing(sqlite3.connect(database)) as connection:
        return [
            found
            for row in rows
            for found in connection.execute(
                "SELECT w.height_angstrom, s.parser_warnings FROM structure AS s JOIN well AS w "
                "ON w.structure_id = s.id AND w.phase = 'alpha' WHERE s.id = ?",
                (int(row["structure_id"]),),
            )
        ]


@pytest.mark.parametrize("name", READABLE)
def test_read_right(ingested, name):
    rows, database, _ = ingested
    readable = READABLE[name]
    found = rows[f"{name}.cif"]
    assert [row["status"] for row in found] == ["ok"] * readable.n_structures, found
    assert all(row["file_sha256"] and float(row["seconds"]) >= 0 for row in found)
    wells = stored(database, found)
    assert len(wells) == readable.n_structures
    height, warnings = wells[0]
    assert height == pytest.approx(readable.height, abs=1e-9)
    told = json.loads(warnings)
    assert len(told) == bool(readable.warning), told
    assert readable.warning in "".join(told)


def test_blocks_of_one_name_are_both_kept(ingested):
    rows, database, _ = ingested
    assert [row["block"] for row in rows["two_blocks_of_one_name.cif"]] == ["cacuo2", "cacuo2#2"]
    assert [h for h, _ in stored(database, rows["two_blocks_of_one_name.cif"])] == pytest.approx([HEIGHT, 3.29])


def test_rough_thirds(ingested):
    rows, database, _ = ingested
    assert [(r["status"], r["reason"]) for r in rows["thirds.cif"]] == [("no_well", "no_plane_metal")]
    with closing(sqlite3.connect(database)) as connection:
        (formula,) = connection.execute("SELECT formula FROM structure WHERE file LIKE '%/thirds.cif'").fetchone()
    assert formula == "B2 Mg1"


@pytest.mark.parametrize("name", REFUSED)
def test_refused_with_the_reason(ingested, name):
    rows, _, _ = ingested
    (row,) = rows[f"{name}.cif"]
    assert (row["status"], row["reason"]) == ("rejected", REFUSED[name][1]), row
    assert row["message"]
    assert row["file_sha256"]


@pytest.mark.parametrize("name", SPECIAL)
def test_what_is_no_plain_file(ingested, name):
    rows, _, _ = ingested
    (row,) = rows[name]
    assert row["reason"] == SPECIAL[name]
    assert row["status"] == ("failed" if name == "gone.cif" else "rejected")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_unreadable(ingested):
    rows, _, _ = ingested
    (row,) = rows["secret.cif"]
    assert (row["status"], row["reason"]) == ("failed", "unreadable")


def test_the_rest_is_there_once(ingested, hostile):
    """A loop of folders ends, a good member of a bad archive is read, and every file has its rows."""
    rows, _, _ = ingested
    assert [row["status"] for row in rows["bomb.zip/good.cif"]] == ["ok"]
    assert [row["status"] for row in rows["below/deep.cif"]] == ["ok"]
    names = {str(p.relative_to(hostile)) for p in hostile.rglob("*.cif*") if "loop" not in p.parts}
    assert rows.keys() == names | SPECIAL.keys() | {"bomb.zip/good.cif"}


def test_memory_of_the_parent(ingested):
    """What the set holds is read in workers; the parent stays small."""
    assert ingested.largest_mib < MOST_MIB
