"""The pages of the application in a browser: nothing comes from outside, axe-core finds nothing, all of it works."""

from __future__ import annotations

import re
from base64 import b64encode
from contextlib import contextmanager
from importlib.resources import files
from urllib.parse import urlsplit

import pytest

from tests.conftest import structure_path

pytest.importorskip("axe_playwright_python", reason="needs axe-playwright-python")

pytestmark = pytest.mark.xdist_group("application")

PAGES = (
    "", "search?q=family%3Diron", "search?q=irn", "compound/YBCO", "compound/Hg1223", "structure/1", "structure/26",
    "family/cuprate", "claims", "screen", "law", "cles", "analyse", "nothing",
)  # fmt: skip
AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
FOUND = "async () => (await axe.run()).violations.map(v => v.id + ': ' + v.nodes.map(n => n.html.slice(0, 160)))"
SLOW = 60_000
"""How long a picture in software may take [ms]."""


@contextmanager
def opened(browser, application, width=1400, **settings):
    """Open a page of which every request stays here and nothing complains."""
    context = browser.new_context(viewport={"width": width, "height": 900}, **settings)
    page = context.new_page()
    page.set_default_timeout(SLOW)
    asked, complaints = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("dialog", lambda dialog: complaints.append("a dialog opened"))
    page.on(
        "console",
        lambda m: complaints.append(m.text) if m.type == "error" and "status of 404" not in m.text else None,
    )
    try:
        yield page
    finally:
        context.close()
    own = urlsplit(application).netloc
    assert [url for url in asked if urlsplit(url).netloc not in ("", own)] == []
    assert complaints == []


@pytest.mark.parametrize(("width", "scheme"), [(1400, "light"), (400, "dark")])
def test_pages_are_clean_and_fit(browser, application, width, scheme):
    with opened(browser, application, width, color_scheme=scheme) as page:
        for name in PAGES:
            page.goto(f"{application}{name}")
            assert page.evaluate("document.documentElement.scrollWidth") <= width, name
            page.evaluate(AXE)
            assert page.evaluate(FOUND) == [], name


def drop(page, name, content):
    """Drop a file on the form as a reader does."""
    moved = page.evaluate_handle(
        """([name, data]) => {
            const moved = new DataTransfer();
            const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
            moved.items.add(new File([bytes], name));
            return moved;
        }""",
        [name, b64encode(content).decode()],
    )
    page.dispatch_event("form[data-drop]", "dragover", {"dataTransfer": moved})
    page.dispatch_event("form[data-drop]", "drop", {"dataTransfer": moved})


def test_a_dropped_file_shows_its_wells(browser, application):
    with opened(browser, application) as page:
        page.goto(application)
        drop(page, "mine.cif", structure_path("ybco_o690_williams").read_bytes())
        page.wait_for_url("**/analyse/*")
        assert page.locator("h1").inner_text().startswith("YBa2Cu3O6.91")
        assert page.locator("tr.well td.height").all_inner_texts() == ["3.6928(7)"]
        page.wait_for_selector(".crystal-drawn canvas")
        assert "h = 3.6928(7) Å" in page.locator(".crystal-wells").inner_text()
        page.evaluate(AXE)
        assert page.evaluate(FOUND) == []
        with page.expect_download() as kept:
            page.click("text=CIF with wells")
        assert kept.value.suggested_filename == "ybco_o690_williams.cif"
        page.go_back()
        drop(page, "salt.cif", structure_path("nacl").read_bytes())
        page.wait_for_selector(".why")
        assert "no site is at least half Cu/Fe/Ni" in page.locator(".why").inner_text()


def test_the_law_follows_its_switches(browser, application):
    with opened(browser, application) as page:
        page.goto(f"{application}law")
        numbers = page.locator("#answer dl.numbers")
        before = numbers.inner_text()
        assert "1288.2" in before
        page.get_by_label("YBa2Cu3O7-d, left out").check()
        page.wait_for_function("text => document.querySelector('#answer dl').innerText !== text", arg=before)
        assert re.search(r"rows\s+8", numbers.inner_text())
        assert page.locator("#answer svg.chart .dot.left-out").count() == 6
        assert "none" in page.url
        page.reload()
        assert re.search(r"rows\s+8", numbers.inner_text()), "the address holds the choice"
        page.goto(f"{application}cles")
        before = numbers.inner_text()
        page.locator("input[name=j]").fill("0.12")
        page.wait_for_function("text => document.querySelector('#answer dl').innerText !== text", arg=before)
        assert page.locator("output[for=s-j]").inner_text() == "0.12"


def test_names_are_completed_and_found(browser, application):
    with opened(browser, application) as page:
        page.goto(application)
        page.locator("header input").press_sequentially("hg12")
        page.wait_for_selector("#names option", state="attached")
        assert "Hg1223" in page.locator("#names option").evaluate_all("all => all.map(o => o.value)")
        page.locator("header input").fill("Hg1223")
        page.keyboard.press("Enter")
        page.wait_for_url("**/compound/*")
        assert page.locator("h1 sub").count() > 2
        page.get_by_role("button", name="Show in dark colours").click()
        page.reload()
        assert page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_all_of_it_works_without_scripts(browser, application):
    with opened(browser, application, java_script_enabled=False) as page:
        page.goto(f"{application}analyse")
        page.set_input_files("form[data-drop] input[type=file]", structure_path("lafeaso_cod"))
        page.get_by_role("button", name="Find the wells").click()
        page.wait_for_url("**/analyse/*")
        assert page.locator("tr.well").count() > 0
        assert page.locator(".crystal-view svg").is_visible()
        page.goto(f"{application}law")
        page.get_by_label("YBa2Cu3O7-d, left out").check()
        page.get_by_role("button", name="Fit").click()
        assert re.search(r"rows\s+8", page.locator("#answer dl").inner_text())
