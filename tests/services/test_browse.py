"""Cells and refusals of the pages of ``serve``, for themselves; in a browser they are tested with the verb."""

import asyncio

import pytest

pytest.importorskip("datasette", reason="needs datasette: pip install 'polyqw[web]'")

from datasette.app import Datasette
from datasette.utils.asgi import NotFound, Request
from datasette.views.base import DatasetteError

from polyqw.services.browse.sql.cells import render_cell
from polyqw.services.browse.sql.faults import _content, handle_exception


@pytest.fixture(scope="module")
def datasette():
    return Datasette(memory=True)


@pytest.mark.parametrize(
    ("value", "column", "shown"),
    [
        (3.53210987, "height_angstrom", "3.53211"),
        (12, "structure_id", '<a href="/_memory/structure/12">12</a>'),
        (12, "replaced_structure_id", '<a href="/_memory/structure/12">12</a>'),
        ("12", "structure_id", None),
        (12, "n_faces", None),
        ("10.1/a b", "doi", '<a href="https://doi.org/10.1/a%20b">10.1/a b</a>'),
        ("<script>", "doi", None),
        (None, "structure_id", None),
    ],
)
def test_cells(datasette, value, column, shown):
    assert render_cell(value, column, "_memory", datasette) == shown


@pytest.mark.parametrize(
    ("fault", "status", "error"),
    [
        (DatasetteError("no such table", status=404), 404, "no such table"),
        (DatasetteError("near x: syntax error", status=500), 400, "near x: syntax error"),
        (NotFound("nothing here"), 404, "nothing here"),
        (KeyError("x"), 400, "this question cannot be understood (KeyError); begin at the first page"),
    ],
)
def test_a_fault_is_the_question_s_not_the_server_s(fault, status, error):
    found, content = _content(fault)
    assert (found, content["status"], content["error"]) == (status, status, error)


@pytest.mark.parametrize(("path", "kind"), [("/wells.json", "application/json"), ("/wells", "text/html")])
def test_a_fault_is_answered_in_the_form_that_was_asked_for(path, kind):
    class Rendering:
        async def render_template(self, names, content, request):
            return f"{names[0]}: {content['error']}"

    answer = handle_exception(Rendering(), Request.fake(path), NotFound("nothing here"))
    found = asyncio.run(answer())
    assert (found.status, found.content_type.partition(";")[0]) == (404, kind)
    assert "nothing here" in found.body
