"""The tool of `make mutate` on a small program: what it changes, what it leaves alone, what it says at the end."""

import ast
from functools import cache
from pathlib import Path

import pytest

pytest.importorskip("cosmic_ray", reason="needs cosmic-ray, which make check installs")

from tests.mutating.changes import draw, find_places, make_change
from tests.mutating.covering import Covering
from tests.mutating.explained import Explained, read_explained
from tests.mutating.report import Row, Verdict, write_report
from tests.mutating.running import Fate, Outcome, changed_file
from tests.mutating.traces import Trace, TracedTest, digest, read_trace

PATH = "polyqw/core/example.py"
CODE = '''"""An example."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

LIMIT = 0.5


@cache(3)
def is_near(a: int | None, b: Mapping[str, int] | None = None) -> bool | None:
    # a comment with 1 < 2
    if a < LIMIT and b:
        return a | 2
    for k in range(a):
        if k:
            continue
    return None
'''


@cache
def changed_lines():
    made = [make_change(place, CODE) for place in find_places(PATH, CODE)]
    return [change for change in made if change is not None]


def test_slips_of_a_programmer_are_made_and_nothing_else():
    found = {(change.before, change.after.replace("  ", " ")) for change in changed_lines()}
    assert found >= {
        ("LIMIT = 0.5", "LIMIT = 1.0"),
        ("LIMIT = 0.5", "LIMIT = 0.25"),
        ("if a < LIMIT and b:", "if a <= LIMIT and b:"),
        ("if a < LIMIT and b:", "if a < LIMIT or b:"),
        ("if k:", "if not k:"),
        ("return a | 2", "return a & 2"),
        ("return a | 2", "return a | 3"),
        ("continue", "break"),
        ("for k in range(a):", "for k in []:"),
    }
    idle = ("def is_near", "@cache", "# a comment", "if TYPE_CHECKING", "from ")
    assert not [before for before, _ in found if before.startswith(idle)]


def test_a_change_knows_its_statement():
    changes = {change.after: change for change in changed_lines()}
    limit, condition = changes["LIMIT = 1.0"], changes["if a < LIMIT or b:"]
    assert (limit.at_import, limit.within) == (True, "")
    assert (condition.at_import, condition.within) == (False, "is_near")
    assert CODE.splitlines()[condition.lines.start - 1 : condition.lines.stop - 1] == ["    if a < LIMIT and b:"]
    for change in changes.values():
        ast.parse(change.code)


@pytest.fixture
def root(tmp_path):
    path = tmp_path / PATH
    path.parent.mkdir(parents=True)
    path.write_text(CODE)
    return tmp_path


def test_a_seed_draws_the_same_changes_again(root):
    once = draw(root, [PATH], 8, 1, None)
    assert draw(root, [PATH], 8, 1, None) == once
    assert draw(root, [PATH], 8, 2, None) != once
    assert len({(place.line, place.column) for place in once}) == len(once) == 8


def test_changed_lines_alone_can_be_asked_for(root):
    line = CODE.splitlines().index("        return a | 2") + 1
    assert {place.line for place in draw(root, [PATH], 50, 1, {PATH: {line}})} == {line}
    assert draw(root, [PATH], 50, 1, {}) == []


def test_the_file_is_what_it_was_however_the_tests_end(root):
    path = root / PATH

    def interrupted():
        with changed_file(path, "broken"):
            assert path.read_text() == "broken"
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert path.read_text() == CODE


def traced(name, seconds, lines, fixtures=()):
    return TracedTest(name, seconds, True, fixtures, {PATH: lines})


def test_near_and_quick_tests_come_first_and_servers_last():
    change = next(change for change in changed_lines() if change.after == "if a < LIMIT or b:")
    line = change.place.line
    tests = [
        traced("tests/cli/test_all.py::test_process", 0.1, [line], ("nursery",)),
        traced("tests/services/test_far.py::test_far", 0.1, [line]),
        traced("tests/core/test_example.py::test_slow", 2.0, [line]),
        traced("tests/core/test_example.py::test_quick", 0.5, [line]),
        traced("tests/core/test_example.py::test_elsewhere", 0.1, [line + 1]),
        traced("tests/db/test_server.py::test_server", 0.1, [line], ("postgres",)),
    ]
    names = [test.name.rpartition("_")[2] for test in Covering(tests).choose(change, [], 30.0)]
    assert names == ["quick", "slow", "far", "process", "elsewhere"]
    assert [t.name.rpartition("_")[2] for t in Covering(tests).choose(change, [], 1.0)] == ["quick"]
    assert [t.fixtures for t in Covering(tests[-1:]).choose(change, [], 1.0)] == [("postgres",)]


def test_traces_hold_until_a_file_they_depend_on_changes(root, tmp_path):
    name = "tests/core/test_example.py"
    (root / name).parent.mkdir(parents=True)
    (root / name).write_text("")
    tests = [traced(f"{name}::test_quick", 0.5, [1])]
    folder = tmp_path / "traces"
    folder.mkdir()
    Trace(name, tests, digest(root, name, tests)).write(folder)
    found = read_trace(folder, root, name)
    assert found is not None
    assert found.tests == tests
    (root / PATH).write_text(CODE + "\n")
    assert read_trace(folder, root, name) is None


def rows_of(fates):
    changes = changed_lines()
    return [Row(changes[k], Outcome(fate, by, 1.0, 1), None) for k, (fate, by) in enumerate(fates)]


def test_one_in_ten_may_live(tmp_path):
    killed, alive = (Fate.KILLED, "tests/a.py::test_a"), (Fate.ALIVE, "")
    assert Verdict(rows_of([alive, *[killed] * 9]), set(), 0).passed
    assert not Verdict(rows_of([alive, *[killed] * 8]), set(), 0).passed
    assert not Verdict(rows_of([alive, (Fate.UNTESTED, ""), *[killed] * 9]), set(), 0).passed
    assert not Verdict(rows_of([killed] * 5), {"tests/a.py::test_a"}, 0).passed  # it fails on the unchanged code too
    write_report(tmp_path, Verdict(rows_of([alive, killed]), set(), 3), 2.0)
    page = (tmp_path / "report.md").read_text()
    assert "3 changes were not tried: out of time" in page
    assert page.count("```diff") == 1


def test_what_is_explained_still_stands_in_the_code():
    """Each entry names a line that there is, and says why the change does nothing."""
    root = Path(__file__).resolve().parents[2]
    for entry in read_explained(Path(__file__).with_name("equivalent.toml")):
        lines = (root / entry.file).read_text(encoding="utf-8").splitlines()
        assert entry.before.split("  ")[0] in " ".join(line.strip() for line in lines), entry
        assert len(entry.reason.split()) >= 5, entry


def test_an_explanation_covers_its_change_alone():
    change, *others = changed_lines()
    entry = Explained(*change.key, "says why")
    assert entry.covers(change)
    assert not any(entry.covers(other) for other in others)
