"""The tools of `polyqw mcp`, asked over standard input and output by the client of the SDK."""

from __future__ import annotations

import json
import sys

import anyio
import pytest
from click.testing import CliRunner

from polyqw.cli.main import main
from polyqw.errors import MissingLibraryError
from polyqw.services.interfaces.mcp_server import make_mcp
from tests.cli.conftest import COMMAND, environment
from tests.conftest import ROOT

mcp = pytest.importorskip("mcp", reason="needs the SDK of the Model Context Protocol")
CIF = ROOT / "cifs" / "lafeaso_cod.cif"
LIMIT_SECONDS = 90


@pytest.fixture(scope="module")
def answers(reference_template, tmp_path_factory):
    """What a session of one server gives, question by question."""
    home = tmp_path_factory.mktemp("home")
    words = [*COMMAND[1:], "mcp", "--db", reference_template]
    server = mcp.StdioServerParameters(command=COMMAND[0], args=words, env=environment(home), cwd=str(home))
    asked = {
        "found": ("find", {"expression": "family=iron,h_alpha_angstrom<3", "sort": "-h_alpha_angstrom", "limit": 3}),
        "stored": ("wells", {"target": "lafeaso_cod"}),
        "file": ("wells", {"target": str(CIF)}),
        "text": ("wells", {"target": CIF.read_text(encoding="utf-8")}),
        "described": ("describe", {"target": str(CIF)}),
        "told": ("describe", {"target": "lafeaso_cod"}),
        "rows": ("query", {"sql": "SELECT block, stored_at FROM structure ORDER BY block LIMIT 2"}),
        "many": ("query", {"sql": "SELECT a.id FROM site AS s, structure AS a LIMIT 1200"}),
        "written": ("query", {"sql": "DELETE FROM well"}),
        "misread": ("find", {"expression": "family=irn"}),
        "nothing": ("wells", {"target": "nothing_of_this_name"}),
    }

    async def talk():
        found = {}
        with anyio.fail_after(LIMIT_SECONDS):
            async with mcp.Client(mcp.stdio_client(server)) as client:
                found["tools"] = (await client.list_tools()).tools
                for name, (tool, arguments) in asked.items():
                    found[name] = await client.call_tool(tool, arguments)
        return found

    return anyio.run(talk)


def content(answer):
    assert not answer.is_error, answer
    return answer.structured_content


def printed(*words):
    return json.loads(CliRunner().invoke(main, [*words, "--json"], catch_exceptions=False).stdout)


def test_there_are_four_tools_that_read(answers):
    tools = answers["tools"]
    assert sorted(tool.name for tool in tools) == ["describe", "find", "query", "wells"]
    assert all(tool.annotations.read_only_hint and tool.description for tool in tools)


def test_find_gives_what_the_verb_prints(answers, reference_template):
    words = ("find", "family=iron,h_alpha_angstrom<3", "-s", "-h_alpha_angstrom", "-L", "3", "--db")
    assert content(answers["found"])["result"] == printed(*words, reference_template)


def test_wells_of_a_file_its_text_and_the_stored_structure(answers):
    wanted = printed("wells", str(CIF))
    assert content(answers["file"])["result"] == wanted
    assert content(answers["stored"])["result"] == wanted
    (of_text,) = content(answers["text"])["result"]
    assert of_text["wells"] == wanted[0]["wells"]


def test_describe_gives_what_the_verb_prints(answers, reference_template):
    assert content(answers["described"])["result"] == printed("describe", str(CIF))
    assert content(answers["told"])["result"] == printed("describe", "lafeaso_cod", "--db", reference_template)


def test_query_says_how_much_it_leaves_out(answers):
    two = content(answers["rows"])
    assert (two["n_rows"], two["n_shown"], len(two["rows"])) == (2, 2, 2)
    assert two["rows"][0].keys() == {"block", "stored_at"}
    many = content(answers["many"])
    assert (many["n_rows"], many["n_shown"], len(many["rows"])) == (1200, 500, 500)


@pytest.mark.parametrize(
    ("question", "words"),
    [("written", "reads only"), ("misread", "did you mean iron"), ("nothing", "nothing named")],
)
def test_a_refusal_is_one_line(question, words, answers):
    answer = answers[question]
    assert answer.is_error
    (line,) = answer.content
    assert words in line.text
    assert "\n" not in line.text


def test_without_the_sdk_one_line_says_so(monkeypatch):
    monkeypatch.setitem(sys.modules, "mcp.server", None)
    with pytest.raises(MissingLibraryError, match=r"polyqw\[mcp\]"):
        make_mcp(None)
