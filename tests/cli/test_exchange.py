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
from polyqw.services.exchange.optimade_export import export_optimade
from polyqw.services.ingest import ingest
from polyqw.services.place.database import reading
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
        (["import", "tc", "in-the-way", "--map", "tc"], 2, "write FIELD=HEADER"),
        (["import", "tc", "in-the-way", "--map", "colour=x"], 2, "write FIELD=HEADER"),
        (
            ["import", "tc", "in-the-way", "--map", "tc=a", "--map", "formula=b", "--unit", "F"],
            2,
            "'F' is no unit of tc",
        ),
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


@pytest.fixture
def imported(call, tmp_path, database):
    """Import a table of Tc into a copy, and give what came of it."""
    copy = tmp_path / "tc-copy.db"
    copy.write_bytes(database.read_bytes())

    def imported(text, *words):
        (tmp_path / "tc.csv").write_bytes(text if isinstance(text, bytes) else text.encode())
        return call("import", "tc", "tc.csv", "--db", copy, "--json", *words)

    return imported


@pytest.mark.parametrize(
    ("header", "cell", "gigapascal"),
    [("appliedPressure", "1.5 GPa", 1.5), ("pressure (MPa)", "1500", 1.5), ("pressure (kPa)", "101.325", 1.01325e-4)],
)
def test_no_pressure_is_dropped(imported, header, cell, gigapascal):
    done = imported(f"file,tc,{header}\nlafeaso_cod.cif,26,{cell}\n")
    assert [row["pressure_gpa"] for row in done.json()["rows"]] == [pytest.approx(gigapascal)]


def test_a_column_that_may_matter_is_not_passed_over(imported):
    table = "file,tc,Pmax (GPa),anneal temp,year\nlafeaso_cod.cif,26,1,900,1990\n"
    done = imported(table)
    assert (done.code, done.out) == (2, "")
    assert "'Pmax (GPa)', 'anneal temp'" in done.complaint
    done = imported(table, "--ignore", "Pmax (GPa)", "--ignore", "anneal*")
    assert (done.code, done.complaint) == (0, "tc.csv: not read: Pmax (GPa), anneal temp, year")
    assert done.json()["unused_columns"] == ["Pmax (GPa)", "anneal temp", "year"]
    assert done.json()["columns"] == {"file": "file", "tc": "tc"}


def test_every_line_of_a_table_has_one_outcome(imported):
    """Short and long lines, fields, zeros, pressures over the limit, decimal commas: none is lost or bent."""
    lines = ["26;0;", "26;0", "30;;2", "0;;", "25,5;1,5;", "26;1001;", "<4;0;", "x;;", "-1;;", "26;0;;7"]
    text = "file;tc;pressure (GPa);field (T)\n" + "".join(f"lafeaso_cod.cif;{line}\n" for line in lines)
    done = imported(text, "--zero", "skip")
    found = done.json()
    assert [row["reason"] for row in found["rows"]] == [
        None, "ragged", "in_field", "zero", None, "bad_pressure", None, "no_number", "negative", "ragged",
    ]  # fmt: skip
    counts = [found[name] for name in ("stored", "unchanged", "unmatched", "refused", "skipped")]
    assert (counts, sum(counts), done.code) == ([3, 0, 0, 6, 1], len(lines), 3)
    assert (found["rows"][4]["tc_kelvin"], found["rows"][4]["pressure_gpa"]) == (25.5, 1.5)


def test_the_numbers_of_another_table_name_no_structure(imported):
    """SuperCon2 numbers its lines; they are no numbers of structures here."""
    done = imported("id,rawMaterial,formula,criticalTemperature,doi\n1,tetragonal FeLaAsO,LaFeAsO,26 K,10.1/x\n")
    (row,) = done.json()["rows"]
    assert (row["structure_id"], row["matched"]) == (None, "compound LaFeAsO")
    (row,) = imported("id,formula,tc\n1,Nb3Sn,18\n").json()["rows"]
    assert (row["status"], row["reason"]) == ("unmatched", "other_elements")


def test_a_second_line_of_headers_is_no_value(imported):
    """SuperCon of NIMS has its titles in words and in codes."""
    words = "chemical formula\tTc (of this sample) recommended\tunit\nelement\ttc\tutc\nLaFeAsO\t26\tK\n"
    found = imported(words).json()
    assert (found["stored"], found["refused"], len(found["rows"])) == (1, 0, 1)


def test_tables_in_other_encodings(imported):
    text = "formula,tc,source\nLaFeAsO,26,Müller\n"
    assert imported(text.encode("utf-16")).json()["stored"] == 1
    done = imported(text.encode("latin-1"))
    assert (done.code, done.out) == (2, "")
    assert "--encoding latin-1" in done.complaint
    assert imported(text.encode("latin-1"), "--encoding", "latin-1").json()["unchanged"] == 1
