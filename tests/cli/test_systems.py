"""The verbs chargeorder, order-parameter, elements, kagome, fermi, stm and series."""

import csv
import io
import json

import pytest

from polyqw.cli.main import run
from tests.conftest import structure_path


@pytest.fixture
def call(capsys):
    def words(*arguments):
        with pytest.raises(SystemExit) as stop:
            run([str(a) for a in arguments])
        out = capsys.readouterr()
        return stop.value.code, out.out, out.err

    return words


VERBS = {
    "chargeorder": [],
    "order-parameter": ["-n", "200", "--samples", "10", "--seed", "3"],
    "elements": [structure_path("nb"), structure_path("re")],
    "kagome": [structure_path("model_csv3sb5")],
    "fermi": [structure_path("rbcafe4as4"), structure_path("bi2223_pb"), "--stretch", "0.1"],
    "stm": [structure_path("bi2201_amaa")],
    "series": [f"{structure_path('hg1223_o835')}=0", structure_path("hg1223_high_pressure")],
}


@pytest.mark.parametrize("verb", VERBS)
def test_three_formats_and_a_figure(call, tmp_path, verb):
    figure = tmp_path / "figure.svg"
    code, out, _ = call(verb, *VERBS[verb], "-o", figure)
    assert (code, out) == (0, f"{figure}\n")
    assert figure.read_text().startswith("<?xml")
    code, out, _ = call(verb, *VERBS[verb], "--json")
    assert code == 0
    assert json.loads(out)
    code, out, _ = call(verb, *VERBS[verb], "--csv")
    assert code == 0
    rows = list(csv.DictReader(io.StringIO(out)))
    assert rows
    assert None not in rows[0]


@pytest.mark.parametrize("verb", VERBS)
def test_help_has_an_example(call, verb):
    code, out, _ = call(verb, "--help")
    assert code == 0
    assert f"Example: polyqw {verb}" in out


def test_order_parameter_repeats_with_its_seed(call):
    words = ("order-parameter", "-n", "100", "--samples", "5", "--json", "--seed")
    first, same, other = (json.loads(call(*words, seed)[1]) for seed in (1, 1, 2))
    assert first["seed"] == 1
    assert first == same
    assert first != other


def test_stm_without_a_file_gives_the_printed_depths(call):
    code, out, _ = call("stm", "--json")
    assert code == 0
    document = json.loads(out)
    assert document["structures"] == []
    assert [r["peak_ratio"] for r in document["printed"]] == pytest.approx([0.26717, 0.27144], abs=1e-5)
    code, out, _ = call("stm", "--csv")
    assert code == 0
    assert len(out.splitlines()) == 3


@pytest.mark.parametrize("verb", ["elements", "kagome", "fermi", "stm"])
def test_exit_codes_of_a_batch(call, tmp_path, verb):
    missing = tmp_path / "missing.cif"
    code, _, err = call(verb, structure_path("nb"), missing)
    assert code == 3
    assert "missing.cif" in err
    code, _, err = call(verb, missing)
    assert code == 1
    assert "Traceback" not in err


@pytest.mark.parametrize(
    "words",
    [
        ("elements",),
        ("kagome",),
        ("fermi",),
        ("fermi", structure_path("bi2223_pb"), "--sheets", "0"),
        ("fermi", structure_path("bi2212_ideal"), "--stretch", "-1"),
        ("fermi", structure_path("bi2212_ideal"), "--stretch", "nan"),
        ("fermi", structure_path("bi2223_pb"), "-o", "figure.gif"),
        ("order-parameter", "--thermal", "-1"),
        ("order-parameter", "--attenuation", "2"),
        ("order-parameter", "-n", "0"),
        ("order-parameter", "-n", "1000000", "--samples", "1000"),
        ("chargeorder", "-o", "figure.gif"),
        ("stm", "--width", "0", "-o", "unused.png"),
    ],
)
def test_usage_errors_are_one_line(call, words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, out, err = call(*words)
    assert code == 2
    assert out == ""
    assert "Traceback" not in err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("verb", "name"), [("elements", "nacl"), ("kagome", "nb"), ("fermi", "nacl")])
def test_nothing_to_draw_is_told(call, tmp_path, verb, name):
    code, out, err = call(verb, structure_path(name), "-o", tmp_path / "none.png")
    assert code == 0
    assert "no_well" in out
    assert "to draw" in err
    assert not (tmp_path / "none.png").exists()


def test_fermi_lists_every_sheet_with_its_notes(call):
    words = ("fermi", structure_path("bi2223_pb"), "--stretch", "0.1", "--sheets", "1")
    code, out, _ = call(*words)
    assert code == 0
    lines = [line for line in out.splitlines() if " arc " in line and not line.startswith("- ")]
    assert [[p for p in ("gamma", "beta", "alpha") if f" {p} " in line] for line in lines] == [
        ["gamma"],
        ["beta"],
        ["alpha"],
    ]
    assert [line.split()[-1] for line in lines] == ["yes", "no", "no"]
    assert "the papers' picture, polyqw's scale" in out
    (row,) = json.loads(call(*words, "--json")[1])
    assert row.keys() >= {"file", "block", "formula", "family", "status", "reason", "sheets", "notes"}
    assert [s["occupied"] for s in row["sheets"]] == [True, False, False]
