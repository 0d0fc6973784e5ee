"""Filters, records, and the chain of each height."""

import operator

import pytest

from polyqw.core.options import AnalysisOptions
from polyqw.errors import UsageError
from polyqw.services.structures.analyse import analyse_inputs
from polyqw.services.structures.explain import explain_stored, explained_row
from polyqw.services.structures.records import find_structures, show
from tests.conftest import structure_path

SIGNS = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def names(records):
    return {r["name"] for r in records}


@pytest.mark.parametrize("sign", SIGNS)
@pytest.mark.parametrize(("field", "value"), [("tc_kelvin", 93.0), ("n_planes", 2.0), ("space_group_number", 123)])
def test_every_operator_on_numbers(session, sign, field, value):
    every = find_structures(session, "")
    expected = {r["name"] for r in every if r.get(field) is not None and SIGNS[sign](r[field], value)}
    assert names(find_structures(session, f"{field}{sign}{value:g}")) == expected
    assert names(find_structures(session, f" {field} {sign} {value:g} ")) == expected


def test_operators_part_the_structures(session):
    known = [r for r in find_structures(session, "") if r["tc_kelvin"] is not None]
    parts = [find_structures(session, f"tc_kelvin{sign}93") for sign in ("<", "=", ">")]
    assert all(parts)
    assert sum(map(len, parts)) == len(known)


def test_elements(session):
    trilayer = {"hg1223_high_pressure", "hg1223_hunter", "hg1223_o835"}
    others = {"hg1201_o415", "hg1201_o418", "hg1201_o431", "hg1212_hunter"}
    assert names(find_structures(session, "Hg")) == trilayer | others
    assert names(find_structures(session, "Hg,Cu>=3")) == trilayer
    assert "ybco_o690_williams" in names(find_structures(session, "Cu=3,O<7"))
    assert "ybco_o700" not in names(find_structures(session, "Cu=3,O<7"))
    assert all("Cu" not in r["formula"].split()[0] for r in find_structures(session, "Cu=0,Fe>1"))


def test_conditions_are_joined(session):
    found = find_structures(session, "family=cuprate,tc_kelvin>90,Cu>=2")
    assert found
    for r in found:
        assert (r["family"], r["tc_kelvin"] > 90) == ("cuprate", True)
    assert find_structures(session, "family=cuprate,family=iron") == []


def test_order_and_limit(session):
    down = find_structures(session, "family=cuprate", sort="-tc_kelvin")
    tcs = [r["tc_kelvin"] for r in down]
    known = [t for t in tcs if t is not None]
    assert known == sorted(known, reverse=True)
    assert tcs[len(known) :] == [None] * (len(tcs) - len(known)), "records without a Tc come last"
    up = [r["tc_kelvin"] for r in find_structures(session, "family=cuprate", sort="tc_kelvin")]
    assert up[: len(known)] == sorted(known)
    assert find_structures(session, "family=cuprate", sort="-tc_kelvin", limit=3) == down[:3]
    assert find_structures(session, "", limit=0) == []


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("nonsense>3", "'nonsense' is no field"),
        ("tc_kelvin>hot", "tc_kelvin is compared with 'hot', which is not a number"),
        ("tc_kelvin", "tc_kelvin is compared with nothing"),
        ("Cu>many", "is not a number"),
        (">3", "cannot read '>3'"),
        ("family==cuprate; DROP TABLE well", "family is never 'cuprate; DROP TABLE well'"),
    ],
)
def test_expressions_with_mistakes(session, expression, message):
    with pytest.raises(UsageError, match=message):
        find_structures(session, expression)


def test_sort_by_an_unknown_field(session):
    with pytest.raises(UsageError, match="cannot sort by 'hotness'"):
        find_structures(session, "", sort="hotness")


def test_show_by_every_key(session):
    (by_name,) = show(session, "ybco_o690_williams")
    (by_id,) = show(session, str(by_name["id"]))
    (by_source,) = show(session, "COD 1000030")
    (by_file,) = show(session, by_name["file"])
    assert by_name == by_id == by_source == by_file
    (well,) = by_name["wells"]
    assert well["height_angstrom"] == pytest.approx(3.6928, abs=0.0006)
    assert len(well["vertices"]) == well["n_vertices"] == 6
    assert by_name["transitions"][0]["tc_kelvin"] == 93.0
    assert by_name["transitions"][0]["kind"] == "reported"


@pytest.mark.parametrize("key", ["CaKFe4As4", "As4 Ca1 Fe4 K1"])
def test_show_a_compound(session, key):
    (record,) = show(session, key)
    assert record["compound"] == "CaKFe4As4"
    assert [(h["phase"], h["height_angstrom"]) for h in record["published_heights"]] == [
        ("alpha", 2.5617),
        ("beta", 2.9276),
        ("gamma", 3.3874),
    ]
    assert {t["kind"] for t in record["transitions"]} == {"reported", "measured"}, "kinds are never merged"
    assert "model_cakfe4as4" in names(record["structures"])


def explained(name):
    (analysed,) = analyse_inputs([str(structure_path(name))], AnalysisOptions(), explain=True)
    assert analysed.is_done
    return explained_row(analysed, AnalysisOptions())


def test_show_what_is_not_there(session):
    with pytest.raises(UsageError, match="nothing named 'unobtainium'"):
        show(session, "unobtainium")


@pytest.mark.parametrize("name", ["ybco_o690_williams", "rbcafe4as4", "hg1223_o835", "nacl"])
def test_file_and_stored_structure_explain_alike(session, reference_template, name):
    (stored,) = show(session, name)
    (again,) = explain_stored(reference_template, stored["id"], AnalysisOptions())
    row = explained(name)
    assert (again["status"], again["reason"], again["formula"]) == (row["status"], row["reason"], row["formula"])
    assert len(again["wells"]) == len(row["wells"])
    for one, two in zip(again["wells"], row["wells"], strict=True):
        for field in ("kind", "phase", "apices", "multiplicity", "n_faces"):
            assert one[field] == two[field]
        for field in ("height_angstrom", "volume_angstrom3", "height_su_angstrom"):
            assert one[field] == (None if two[field] is None else pytest.approx(two[field], abs=1e-9))
    assert [s["name"] for s in again["steps"]] == [s["name"] for s in row["steps"]]


def test_explanation_accounts_for_the_height():
    row = explained("ybco_o690_williams")
    (well,) = row["wells"]
    elevations = [v["elevation_angstrom"] for v in well["vertices"] if v["role"] == "apex"]
    assert max(elevations) - min(elevations) == pytest.approx(well["height_angstrom"])
    assert row["tolerances"]
    text = " ".join(step["text"] for step in row["steps"])
    assert "3.69" in text
    assert row["steps"][0]["name"] == "cell"


@pytest.mark.parametrize(
    ("name", "step"),
    [("srcu2o3_ladder", "refused_squares"), ("fese_o2", "refused_spacer"), ("ybco_o690_williams", "refused_squares")],
)
def test_refused_candidates_are_told(name, step):
    row = explained(name)
    assert step in {s["name"] for s in row["steps"]}


def test_explain_what_a_name_stands_for(reference_template):
    """A block, a compound as printed, and a formula in any order."""
    (block,) = explain_stored(reference_template, "rbcafe4as4", AnalysisOptions())
    (formula,) = explain_stored(reference_template, "CaRbAs4Fe4", AnalysisOptions())
    assert formula["structure_id"] == block["structure_id"]
    several = explain_stored(reference_template, "YBa2Cu3O7-d", AnalysisOptions())
    assert {row["block"] for row in several} >= {"ybco_o698", "ybco_o700"}


def test_explain_an_unknown_number(reference_template):
    with pytest.raises(UsageError, match="nothing named '99999'"):
        explain_stored(reference_template, 99999, AnalysisOptions())
