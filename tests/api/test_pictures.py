"""What a notebook shows: figures, and crystals that turn, with the vertices that the database holds."""

import json
import sqlite3
import sys
from contextlib import closing

import pytest

import polyqw
from polyqw.api.pictures import widget_script, widget_style
from polyqw.errors import UsageError
from tests.conftest import structure_path

DRAWN = 60_000


@pytest.fixture(scope="module")
def stored(reference_template):
    return polyqw.open_database(reference_template).structure("lafeaso_cod")


@pytest.fixture(params=["widget", "figure"])
def view(request, stored, monkeypatch):
    """The view of a stored structure, with anywidget and without it."""
    if request.param == "widget":
        pytest.importorskip("anywidget")
        return stored.view()
    monkeypatch.setattr("polyqw.api.pictures._widget_kind", _missing)
    return stored.view()


def _missing():
    raise ModuleNotFoundError("anywidget")


def test_a_view_shows_the_vertices_that_the_database_holds(view, reference_template):
    sql = """
        SELECT w.id, v.element, v.cart_x_angstrom, v.cart_y_angstrom, v.cart_z_angstrom
        FROM well_vertex v JOIN well w ON w.id = v.well_id JOIN structure s ON s.id = w.structure_id
        WHERE s.block = 'lafeaso_cod' ORDER BY w.id, v.vertex_index
    """
    with closing(sqlite3.connect(reference_template)) as connection:
        rows = connection.execute(sql).fetchall()
    held = [[row[1:] for row in rows if row[0] == key] for key in dict.fromkeys(row[0] for row in rows)]
    assert len(view.row["wells"]) == len(held) == 3
    for shown, wanted in zip(view.row["wells"], held, strict=True):
        assert shown["vertex_elements"] == [row[0] for row in wanted]
        for corner, row in zip(shown["vertices"], wanted, strict=True):
            assert corner == pytest.approx(row[1:], abs=6e-5)


def test_a_figure_shows_and_saves_itself(stored, tmp_path):
    figure = stored.plot()
    assert repr(figure) == "<Picture of the wells of LaFeAsO>"
    svg = figure._repr_svg_()
    assert "<svg" in svg
    assert len(svg) > 5000
    for name in ("wells.svg", "wells.png", "wells.pdf"):
        figure.save(tmp_path / name)
        assert (tmp_path / name).stat().st_size > 5000


def test_a_view_without_widgets_is_a_figure(stored, monkeypatch):
    monkeypatch.setitem(sys.modules, "anywidget", None)
    monkeypatch.setattr("polyqw.api.pictures._widget_kind", polyqw.api.pictures._widget_kind.__wrapped__)
    still = stored.view()
    assert repr(still) == "<Picture of LaFeAsO>"
    assert "<svg" in still._repr_svg_()


def test_without_a_well_there_is_a_view_but_no_figure():
    found = polyqw.find_wells(structure_path("srtio3"))
    assert found.view().row["wells"] == []
    with pytest.raises(UsageError, match="SrTiO3: no well to draw"):
        found.plot()


def test_the_widget_draws_in_a_browser(stored, browser):
    pytest.importorskip("anywidget")
    widget = stored.view()
    assert repr(widget) == "<CrystalWidget 'LaFeAsO': 3 wells>"
    page = browser.new_page()
    page.set_default_timeout(DRAWN)
    wrong = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", lambda request: wrong.append(request.url) if request.url.startswith("http") else None)
    page.set_content(f"<style>{widget_style()}</style><div id=place></div>")
    page.evaluate(
        """async ([script, model]) => {
          const module = await import(URL.createObjectURL(new Blob([script], { type: "text/javascript" })));
          module.default.render({ model: { get: (name) => model[name] }, el: document.getElementById("place") });
        }""",
        [widget_script(), {"row": json.loads(json.dumps(widget.row)), "still": widget.still}],
    )
    page.wait_for_selector("#place .crystal-stage canvas")
    assert page.locator("#place .crystal-wells tbody tr").count() == 3
    assert page.locator("#place .crystal-still svg").count() == 1
    assert not wrong
    page.close()
