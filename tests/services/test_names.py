"""What a user means by a word, and conditions on structures."""

import pytest

from polyqw.core.formula import parent_formula
from polyqw.errors import UsageError
from polyqw.io.formula import parse_formula
from polyqw.services.structures.aliases import aliases
from polyqw.services.structures.conditions import read_condition
from polyqw.services.structures.naming import resolve
from polyqw.services.structures.records import find_structures, show

YTTRIUM = {"ybco_o690_williams", "ybco_o698", "ybco_o700", "ybco_o710"}


def blocks(structures):
    return {s.block for s in structures}


@pytest.mark.parametrize(
    "name", ["YBa2Cu3O7-d", "YBa2Cu3O7-δ", "YBa₂Cu₃O₇", "YBCO", "ybco", "Y-123", "YBa2Cu3Ox", "Cu3Ba2O6.9Y"]
)
def test_one_compound_has_one_identity(session, name):
    (record,) = show(session, name)
    assert record["parent"] == "YBa2Cu3Ox"
    assert {s["name"] for s in record["structures"]} >= YTTRIUM
    assert record["published_heights"]


def test_the_very_composition_comes_first(session):
    assert blocks(resolve(session, "YBa2Cu3O7").structures) == {"ybco_o700"}
    assert blocks(resolve(session, "Cu3Ba2O7Y").structures) == {"ybco_o700"}
    assert blocks(resolve(session, "YBCO").structures) >= YTTRIUM


@pytest.mark.parametrize(
    ("typo", "meant"), [("YBCOO", "YBCO"), ("lafeaso_co", "lafeaso_cod"), ("CaKFe4As5", "CaKFe4As4")]
)
def test_what_is_written_alike_is_named(session, typo, meant):
    with pytest.raises(UsageError, match=meant):
        resolve(session, typo)


def test_every_alias_names_a_parent_as_it_is_written():
    for alias, parents in aliases().items():
        for parent in parents:
            assert parent_formula(parse_formula(parent.replace("Ox", "O"))) == parent, alias


KEYS = ("formula", "name", "family", "tc_kelvin", "h_alpha_angstrom", "source")
FIELDS = {name: name in ("tc_kelvin", "h_alpha_angstrom") for name in KEYS}
RECORDS = [
    dict(zip(KEYS, values, strict=True))
    for values in (
        ("Ba2 Cu3 O7 Y1", "a", "cuprate", 92.0, 3.37, "COD 1"),
        ("As1 Fe1 La1 O1", "b", "iron", None, 2.63, None),
        ("As1 F0.1 Fe1 La1 O0.9", "c", "iron", 26.0, 2.7, "COD 12"),
    )
]


@pytest.mark.parametrize(
    ("expression", "names"),
    [
        ("", "abc"),
        ("family=iron", "bc"),
        ("family=iron AND tc_kelvin>20", "c"),
        ("family=iron,tc_kelvin>20", "c"),
        ("Cu OR F", "ac"),
        ("family=cuprate or family=iron and F", "ac"),
        ("(family=cuprate or family=iron) and F", "c"),
        ("Cu or Fe, F", "c"),
        ("NOT F", "ab"),
        ("NOT (Cu OR F)", "b"),
        ('elements HAS "F"', "c"),
        ('elements HAS ALL "Fe","As"', "bc"),
        ('elements HAS ANY "Cu", "F"', "ac"),
        ('elements HAS ONLY "Fe","As","La","O"', "b"),
        ("tc_kelvin IS KNOWN", "ac"),
        ("tc_kelvin is unknown", "b"),
        ("2.6<h_alpha_angstrom<=2.7", "bc"),
        ("2.7>h_alpha_angstrom>2.6", "b"),
        ("90<tc_kelvin", "a"),
        ("h_alpha_angstrom=2.6..2.7", "bc"),
        ("formula=YBa2Cu3O7", "a"),
        ("formula != 'Cu3 Ba2 Y O7'", "bc"),
        ("source STARTS WITH 'COD 1'", "ac"),
        ("source ENDS '2'", "c"),
        ('source CONTAINS "D 1"', "ac"),
        ("source=COD 12", "c"),
        ("O<1", "c"),
        ("name=a", "a"),
    ],
)
def test_conditions(expression, names):
    holds = read_condition(expression, FIELDS)
    assert "".join(r["name"] for r in RECORDS if holds(r)) == names


@pytest.mark.parametrize(
    ("expression", "says"),
    [
        ("family=irn", "did you mean iron"),
        ("famly=iron", "did you mean family"),
        ("Xx", "no element"),
        (" and ", "AND joins two conditions"),
        ("tc_kelvin", "compared with nothing"),
        ("tc_kelvin>", "the end of"),
        ("tc_kelvin>abc", "not a number"),
        ("Cu>=two", "not a number"),
        ("(Cu", "the end of"),
        ("Cu)", "cannot read"),
        ("Cu>=2 and", "the end of"),
        ('name HAS "a"', "is no list"),
        ('elements HAS "Qq"', "no element"),
        ("3<tc_kelvin>90", "is no range"),
        ("tc_kelvin>>3", "cannot read"),
        ("tc_kelvin=1=2", "cannot read"),
        ("'a'", "cannot read"),
    ],
)
def test_what_cannot_be_meant_is_refused(expression, says):
    with pytest.raises(UsageError, match=says):
        read_condition(expression, FIELDS)


def test_deep_brackets_end():
    with pytest.raises(UsageError):
        read_condition("(" * 50_000, FIELDS)
    assert read_condition("(" * 45 + "Cu" + ")" * 45, FIELDS)(RECORDS[0])


def test_find_in_a_database(session):
    found = find_structures(session, 'family=cuprate AND NOT elements HAS "Hg" AND tc_kelvin>90')
    assert {r["name"] for r in found} >= {"bi2223_pb"}
    assert all("Hg" not in r["formula_written"] for r in found)
