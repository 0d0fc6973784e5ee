"""What a terminal shows, on a real pseudo-terminal: tables as wide as it is, colours, a pager; a pipe has neither."""

from __future__ import annotations

import contextlib
import csv
import fcntl
import io
import os
import pty
import re
import struct
import subprocess
import sys
import termios
import threading

import pytest

from polyqw.cli.main import run as run_in_process
from polyqw.cli.terminal import fitted_table, folded
from tests.cli.conftest import COMMAND, environment
from tests.conftest import ROOT, structure_path

ESCAPE = re.compile(r"\x1b\[[0-9;]*m")
LONG = 5000
"""Lines of a terminal that no output fills."""


def open_terminal(columns, lines):
    """Return the two ends of a terminal of that size."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
    return master, slave


def read_all(master, into):
    with contextlib.suppress(OSError):  # the end of a terminal that nobody holds any more
        while got := os.read(master, 65536):
            into.append(got)


def shown(chunks):
    return b"".join(chunks).decode().replace("\r\n", "\n")


@pytest.fixture
def terminal(monkeypatch, home):
    """Run polyqw in this process on a terminal; give its exit code and what it showed."""
    for name, value in {"HOME": str(home), "XDG_DATA_HOME": str(home / "data"), "TERM": "xterm"}.items():
        monkeypatch.setenv(name, value)
    for name in ("POLYQW_DB", "NO_COLOR", "COLUMNS", "LINES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(ROOT)

    def terminal(columns, *words, lines=LONG):
        master, slave = open_terminal(columns, lines)
        chunks: list[bytes] = []
        reader = threading.Thread(target=read_all, args=(master, chunks))
        reader.start()
        with monkeypatch.context() as patch, open(slave, "w", encoding="utf-8") as stream:
            patch.setattr(sys, "stdout", stream)
            patch.setattr(sys, "__stdout__", stream)
            patch.setattr(sys, "stderr", io.StringIO())
            with pytest.raises(SystemExit) as stop:
                run_in_process([str(word) for word in words])
            sys.stdout.flush()
        reader.join()
        os.close(master)
        return int(stop.value.code), shown(chunks)

    return terminal


FILES = {
    name: f"cifs/{name}.cif" for name in ("lafeaso_cod", "ybco_o690_williams", "model_csv3sb5", "nb", "bi2201_amaa")
}
TABLES = [
    f"wells {FILES['lafeaso_cod']} {FILES['ybco_o690_williams']} cifs/nacl.cif",
    f"explain {FILES['lafeaso_cod']}",
    f"describe {FILES['lafeaso_cod']}",
    "show lafeaso_cod",
    "show YBa2Cu3O7-d",
    "find",
    "find family=iron -c name,source,formula",
    "query --recipes",
    "query --tables",
    "query --schema v_law",
    "query SELECT~*~FROM~v_law",
    "fit --no-save",
    "predict --no-save",
    "predict --score",
    "resonance",
    "claims --no-save ids-of-claims",
    "field cifs/cacuo2_infinite.cif",
    "cles curve -n 3",
    "cles point --mu 0.2",
    "cles crossings",
    "chargeorder",
    "order-parameter",
    f"elements {FILES['nb']}",
    f"kagome {FILES['model_csv3sb5']}",
    f"stm {FILES['bi2201_amaa']}",
    f"fermi {FILES['lafeaso_cod']}",
    "series --set k08feyse2",
    "validate",
    "info",
    "db check",
]
CLAIMS = ("k1144-er-alpha", "cles-p1")


def words_of(text, database):
    words = [word.replace("~", " ") for word in text.split()]
    if "ids-of-claims" in words:
        words = [w for w in words if w != "ids-of-claims"] + list(CLAIMS)
    without = {"wells", "field", "chargeorder", "order-parameter", "elements", "kagome", "stm", "fermi"}
    if words[0] in without or words[:2] in (["cles", "crossings"], ["cles", "point"]):
        return words
    return [*words, "--db", database]


@pytest.mark.parametrize("text", TABLES)
def test_no_line_is_wider_than_the_terminal(terminal, reference_template, text):
    words = words_of(text, reference_template)
    for columns in (60, 80, 200):
        code, out = terminal(columns, *words)
        assert code == 0, out
        plain = ESCAPE.sub("", out)
        assert "\x1b" not in plain
        widest = max(plain.splitlines(), key=len)
        assert 0 < len(widest) <= columns, widest


def test_wells_of_one_file_stay_a_table_at_80(terminal):
    _, out = terminal(80, "wells", FILES["lafeaso_cod"])
    assert "file     cifs/lafeaso_cod.cif\n" in out
    (head,) = [line for line in out.splitlines() if line.startswith("phase")]
    assert "h (Å)" in head
    assert "reason" not in out  # no value in it
    assert re.search(r"^alpha  nonahedron +2\.6432 +0\.0035  As", out, re.MULTILINE)


def test_the_same_numbers_at_every_width(terminal, run, reference_template):
    piped = run("find", "family=cuprate", "--csv", "-c", "name,h_alpha_angstrom", "--db", reference_template)
    rows = [row for row in csv.DictReader(io.StringIO(piped.out)) if row["h_alpha_angstrom"]]
    assert len(rows) > 3
    for columns in (40, 200):
        _, out = terminal(columns, "find", "family=cuprate", "--db", reference_template)
        for row in rows:
            assert row["name"] in out
            assert f"{float(row['h_alpha_angstrom']):.6g}" in out


def test_a_pipe_gets_the_whole_table(run):
    done = run("wells", structure_path("lafeaso_cod"), COLUMNS="40")
    head = done.out.splitlines()[0]
    assert "reason" in head
    assert len(head) > 140
    assert "\x1b" not in run("claims", *CLAIMS, "--no-save", "--db", "x.db").out


@pytest.mark.parametrize(
    ("variables", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)]
)
def test_verdicts_have_their_colour(terminal, monkeypatch, reference_template, variables, coloured):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    _, out = terminal(200, "claims", *CLAIMS, "--no-save", "--db", reference_template)
    assert ("\x1b[33mapproximate\x1b[0m" in out, "\x1b[32mreproduced\x1b[0m" in out) == (coloured, coloured)
    assert ("\x1b" in out) is coloured


def test_what_a_file_says_is_no_command_to_the_terminal(terminal, tmp_path):
    hostile = tmp_path / "a\x1b[31mb.cif"
    hostile.write_text(structure_path("lafeaso_cod").read_text())
    _, out = terminal(80, "wells", hostile)
    assert "\x1b" not in out
    assert "\\x1b[31mb.cif" in "".join(out.split())


def test_columns_are_those_asked_for(run, terminal, reference_template):
    words = ("wells", structure_path("lafeaso_cod"), "--columns", "height_angstrom,phase,block")
    assert run(*words).out.split()[:5] == ["h", "(Å)", "phase", "structure", "-------"]
    assert run(*words, "--csv").out.splitlines()[0] == "height_angstrom,phase,block"
    _, out = terminal(60, *words)
    assert out.split()[:4] == ["structure", "lafeaso_cod", "h", "(Å)"] or out.split()[:3] == ["h", "(Å)", "phase"]
    wrong = run("wells", structure_path("lafeaso_cod"), "--columns", "hight_angstrom")
    assert (wrong.code, wrong.out) == (2, "")
    assert "did you mean height_angstrom" in wrong.complaint
    both = run("show", "lafeaso_cod", "--columns", "phase", "--db", reference_template).out
    assert both.split() == ["phase", "-------", "alpha", "beta", "mu"]
    assert run("explain", structure_path("lafeaso_cod"), "--columns", "name").code == 2
    assert run("wells", structure_path("lafeaso_cod"), "--columns", " ,").code == 2


@pytest.mark.parametrize(("lines", "paged"), [(10, True), (500, False)])
def test_a_pager_where_the_table_is_longer_than_the_terminal(home, tmp_path, reference_template, lines, paged):
    pager = tmp_path / "pager"
    pager.write_text("#!/bin/sh\necho PAGED\nexec cat\n")
    pager.chmod(0o755)
    master, slave = open_terminal(80, lines)
    chunks: list[bytes] = []
    reader = threading.Thread(target=read_all, args=(master, chunks))
    reader.start()
    env = environment(home, PAGER=str(pager), TERM="xterm")
    for name in ("COLUMNS", "LINES"):
        env.pop(name, None)
    words = [*COMMAND, "claims", *CLAIMS, "--no-save", "--db", reference_template]
    done = subprocess.run(words, stdin=slave, stdout=slave, env=env, cwd=tmp_path, timeout=60, check=False)
    os.close(slave)
    reader.join()
    os.close(master)
    out = shown(chunks)
    assert done.returncode == 0
    assert out.startswith("PAGED") is paged
    assert "\x1b[33mapproximate\x1b[0m" in out


def test_folding_keeps_every_word():
    text = "note                        P4/nmm origin 2; undoped, not superconducting; Table II row is 41 K"
    lines = folded(text, 50)
    assert " ".join(" ".join(lines).split()) == " ".join(text.split())
    assert all(line.startswith(" " * 28) for line in lines[1:]) or max(map(len, lines)) <= 50
    assert folded("x" * 45, 20) == ["x" * 20, "x" * 20, "x" * 5]


def test_table_forms_from_wide_to_narrow():
    titles, body, sides = (
        ["name", "note", "n", "none"],
        [["a", "two words " * 4, "1", ""]],
        ["left", "left", "right", "left"],
    )
    wide, folds, narrow = (fitted_table(titles, body, sides, most) for most in (80, 30, 20))
    assert "none" not in wide + folds + narrow
    assert len(wide.splitlines()) == 3
    assert len(folds.splitlines()) > 3
    assert narrow.splitlines()[0] == "name  a"
    assert fitted_table(["name"], [], ["left"], 20).splitlines() == ["name", "----"]
