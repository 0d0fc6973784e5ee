"""Names and titles that would act in a terminal, a spreadsheet or the database."""

from __future__ import annotations

import csv
import io
import os
import pty
import sqlite3
import subprocess
from contextlib import closing

import pytest

from tests.cli.conftest import COMMAND, environment
from tests.conftest import structure_path

pytestmark = pytest.mark.xdist_group("hostile text")
"""What these tests share is made once."""

ESCAPE = "\x1b]0;owned\x07\x1b[2J"
SQL = "x'); DROP TABLE structure; --"
FORMULA = '=HYPERLINK("http://127.0.0.1";"x")'


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """Give a folder of readable and unreadable files with hostile names and titles."""
    folder = tmp_path_factory.mktemp("hostile")
    text = structure_path("tl1212").read_text()
    escaped = "".join(f"&#{ord(c)};" for c in ESCAPE)
    sources = ("_polyqw_source  ", f"_polyqw_source '{escaped}'\n_polyqw_was ")
    assert sources[0] in text
    (folder / f"a{ESCAPE}.cif").write_text(text.replace(*sources))
    (folder / "=cmd.cif").write_text(text.replace("data_tl1212", f"data_{FORMULA}"))
    (folder / f"{SQL}.cif").write_text(text.replace("data_tl1212", f"data_{SQL.replace(' ', '_')}"))
    (folder / "b\nc\r.cif").write_text("no CIF\n")
    os.makedirs(os.fsencode(folder) + b"/\xff\xfe")
    (folder / os.fsdecode(b"\xff\xfe") / "n.cif").write_bytes(text.encode())
    return folder


@pytest.fixture(scope="module")
def database(hostile, home):
    path = hostile.parent / "hostile.db"
    done = subprocess.run(
        [*COMMAND, "ingest", ".", "--db", path, "--report-file", hostile.parent / "files.csv"],
        cwd=hostile, env=environment(home), capture_output=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 3, done.stderr
    assert b"\x1b" not in done.stderr + done.stdout
    return path


FIND = ("find", "family=cuprate", "-c", "id,name,compound,source")
LOOKS = [
    FIND,
    (*FIND, "--csv"),
    ("query", "SELECT * FROM structure", "--csv"),
    ("query", "SELECT '\x1b[31m' AS \"\x1b[32m\""),
    ("query", "SELECT '\x9b\x7f' AS \"\u202e\"", "--json"),
    ("show", "1"),
    ("show", "2", "--json"),
    ("explain", "1"),
    ("describe", "1"),
    ("wells",),
    ("wells", "--json"),
]


@pytest.mark.parametrize("words", LOOKS, ids=" ".join)
def test_nothing_acts_on_the_terminal(run, hostile, database, words):
    target = [str(hostile)] if words[0] == "wells" else ["--db", str(database)]
    done = run(*words, *target)
    assert done.code in (0, 3), done.err
    for text in (done.out, done.err):
        assert not set(text) & {"\x1b", "\x07", "\x7f", "\x9b", "\r", "\u202e"}
    if "--json" in words:
        assert done.json()


def test_nothing_acts_in_a_spreadsheet(run, hostile, database):
    found = run("query", "SELECT file, block, id AS n, -1.5 AS x FROM structure", "--db", database, "--csv").out
    report = (hostile.parent / "files.csv").read_text(errors="replace")
    wells = run("wells", "=cmd.cif", "--csv", cwd=hostile).out
    for text in (found, report, wells):
        cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
        assert any(cell.startswith("'=") for cell in cells)
        assert not any(
            cell.startswith(("=", "@", "+")) or (cell.startswith("-") and cell != "-1.5") for cell in cells
        )


def test_titles_are_no_sql(run, database):
    with closing(sqlite3.connect(database)) as connection:
        blocks = {b for (b,) in connection.execute("SELECT block FROM structure")}
    assert {SQL.replace(" ", "_"), FORMULA} <= blocks
    assert run("db", "check", "--db", database).code == 0
    for words in (("show", SQL), ("find", f"name={SQL}"), ("show", ESCAPE)):
        done = run(*words, "--db", database)
        assert done.code in (0, 1, 2)
        assert "\x1b" not in done.out + done.err


def test_on_a_terminal(home, hostile, tmp_path):
    """A terminal gets what a pipe gets, and a bar on standard error that may move the cursor."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [*COMMAND, "wells", str(hostile)], stdout=theirs, stderr=subprocess.DEVNULL, cwd=tmp_path,
        env=environment(home),
    )  # fmt: skip
    os.close(theirs)
    shown = b""
    try:
        while piece := os.read(ours, 65536):
            shown += piece
    except OSError:  # the other end was closed
        pass
    assert process.wait(timeout=30) == 3
    assert rb"\x1b]0;owned\x07" in shown
    assert b"\x1b" not in shown
