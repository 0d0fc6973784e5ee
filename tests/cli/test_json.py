"""The fields that scripts rely on, as the manual names them, in JSON and in CSV."""

import csv
import io
import math
import re

import pytest

from tests.conftest import ROOT, structure_path

STRUCTURE = {"file", "block", "formula", "family", "status", "reason", "warnings", "wells"}
WELL = {
    "kind",
    "phase",
    "height_angstrom",
    "height_su_angstrom",
    "apices",
    "plane_metal",
    "multiplicity",
    "n_vertices",
    "n_faces",
    "max_fold_degrees",
    "volume_angstrom3",
    "layered",
    "vertices",
}
VERTEX = {"element", "site", "image", "role", "cart_angstrom"}
FIT = {
    "family",
    "n",
    "lambda_mean",
    "lambda_sd",
    "lambda_ci95",
    "exponent",
    "exponent_ci95",
    "loo_rmse_kelvin",
    "baseline_rmse_kelvin",
    "rows",
}
PREDICTION = {
    "target",
    "phase",
    "height_angstrom",
    "lambda_used",
    "tc_kelvin",
    "tc_low_kelvin",
    "tc_high_kelvin",
    "published_kelvin",
    "observed_kelvin",
    "sources",
}
MODE = {
    "phase",
    "height_angstrom",
    "energy_mev",
    "measured_mev",
    "published_mev",
    "parity",
    "relative_intensity",
}
UNITS = ("_angstrom", "_kelvin", "_gpa", "_mev", "_degrees", "_angstrom3", "_angstrom2")


def assert_clean(done):
    assert done.code == 0
    assert [
        line
        for line in done.err.splitlines()
        if " recorded " not in line and not re.search(" stored in | to store in ", line)
    ] == []


def table(done):
    assert_clean(done)
    return list(csv.DictReader(io.StringIO(done.out)))


def assert_wells(row, extra=frozenset()):
    assert row.keys() >= STRUCTURE | extra
    for well in row["wells"]:
        assert well.keys() >= WELL
        assert len(well["vertices"]) == well["n_vertices"]
        for vertex in well["vertices"]:
            assert vertex.keys() >= VERTEX
            assert len(vertex["image"]) == len(vertex["cart_angstrom"]) == 3
        assert isinstance(well["layered"], bool)
        assert math.isfinite(well["height_angstrom"])


def test_wells(run):
    done = run("wells", structure_path("rbcafe4as4"), structure_path("nacl"), "--json")
    assert_clean(done)
    wells, without = done.json()
    assert_wells(wells)
    assert (wells["formula"], wells["family"], wells["status"], wells["reason"]) == (
        "As4 Ca1 Fe4 Rb1", "iron", "ok", None,
    )  # fmt: skip
    assert {w["phase"] for w in wells["wells"]} >= {"alpha", "beta", "gamma"}
    assert_wells(without)
    assert (without["status"], without["reason"], without["wells"]) == ("no_well", "no_plane_metal", [])


def test_wells_csv(run):
    rows = table(run("wells", structure_path("rbcafe4as4"), structure_path("nacl"), "--csv"))
    heights = {r["phase"]: float(r["height_angstrom"]) for r in rows if r["phase"] in ("alpha", "beta", "gamma")}
    assert heights == pytest.approx({"alpha": 2.8092, "beta": 2.9442, "gamma": 3.6102}, abs=0.0006)
    assert [r["reason"] for r in rows if r["status"] == "no_well"] == ["no_plane_metal"]


def test_explain(run):
    done = run("explain", structure_path("lafeaso_cod"), "--json")
    assert_clean(done)
    (row,) = done.json()
    assert_wells(row, {"steps", "tolerances"})
    assert all(step["name"] and step["text"] for step in row["steps"])
    rows = table(run("explain", structure_path("lafeaso_cod"), "--csv"))
    assert [r["name"] for r in rows] == [s["name"] for s in row["steps"]]


def test_ingest(run, tmp_path):
    done = run("ingest", structure_path("tl1212"), structure_path("nacl"), "--db", "x.db", "--json")
    assert_clean(done)
    report = done.json()
    assert report.keys() >= {"stored", "unchanged", "updated", "no_well", "rejected", "failed", "files"}
    assert (report["stored"], report["no_well"]) == (2, 1)
    for file in report["files"]:
        assert file.keys() >= {"file", "status", "reason", "structure_id"}
        assert isinstance(file["structure_id"], int)
    again = run("ingest", structure_path("tl1212"), structure_path("nacl"), "--db", "x.db", "--csv")
    assert [r["outcome"] for r in table(again)] == ["unchanged", "unchanged"]


def test_show(run, reference_template):
    done = run("show", "ybco_o690_williams", "--db", reference_template, "--json")
    assert_clean(done)
    record = done.json()
    assert record.keys() >= {"id", "name", "formula", "source", "wells", "transitions", "warnings"}
    assert record["wells"][0].keys() >= WELL
    compound = run("show", "CaKFe4As4", "--db", reference_template, "--json").json()
    assert compound.keys() >= {"compound_id", "compound", "published_heights", "transitions", "structures"}
    rows = table(run("show", "COD 1000030", "--db", reference_template, "--csv"))
    assert [r["name"] for r in rows] == ["ybco_o690_williams"]


def test_find(run, reference_template):
    words = ("find", "family=cuprate,tc_kelvin>90,Cu>=2", "-s", "-tc_kelvin", "--db", reference_template)
    done = run(*words, "--json")
    assert_clean(done)
    records = done.json()
    assert [r["tc_kelvin"] for r in records] == sorted((r["tc_kelvin"] for r in records), reverse=True)
    assert all(isinstance(r["id"], int) for r in records)
    rows = table(run(*words, "-L", "2", "-c", "name,tc_kelvin", "--csv"))
    assert [list(r) for r in rows] == [["name", "tc_kelvin"]] * 2
    assert [r["name"] for r in rows] == [r["name"] for r in records[:2]]


def test_query(run, reference_template):
    done = run("query", "SELECT compound, tc_kelvin FROM v_law LIMIT 3", "--db", reference_template, "--json")
    assert_clean(done)
    assert [list(r) for r in done.json()] == [["compound", "tc_kelvin"]] * 3
    piped = run("query", "-", "--csv", "--db", reference_template, text="SELECT 1 AS one, NULL AS none")
    assert table(piped) == [{"one": "1", "none": ""}]


def test_recipes(run, reference_template):
    listed = run("query", "--recipes", "--json").json()
    names = [row["recipe"] for row in listed]
    assert names == [row["recipe"] for row in table(run("query", "--recipes", "--csv"))]
    assert "heights-in-window" in names
    words = [
        "query",
        "--recipe",
        "heights-in-window",
        "-p",
        "h_from=3.6",
        "-p",
        "h_to=3.7",
        "--db",
        reference_template,
    ]
    done = run(*words, "--json")
    assert_clean(done)
    heights = [row["height_angstrom"] for row in done.json()]
    assert heights
    assert heights == sorted(h for h in heights if 3.6 <= h <= 3.7)
    assert [float(row["height_angstrom"]) for row in table(run(*words, "--csv"))] == heights
    own = run("query", "SELECT :a AS a", "-p", "a=x=y", "--json", "--db", reference_template)
    assert own.json() == [{"a": "x=y"}]


def test_fit(run, reference_copy):
    done = run("fit", "--family", "cuprate", "--db", reference_copy, "--json")
    assert_clean(done)
    fit = done.json()
    assert fit.keys() >= FIT
    assert (fit["family"], fit["n"]) == ("cuprate", 9)
    assert fit["lambda_mean"] == pytest.approx(1288.2, abs=0.05)
    assert len(fit["lambda_ci95"]) == len(fit["exponent_ci95"]) == 2
    assert len(fit["rows"]) == 9
    assert all(isinstance(r["id"], int) for r in fit["rows"])
    rows = table(run("fit", "--wells", "alpha", "--db", reference_copy, "--csv"))
    assert {r["family"] for r in rows} == {"cuprate", "iron"}


def test_predict(run, reference_copy):
    done = run("predict", "--db", reference_copy, "--json")
    assert_clean(done)
    rows = done.json()
    assert all(r.keys() >= PREDICTION for r in rows)
    assert all(r["sources"] for r in rows)
    of_file = run("predict", structure_path("lafeaso_cod"), "--db", reference_copy, "--csv")
    assert {r["phase"] for r in table(of_file)} == {"alpha", "beta"}


def test_resonance(run, reference_template):
    done = run("resonance", "--db", reference_template, "--json")
    assert_clean(done)
    result = done.json()
    assert result.keys() >= {"compound", "anchor", "modes", "notes"}
    assert all(m.keys() >= MODE for m in result["modes"])
    assert result["notes"]
    assert len(table(run("resonance", "CaKFe4As4", "--db", reference_template, "--csv"))) == len(result["modes"])


@pytest.mark.parametrize(
    "words",
    [
        ("wells", ROOT / "cifs" / "tl1212.cif"),
        ("find", "family=iron"),
        ("fit", "--no-save"),
        ("predict", "bkfa", "--no-save"),
        ("resonance",),
    ],
    ids=lambda words: words[0],
)
def test_tables_have_units_in_their_headers(run, reference_template, words):
    done = run(*words, **({} if words[0] == "wells" else {"POLYQW_DB": reference_template}), NO_COLOR="1")
    assert_clean(done)
    assert "(Å)" in done.out
    assert "\x1b" not in done.out
