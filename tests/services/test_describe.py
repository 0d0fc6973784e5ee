"""Descriptions say what `wells` says, in English, and strangers' text stays text."""

import re

import pytest

from polyqw.core.options import AnalysisOptions, OccupancyPolicy
from polyqw.core.wells import Family, Phase, Status
from polyqw.db.look.find import find_structures
from polyqw.errors import UsageError
from polyqw.services.describe.describe import describe_analysed, describe_stored
from polyqw.services.describe.wording import count, formula_words, joined, layer_formula, sentence, with_article
from polyqw.services.law.predict import fitted_lambda, predict_height
from polyqw.services.place.database import printed_tables, writing
from polyqw.services.structures.analyse import analyse_inputs, analysed_row
from polyqw.services.structures.naming import is_file
from tests.conftest import ROOT, STRUCTURES, structure_path
from tests.io.cif_texts import bent

OPTIONS = AnalysisOptions()


@pytest.fixture(scope="module")
def printed():
    with printed_tables() as session:
        yield session


def describe_files(names, options, printed):
    for analysed in analyse_inputs(names, options, explain=True):
        yield describe_analysed(analysed, options, printed)


@pytest.fixture(scope="module")
def everything(printed):
    """All reference and test structures: the fields of `wells --json` and the description."""
    names = [str(ROOT / "cifs"), *sorted(map(str, STRUCTURES.glob("*.cif")))]
    rows = [analysed_row(a) for a in analyse_inputs(names, OPTIONS)]
    return list(zip(rows, describe_files(names, OPTIONS, printed), strict=True))


def describe(printed, name, options=OPTIONS):
    (described,) = describe_files([str(structure_path(name))], options, printed)
    return described


def test_every_number_of_a_well_is_that_of_wells(everything):
    n_wells = 0
    for row, described in everything:
        text = described.sections["wells"]
        found = re.findall(r"There (?:is|are) .*? per cell with h = ([\d.]+)(?: ± ([\d.]+))? Å", text)
        assert [h for h, _ in found] == [f"{w['height_angstrom']:.4f}" for w in row["wells"]]
        expected = ["" if w["height_su_angstrom"] is None else f"{w['height_su_angstrom']:.4f}" for w in row["wells"]]
        assert [su for _, su in found] == expected
        assert re.findall(r"and ([\d.]+) Å³", text) == [f"{w['volume_angstrom3']:.2f}" for w in row["wells"]]
        n_wells += len(found)
    assert n_wells > 100


def test_the_law_is_that_of_predict(everything, printed):
    n_rows = 0
    for row, described in everything:
        own = [w for w in row["wells"] if w["phase"] != Phase.MU]
        if not own:
            assert "law" not in described.sections or "λ" not in described.sections["law"]
            continue
        lam = fitted_lambda(printed, Family(row["family"]))
        for well in own:
            tc, low, high = predict_height(well["height_angstrom"], lam, well["height_su_angstrom"])
            told = f"{tc:.1f} K for the {well['phase']} height of {well['height_angstrom']:.4f} Å (95 % interval "
            assert f"{told}{low:.0f} to {high:.0f} K)" in described.sections["law"]
            n_rows += 1
        assert described.sections["law"].startswith("If Tc = λ/h² held")
    assert n_rows > 70


def test_it_reads_as_english(everything):
    for _, described in everything:
        # remarks and provenance quote files
        text = " ".join(part for name, part in described.sections.items() if name not in ("identity", "remarks"))
        assert described.title
        assert not re.search(
            r"\bNone\b|\bnan\b|  |\.\.| [.,;]|\(\)|\bone (?:planes|octahedra|nonahedra|sites)\b", text
        ), text
        assert not re.search(
            r"\b(?:two|three|four|eight) s\b|\b[Aa] (?=[aeio][a-z])|\b[Aa]n (?=[bcdfgnstwxz])", text
        ), text
        assert not re.search(r"\b(?:two|three|four|six|eight) (?:plane|octahedron|nonahedron|face|vertex)\b", text), (
            text
        )
        for part in described.sections.values():
            assert part[-1] == "."
            assert part[0].upper() == part[0]
        ours = " ".join(text for name, text in described.sections.items() if name != "identity")
        sentences = re.split(r"(?<=\.) (?=[A-Z])", ours)
        assert len(sentences) == len(set(sentences)), ours


def test_a_cuprate_with_disorder(printed):
    described = describe(printed, "ybco_o690_williams")
    text = described.text
    for part in (
        "YBa2Cu3O6.91 is a cuprate in space group Pmmm (No. 47)",
        "The structure was measured (x-ray + neutron (joint); COD 1000030;",
        "two CuO2 planes per cell",
        "3.388 Å apart, with Y alone between them",
        "8.296 Å apart, with BaO, CuO0.91 and BaO layers between them",
        "between Ba and Y apices",
        "a flat rectangle of 3.820 by 3.885 Å",
        "The file states Tc = 93 K (reported, Table I).",
        "In the row of YBa2Cu3O7-d the papers print 3.6720 Å for alpha, 0.021 Å below this one.",
        "shared or partly empty: O1 (O 0.91); every occupancy was used as it is",
    ):
        assert part in text, part
    assert "Its heights are not measured ones" not in text


def test_what_is_unusual_is_told(printed):
    told = {
        "model_k08feyse2": "Its heights are not measured ones",
        "fese_o2": "Beta is undefined",
        "fetese_split": "positions spread over 0.240 Å",
        "rbcafe4as4": "folded by up to",
        "nife2o4": "Formula: the file declares",
        "la18sr02cacu2o6": "partly empty",
    }
    for name, part in told.items():
        assert part in describe(printed, name).text, name
    assert (
        "lies outside the 2.5617 to 2.8406 Å that the papers print for iron compounds."
        in describe(printed, "fese_o2").text
    )


def test_a_structure_without_wells_says_why(printed):
    described = describe(printed, "srtio3")
    assert described.status is Status.NO_WELL
    assert "planes" not in described.sections
    assert described.sections["wells"].startswith("It has no well: no site is at least half Cu/Fe/Ni.")
    refused = describe(printed, "bak122_x030", AnalysisOptions(occupancy=OccupancyPolicy.ORDERED))
    assert refused.reason == "disordered"
    assert "It was rejected" in refused.text


def test_what_cannot_be_read_is_told_too(printed, tmp_path):
    path = tmp_path / "bad.cif"
    path.write_text("no cif at all")
    (described,) = describe_files([str(path)], OPTIONS, printed)
    assert (described.status, described.reason) == (Status.REJECTED, "not_cif")
    assert described.sections.keys() == {"wells"}
    assert str(path) not in described.text
    assert str(path) in described.complaint


def test_hostile_text_stays_on_one_line_without_commands(printed, tmp_path):
    text = structure_path("ybco_o690_williams").read_text()
    evil = "\x1b[2J<script>alert(1)</script>\u202e\x07`rm`"
    text = text.replace("data_ybco_o690_williams", "data_\x1b[31m<b>x</b>").replace("COD 1000030", evil)
    text = text.replace("  O1   O ", "  O1<i>\x9b31m   O ").replace("P m m m", "P m m m\x1b[0m")
    path = tmp_path / "evil.cif"
    path.write_text(text, encoding="utf-8")
    for described in describe_files([str(path)], OPTIONS, printed):
        everything = described.title + described.text + described.complaint
        assert not re.search("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", everything)
        assert described.status in (Status.OK, Status.REJECTED)


def test_a_stored_structure_says_the_same_as_its_file(session, printed):
    (stored,) = describe_stored(session, "lafeaso_cod", OPTIONS)
    (read,) = describe_files([str(structure_path("lafeaso_cod"))], OPTIONS, printed)
    assert stored.structure_id is not None
    for section in ("identity", "planes", "wells", "remarks"):
        assert stored.sections[section] == read.sections[section]
    assert "For this compound the database holds Tc = 41 K (reported" in stored.sections["law"]
    several = describe_stored(session, "YBa2Cu3O7-d", OPTIONS)
    assert len(several) > 1
    with pytest.raises(UsageError, match="nothing named"):
        describe_stored(session, "nosuch", OPTIONS)


def test_a_replaced_structure_says_so(reference_copy):
    with writing(str(reference_copy)) as session:
        (old,), (new,) = find_structures(session, "lafeaso_cod"), find_structures(session, "lafeaso_f005")
        old.superseded_by = new.id
        session.flush()
        (described,) = describe_stored(session, str(old.id), OPTIONS)
    told = f"Structure {new.id}, read of a later version of the file, replaced it."
    assert described.sections["remarks"].startswith(told)


def test_what_is_a_file(tmp_path):
    (tmp_path / "plain").write_text("")
    assert is_file(str(tmp_path / "plain"))
    assert is_file("nosuch.cif")
    assert is_file("-")
    assert is_file("*.cif")
    assert not is_file("COD 1000030")
    assert not is_file("HgBa2Ca2Cu3O8+d")


def test_words():
    assert [count(n, "plane") for n in (0, 1, 2, 13)] == ["no planes", "one plane", "two planes", "13 planes"]
    assert [with_article(w) for w in ("cuprate", "iron-based compound", "octahedron")] == [
        "a cuprate", "an iron-based compound", "an octahedron",
    ]  # fmt: skip
    assert [joined(w) for w in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == ["", "a", "a and b", "a, b and c"]
    assert sentence("it is so") == "It is so."
    assert formula_words("Ba2 Cu3 O6.91 Y1") == "YBa2Cu3O6.91"
    assert formula_words("<b>\x1b[1m") == "<b> [1m"
    assert layer_formula({"O": 1.0, "Bi": 0.8, "Pb": 0.2}) == "Bi0.8Pb0.2O"


def test_a_network_in_three_dimensions(printed, tmp_path):
    path = tmp_path / "network.cif"
    path.write_bytes(bent(("Ti1 Ti", "Ni1 Ni"), ("'O3 Sr Ti'", "'O3 Sr Ni'")))
    (described,) = describe_files([str(path)], OPTIONS, printed)
    assert "The Ni sites form square nets that cross each other." in described.sections["planes"]
    assert "per cell" not in described.sections["planes"]
    assert "three-dimensional network" in described.sections["remarks"]
    assert "How the structure was obtained is not stated." in described.sections["identity"]
    assert "lies outside the 3.1511 to 3.8241 Å" in described.sections["law"]
    assert "That λ is of cuprates" in described.sections["law"]
