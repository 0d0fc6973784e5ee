"""Doped wells of real structures, the verb, and which undoped wells are balanced."""

import json
import subprocess
import sys

import pytest

from polyqw.core.options import AnalysisOptions
from polyqw.errors import UsageError
from polyqw.services.structures.analyse import analyse_inputs
from polyqw.services.systems.field.doping import balance_rows, dope_structure, draw_doping, parse_substitution
from polyqw.services.systems.field.doping_survey import survey_rows
from tests.conftest import ROOT


def read(name):
    return next(analyse_inputs([str(ROOT / "cifs" / f"{name}.cif")], AnalysisOptions()))


@pytest.mark.parametrize(
    ("name", "dope", "force"), [("lco_lto_cod", "La:Sr@upper", -4.393), ("bi2201_amaa", "Sr:La@lower", -4.836)]
)
def test_both_papers_have_the_direction_wrong_by_formal_charges(name, dope, force):
    (well,) = dope_structure(read(name), parse_substitution(dope), AnalysisOptions(), repeats=(1, 2)).wells
    assert well.pushed[0].force == pytest.approx(0, abs=1e-6)
    assert well.pushed[2].force == pytest.approx(force, abs=2e-3)
    assert all(p.stationary > 0 and p.is_stable is False for p in well.pushed[1:])


def test_charges_that_are_given_count():
    plain = dope_structure(read("lco_lto_cod"), parse_substitution("La:Sr@upper"), AnalysisOptions(), repeats=(1,))
    same = dope_structure(
        read("lco_lto_cod"), parse_substitution("La:Sr@upper"), AnalysisOptions(), {"Sr": 4.0}, repeats=(1,)
    )
    assert same.wells[0].pushed[1].force == pytest.approx(-plain.wells[0].pushed[1].force, rel=1e-6)


def test_figure_has_both_curves():
    found = dope_structure(read("lco_lto_cod"), parse_substitution("La:Sr@upper"), AnalysisOptions(), repeats=(1,))
    (axes,) = draw_doping(found).axes
    assert [line.get_label() for line in axes.lines if not line.get_label().startswith("_")] == [
        "undoped", "Sr for La, upper apex",
    ]  # fmt: skip


def test_balance_is_that_of_equal_apices():
    rows = {
        (r["block"], r["phase"]): r
        for r in balance_rows(map(read, ["lco_lto_cod", "bi2223_pb", "tl1212", "lafeaso_cod"]), AnalysisOptions())
    }
    assert rows["lco_lto_cod", "alpha"]["balanced"]
    assert rows["bi2223_pb", "alpha"]["balanced"]
    assert abs(rows["bi2223_pb", "beta"]["force_ev_per_angstrom"]) == pytest.approx(2.816, abs=2e-3)
    assert not rows["tl1212", "alpha"]["balanced"]
    assert not any(block == "lafeaso_cod" for block, _ in rows)


@pytest.mark.parametrize("text", ["La", "La:Sr", "La:La@upper", "La:Sr@top", "la:Sr@upper"])
def test_what_is_no_substitution(text):
    with pytest.raises(UsageError, match="write OLD:NEW@upper"):
        parse_substitution(text)


def run(*words):
    command = [sys.executable, "-m", "polyqw", "field", *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_verb():
    done = run("cifs/lco_lto_cod.cif", "--dope", "La:Sr@lower", "--supercell", "2", "--json")
    assert done.returncode == 0
    (well,) = json.loads(done.stdout)["wells"]
    assert [row["direction"] for row in (well["undoped"], *well["doped"])] == ["not", "up"]
    assert well["doped"][0]["n_metals"] == 32
    bad = run("cifs/lco_lto_cod.cif", "--dope", "Ba:Sr@upper")
    assert (bad.returncode, bad.stdout) == (2, "")
    assert "the upper apex of the alpha well holds La, not Ba" in bad.stderr
    assert run("cifs/lco_lto_cod.cif", "--dope", "La:Sr@upper", "--model", "cluster").returncode == 2


def test_every_octahedron_is_doped_as_the_verb_dopes_one():
    structures = [read(name) for name in ("lco_lto_cod", "hg1223_hunter", "bi2201_amaa")]
    rows = {(r["block"], r["phase"], r["substitution"]): r for r in survey_rows(structures, AnalysisOptions())}
    assert len(rows) == 2 + 4 + 2
    for block, text in (("lco_lto_cod", "La:Sr@upper"), ("bi2201_amaa", "Sr:La@lower")):
        (structure,) = (one for one in structures if one.block == block)
        (well,) = dope_structure(structure, parse_substitution(text), AnalysisOptions(), repeats=(1,)).wells
        row, (undoped, doped) = rows[block, "alpha", text], well.pushed
        assert row["force_ev_per_angstrom"] == pytest.approx(doped.force)
        assert row["stationary_angstrom"] == pytest.approx(doped.stationary)
        assert row["force_by_dopant_ev_per_angstrom"] == pytest.approx(doped.force - undoped.force, abs=1e-9)
    assert rows["lco_lto_cod", "alpha", "La:Sr@upper"]["towards_dopant"] == "no"
    assert {r["towards_dopant"] for (block, *_), r in rows.items() if block == "hg1223_hunter"} == {"yes"}
