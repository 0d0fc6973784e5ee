"""The page of a crystal in a browser: wells switch, the eye moves, keys work, nothing is fetched."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image, ImageChops

from polyqw.core.options import AnalysisOptions
from polyqw.services.structures.python_input import analyse_given
from polyqw.services.viewer.page import Crystal, view_page
from polyqw.services.viewer.view import make_view
from tests.conftest import structure_path

SLOW = 60_000
"""How long a picture in software may take [ms]."""

SMALL = {"width": 640, "height": 480}
HOSTILE = "</script><img src=x onerror=alert(1)>"
CAMERA = "view => view.polyqwView.camera()"


@pytest.fixture(scope="module")
def page_file(tmp_path_factory):
    """Write a page of one crystal under a hostile name."""
    found = analyse_given(structure_path("lafeaso_cod"), AnalysisOptions())
    view = make_view(found.record.cell, found.analysis.wells, HOSTILE)
    path = tmp_path_factory.mktemp("view") / "x.html"
    path.write_text(view_page([Crystal(view, "LaFeAsO")]), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def opened(browser, page_file):
    """Open the page once for all tests; at the end, say what it asked for and complained of."""
    context = browser.new_context(viewport=SMALL, color_scheme="light", accept_downloads=True)
    page = context.new_page()
    requests, complaints = [], []
    page.on("request", lambda request: requests.append(request.url))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda m: complaints.append(m.text) if m.type in ("error", "warning") else None)
    page.on("dialog", lambda dialog: complaints.append("a dialog opened"))
    page.goto(page_file.as_uri())
    page.locator(".crystal-stage canvas").wait_for(state="visible", timeout=SLOW)
    yield page
    context.close()
    assert [url for url in requests if not url.startswith(("file:", "data:", "blob:"))] == []
    assert [text for text in complaints if "GPU stall" not in text and "GL Driver" not in text] == []


@pytest.fixture
def view(opened):
    """Give the view as it is at first."""
    opened.locator(".crystal-stage").focus()
    opened.keyboard.press("r")
    return opened.locator(".crystal-view")


def picture(view):
    """Return what is drawn, without the border."""
    shown = Image.open(io.BytesIO(view.locator(".crystal-stage").screenshot())).convert("RGB")
    return shown.crop((6, 6, shown.width - 6, shown.height - 6))


def reds(image):
    """Count the red pixels."""
    red, green, blue = np.moveaxis(np.asarray(image, dtype=int), 2, 0)
    return int(((red > 120) & (red - green > 60) & (red - blue > 60)).sum())


def test_a_well_is_switched_off_and_on(opened, view):
    box = view.get_by_label("alpha nonahedron")
    assert box.is_checked()
    before = picture(view)
    box.click()
    assert view.evaluate("view => view.polyqwView.shownWells()") == [1]
    without = picture(view)
    assert ImageChops.difference(before, without).getbbox()
    assert reds(without) < reds(before)
    assert view.locator("[role=status]").text_content() == "alpha nonahedron hidden"
    box.click()
    assert not ImageChops.difference(before, picture(view)).getbbox()


def test_keys_turn_zoom_and_switch(opened, view):
    stage = view.locator(".crystal-stage")
    stage.focus()
    home = view.evaluate(CAMERA)
    opened.keyboard.press("ArrowLeft")
    turned = view.evaluate(CAMERA)
    assert turned[:4] == home[:4]
    assert turned[4:] != home[4:]
    opened.keyboard.press("ArrowRight")
    assert view.evaluate(CAMERA) == pytest.approx(home, abs=1e-6)
    opened.keyboard.press("+")
    assert view.evaluate(CAMERA)[3] > home[3]
    opened.keyboard.press("-")
    assert view.evaluate(CAMERA) == pytest.approx(home, abs=1e-6)
    opened.keyboard.press("2")
    assert view.evaluate("view => view.polyqwView.shownWells()") == [0]
    opened.keyboard.press("2")
    assert view.evaluate("view => view.polyqwView.shownWells()") == [0, 1]
    assert stage.evaluate("stage => getComputedStyle(stage).outlineStyle") == "solid", "the focus cannot be seen"


def test_views_along_the_axes(opened, view):
    home = view.evaluate(CAMERA)
    seen = {}
    for axis in "abc":
        view.get_by_role("button", name=f"Look along {axis}").click()
        seen[axis] = view.evaluate(CAMERA)[4:]
        assert view.locator("button[aria-pressed=true]").all_text_contents() == [axis]
    assert seen["c"] == pytest.approx([0, 0, 0, 1], abs=1e-6), "c points at the eye, b up"
    assert len({tuple(q) for q in seen.values()}) == 3
    view.locator(".crystal-stage").focus()
    opened.keyboard.press("b")
    assert view.evaluate(CAMERA)[4:] == pytest.approx(seen["b"], abs=1e-6)
    view.get_by_role("button", name="Reset the view").click()
    assert view.evaluate(CAMERA) == pytest.approx(home, abs=1e-6)


@pytest.mark.parametrize("name", ["bonds", "cell", "layers", "names of atoms", "space-filling", "perspective"])
def test_each_choice_changes_the_picture(opened, view, name):
    box = view.get_by_label(name, exact=True)
    before = picture(view)
    box.click()
    changed = picture(view)
    box.click()
    assert ImageChops.difference(before, changed).getbbox()
    assert not ImageChops.difference(before, picture(view)).getbbox(), "it does not come back"


def test_picture_is_saved(opened, view, tmp_path):
    with opened.expect_download(timeout=SLOW) as download:
        view.get_by_role("button", name="Save the picture as PNG").click()
    assert download.value.suggested_filename.endswith(".png")
    download.value.save_as(tmp_path / "x.png")
    saved = Image.open(tmp_path / "x.png").convert("RGB")
    assert len(saved.getcolors(1 << 24)) > 200


def test_the_wells_stand_in_a_table_too(opened, view):
    rows = view.locator("tbody tr")
    assert [" ".join(text.split()) for text in rows.locator("td:nth-child(2)").all_text_contents()] == [
        "h = 2.643(3) Å", "h = 3.1333(4) Å", "h = 1.812(2) Å",
    ]  # fmt: skip
    assert HOSTILE in view.locator("caption").text_content()
    assert opened.locator("img").count() == 0


def test_colours_follow_the_theme_and_the_width(opened, view):
    light = picture(view).getpixel((5, 5))
    opened.emulate_media(color_scheme="dark")
    dark = picture(view).getpixel((5, 5))
    assert sum(light) > 700
    assert sum(dark) < 200
    opened.emulate_media(color_scheme="light")
    opened.set_viewport_size({"width": 400, "height": 700})
    assert opened.evaluate("document.documentElement.scrollWidth") <= 400
    opened.set_viewport_size(SMALL)


def test_axe_finds_nothing(opened, view):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="needs axe-playwright-python")
    source = axe.Axe().axe_script  # the policy of the page runs no script but its own
    client = opened.context.new_cdp_session(opened)
    client.send("Page.setBypassCSP", {"enabled": True})
    opened.evaluate(source)
    for scheme in ("light", "dark"):
        opened.emulate_media(color_scheme=scheme)
        found = opened.evaluate("axe.run()")
        assert [(v["id"], v["nodes"][0]["html"][:200]) for v in found["violations"]] == []
    opened.emulate_media(color_scheme="light")


def test_without_scripts_the_picture_and_the_heights_stand_there(browser, page_file):
    context = browser.new_context(viewport=SMALL, java_script_enabled=False)
    page = context.new_page()
    page.goto(page_file.as_uri())
    assert page.locator("svg.well-picture").is_visible()
    assert "alpha nonahedron: h = 2.643(3) Å" in page.locator("main").inner_text()
    context.close()
