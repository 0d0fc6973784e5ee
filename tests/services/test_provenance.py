"""Where the η of the 1144 compound come from: verb, closure, and structures made from the numbers."""

import json
import subprocess
import sys

import pytest

from polyqw.db.open.engine import open_session
from polyqw.services.structures.lookup import Lookup
from polyqw.services.systems.provenance import closure, search_database, section
from tests.conftest import ROOT

ETAS = [7.22, 3.13, 4.37]


def run(*words):
    command = [sys.executable, "-m", "polyqw", "provenance", *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def searched(reference_template):
    with open_session(reference_template) as session:
        return {one.block: one for one in search_database(Lookup(session), ETAS)}


def test_rubidium_1144_holds_all_three(searched):
    found = searched["rbcafe4as4"]
    assert found.holds_all
    ends = [{(x.between, str(x.kind)) for x in match.lengths} for match in found.matches]
    assert ("Fe-Fe", "plane spacing") in ends[0]
    assert ("As-As", "plane spacing") in ends[1]
    assert {("As-As", "plane spacing"), ("As-Ca", "distance")} <= ends[2]


def test_a_model_made_from_the_numbers_answers_nothing(searched):
    made = searched["model_cakfe4as4"]
    assert (made.is_constructed, made.holds_all) == (True, False)
    assert not searched["model_la3ni2o7_fmmm"].holds_all


def test_closure_mixes_compounds(reference_template):
    with open_session(reference_template) as session:
        found = closure(Lookup(session))
        parts = section(Lookup(session)).parts
    assert found.source.block == "rbcafe4as4"
    assert found.mixes is True
    assert found.sum_of_text_angstrom == pytest.approx(3.13 + 4.37 + 2 * 2.5617)
    assert found.source.c_angstrom == pytest.approx(13.104, abs=0.01)
    assert "mixes two compounds" in found.note
    assert [part.kind for part in parts] == ["command", "bullets", "table"]


def test_verb_on_a_database_and_on_files(reference_template):
    done = run("7.22", "3.13", "4.37", "--db", reference_template, "--json")
    assert done.returncode == 0
    answer = json.loads(done.stdout)
    assert answer["n_structures"] == 55
    assert {s["block"] for s in answer["structures"][: answer["n_holding_all"]]} >= {"rbcafe4as4"}
    assert 0.3 < answer["expected_by_chance"] < 3
    one = run("7.22", "3.13", "4.37", "--in", str(ROOT / "cifs" / "rbcafe4as4.cif"), "--json")
    assert json.loads(one.stdout)["n_holding_all"] == 1
    assert "hold all of them" in run("7.22", "--in", str(ROOT / "cifs" / "nb.cif")).stdout


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["0.1"], 2, "no length between"),
        (["nan"], 2, "no length between"),
        (["7.22", "--tolerance", "0"], 2, "--tolerance must lie"),
        (["7.22", "--in", "none.cif"], 1, "there is no such file"),
        ([], 2, "Missing argument"),
    ],
)
def test_bad_values(words, code, told):
    done = run(*words)
    assert done.returncode == code
    assert told in done.stderr
    assert "Traceback" not in done.stderr
