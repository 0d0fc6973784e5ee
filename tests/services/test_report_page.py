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


def turn_on(page, figure):
    """Ask for the view of a figure, and wait until it is drawn."""
    figure.locator("button.turn").click()
    page.wait_for_function(
        "figure => figure.querySelector('.turn').getAttribute('aria-pressed') === 'true'",
        arg=figure.element_handle(), timeout=SLOW,
    )  # fmt: skip
    return figure.locator(".view")


CAMERA = "view => JSON.stringify(view._fullLayout.scene._scene.getCamera().eye)"
TRACES = "view => view.data.map(trace => [trace.name, trace.x.length])"


def test_well_is_drawn_and_turns(opened, reference_template):
    with sqlite3.connect(reference_template) as connection:
        number, n_vertices = connection.execute(
            "SELECT w.id, count(*) FROM well w JOIN well_vertex v ON v.well_id = w.id WHERE kind = 'nonahedron' "
            "GROUP BY w.id LIMIT 1"
        ).fetchone()
    connection.close()
    figure = opened.locator(f"#well-{number}")
    assert figure.locator("svg.well-picture").is_visible()
    view = turn_on(opened, figure)
    assert dict(view.evaluate(TRACES))["vertices"] == n_vertices
    assert not figure.locator("svg.well-picture").is_visible()
    before, camera = image_of(view), view.evaluate(CAMERA)
    assert len(before.crop((100, 60, before.width - 100, before.height - 150)).getcolors(1 << 24)) > 50
    box = view.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    opened.mouse.move(x, y)
    opened.mouse.down()
    opened.mouse.move(x + 120, y + 30, steps=4)
    opened.mouse.up()
    dragged = view.evaluate(CAMERA)
    assert dragged != camera
    assert ImageChops.difference(before, image_of(view)).getbbox()
    view.focus()
    opened.keyboard.press("ArrowLeft")
    opened.wait_for_function(f"camera => ({CAMERA})(document.querySelector('.view')) !== camera", arg=dragged)
    opened.emulate_media(media="print")
    assert figure.locator("svg.well-picture").is_visible()
    assert not view.is_visible()
    opened.emulate_media(media="screen")
    view.focus()
    opened.keyboard.press("Escape")
    assert figure.locator("svg.well-picture").is_visible()
    assert opened.locator(".view").count() == 0


def test_old_views_make_room(opened):
    figures = opened.locator("figure.well")
    first = figures.nth(0)
    for k in range(7):
        turn_on(opened, figures.nth(k))
    assert opened.locator(".view").count() == 6
    assert first.locator("svg.well-picture").is_visible()
    assert first.locator("button.turn").get_attribute("aria-pressed") == "false"


def test_law_tells_names_on_hover(opened, report):
    view = turn_on(opened, opened.locator("#law-figure"))
    opened.locator("#law-figure .view .nsewdrag").scroll_into_view_if_needed()
    point = view.locator(".scatterlayer .points path").first.bounding_box()
    opened.mouse.move(point["x"] + point["width"] / 2, point["y"] + point["height"] / 2)
    told = view.locator(".hoverlayer .hovertext").first
    told.wait_for(timeout=SLOW)
    assert "Ba2CuO4-d" in told.text_content()


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
    table = opened.locator("#structures table")
    column = shown(table)[0].index("")  # a structure without some height
    assert column
    header = opened.locator("#structures th").filter(has_text="h alpha")
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
    beta = opened.locator("#structures th").filter(has_text="h beta")
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
    for control in ("button.turn", "#theme", ".filter"):
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
    view = turn_on(page, page.locator("figure.well").first)
    assert HOSTILE in view.get_attribute("aria-label")
    law = turn_on(page, page.locator("#law-figure"))
    rows = json.loads(page.locator("#law-data").text_content())["families"][0]["rows"]
    k = [row["name"] for row in rows].index(HOSTILE_ROW)
    law.evaluate("(view, k) => Plotly.Fx.hover(view, [{curveNumber: 1, pointNumber: k}])", k)
    told = law.locator(".hoverlayer .hovertext").first
    told.wait_for(timeout=SLOW)
    assert HOSTILE_ROW in told.text_content()
    assert page.locator("a[href^=javascript], a[*|href^=javascript]").count() == 0
    bad.check()


def test_where_nothing_can_be_drawn_the_picture_stays(browser, report):
    old = Opened(browser, report["report.html"])
    old.page.evaluate(UNFOLD)
    old.page.evaluate("delete window.DecompressionStream")
    figure = old.page.locator("figure.well").first
    figure.locator("button.turn").click()
    status = figure.locator("[role=status]")
    old.page.wait_for_function("s => s.textContent.startsWith('This browser')", arg=status.element_handle())
    assert figure.locator("svg.well-picture").is_visible()
    assert old.page.locator(".view").count() == 0
    old.check()
