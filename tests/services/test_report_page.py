"""The report's page in a browser: it fetches nothing, its wells turn, its tables filter and sort, it works without
scripts, in the dark and on paper."""

from __future__ import annotations

import io
import json
import sqlite3
from itertools import pairwise

import pytest
from PIL import Image, ImageChops

from tests.services.written_reports import HOSTILE, HOSTILE_ROW

pytestmark = pytest.mark.xdist_group("report")
"""One process writes the reports that these tests read."""

SLOW = 60_000
"""How long a picture in software may take [ms]."""


class Opened:
    """A page, and what it asked for and complained of since."""

    def __init__(self, browser, path, **settings):
        self.context = browser.new_context(viewport={"width": 800, "height": 600}, **settings)
        self.page = self.context.new_page()
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", lambda m: self.complaints.append(m.text) if m.type == "error" else None)
        self.page.goto(path.as_uri())

    def check(self):
        """Assert that nothing was fetched and nothing went wrong, and close."""
        self.context.close()
        assert [url for url in self.requests if not url.startswith(("file:", "data:", "blob:"))] == []
        assert self.requests[0].startswith("file:")
        assert self.complaints == []


CAMERA = "view => JSON.stringify(view.polyqwView.camera())"
UNFOLD = "document.querySelectorAll('details').forEach((box) => { box.open = true; })"


@pytest.fixture
def opened(browser, report):
    """Give the page with its sections unfolded."""
    page = Opened(browser, report["report.html"], color_scheme="light")
    page.page.evaluate(UNFOLD)
    yield page.page
    page.check()


def image_of(locator) -> Image.Image:
    return Image.open(io.BytesIO(locator.screenshot())).convert("RGB")


def drawn(page, article):
    """Unfold the crystal of a structure, and wait until it is drawn."""
    view = article.locator(".crystal-view")
    view.evaluate("view => { view.closest('details').open = true; view.scrollIntoView(); }")
    view.locator("canvas").wait_for(state="visible", timeout=SLOW)
    return view


def test_crystal_is_drawn_where_it_is_unfolded(opened, reference_template):
    with sqlite3.connect(reference_template) as connection:
        number, n_wells = connection.execute(
            "SELECT structure_id, count(*) FROM well GROUP BY structure_id HAVING count(*) > 2 LIMIT 1"
        ).fetchone()
    connection.close()
    article = opened.locator(f"#structure-{number}")
    assert article.locator("svg.well-picture").count() == n_wells
    view = drawn(opened, article)
    assert view.locator("tbody tr").count() == n_wells
    before, camera = image_of(view.locator(".crystal-stage")), view.evaluate(CAMERA)
    assert len(before.getcolors(1 << 24)) > 200
    view.locator(".crystal-stage").focus()
    opened.keyboard.press("ArrowLeft")
    assert view.evaluate(CAMERA) != camera
    assert ImageChops.difference(before, image_of(view.locator(".crystal-stage"))).getbbox()
    opened.emulate_media(media="print")
    assert article.locator("svg.well-picture").first.is_visible()
    assert not view.is_visible()
    opened.emulate_media(media="screen")


def test_old_views_make_room(browser, report):
    page = Opened(browser, report["report.html"])
    page.page.evaluate("document.querySelector('#structures > details').open = true")
    articles = page.page.locator("article.structure")
    first = drawn(page.page, articles.nth(0))
    for k in range(1, 5):
        drawn(page.page, articles.nth(k))
    assert 0 < page.page.locator(".crystal-stage canvas").count() <= 4
    assert first.locator("canvas").count() == 0
    drawn(page.page, articles.nth(0))
    page.check()


def test_law_tells_names_under_the_pointer(opened):
    image = opened.locator("#law-figure img")
    image.scroll_into_view_if_needed()
    points = json.loads(opened.locator("#law-data").text_content())["points"]
    told = opened.locator("#law-figure .told")
    assert not told.is_visible()
    hover(opened, image, next(p for p in points if p["name"] == "Ba2CuO4-d"))
    assert "Ba2CuO4-d" in told.text_content()
    box = image.bounding_box()
    opened.mouse.move(box["x"] + 3, box["y"] + 3)
    assert not told.is_visible()


def hover(page, image, point):
    """Put the pointer where a point of a figure is drawn: its colour is there."""
    box, pad = image.bounding_box(), image.evaluate("image => parseFloat(getComputedStyle(image).paddingLeft)")
    x = box["x"] + pad + point["place"][0] * (box["width"] - 2 * pad)
    y = box["y"] + pad + point["place"][1] * (box["height"] - 2 * pad)
    pixel = image_of(image).getpixel((round(x - box["x"]), round(y - box["y"])))
    assert max(pixel) - min(pixel) > 60, "no coloured point stands there"
    page.mouse.move(x, y)


def shown(table) -> list[list[str]]:
    return table.evaluate(
        "table => Array.from(table.tBodies[0].rows).filter(row => row.checkVisibility())"
        ".map(row => Array.from(row.cells, cell => cell.textContent))"
    )


def test_sections_unfold_where_they_are_meant(browser, report):
    page = Opened(browser, report["report.html"])
    seen = page.page
    assert seen.locator("#answer figure img").is_visible()
    assert seen.locator("#yours table").is_visible()
    law = seen.locator("#law-figure")
    assert not law.is_visible()
    seen.locator("nav.contents a[href='#law']").click()
    law.wait_for(state="visible")
    seen.locator("#yours td a").first.click()
    seen.locator("article.structure").first.wait_for(state="visible")
    seen.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert seen.locator("details:not([open])").count() == 0
    seen.evaluate("dispatchEvent(new Event('afterprint'))")
    assert seen.locator("details:not([open])").count() > 10
    page.check()


def test_the_front_is_short_and_a_row_is_a_card_on_a_phone(browser, report):
    page = Opened(browser, report["report.html"])
    seen = page.page
    seen.set_viewport_size({"width": 1400, "height": 900})
    assert seen.evaluate("document.documentElement.scrollHeight") <= 12 * 900
    seen.set_viewport_size({"width": 400, "height": 800})
    cell = seen.locator("#yours td[data-label]").nth(1)
    assert seen.locator("#yours thead").is_visible() is False
    assert "name" in cell.evaluate("cell => getComputedStyle(cell, '::before').content")
    page.check()


def test_claims_filter_by_verdict_and_words(opened):
    table = opened.locator("#claims table")
    every = shown(table)
    assert len(every) > 100
    opened.locator("#claims select").select_option("contradiction")
    contradictions = shown(table)
    assert contradictions == [row for row in every if row[0] == "contradiction"]
    assert 0 < len(contradictions) < len(every)
    assert opened.locator("#claims [role=status]").text_content() == f"{len(contradictions)} of {len(every)} rows"
    opened.locator("#summary a[data-verdict=reproduced]").click()
    assert shown(table) == [row for row in every if row[0] == "reproduced"]
    opened.locator("#claims select").select_option("")
    opened.locator("#claims input[type=search]").fill("TC =")
    assert shown(table) == [row for row in every if "tc =" in "".join(row).lower()]
    assert len(shown(table)) < len(every)


def test_headers_sort_by_keyboard(opened):
    table = opened.locator("#structures table[data-long]")
    column = shown(table)[0].index("")  # a structure without some height
    assert column
    header = opened.locator("#structures table[data-long] th").filter(has_text="h alpha")
    k = header.evaluate("cell => cell.cellIndex")
    rows = shown(table)
    header.locator("button").focus()
    opened.keyboard.press("Enter")
    assert header.get_attribute("aria-sort") == "ascending"
    ascending = shown(table)
    assert [row[k] for row in ascending] == sorted((row[k] for row in rows), key=float)
    assert ascending != rows
    opened.keyboard.press("Enter")
    assert header.get_attribute("aria-sort") == "descending"
    assert [row[k] for row in shown(table)] == sorted((row[k] for row in rows), key=float, reverse=True)
    beta = opened.locator("#structures table[data-long] th").filter(has_text="h beta")
    beta.locator("button").click()
    values = [row[k + 1] for row in shown(table)]
    known = [value for value in values if value]
    assert values == sorted(known, key=float) + [""] * (len(values) - len(known)), "empty cells stand last"
    assert 0 < len(known) < len(values)


def test_dark_and_light(opened):
    def paper():
        return opened.evaluate("getComputedStyle(document.body).backgroundColor")

    light = paper()
    assert light == "rgb(255, 255, 255)"
    button = opened.get_by_role("button", name="Show in dark colours")
    button.click()
    dark = paper()
    assert dark != light
    opened.reload()
    assert paper() == dark, "the choice is kept"
    opened.emulate_media(media="print")
    assert paper() == light, "paper is white"
    opened.emulate_media(media="screen")
    opened.get_by_role("button", name="Show in light colours").click()
    assert paper() == light
    opened.emulate_media(color_scheme="dark")
    assert paper() == light, "the choice goes before the system's"
    opened.evaluate("localStorage.clear()")


def test_without_scripts(browser, report):
    still = Opened(browser, report["report.html"], java_script_enabled=False, color_scheme="dark")
    page = still.page
    for name in ("law", "structures", "claims"):
        page.locator(f"#{name} > details > summary").click()
    assert page.locator("figure.well svg.well-picture").first.is_visible()
    assert page.locator("#law-figure img").is_visible()
    for control in ("details.crystal", "#theme", ".filter"):
        assert page.locator(control).filter(visible=True).count() == 0, "a control that does nothing"
    assert page.locator("#claims tbody tr").filter(visible=True).count() > 100
    assert image_of(page.locator("h1")).getpixel((2, 2)) != (255, 255, 255), "dark where the system is"
    still.check()


@pytest.mark.parametrize("width", [400, 1200])
def test_fits_its_window(opened, width):
    opened.set_viewport_size({"width": width, "height": 900})
    assert opened.evaluate("document.documentElement.scrollWidth") <= width


def test_names_for_those_who_do_not_see(opened):
    unnamed = opened.evaluate(
        """() => [
          ...[...document.querySelectorAll('img')].filter(i => !i.alt),
          ...[...document.querySelectorAll('svg[role=img]')].filter(s => !s.querySelector('title').textContent),
          ...[...document.querySelectorAll('button')].filter(b => !(b.ariaLabel || b.textContent.trim())),
          ...[...document.querySelectorAll('input, select')].filter(i => !i.labels.length && !i.ariaLabel),
          ...[...document.querySelectorAll('table')].filter(t => !t.caption || !t.caption.textContent),
          ...[...document.querySelectorAll('th')].filter(t => !t.scope),
          ...[...document.querySelectorAll('a[href^="#"]')].filter(a => !document.querySelector(a.hash)),
        ].map(e => e.outerHTML.slice(0, 200))"""
    )
    assert unnamed == []
    headings = opened.evaluate("[...document.querySelectorAll('h1,h2,h3,h4')].map(h => Number(h.tagName[1]))")
    assert headings[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(headings)), "a level left out"
    opened.keyboard.press("Tab")
    assert opened.evaluate("document.activeElement.className") == "skip"
    assert opened.locator(".skip").bounding_box()["x"] >= 0, "the link stands out of the window"
    for landmark in ("banner", "navigation", "main"):
        assert opened.get_by_role(landmark).count() == 1


def test_hostile_names_stay_names(browser, hostile):
    bad = Opened(browser, hostile["report.html"])
    bad.page.evaluate(UNFOLD)
    page = bad.page
    page.on("dialog", lambda dialog: bad.complaints.append("a dialog opened"))
    assert page.locator("h4", has_text=HOSTILE).count() == 1
    view = drawn(page, page.locator("article.structure", has_text=HOSTILE).first)
    assert HOSTILE in view.locator(".crystal-stage").get_attribute("aria-label")
    assert HOSTILE in view.locator("caption").text_content()
    (point,) = (p for p in json.loads(page.locator("#law-data").text_content())["points"] if p["name"] == HOSTILE_ROW)
    image = page.locator("#law-figure img")
    image.scroll_into_view_if_needed()
    box, pad = image.bounding_box(), image.evaluate("image => parseFloat(getComputedStyle(image).paddingLeft)")
    page.mouse.move(
        box["x"] + pad + point["place"][0] * (box["width"] - 2 * pad),
        box["y"] + pad + point["place"][1] * (box["height"] - 2 * pad),
    )
    assert HOSTILE_ROW in page.locator("#law-figure .told").text_content()
    assert page.locator("a[href^=javascript], a[*|href^=javascript]").count() == 0
    bad.check()


def test_where_nothing_can_be_drawn_the_table_stays(browser, report):
    old = Opened(browser, report["report.html"])
    old.page.evaluate("HTMLCanvasElement.prototype.getContext = () => null")
    old.page.evaluate(UNFOLD)
    article = old.page.locator("article.structure").first
    view = article.locator(".crystal-view")
    view.scroll_into_view_if_needed()
    status = view.locator("[role=status]").element_handle()
    old.page.wait_for_function("s => s.textContent.startsWith('This browser')", arg=status, timeout=SLOW)
    assert "no WebGL" in view.locator("[role=status]").text_content()
    assert view.locator("tbody tr").first.is_visible()
    assert article.locator("svg.well-picture").first.is_visible()
    assert not view.locator(".crystal-stage").is_visible()
    old.check()
