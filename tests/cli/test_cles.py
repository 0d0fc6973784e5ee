"""``polyqw cles`` as people call it, in an empty folder."""

import csv
import io

import pytest

JSON_CALLS = {
    "point --mu 0.2": {"tc_kelvin": 111.5429336, "k": 0.3941194993, "n_l": 0.5},
    "point --p 0.1608": {"tc_kelvin": 111.5429336},
    "crossings": {"p1": 0.144176514320, "p2": 0.177723081531, "p_star": 0.1608},
    "binding --mu 0.2": {"region": 2, "beta_ev": 0.0237861232},
    "binding --mu 0 --e0 derived": {"binding_ev": -1.0, "positive_from_d0_j_derived": 1.411683586},
    "binding --mu 0": {"binding_ev": 0.4, "positive_from_d0_j_printed": 0.0},
    "resistivity --mu 0.21 --temperature 100 --site-volume 95": {"resistivity_microohm_cm": 24.2281609924},
    "phase --p 0.1 --temperature 10": {"phase": "pseudogap", "derivation_holds": True},
    "resistivity --mu 0.21 --temperature 100": {"theta": 0.1593085417},
    "fit --tc 93": {"d0_j": 0.080050309722, "d0_j_exponent_1": 0.071245425634},
    "fit --tc 93 --exponent 1": {"d0_j": 0.071245425634},
}


@pytest.mark.parametrize("words", JSON_CALLS)
def test_json(words, run, tmp_path):
    done = run("cles", *words.split(), "--json")
    assert (done.code, done.err) == (0, "")
    row = done.json()
    for name, value in JSON_CALLS[words].items():
        assert row[name] == (
            value if isinstance(value, str) else pytest.approx(value, abs=1e-7 * max(1.0, abs(value)))
        )
    assert list(tmp_path.iterdir()) == []


BAD_CALLS = [
    "point --mu 0.2 --p 0.1",
    "point",
    "point --mu nan",
    "point --mu 0.2 --d0-lambda=-0.1",
    "point --mu 0.2 --d0-j=-0.1",
    "point --mu 0.2 --dn 0",
    "point --mu 0.2 --omega-c=-1",
    "point --mu 0.2 --u nan",
    "point --mu 0.2 --exponent 3",
    "resistivity --mu 0.2 --temperature 0",
    "resistivity --mu 0.2 --temperature 10 --site-volume 0",
    "binding --mu 0.2 --e0 guessed",
    "dome none.csv",
    "dome",
    "requirements --dn 0",
    "phase --mu 0.2 --temperature nan",
    "fit --tc=-5",
    "curve --from-p 0.3 --to-p 0.1",
    "map --figure 9z",
    "map -n 5 -o figure.txt",
]


@pytest.mark.parametrize("words", BAD_CALLS)
def test_bad_parameters_give_one_line(words, run):
    done = run("cles", *words.split())
    assert done.code == 2
    assert done.out == ""
    assert done.err.startswith("polyqw: ")
    assert done.err.count("\n") == 1


def test_bad_coupling_is_named_by_its_option(run):
    assert "--d0-j" in run("cles", "point", "--mu", "0.2", "--d0-j=-1").err


def test_point_without_a_solution(run):
    words = ("point", "--mu", "1.5", "--json")
    done = run("cles", *words)
    row = done.json()
    assert (row["tc_kelvin"], row["reason"], row["converged"]) == (None, "not_superconducting", False)
    assert done.code == 0
    assert run("cles", *words, "--strict").code == 5


@pytest.mark.parametrize("words", ["curve --figure 3a -n 21", "curve --figure 3b -n 21", "map --figure 2a -n 9"])
def test_figures_and_their_data(words, run, tmp_path):
    for kind, magic in (("png", b"\x89PNG"), ("svg", b"<?xml")):
        done = run("cles", *words.split(), "--csv", "-o", f"figure.{kind}")
        assert (done.code, done.err) == (0, "")
        assert (tmp_path / f"figure.{kind}").read_bytes().startswith(magic)
        rows = list(csv.DictReader(io.StringIO(done.out)))
        assert len(rows) in (21, 81)


def test_fit_of_the_compounds_is_kept(run):
    assert run("db", "init", "--db", "w.db").code == 0
    done = run("cles", "fit", "--db", "w.db", "--json")
    assert done.code == 0
    assert len(done.json()) == 22
    assert run("query", "SELECT count(*) AS n FROM v_cles", "--json", "--db", "w.db").json() == [{"n": 22}]


@pytest.mark.parametrize("verb", ["point", "curve", "map", "crossings", "binding", "resistivity", "fit"])
def test_help_has_an_example(verb, run):
    done = run("cles", verb, "--help")
    assert done.code == 0
    assert f"Example: polyqw cles {verb}" in done.out


def test_dome_and_requirements(run, tmp_path):
    figure = tmp_path / "dome.png"
    done = run("cles", "dome", "LSCO", "--json", "-o", str(figure))
    assert (done.code, done.err) == (0, "")
    row = done.json()
    assert [curve["name"] for curve in row["curves"]] == ["cles", "presland", "parabola", "gaussian"]
    assert row["n"] == len(row["points"]) == 19
    assert figure.read_bytes().startswith(b"\x89PNG")
    rows = run("cles", "requirements", "--json").json()
    assert [r["holds"] for r in rows][:2] == ["no", "yes"]
    assert rows[2]["log_slope_at_optimum"] is None


def test_map_of_the_derived_energy_has_its_regions(run):
    done = run("cles", "map", "--figure", "2b", "--e0", "derived", "-n", "5", "--csv")
    rows = list(csv.DictReader(io.StringIO(done.out)))
    assert {row["region"] for row in rows} == {"1", "2"}
    assert all(float(r["binding_ev"]) < 0 for r in rows if r["region"] == "1")
