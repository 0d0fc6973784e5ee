"""The verbs that speak: describe, cite, info, completion."""

import csv
import io
import platform
import shlex
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing

import bibtexparser
import click
import pytest

from polyqw.cli.completing import complete_compound, complete_record
from polyqw.cli.main import VERBS, main
from polyqw.cli.main import run as run_in_process
from polyqw.db.open.revision import HEAD
from polyqw.version import __version__
from tests.cli.conftest import Done, environment
from tests.conftest import structure_path

YBCO = structure_path("ybco_o690_williams")


@pytest.fixture
def call(monkeypatch, capsys, home, tmp_path):
    """Run polyqw in this process, from an empty folder, which is cheaper than in one of its own."""
    for name, value in {"HOME": str(home), "XDG_DATA_HOME": str(home / "data")}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("POLYQW_DB", raising=False)
    monkeypatch.chdir(tmp_path)

    def call(*words):
        with pytest.raises(SystemExit) as stop:
            run_in_process(list(map(str, words)))
        streams = capsys.readouterr()
        return Done(int(stop.value.code), streams.out, streams.err)

    return call


def test_describe_beside_wells(call):
    (wells,) = call("wells", YBCO, "--json").json()
    done = call("describe", YBCO, structure_path("srtio3"), "--json")
    assert (done.code, done.err) == (0, "")
    described, none = done.json()
    assert list(described) == ["file", "block", "status", "reason", "title", "sections", "text"]
    assert list(described["sections"]) == ["identity", "planes", "wells", "law", "remarks"]
    assert described["text"] == " ".join(described["sections"].values())
    (well,) = wells["wells"]
    assert f"h = {well['height_angstrom']:.4f} ± {well['height_su_angstrom']:.4f} Å" in described["text"]
    assert none["status"] == "no_well"


def test_describe_goes_on_after_what_it_cannot_find(call, reference_template):
    done = call("describe", "lafeaso_cod", "nosuch", "nosuch.cif", "--csv", "--db", reference_template)
    assert done.code == 3
    assert [line.split(":")[0] for line in done.err.splitlines()] == ["polyqw", "polyqw"]
    rows = list(csv.DictReader(io.StringIO(done.out)))
    assert [row["status"] for row in rows] == ["ok", "failed"]
    assert rows[0]["structure_id"].isdecimal()


def test_describe_without_a_database(call, run, tmp_path):
    missing = call("describe", YBCO, "--db", tmp_path / "none.db")
    assert (missing.code, missing.out) == (1, "")
    assert "no database at" in missing.complaint
    unknown = call("describe", "lafeaso_cod")
    assert unknown.code == 1
    assert "no database at" in unknown.complaint
    alone = run("describe", "-", data=YBCO.read_bytes())
    assert (alone.code, alone.err) == (0, "")
    assert alone.out.startswith("YBa2Cu3O6.91 (ybco_o690_williams)\nYBa2Cu3O6.91 is a cuprate in space group Pmmm")
    assert "If Tc = λ/h² held" in alone.out


def test_cite(call, reference_template):
    done = call("cite", "YBa2Cu3O7-d", "--db", reference_template)
    assert (done.code, done.err) == (0, "")
    entries = bibtexparser.loads(done.out).entries
    assert "10.1103/PhysRevB.37.7960" in {entry.get("doi") for entry in entries}
    alone = call("cite", "--json")
    assert (alone.code, alone.err) == (0, "")
    assert alone.json()[0] == {
        "id": "polyqw",
        "type": "software",
        "title": "polyqw: polyhedral quantum wells in superconductors",
        "author": [{"literal": "The polyqw developers"}],
        "issued": {"date-parts": [[2026]]},
        "version": __version__,
        "custom": {"role": "program"},
    }
    assert call("cite", "--json", "--text").code == 2
    partly = call("cite", "--text", YBCO, "nosuch.cif", "nosuch", "--db", reference_template)
    assert partly.code == 3
    assert len(partly.err.splitlines()) == 2
    assert "Williams et al. Phys. Rev. B 37, 7960 (1988)" in partly.out


def test_info(call, home, reference_copy):
    place = home / "wells.db"
    shutil.copy(reference_copy, place)
    state = call("info", "--json", "--db", place).json()
    assert (state["polyqw"], state["schema"]) == (__version__, HEAD)
    assert state["python"].endswith(platform.python_version())
    assert state["optional"].keys() >= {"psycopg", "distributed", "optimade", "pyarrow", "datasette", "matminer"}
    database = state["database"]
    assert (database["place"], database["problem"]) == ("~/wells.db", None)
    counted = call("query", "SELECT count(*) AS n FROM well", "--db", place, "--json").json()[0]["n"]
    assert database["rows"]["well"] == counted > 0
    assert database["size_bytes"] == place.stat().st_size
    shown = call("info", "--db", "postgresql://me:secret@127.0.0.1:1/x?password=secret")
    assert shown.code == 0
    assert "secret" not in shown.out + shown.err
    assert "problem" in shown.out
    missing = call("info", "--db", home / "none.db")
    assert (missing.code, missing.err) == (0, "")
    assert "~/none.db" in missing.out
    assert str(home) not in missing.out
    assert not (home / "none.db").exists()


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts(call, shell):
    done = call("completion", shell)
    assert (done.code, done.err) == (0, "")
    assert f"_POLYQW_COMPLETE={shell}_complete" in done.out
    if shutil.which(shell):
        assert subprocess.run([shell, "-n"], input=done.out, text=True, check=False).returncode == 0


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
def test_completion_in_bash(home, tmp_path, reference_template):
    program = tmp_path / "bin" / "polyqw"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m polyqw "$@"\n')
    program.chmod(0o755)
    asked = {
        "desc": ["describe"],
        "describe lafeaso_": ["lafeaso_cod", "lafeaso_f005", "lafeaso_f010"],
        "show lafeaso_": ["lafeaso_cod", "lafeaso_f005", "lafeaso_f010"],
        "show nosuch": [],
        "find family=cup": ["family=cuprate"],
        "find tc_kelvin>90,origin=me": ["tc_kelvin>90,origin=measured"],
        "resonance CaKFe": ["CaKFe4As4"],
        "fit --family i": ["iron"],
        "db upg": ["upgrade"],
        "wells --occ": ["--occupancy"],
    }
    lines = ['eval "$(polyqw completion bash)"']
    for words in asked:
        quoted = " ".join(map(shlex.quote, words.split()))
        lines.append(
            f"COMP_WORDS=(polyqw {quoted}); COMP_CWORD={len(words.split())}; COMPREPLY=(); "
            '_polyqw_completion polyqw; echo "${COMPREPLY[@]}"'
        )
    changes = {"POLYQW_DB": reference_template}
    path = f"{program.parent}:{environment(home)['PATH']}"
    done = subprocess.run(
        ["bash", "--norc", "-c", "\n".join(lines)],
        env=environment(home, **changes) | {"PATH": path},
        cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    # outside of a real completion bash cannot be told that files may follow, and says so
    assert [line for line in done.stderr.splitlines() if "compopt: not currently" not in line] == []
    assert [line.split() for line in done.stdout.splitlines()] == list(asked.values())


def test_a_quote_is_a_letter_like_others(reference_template):
    context = click.Context(main, info_name="polyqw")
    context.params["database"] = reference_template
    parameter = click.Argument(["key"])
    assert complete_record(context, parameter, "la'") == []
    assert complete_record(context, parameter, "x' OR '1'='1") == []
    assert [item.value for item in complete_record(context, parameter, "rbca")] == ["rbcafe4as4"]


def test_only_names_that_a_shell_takes_as_they_are(reference_copy):
    names = ("-rf", "$(rm)", "a b", "x;y", "good-1+d")
    with closing(sqlite3.connect(reference_copy)) as connection, connection:
        connection.executemany("INSERT INTO compound (name) VALUES (?)", [(name,) for name in names])
    context = click.Context(main, info_name="polyqw")
    context.params["database"] = str(reference_copy)
    offered = {item.value for item in complete_compound(context, click.Argument(["key"]), "")}
    assert offered & set(names) == {"good-1+d"}


def test_completing_imports_nothing_heavy(home, tmp_path, reference_template):
    code = (
        "import sys\nfrom polyqw.cli.main import run\ntry:\n    run([])\nexcept SystemExit:\n    pass\n"
        "heavy = [m for m in ('numpy', 'pymatgen', 'sqlalchemy', 'pandas') if m in sys.modules]\n"
        "assert not heavy, heavy\n"
    )
    for words in ("polyqw ", "polyqw show la"):
        changes = {
            "_POLYQW_COMPLETE": "bash_complete",
            "COMP_WORDS": words,
            "COMP_CWORD": str(len(words.split(" ")) - 1),
        }
        done = subprocess.run(
            [sys.executable, "-c", code],
            env=environment(home, POLYQW_DB=reference_template, **changes),
            cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip
        assert (done.returncode, done.stderr) == (0, "")
        offered = [line.partition(",")[2] for line in done.stdout.splitlines()]
        assert offered == list(VERBS) if words == "polyqw " else "lafeaso_cod" in offered
