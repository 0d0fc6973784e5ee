"""Where the database is: a path, a URL, the environment; SQLite and PostgreSQL; the verbs that keep it."""

import shutil
import sqlite3
from contextlib import closing

import pytest

from polyqw.db.open.revision import HEAD
from tests.conftest import ROOT, structure_path

FIELDS = "name,formula,family,status,reason,h_alpha_angstrom,h_beta_angstrom,h_gamma_angstrom,tc_kelvin,pressure_gpa"
SOME = [structure_path(n) for n in ("tl1212", "hg1223_o835", "lafeaso_cod", "rbcafe4as4", "nacl", "bak122_x050")]


def test_path_url_and_environment_are_one_place(run, tmp_path):
    file = structure_path("tl1212")
    assert run("ingest", file, "--db", "one.db", "--json").json()["stored"] == 1
    assert run("ingest", file, "--db", "sqlite:///one.db", "--json").json()["unchanged"] == 1
    assert run("ingest", file, "--db", f"sqlite:///{tmp_path}/one.db", "--json").json()["unchanged"] == 1
    assert run("ingest", file, "--json", POLYQW_DB="one.db").json()["unchanged"] == 1
    other = run("ingest", file, "--json", "--db", "two.db", POLYQW_DB="one.db")
    assert other.json()["stored"] == 1, "--db comes before POLYQW_DB"
    assert sorted(p.name for p in tmp_path.glob("*.db")) == ["one.db", "two.db"]


def test_default_outside_a_checkout_is_the_data_folder(run, tmp_path):
    data = tmp_path / "data"
    assert run("ingest", structure_path("tl1212"), "--json", XDG_DATA_HOME=str(data)).json()["stored"] == 1
    assert (data / "polyqw" / "polyqw.db").is_file()
    (record,) = run("find", "--json", XDG_DATA_HOME=str(data)).json()
    assert record["name"] == "tl1212"


def test_postgresql_gives_the_rows_of_sqlite(run, postgres, tmp_path):
    name = postgres.create()
    try:
        url = postgres.url_of(name)
        answers = {}
        for where in (str(tmp_path / "x.db"), url):
            done = run("ingest", *SOME, "--db", where, "--json")
            assert (done.code, len(done.err.splitlines())) == (0, 1), "what was stored where, and nothing else"
            assert f"{len(SOME)} structures stored in " in done.complaint
            assert (done.json()["stored"], done.json()["no_well"]) == (len(SOME), 1)
            assert run("ingest", *SOME, "--db", where, "--json").json()["unchanged"] == len(SOME)
            law = "SELECT compound, phase, height_angstrom, tc_kelvin FROM v_law ORDER BY 1, 2, 3, 4"
            wells = (
                "SELECT s.block, w.phase, w.kind, w.height_angstrom, w.multiplicity FROM well w "
                "JOIN structure s ON s.id = w.structure_id ORDER BY 1, 2, 4"
            )
            answers[where] = [
                run("find", "", "-s", "name", "-c", FIELDS, "--csv", "--db", where).out,
                run("query", law, "--json", "--db", where).json(),
                run("query", wells, "--json", "--db", where).json(),
                run("fit", "--json", "--db", where).json(),
                run("resonance", "--json", "--db", where).json(),
                [
                    {k: v for k, v in r.items() if k != "structure_id"}
                    for r in run("predict", "--json", "--db", where).json()
                ],
            ]
        first, second = answers.values()
        assert first == second
        assert len(first[1]) >= 8
        refused = run("query", "DELETE FROM well", "--db", url)
        assert (refused.code, refused.out) == (1, "")
        assert refused.complaint
        assert run("query", wells, "--json", "--db", url).json() == second[2]
    finally:
        postgres.drop(name)


def test_reference_structures_from_an_empty_folder(run, tmp_path):
    done = run("ingest", "--reference", "--db", "x.db", "--json")
    assert done.code == 0, "a file that contradicts itself is stored with its reason; nothing failed"
    assert "nife2o4" in done.err.splitlines()[0]
    report = done.json()
    assert report["stored"] == len(list((ROOT / "cifs").glob("*.cif")))
    assert report["rejected"] == 1
    assert [p.name for p in tmp_path.iterdir()] == ["x.db"]


def test_read_only_file_gives_values_all_the_same(run, reference_copy):
    words = ["fit", "--family", "iron", "--json", "--db", reference_copy]
    usual = run(*words).json()
    with closing(sqlite3.connect(reference_copy)) as connection, connection:
        kept = connection.execute("SELECT count(*) FROM fit").fetchone()
        assert kept == (1,)
        connection.execute(
            "CREATE TRIGGER no_more BEFORE INSERT ON prediction BEGIN SELECT RAISE(ABORT, 'the disk is full'); END"
        )
    assert run(*words).json() == usual
    done = run("predict", "bkfa", "--json", "--db", reference_copy)
    assert done.code == 0
    assert "the predictions are not recorded" in done.complaint
    assert "the disk is full" in done.complaint
    assert done.json()[0]["tc_kelvin"] == pytest.approx(52.3, abs=0.05)


def test_no_save_keeps_nothing(run, reference_copy):
    before = reference_copy.read_bytes()
    assert run("fit", "--no-save", "--db", reference_copy).code == 0
    assert run("predict", "--no-save", "--db", reference_copy).code == 0
    assert reference_copy.read_bytes() == before


def test_init_check_current_upgrade_backup(run, tmp_path):
    assert run("db", "init", "--db", "x.db").out == f"x.db: schema {HEAD}\n"
    assert run("db", "init", "--db", "x.db").code == 0
    assert run("db", "current", "--db", "x.db").out == f"x.db: schema {HEAD}, this program has {HEAD}\n"
    assert run("db", "upgrade", "--db", "x.db").out == f"x.db: schema {HEAD}\n"
    check = run("db", "check", "--db", "x.db", "--json")
    assert (check.code, check.json()["sound"], check.json()["findings"]) == (0, True, [])
    assert run("db", "backup", "copy.db", "--db", "x.db").code == 0
    with closing(sqlite3.connect(tmp_path / "x.db")) as one, closing(sqlite3.connect(tmp_path / "copy.db")) as two:
        assert list(one.iterdump()) == list(two.iterdump())
    again = run("db", "backup", "copy.db", "--db", "x.db")
    assert again.code == 1
    assert "copy.db exists" in again.complaint


def test_check_finds_what_is_wrong(run, reference_copy):
    with closing(sqlite3.connect(reference_copy)) as connection, connection:
        connection.execute("DROP INDEX IF EXISTS ix_well_structure_id")
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute("DELETE FROM compound WHERE name = 'YBa2Cu3O7-d'")
    done = run("db", "check", "--db", reference_copy, "--json")
    assert done.code == 5
    assert done.json()["sound"] is False
    assert any("missing row of compound" in finding for finding in done.json()["findings"])


def test_changed_table_shows_in_the_command(run, reference_copy):
    before = run("fit", "--family", "iron", "--json", "--db", reference_copy).json()
    with closing(sqlite3.connect(reference_copy)) as connection, connection:
        connection.execute("UPDATE published_height SET tc_kelvin = 60 WHERE formula_printed = 'PrFeAsO1-xFx'")
    after = run("fit", "--family", "iron", "--json", "--db", reference_copy).json()
    assert after["lambda_mean"] > before["lambda_mean"]


def test_database_in_a_folder_with_odd_letters(run, tmp_path):
    odd = tmp_path / "my data % # é"
    odd.mkdir()
    shutil.copy(structure_path("tl1212"), odd / "a b.cif")
    assert run("ingest", odd / "a b.cif", "--db", odd / "x?.db", "--json").json()["stored"] == 1
    assert run("query", "SELECT count(*) AS n FROM structure", "--json", "--db", odd / "x?.db").json() == [{"n": 1}]
