"""The JSON API: it answers what the verbs print with --json, and describes itself as it is."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from polyqw.cli.main import main
from polyqw.services.interfaces.json_api.application import ANSWERS, make_api
from polyqw.services.interfaces.json_api.openapi import OPERATIONS
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def client(reference_template):
    inside = Starlette(routes=[Mount("/api", app=make_api(Path(reference_template)))])
    return TestClient(inside, base_url="http://testserver/api/")


@pytest.fixture(scope="module")
def described(client):
    return client.get("openapi.json").json()


def printed(*words):
    """Give what a verb prints as JSON."""
    done = CliRunner().invoke(main, [*words, "--json"], catch_exceptions=False)
    return json.loads(done.stdout)


SAME = {
    "find": ("find",),
    "find?expression=family=iron,h_alpha_angstrom<3&sort=-h_alpha_angstrom&limit=3": (
        "find", "family=iron,h_alpha_angstrom<3", "-s", "-h_alpha_angstrom", "-L", "3",
    ),
    "structures?limit=2": ("find", "-L", "2"),
    "structures/lafeaso_cod": ("show", "lafeaso_cod"),
    "structures/YBCO": ("show", "YBCO"),
    "compounds/FeAsLaO": ("show", "LaFeAsO"),
    "structures/lafeaso_cod/describe": ("describe", "lafeaso_cod"),
    "predict/nickelates": ("predict", "nickelates", "--no-save"),
    "predict/fese": ("predict", "fese", "--no-save"),
}  # fmt: skip


@pytest.mark.parametrize("question", SAME)
def test_the_answer_is_that_of_the_verb(question, client, reference_template):
    answer = client.get(question)
    assert answer.status_code == 200, answer.text
    assert answer.json() == printed(*SAME[question], "--db", reference_template)


@pytest.mark.parametrize("name", ["lafeaso_cod", "hg1223_o835"])
def test_wells_and_predictions_are_those_of_the_file(name, client, reference_template):
    path = str(ROOT / "cifs" / f"{name}.cif")
    (wanted,) = printed("wells", path)
    (found,) = client.get(f"structures/{name}/wells").json()
    assert found == wanted
    predicted = printed("predict", path, "--no-save", "--db", reference_template)
    assert client.get(f"structures/{name}/predict").json() == predicted


EXAMPLES = {
    "find": "find?limit=5",
    "structures": "structures",
    "structure": "structures/1",
    "wells": "structures/lafeaso_cod/wells",
    "describe": "structures/lafeaso_cod/describe",
    "compound": "compounds/YBCO",
    "predict_structure": "structures/lafeaso_cod/predict",
    "predict_set": "predict/bkfa",
}


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.name)
def test_answers_are_as_described(operation, client, described):
    answer = client.get(EXAMPLES[operation.name]).json()
    assert answer
    schema = described["paths"][operation.path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    jsonschema.Draft202012Validator({**schema, "components": described["components"]}).validate(answer)
    assert operation.name in ANSWERS


def test_the_description_is_openapi(described):
    validator = pytest.importorskip("openapi_spec_validator", reason="needs openapi-spec-validator")
    validator.validate(described)
    assert described["servers"] == [{"url": "http://testserver/api"}]
    fields = described["components"]["schemas"]["Well"]["properties"]
    assert fields["height_angstrom"]["description"]


def test_the_page_asks_nothing_of_others(client, described):
    page = client.get("").text
    assert "<script" not in page
    assert "style" not in page
    assert all(path in page for path in described["paths"])
    for example in (part.split('"', 1)[0] for part in page.split('href="')[1:]):
        assert example.startswith("http://testserver/api/")
        assert client.get(example.replace("&amp;", "&")).status_code == 200, example


REFUSED = {
    "find?expression=family=irn": (400, "did you mean iron"),
    "find?limit=-1": (400, "whole number"),
    "find?limit=99999999": (400, "whole number"),
    "find?colour=red": (400, "no parameter 'colour'"),
    "structures/nothing": (404, "nothing named"),
    "structures/nothing/wells": (404, "nothing named"),
    "compounds/Xx": (404, "nothing named"),
    "predict/everything": (404, "nickelates"),
    "elsewhere": (404, "Not Found"),
}


@pytest.mark.parametrize("question", REFUSED)
def test_what_cannot_be_answered_says_why(question, client):
    status, words = REFUSED[question]
    answer = client.get(question)
    assert answer.status_code == status
    assert words in answer.json()["error"]


def test_it_takes_questions_alone(client):
    assert client.post("find").status_code == 405


def test_a_question_that_takes_too_long_is_stopped(reference_template):
    slow = TestClient(make_api(Path(reference_template), limit_seconds=1e-9))
    assert slow.get("/find").status_code == 503
