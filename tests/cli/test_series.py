"""The verb series: its fields, its exit codes, files whose names hold a =."""

import csv
import io
import shutil

import pytest

from tests.conftest import structure_path

AMBIENT, COMPRESSED = structure_path("hg1223_o835"), structure_path("hg1223_high_pressure")
FIELDS = {"by", "unit", "lambda_used_kelvin_angstrom2", "structures", "phases", "crossings", "notes"}
STRUCTURE = {"file", "block", "formula", "value", "wells", "shift_angstrom"}
WELL = {"phase", "height_angstrom", "tc_law_kelvin"}
PHASE = {
    "phase",
    "n",
    "slope_angstrom_per_unit",
    "slope_angstrom_per_unit_standard_error",
    "log_slope_per_unit",
    "tc_slope_kelvin_per_unit",
}


def test_fields(run, reference_template):
    done = run("series", f"{AMBIENT}=0", COMPRESSED, "--db", reference_template, "--json")
    assert (done.code, done.err) == (0, "")
    document = done.json()
    assert document.keys() >= FIELDS
    assert all(s.keys() >= STRUCTURE for s in document["structures"])
    assert all(w.keys() >= WELL for s in document["structures"] for w in s["wells"])
    assert all(p.keys() >= PHASE for p in document["phases"])
    assert [m["compound"] for m in document["measured"]] == ["HgBa2Ca2Cu3O8+d"]


def test_without_a_database_the_rest_is_done(run):
    document = run("series", f"{AMBIENT}=0", COMPRESSED, "--json").json()
    assert document["measured"] == []
    assert "no database was read" in document["notes"][-1]


def test_a_file_whose_name_holds_a_sign(run, tmp_path):
    shutil.copy(AMBIENT, tmp_path / "p=1.cif")
    named = run("series", "p=1.cif=0", COMPRESSED, "--csv")
    assert [r["value"] for r in csv.DictReader(io.StringIO(named.out))] == ["0.0", "0.0", "8.5", "8.5"]
    whole = run("series", "p=1.cif", COMPRESSED)
    assert whole.code == 2
    assert "p=1.cif=VALUE" in whole.complaint


def test_standard_input_with_a_value(run):
    done = run("series", "--json", "--", "-=0", COMPRESSED, text=AMBIENT.read_text())
    assert [s["file"] for s in done.json()["structures"]] == ["-", str(COMPRESSED)]


def test_the_pressure_phases(run, reference_template, tmp_path):
    words = ("series", "--set", "k08feyse2", "--db", reference_template)
    done = run(*words, "-o", tmp_path / "windows.svg")
    assert (done.code, done.err) == (0, "")
    assert done.out == f"{tmp_path / 'windows.svg'}\n"
    shown = run(*words).out
    assert "49.73" in shown
    assert "1.418 Å" in shown
    assert (tmp_path / "windows.svg").read_text().startswith("<?xml")
    rows = list(csv.DictReader(io.StringIO(run(*words, "--csv").out)))
    assert [r["state"] for r in rows] == ["SC-I", "insulating", "SC-II", "insulating"]
    assert [w["phase"] for w in run(*words, "--json").json()["windows"]] == ["beta", None, "alpha", None]


def test_some_structures_take_no_part(run, tmp_path):
    words = ("series", f"{AMBIENT}=0", COMPRESSED)
    missing = run(*words, tmp_path / "missing.cif", "--csv")
    assert missing.code == 3
    assert "missing.cif" in missing.complaint
    unstated = run(*words, structure_path("bi2223_pb"), "--csv")
    assert unstated.code == 3
    assert "states no pressure" in unstated.complaint
    assert run(*words, f"{structure_path('nacl')}=3").code == 0


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ((), 2),
        ((COMPRESSED,), 2),
        ((AMBIENT, COMPRESSED), 2),
        ((f"{AMBIENT}=8.5", COMPRESSED), 2),
        ((f"{AMBIENT}=much", COMPRESSED), 2),
        ((f"{AMBIENT}=inf", COMPRESSED), 2),
        ((f"{AMBIENT}=0", COMPRESSED, "--by", "volume"), 2),
        ((f"{AMBIENT}=0", COMPRESSED, "--lambda", "0"), 2),
        ((f"{AMBIENT}=0", COMPRESSED, "-o", "x.gif"), 2),
        ((f"{AMBIENT}=0", COMPRESSED, "--db", "none.db"), 1),
        ((f"{AMBIENT}=0", "missing.cif"), 1),
        ((f"{AMBIENT}=0", f"{structure_path('nacl')}=5"), 1),
        (("--set", "k08feyse2", COMPRESSED), 2),
        (("--set", "k08feyse2", "--by", "doping"), 2),
        (("--set", "k08feyse2"), 1),
    ],
)
def test_errors_are_one_line(run, words, code, tmp_path):
    done = run("series", *words)
    assert (done.code, done.out) == (code, "")
    assert done.err.splitlines()[-1].startswith("polyqw: ")
    assert list(tmp_path.iterdir()) == []
