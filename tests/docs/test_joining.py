"""What the pages for contributors name is there; the draft of the paper says what README and claims say."""

import re

import pytest
from bibtexparser.bparser import BibTexParser
from ruamel.yaml import YAML

from polyqw.services.claims.ledger import TOPICS
from tests.conftest import ROOT

CONTRIBUTING = (ROOT / "docs" / "CONTRIBUTING.md").read_text(encoding="utf-8")
PAPER = (ROOT / "docs" / "paper" / "paper.md").read_text(encoding="utf-8")
PLACES = sorted(set(re.findall(r"`((?:[\w.]+/)*[\w.]+\.(?:py|csv|md|txt|yaml)|(?:[\w.]+/)+)`", CONTRIBUTING)))
FORMS = sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml"))


def one_line(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("place", PLACES)
def test_what_contributing_names_is_there(place):
    known = [ROOT / place, ROOT / "polyqw" / "services" / "systems" / place]
    assert any(path.is_dir() if place.endswith("/") else path.is_file() for path in known)


def test_make_knows_what_contributing_runs():
    targets = re.findall(r"^([\w ]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    known = {word for line in targets for word in line.split()}
    called = set(re.findall(r"^make (\w+)", CONTRIBUTING, re.MULTILINE)) | set(
        re.findall(r"`make (\w+)", CONTRIBUTING)
    )
    assert {"test", "check"} <= called <= known


def test_every_topic_of_the_ledger_is_a_file():
    assert all((ROOT / "polyqw" / "services" / "claims" / f"{topic}.py").is_file() for topic in TOPICS)


@pytest.mark.parametrize("form", FORMS, ids=[form.stem for form in FORMS])
def test_issue_forms_have_what_a_form_needs(form):
    read = YAML(typ="safe", pure=True).load(form)
    if form.stem == "config":
        assert read == {"blank_issues_enabled": True}
        return
    assert {"name", "description", "body"} <= set(read)
    ids = [part["id"] for part in read["body"]]
    assert len(ids) == len(set(ids))
    for part in read["body"]:
        assert part["type"] in {"input", "textarea", "dropdown"}
        assert part["attributes"]["label"]


def test_the_paper_says_what_readme_and_claims_say():
    readme = one_line((ROOT / "README.md").read_text(encoding="utf-8"))
    verdict = re.search(r"On the \d+ iron rows .* alpha well throughout by [\d.]+ K\.", readme)[0]
    assert verdict in one_line(PAPER)
    claims = (ROOT / "docs" / "claims.md").read_text(encoding="utf-8")
    counts = re.search(r"^(\d+) statements: (.*)\.$", claims, re.MULTILINE)
    assert f"Of {counts[1]} statements: {counts[2]} (" in one_line(PAPER)
    assert f"{counts[1]} statements of the papers" in one_line(PAPER)


def test_the_paper_cites_what_its_bibliography_holds():
    parser = BibTexParser(common_strings=True)
    entries = parser.parse((ROOT / "docs" / "paper" / "paper.bib").read_text(encoding="utf-8")).entries_dict
    text = PAPER.split("---", 2)[2]
    assert set(re.findall(r"@(\w+)", text)) == set(entries)
