"""Citations: what is cited, and BibTeX that reads back as it was."""

import json
import re

import bibtexparser
import pytest
from bibtexparser.bparser import BibTexParser
from hypothesis import given
from hypothesis import strategies as st

from polyqw.errors import UsageError
from polyqw.services.cite.bibtex import bibtex, escape
from polyqw.services.cite.csl import csl_items
from polyqw.services.cite.entry import Citation, Name, make_citation, parse_authors
from polyqw.services.cite.plain import plain_text
from polyqw.services.cite.sources import cite_program, cite_read, cite_stored, distinct
from polyqw.services.structures.analyse import read_inputs
from polyqw.version import __version__
from tests.conftest import ROOT, structure_path
from tests.hostile_cifs import CIF

UNESCAPED = {
    r"\textbackslash{}": "\\",
    r"\textbraceleft{}": "{",
    r"\textbraceright{}": "}",
    r"\textasciitilde{}": "~",
    r"\textasciicircum{}": "^",
    **{rf"\{c}": c for c in "$&#_%"},
}


def unescape(text):
    return re.sub("|".join(map(re.escape, UNESCAPED)), lambda m: UNESCAPED[m[0]], text)


def parse(text):
    entries = bibtexparser.loads(text, BibTexParser(ignore_nonstandard_types=True, common_strings=True)).entries
    assert text.count("@") >= len(entries)
    return {entry["ID"]: entry for entry in entries}


def test_the_program_its_libraries_and_the_papers(session):
    found = cite_program(session)
    entries = parse(bibtex(found))
    assert len(entries) == len(found)
    assert entries["polyqw"]["note"] == f"Version {__version__}"
    assert {f"papers-00{n}" for n in range(5)} <= entries.keys()
    assert entries["Ong2013"]["doi"] == "10.1016/j.commatsci.2012.10.028"
    assert entries["Ong2013"]["pages"] == "314--319"
    assert entries["Ong2013"]["author"].startswith("Ong, Shyue Ping and Richards, William Davidson and ")
    assert entries["polyqw"]["author"] == "{The polyqw developers}"
    assert {"Hjorth-Larsen2017", "Togo2024", "Wojdyr2022", "Harris2020", "Virtanen2020"} <= entries.keys()
    assert entries["papers-001"]["doi"] == "10.21203/rs.3.rs-5318528/v1"
    for citation in found:
        entry = entries[citation.key]
        for name in ("title", "journal", "volume", "year"):
            told = getattr(citation, name)
            assert unescape(entry.get(name, "")).strip("{}") == (told or "").strip("{}"), citation.key


def test_every_structure_and_compound_can_be_cited(session):
    from polyqw.db.models import Compound  # noqa: PLC0415
    from polyqw.services.structures.stored import current_structures  # noqa: PLC0415

    structures = current_structures(session)
    compounds = list(session.scalars(Compound.__table__.select().with_only_columns(Compound.name)))
    keys = [*(str(s.id) for s in structures), *compounds]
    found = distinct(citation for key in keys for citation in cite_stored(session, key))
    text = bibtex(found)
    entries = parse(text)
    assert len(entries) == len(found) > 60
    assert {s.doi for s in structures if s.doi} <= {entry.get("doi") for entry in entries.values()}
    assert len({entry["doi"] for entry in entries.values() if "doi" in entry}) == sum(
        "doi" in entry for entry in entries.values()
    )
    json.dumps(csl_items(found), allow_nan=False)
    assert all("\n" not in plain_text(c) for c in found)


def test_a_structure_cites_its_determination_and_its_tc(session):
    found = distinct([*cite_stored(session, "lafeaso_cod"), *cite_stored(session, "LaFeAsO")])
    determination, *rest = found
    assert determination == Citation(
        key="structure-lafeaso-cod",
        role="structure lafeaso_cod, measured",
        is_article=True,
        authors=(Name("Kamihara"), Name("others")),
        year="2008",
        journal="J. Am. Chem. Soc.",
        volume="130",
        pages="3296",
        doi="10.1021/ja800073m",
        note="COD 4107570",
    )
    papers = next(c for c in rest if c.key == "papers-002")
    assert {"Tc of LaFeAsO", "printed heights of LaFeAsO"} <= set(papers.role.split("; "))
    (item,) = (i for i in csl_items(found) if i["id"] == "structure-lafeaso-cod")
    assert item["type"] == "article-journal"
    assert (item["issued"], item["page"]) == ({"date-parts": [[2008]]}, "3296")
    assert item["author"] == [{"literal": "Kamihara"}, {"literal": "et al."}]
    assert "Kamihara et al. J. Am. Chem. Soc. 130, 3296 (2008)." in plain_text(determination)
    with pytest.raises(UsageError, match="nothing named 'nosuch'"):
        cite_stored(session, "nosuch")


def test_files_cite_what_they_say():
    found = cite_read(read_inputs([str(structure_path("tl1212")), "nosuch.cif"]))
    assert found[0].note == "ICSD collection code 67128"
    assert found[1].doi == "10.1016/0921-4534(90)90103-L"


ARTICLE = """
_journal_name_full 'Physica C'
_journal_volume 168
_journal_page_first 501
_journal_page_last 510
_journal_year 1990
_publ_section_title 'A thallium cuprate'
loop_
_publ_author_name
'Michel, C.'
'Raveau, B.'
"""


def test_a_file_with_the_fields_of_an_article_is_cited_by_them(tmp_path):
    path = tmp_path / "article.cif"
    path.write_text(CIF + ARTICLE)
    (found,) = cite_read(read_inputs([str(path)]))
    assert plain_text(found).endswith("C. Michel, B. Raveau. A thallium cuprate. Physica C 168, 501-510 (1990).")
    (read,) = read_inputs([str(path)])
    assert read.record.provenance.citation == "Michel, C. et al., Physica C 168, 501 (1990)"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Wu, M. K. et al.", [("Wu", "M. K."), ("others", None)]),
        (
            "Kamihara, Y., Watanabe, T., Hirano, M. & Hosono, H.",
            [("Kamihara", "Y."), ("Watanabe", "T."), ("Hirano", "M."), ("Hosono", "H.")],
        ),
        ("Xiuqing Huang", [("Xiuqing Huang", None)]),
        ("Huang, X.", [("Huang", "X.")]),
        ("The polyqw developers", [("The polyqw developers", None)]),
    ],
)
def test_authors(text, names):
    assert [(n.family, n.given) for n in parse_authors(text)] == names


def test_a_citation_that_cannot_be_taken_apart_is_kept_whole():
    kept = make_citation("x", "r", citation="Handbook, 3rd ed., ch. 7", doi="not a doi {}", note="n")
    assert (kept.is_article, kept.doi) == (False, None)
    assert kept.note == "Handbook, 3rd ed., ch. 7; n; doi not a doi {}"
    whole = make_citation("x", "r", citation="Phys. Rev. B 37, 7960-7965 (1988)")
    assert (whole.journal, whole.volume, whole.pages, whole.year) == ("Phys. Rev. B", "37", "7960-7965", "1988")


HOSTILE = st.text(st.sampled_from('{}\\"@#$%&_~^,=é½λ <>\n\x1b\u202eab 1'), max_size=30)


@given(HOSTILE, HOSTILE, HOSTILE, HOSTILE)
def test_hostile_text_reads_back(title, authors, citation, doi):
    made = make_citation(
        "k@{},", "role\x1b\n}{", title=title, authors=authors, citation=citation, doi=doi, note="end"
    )
    other = make_citation("other", "r", title="kept")
    text = bibtex([made, other])
    entries = parse(text)
    assert entries.keys() == {"k", "other"}
    entry = entries["k"]
    depth = 0
    for c in text:
        depth += (c == "{") - (c == "}")
        assert depth >= 0
    assert depth == 0
    assert not re.search("[\x00-\x09\x0b-\x1f\u202a-\u202e]", text)
    assert unescape(entry["note"]) == made.note
    for name in ("author", "title", "journal", "note", "keywords"):
        assert not re.search(r"(?<!\\)[&%$#_]", entry.get(name, "")), "LaTeX would take it for a command"
    assert unescape(entry["keywords"]) == "role }{"
    if made.title:
        assert entry["title"] in (f"{{{escape(made.title)}}}", escape(made.title))
        assert " ".join(unescape(entry["title"].removeprefix("{").removesuffix("}")).split()) in (
            made.title, f"{{{made.title}}}", made.title.strip("{}"),
        )  # fmt: skip


def test_the_citation_file_is_that_of_this_version():
    text = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert re.search(r"^version: (\S+)$", text, re.MULTILINE)[1] == __version__
