"""Every failure: its exit code, one line on standard error, and nothing made by the way."""

import shutil
import sqlite3
from contextlib import closing

import pytest

from tests.conftest import structure_path


def dump(path):
    with closing(sqlite3.connect(path)) as connection:
        return list(connection.iterdump())


@pytest.fixture
def broken(tmp_path):
    """Give a file that is no CIF."""
    path = tmp_path / "broken.cif"
    path.write_text("this is no CIF at all\n")
    return path


@pytest.mark.parametrize(
    ("words", "code", "text"),
    [
        (["frobnicate"], 2, "frobnicate"),
        (["wells"], 2, "FILE"),
        (["wells", "--colour", "x.cif"], 2, "--colour"),
        (["wells", "--oxide-metals", "copper", "x.cif"], 2, "'copper' is not an element symbol"),
        (["wells", "--occupancy", "guess", "x.cif"], 2, "guess"),
        (["fit", "--family", "wood"], 2, "wood"),
        (["ingest"], 2, "at least one file or folder"),
        (["wells", "missing.cif", "--json"], 1, "missing.cif: there is no such file"),
        (["wells", ".", "--json"], 1, "no .cif, .cif.gz or .zip"),
        (["ingest", "missing.cif", "--db", "x.db"], 1, "missing.cif"),
        (["fit", "--db", "mysql://somewhere/x"], 1, "mysql:// is not supported"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_one_line(run, words, code, text):
    done = run(*words)
    assert done.code == code
    assert text in done.complaint
    assert "Traceback" not in done.out


@pytest.mark.parametrize(
    ("words", "code", "text"),
    [
        (["predict", "cuprates"], 2, "neither a set (nickelates, k08feyse2, bkfa, fese) nor a file"),
        (["predict", "missing.cif"], 1, "missing.cif"),
        (["find", "nonsense>3"], 2, "'nonsense' is no field"),
        (["find", "-c", "nonsense"], 2, "no field 'nonsense'"),
        (["find", "-s", "nonsense"], 2, "cannot sort by 'nonsense'"),
        (["show", "unobtainium"], 2, "unobtainium"),
        (["explain", "99999"], 2, "nothing named '99999'"),
        (["resonance", "unobtainium"], 2, "unobtainium"),
        (["query", "SELECT * FROM nothing"], 1, "nothing"),
        (["query", "SELECT 1; SELECT 2"], 1, "one statement"),
        (["db", "backup", "."], 2, "."),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_one_line_with_a_database(run, reference_template, words, code, text):
    done = run(*words, POLYQW_DB=reference_template)
    assert (done.code, done.out if words[0] != "predict" else "") == (code, "")
    assert text in done.complaint


def test_broken_cif(run, broken):
    done = run("wells", broken, "--json")
    assert done.code == 3
    assert "broken.cif" in done.complaint
    (row,) = done.json()
    assert (row["status"], row["wells"]) == ("rejected", [])
    assert row["reason"]


def test_some_failed_and_the_rest_is_done(run, broken):
    done = run("wells", broken, structure_path("tl1212"), "--json")
    assert done.code == 3
    assert "broken.cif" in done.complaint
    assert sorted(r["status"] for r in done.json()) == ["ok", "rejected"]
    done = run("ingest", broken, structure_path("tl1212"), "--db", "x.db", "--json")
    assert done.code == 3
    assert "broken.cif" in done.err.splitlines()[0]
    assert (done.json()["stored"], done.json()["rejected"]) == (1, 1)


@pytest.mark.parametrize(
    "words", [["fit"], ["query", "SELECT 1"], ["find"], ["db", "check"], ["db", "upgrade"], ["report", "-o", "r"]],
    ids=" ".join,
)  # fmt: skip
def test_missing_database(run, tmp_path, words):
    done = run(*words, "--db", tmp_path / "none.db")
    assert (done.code, done.out) == (1, "")
    assert "no database at" in done.err
    assert "polyqw ingest" in done.err
    assert "polyqw db init" in done.err
    assert list(tmp_path.iterdir()) == []


def test_default_database_is_not_made_by_reading(run, home, tmp_path):
    done = run("fit", XDG_DATA_HOME=str(tmp_path / "data"))
    assert done.code == 1
    assert "no database at" in done.complaint
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [b"just some words, and more of them\n" * 40, b""], ids=["text", "empty"])
def test_file_that_is_no_database(run, tmp_path, content):
    path = tmp_path / "notes.db"
    path.write_bytes(content)
    for words in (["fit"], ["query", "SELECT 1"]):
        done = run(*words, "--db", path)
        assert (done.code, done.out) == (1, "")
        assert "notes.db" in done.complaint
    assert path.read_bytes() == content


@pytest.mark.parametrize("revision", ["0000", "9999"])
@pytest.mark.parametrize("words", [["fit"], ["query", "SELECT 1"], ["ingest", "-"]], ids=" ".join)
def test_schema_of_another_program_version(run, reference_copy, revision, words):
    with sqlite3.connect(reference_copy) as connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", (revision,))
    connection.close()
    before = dump(reference_copy)
    done = run(*words, "--db", reference_copy)
    assert (done.code, done.out) == (4, "")
    assert f"schema {revision}" in done.complaint
    assert "polyqw db upgrade" in done.complaint
    assert dump(reference_copy) == before


def test_other_programs_tables_are_left_alone(run, tmp_path):
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE song (title TEXT)")
    connection.close()
    before = dump(path)
    for words in (["ingest", structure_path("tl1212")], ["fit"], ["db", "init"]):
        done = run(*words, "--db", path)
        assert done.code in (1, 4)
        assert "other.db" in done.complaint
    assert dump(path) == before


@pytest.mark.parametrize(
    "sql",
    ["DELETE FROM well", "WITH x AS (SELECT 1) DELETE FROM well", "PRAGMA user_version = 7", "DROP TABLE well"],
)
def test_query_that_writes_is_refused(run, reference_copy, sql):
    before = dump(reference_copy)
    done = run("query", sql, "--db", reference_copy)
    assert (done.code, done.out) == (1, "")
    assert done.complaint
    assert dump(reference_copy) == before


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["--recipe", "nothing"], "heights-in-window"),
        (["--recipe", "heights-in-window", "-p", "h_from=3,2"], "'3,2' is not a number"),
        (["--recipe", "heights-in-window", "-p", "height=3"], "no parameter 'height'"),
        (["--recipe", "heights-in-window", "-p", "h_from"], "NAME=VALUE"),
        (["SELECT 1", "--recipes"], "one of"),
        ([], "one of"),
    ],
)
def test_query_tells_what_a_recipe_takes(run, reference_template, words, why):
    done = run("query", *words, "--db", reference_template)
    assert (done.code, done.out) == (2, "")
    assert why in done.complaint


def test_query_has_a_time_limit(run, reference_template):
    endless = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n"
    done = run("query", endless, "--limit-seconds", "0.5", "--db", reference_template)
    assert (done.code, done.out) == (1, "")
    assert "0.5 s" in done.complaint


@pytest.mark.parametrize("words", [["--debug", "fit"], ["fit", "--debug"]], ids=" ".join)
def test_debug_gives_the_traceback(run, tmp_path, words):
    done = run(*words, "--db", tmp_path / "none.db")
    assert done.code == 1
    assert "Traceback (most recent call last)" in done.err
    assert done.err.splitlines()[-1].startswith("polyqw: no database at")


def test_report_into_a_file(run, reference_template, tmp_path):
    (tmp_path / "taken").write_text("")
    done = run("report", "-o", "taken", "--db", reference_template)
    assert done.code == 2
    shutil.copy(reference_template, tmp_path / "x.db")
    done = run("report", "-o", "taken/deeper", "--db", "x.db")
    assert done.code == 1
    assert "cannot write the report there" in done.err
    assert "Traceback" not in done.err
