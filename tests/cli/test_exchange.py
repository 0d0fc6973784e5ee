"""``polyqw export`` and ``polyqw import`` as their users run them."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time

import pytest

from polyqw.cli.main import run as polyqw
from polyqw.core.options import AnalysisOptions
from polyqw.services.database import reading
from polyqw.services.exchange.optimade_export import export_optimade
from polyqw.services.ingest import ingest
from tests.cli.conftest import Done, environment
from tests.cli.test_streams import INTERRUPTIBLE, count
from tests.conftest import structure_path
from tests.fake_provider import FakeProvider, running


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    """Make a database of two structures."""
    path = tmp_path_factory.mktemp("exchange") / "x.db"
    names = [str(structure_path("lafeaso_cod")), str(structure_path("tl1212"))]
    assert len(list(ingest(str(path), names, AnalysisOptions()))) == 2
    return path


@pytest.fixture
def call(tmp_path, monkeypatch, capsys):
    """Run polyqw in an empty folder, in this process, for a process of its own costs a second or two."""
    monkeypatch.chdir(tmp_path)

    def call(*words) -> Done:
        with pytest.raises(SystemExit) as stop:
            polyqw([str(word) for word in words])
        return Done(stop.value.code, *capsys.readouterr())

    return call


@pytest.mark.parametrize(
    ("words", "counts"),
    [
        (["optimade"], {"structures": 2}),
        (["optimade", "family=iron"], {"structures": 1, "references": 1}),
        (["ase", "lafeaso_cod"], {"structures": 1}),
        (["csv"], {"structure": 2, "v_wells": 4}),
        (["parquet"], {"structure": 2, "v_wells": 4}),
        (["cif", "tl1212", "Fe>=1", "--dummies"], {"structures": 2}),
    ],
    ids=" ".join,
)
def test_export(call, tmp_path, database, words, counts):
    target = ["-o", "out.db"] if words[0] == "ase" else ["-o", "out"]
    done = call("export", *words, *target, "--db", database, "--json")
    assert done.code == 0
    row = done.json()
    assert row.keys() == {"counts", "paths", "notes"}
    assert {name: row["counts"][name] for name in counts} == counts
    assert all((tmp_path / path).is_file() for path in row["paths"])
    written = [p for p in tmp_path.rglob("*") if p.is_file()]
    assert len(written) == len(row["paths"])
    assert done.err == "".join(f"polyqw: {note}\n" for note in row["notes"])


def test_export_as_table_and_csv(call, database):
    shown = call("export", "cif", "-o", "out", "--db", database)
    assert (shown.code, shown.err) == (0, "")
    assert "structures       2" in shown.out
    assert shown.out.count(".cif\n") == 2
    rows = list(csv.DictReader(io.StringIO(call("export", "cif", "-o", "out", "--db", database, "--csv").out)))
    assert rows == [{"table": "structures", "rows": "2"}]


@pytest.mark.parametrize(
    ("words", "code", "text"),
    [
        (["export", "cif", "unobtainium"], 2, "names no structure and is no condition"),
        (["export", "optimade", "nonsense>3"], 2, "'nonsense' is no field"),
        (["export", "csv", "-o", "in-the-way/out"], 1, "cannot be written"),
        (["export", "ase", "-o", "in-the-way/out.db"], 1, "cannot be written"),
        (["export", "csv", "--db", "none.db"], 1, "no database at"),
        (["import", "tc", "in-the-way", "--map", "tc"], 2, "write COLUMN=HEADER"),
        (["import", "tc", "in-the-way", "--map", "colour=x"], 2, "write COLUMN=HEADER"),
        (["import", "tc", "in-the-way", "--unit", "F"], 2, "'F' is not one of 'K', 'mK'"),
        (["import", "tc", "in-the-way"], 2, "no column holds Tc"),
        (["import", "tc", "missing.csv"], 2, "missing.csv"),
        (["import", "optimade", "file:///etc/passwd", "--db", "new.db"], 2, "give the base URL of a provider"),
        (["import", "optimade", "http://127.0.0.1:9", "--filter", "a b", "--db", "new.db"], 2, "no OPTIMADE filter"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_one_line_and_nothing_made(call, tmp_path, database, words, code, text):
    (tmp_path / "in-the-way").write_text("a,b\n1,2\n")
    done = call(*words, *([] if "--db" in words else ["--db", database]))
    assert (done.code, done.out) == (code, "")
    assert text in done.err
    assert "Traceback" not in done.err
    assert [p.name for p in tmp_path.iterdir()] == ["in-the-way"]


def test_missing_extras_are_named(run, tmp_path, database):
    for name in ("pyarrow", "optimade"):
        (tmp_path / "absent" / name).mkdir(parents=True)
        told = f"raise ModuleNotFoundError('No module named {name}', name={name!r})"
        (tmp_path / "absent" / name / "__init__.py").write_text(told)
    path = os.pathsep.join([str(tmp_path / "absent"), environment(tmp_path)["PYTHONPATH"]])
    done = run("export", "parquet", "--db", database, PYTHONPATH=path)
    assert (done.code, done.complaint) == (2, "parquet needs pyarrow; install it with: pip install 'polyqw[parquet]'")
    done = run("import", "optimade", "http://127.0.0.1:9", "--db", "new.db", PYTHONPATH=path)
    assert (done.code, done.complaint) == (
        2,
        "import optimade needs optimade; install it with: pip install 'polyqw[optimade]'",
    )
    assert [p.name for p in tmp_path.iterdir() if p.suffix == ".db"] == []


def test_import_tc(call, tmp_path, database):
    copy = tmp_path / "copy.db"
    copy.write_bytes(database.read_bytes())
    (tmp_path / "tc.csv").write_text("structure file,onset\nlafeaso_cod.cif,26 K\ntl1212.cif,none\nother.cif,5\n")
    words = ("import", "tc", "tc.csv", "--map", "file=structure file", "--map", "tc=onset", "--db", copy)
    before = count(copy, "transition")
    dry = call(*words, "--dry-run", "--json")
    assert (dry.code, dry.json()["dry_run"], count(copy, "transition")) == (3, True, before)
    done = call(*words, "--kind", "measured", "--json")
    assert done.code == 3
    found = done.json()
    assert {k: found[k] for k in ("stored", "unchanged", "unmatched", "refused")} == {
        "stored": 1, "unchanged": 0, "unmatched": 1, "refused": 1,
    }  # fmt: skip
    assert [row["reason"] for row in found["rows"]] == [None, "no_number", "no_structure"]
    assert (found["rows"][0]["tc_kelvin"], found["rows"][0]["kind"]) == (26.0, "measured")
    assert done.err.splitlines() == [
        "polyqw: refused: line 3: Tc 'none' is not a number",
        "polyqw: unmatched: line 4: the database has no structure with the file 'other.cif'",
    ]
    again = call(*words, "--kind", "measured")
    assert again.code == 3
    assert "0 stored, 1 unchanged, 1 unmatched, 1 refused" in again.out
    assert count(copy, "transition") == before + 1
    shown = call("show", "lafeaso_cod", "--db", copy, "--json").json()
    assert 26.0 in [t["tc_kelvin"] for t in shown["transitions"]]


@pytest.fixture(scope="module")
def entries(database):
    """Give the entries of an export."""
    with reading(str(database)) as session:
        export_optimade(session, database.parent)
    lines = (database.parent / "optimade.jsonl").read_text().splitlines()
    return [one for one in map(json.loads, lines) if one.get("type") == "structures"]


def test_import_optimade(call, entries):
    bad = {"id": "bad", "attributes": {}}
    with running(FakeProvider([*entries, bad])) as provider:
        done = call("import", "optimade", provider.url, "--db", "new.db", "--json")
        assert done.code == 3
        report = done.json()
        assert (report["stored"], report["rejected"]) == (2, 1)
        assert {row["status"] for row in report["files"]} == {"ok", "rejected"}
        (refusal, stored) = done.err.splitlines()
        assert refusal.startswith(
            f"polyqw: rejected: {provider.url}/v1/structures/bad: the provider gives no lattice"
        )
        assert stored == "polyqw: 2 structures stored in new.db"
        again = call("import", "optimade", provider.url, "--limit", "1", "--db", "new.db", "--csv")
        assert [r["outcome"] for r in csv.DictReader(io.StringIO(again.out))] == ["unchanged"]


def test_an_interrupted_import_goes_on(home, tmp_path, call, entries):
    many = [{**entries[0], "id": f"e{k}"} for k in range(40)]
    database = tmp_path / "new.db"
    with running(FakeProvider(many)) as provider:
        provider.failures = [*[None] * 5, lambda _handler: time.sleep(2)]
        words = [sys.executable, "-c", INTERRUPTIBLE, "import", "optimade", provider.url, "--db", str(database)]
        with subprocess.Popen(
            words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp_path, env=environment(home)
        ) as process:
            end = time.monotonic() + 60
            while provider.failures and time.monotonic() < end and process.poll() is None:
                time.sleep(0.01)  # until it waits for the sixth page
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=60)
        assert (process.returncode, out) == (130, "")
        assert err.splitlines()[-1] == "polyqw: interrupted"
        assert "Traceback" not in err
        before = count(database)
        assert before == 10
        again = call("import", "optimade", provider.url, "--db", database, "--json").json()
    assert (again["unchanged"], again["stored"], again["failed"]) == (10, 30, 0)
    assert count(database) == 40
    assert call("db", "check", "--db", database).code == 0
