"""The site holds every page, its links and their anchors lead somewhere, and newcomers find their questions."""

import re

import pytest

from docs.manual.sessions import session_pages
from docs.site.sources import WELLS, first_page, gather, page, wells_page
from tests.conftest import ROOT

QUESTIONS = (ROOT / "docs" / "questions.md").read_text(encoding="utf-8")
ANCHOR = re.compile(r"\]\(([^)\s:#]*)#([^)\s]+)\)")


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    """Gather what Sphinx would build from."""
    folder = tmp_path_factory.mktemp("site") / "source"
    gather(folder)
    return folder


def without_code(text: str) -> str:
    return re.sub(r"```.*?```", "", text, flags=re.DOTALL)


def test_the_contents_hold_every_page(source):
    contents = "\n".join(re.findall(r"```\{toctree\}(.*?)```", first_page(), re.DOTALL))
    pages = {path.relative_to(source).with_suffix("").as_posix() for path in source.rglob("*") if is_page(path)}
    assert {line for line in contents.splitlines() if line and not line.startswith(":")} == pages - {"index"}


def is_page(path):
    return path.suffix in {".md", ".rst"}


def test_links_of_the_gathered_pages_lead_somewhere(source):
    for path in source.rglob("*.md"):
        for place in re.findall(r"\]\(([^)#\s]+)[^)]*\)", without_code(path.read_text(encoding="utf-8"))):
            assert "://" in place or (path.parent / place).exists(), f"{path.relative_to(source)}: {place}"


def anchors(text: str) -> set[str]:
    """Return the anchors of headings, as GitHub and MyST make them."""
    titles = re.findall(r"^#+ (.*)$", without_code(text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("path", session_pages(ROOT), ids=lambda path: path.name)
def test_anchors_are_headings(path):
    text = path.read_text(encoding="utf-8")
    for place, anchor in ANCHOR.findall(without_code(text)):
        target = (path.parent / place).read_text(encoding="utf-8") if place else text
        assert anchor in anchors(target), f"{place}#{anchor}"


def test_the_first_page_has_pictures_papers_and_the_questions():
    first = first_page()
    assert re.findall(r"!\[[^\]]*\]\(([^)]*)\)", first) == ["docs/wells.png", "docs/answer.png"]
    assert "10.21203/rs.3.rs-5318528/v1" in first
    assert "(docs/questions.md)" in first
    questions = re.findall(r"^## (.*\?)$", QUESTIONS, re.MULTILINE)
    assert len(questions) == 10
    for answer in re.split(r"^## .*$", QUESTIONS, flags=re.MULTILINE)[1:]:
        assert re.search(r"\]\([^)]+\)", answer), "each answer leads on"


def test_a_front_matter_becomes_a_title():
    text = "---\ntitle: 'A title'\ntags: [a]\n---\n\n# Summary\n\n```csv file=t.csv\na\n```\n"
    assert page(text) == "# A title\n\n## Summary\n\n```text\na\n```\n"


def test_citations_become_numbers_and_a_list():
    entries = "@misc{b, author = {B, C}, title = {On {X}}, year = {2024}, doi = {10.1/x}}\n@misc{bc, author = {D}}\n"
    assert page("Said [@bc; @b].\n", entries) == (
        "Said [2; 1].\n\n1. B, C, On X, 2024. [10.1/x](https://doi.org/10.1/x)\n1. D"
    )


@pytest.mark.parametrize("name", WELLS)
def test_drawn_structures_travel_along(name):
    assert (ROOT / "cifs" / f"{name}.cif").is_file()
    assert f"_static/wells/{name}.png" in wells_page()
