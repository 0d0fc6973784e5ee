"""``polyqw field`` as a user meets it."""

import csv
import json
from io import StringIO

import pytest

from polyqw.cli.main import run
from tests.conftest import structure_path

CACUO2 = str(structure_path("cacuo2_infinite"))
HG1223 = str(structure_path("hg1223_o835"))


@pytest.fixture
def polyqw(capsys):
    """Run the command line: exit code, standard output, standard error."""

    def call(*words):
        with pytest.raises(SystemExit) as stop:
            run([str(w) for w in words])
        text = capsys.readouterr()
        return int(stop.value.code or 0), text.out, text.err

    return call


def test_json_is_one_object(polyqw):
    code, out, err = polyqw("field", CACUO2, "--json")
    row = json.loads(out)
    assert (code, err) == (0, "")
    assert row["verdict"] == "in-plane minimum at Γ, four diagonal saddles, not bound in 3-D (Earnshaw)"
    assert row["charges"] == {"Ca": 2.0, "Cu": 2.0, "O": -2.0}
    assert [p["kind"] for p in row["critical_points"]] == ["minimum", *["saddle"] * 4]


def test_csv_has_a_line_for_each_point(polyqw):
    code, out, _ = polyqw("field", HG1223, "--csv")
    rows = list(csv.DictReader(StringIO(out)))
    assert code == 0
    assert {row["phase"] for row in rows} == {"alpha", "beta"}
    assert {row["well_kind"] for row in rows} == {"octahedron"}
    assert {row["kind"] for row in rows} == {"minimum", "saddle", "maximum"}


def test_the_table_carries_units(polyqw):
    code, out, err = polyqw("field", HG1223)
    assert code == 0
    assert "eV/Å²" in out
    assert "U - U(Γ) (eV)" in out
    assert "Cu1, Cu2 have one charge" in err


def test_figure(polyqw, tmp_path):
    code, out, _ = polyqw("field", CACUO2, "--model", "cluster", "-o", tmp_path / "map.svg", "--json")
    assert code == 0
    assert json.loads(out)["model"] == "cluster"
    assert (tmp_path / "map.svg").read_text().startswith("<?xml")


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("--charges", "Ca=2,Cu=2,O=-1.9"), 2, "sum to +0.2 e"),
        (("--charges", "Ca"), 1, "cannot be read"),
        (("--model", "slab"), 2, "slab"),
        (("-o", "map.jpeg"), 2, ".svg, .png or .pdf"),
    ],
)
def test_errors_are_one_line(polyqw, words, code, message):
    got, out, err = polyqw("field", CACUO2, *words)
    assert (got, out) == (code, "")
    assert message in err.splitlines()[-1]


def test_a_folder_gives_a_list_and_says_what_has_no_well(polyqw, tmp_path):
    for name in ("cacuo2_infinite", "nacl"):
        (tmp_path / f"{name}.cif").write_bytes(structure_path(name).read_bytes())
    code, out, err = polyqw("field", tmp_path, "--json")
    assert code == 0
    assert [row["status"] for row in json.loads(out)] == ["ok", "no_well"]
    assert "nacl.cif: no field" in err
    code, out, _ = polyqw("field", tmp_path, "--csv")
    assert [row["status"] for row in csv.DictReader(StringIO(out))] == [*["ok"] * 5, "no_well"]
    assert "no_well" in polyqw("field", tmp_path)[1]
