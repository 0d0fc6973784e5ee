"""The manual: generated pages are what the program says, links lead somewhere, sessions do what they show."""

import re

import click
import pytest

from docs.manual.cli_page import cli_page
from docs.manual.cookbook_page import cookbook_page
from docs.manual.sessions import (
    Command,
    File,
    SessionError,
    check_page,
    matches,
    read_steps,
    refreshed_page,
    session_pages,
)
from polyqw.cli.main import VERBS, main
from tests.conftest import ROOT

PAGES = {page.relative_to(ROOT).as_posix(): page for page in session_pages(ROOT)}
GENERATED = {"docs/cli.md": cli_page, "docs/cookbook.md": cookbook_page}
RUN = [name for name, page in PAGES.items() if any(isinstance(s, Command) for s in read_steps(page.read_text()))]


@pytest.mark.parametrize("name", GENERATED)
def test_page_is_what_the_program_says(name):
    assert PAGES[name].read_text(encoding="utf-8") == GENERATED[name](), "run: make docs"


def test_every_command_has_a_section_with_an_example():
    page = PAGES["docs/cli.md"].read_text(encoding="utf-8")
    context = click.Context(main)
    for verb in VERBS:
        command = main.get_command(context, verb)
        inner = command.list_commands(context) if isinstance(command, click.Group) else []
        for name in (verb, *(f"{verb} {word}" for word in inner)):
            section = page.split(f"\n## polyqw {name}\n")[1].split("\n## ")[0]
            assert re.search(r"Example:\s+polyqw ", section), name
            assert "Options:" in section, name


@pytest.mark.parametrize("name", PAGES)
def test_links_lead_somewhere(name):
    text = PAGES[name].read_text(encoding="utf-8")
    places = re.findall(r"\]\(([^)#\s]+)[^)]*\)", re.sub(r"```.*?```", "", text, flags=re.DOTALL))
    for place in places:
        if "://" not in place:
            assert (PAGES[name].parent / place).exists(), place


def test_every_page_is_reached_from_the_entry():
    entry = PAGES["docs/README.md"].read_text(encoding="utf-8")
    assert "docs/README.md" in PAGES["README.md"].read_text(encoding="utf-8")
    for name in PAGES:
        if name not in ("README.md", "docs/README.md"):
            assert f"({name.removeprefix('docs/')})" in entry, name


@pytest.mark.parametrize("name", RUN)
def test_session_does_what_it_shows(name, tmp_path):
    assert check_page(PAGES[name].read_text(encoding="utf-8"), tmp_path, ROOT) > 0


SESSION = """
```csv file=table.csv
a,b
```
```console
$ cat table.csv
a,b
$ polyqw wells none.cif

$ echo $?
1
```
```sh
polyqw this is not run
```
"""


def test_steps_of_a_page():
    file, cat, wells, code = read_steps(SESSION)
    assert file == File("table.csv", "a,b\n")
    assert (cat.line, cat.text, cat.expected) == (6, "cat table.csv", ["a,b"])
    assert (wells.text, wells.expected) == ("polyqw wells none.cif", [""])
    assert code.expected == ["1"]


def test_session_passes_and_is_refreshed(tmp_path):
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    assert check_page(SESSION, tmp_path / "one", ROOT) == 3
    stale = SESSION.replace("$ cat table.csv\na,b", "$ cat table.csv\nold\nlines")
    assert refreshed_page(stale, tmp_path / "two", ROOT) == SESSION
    (tmp_path / "three").mkdir()
    assert refreshed_page("No session.\n", tmp_path / "three", ROOT) == "No session.\n"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("$ cat table.csv\na,b", "$ cat table.csv\na,c"),
        ("$ echo $?\n1", "$ echo $?\n0"),
        ("$ echo $?\n1\n", ""),
        ("polyqw wells none.cif\n", "polyqw wells none.cif\npolyqw: no such thing\n"),
    ],
)
def test_session_that_lies_is_found_out(old, new, tmp_path):
    assert old in SESSION
    with pytest.raises(SessionError, match="line "):
        check_page(SESSION.replace(old, new), tmp_path, ROOT)


@pytest.mark.parametrize(
    ("expected", "printed", "same"),
    [
        (["a", "...", "z"], ["a", "b", "c", "z"], True),
        (["a", "...", "z"], ["a", "z"], True),
        (["a", "..."], ["a"], True),
        (["a 1...", "z"], ["a 1.234", "z"], True),
        (["a 1..."], ["a 1.234", "z"], False),
        (["a", "z"], ["a", "b", "z"], False),
        (["a.c"], ["abc"], False),
    ],
)
def test_dots_stand_for_what_is_left_out(expected, printed, same):
    assert matches(expected, printed) is same
