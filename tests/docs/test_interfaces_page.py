"""The code of docs/interfaces.md runs, and every question on the page is answered."""

import json
import re

import pytest

from tests.conftest import ROOT

testclient = pytest.importorskip("starlette.testclient", reason="needs starlette")
PAGE = (ROOT / "docs" / "interfaces.md").read_text(encoding="utf-8")
QUESTIONS = re.findall(r"^\| `(/[^`]+)`", PAGE, re.MULTILINE)


@pytest.fixture(scope="module")
def client(reference_template, tmp_path_factory):
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    names = {}
    exec(code.replace('"wells.db"', repr(reference_template)), names)
    return testclient.TestClient(names["application"])


@pytest.mark.parametrize("question", [*QUESTIONS, "/api/", "/api/openapi.json"])
def test_a_question_is_answered(question, client):
    answer = client.get(question)
    assert answer.status_code == 200, answer.text
    if "filter" in question or "find" in question:
        document = answer.json()
        assert document["data"] if "optimade" in question else document


def test_the_page_holds_questions_of_both():
    assert len(QUESTIONS) > 10
    assert json.loads(re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)[0])["mcpServers"]
