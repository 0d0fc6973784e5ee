"""Change the program in small ways and see that a test notices: ``python -m tests.mutating --count 200 --seed 1``.

The changes are made in a private copy of the project (build/mutation/copy), one at a time, so that a run that is
ended early leaves nothing behind in the work tree.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import time
from pathlib import Path

import click

from tests.mutating import changes
from tests.mutating.covering import Covering
from tests.mutating.explained import read_explained
from tests.mutating.report import Row, Verdict, write_report
from tests.mutating.running import Fate, Outcome, changed_file, copy_project, load_libraries, run_tests
from tests.mutating.tracing_run import trace

ROOT = Path(__file__).resolve().parents[2]
EXPLAINED = Path(__file__).with_name("equivalent.toml")
CHECK_FAILED = 5
TIMES_AS_LONG, AT_LEAST_SECONDS = 3.0, 20.0
"""A change that makes its tests take this many times as long, and that much more, counts as noticed."""


def main() -> int:
    """Run the tests on the chosen changes and write the report; return the exit code."""
    asked = _arguments()
    began = time.monotonic()
    folder = asked.output.resolve()
    copy = folder / "copy"
    copy.mkdir(parents=True, exist_ok=True)
    copy_project(ROOT, copy)
    load_libraries()
    traces = trace(copy, folder / "traces", trace_missing=not asked.no_trace)
    covering = Covering([test for found in traces for test in found.tests if test.passed])
    alive = _alive(asked.again)
    explained = read_explained(EXPLAINED)
    importers = _importers(copy)
    drawn = _draw(asked, copy)
    done: list[Row] = []
    n_left = 0
    for number, place in enumerate(drawn, 1):
        if time.monotonic() - began > asked.seconds:
            n_left = len(drawn) - number + 1
            break
        change = changes.make_change(place, (copy / place.path).read_text(encoding="utf-8"))
        if change is None or (alive is not None and change.key not in alive):
            continue
        known = next((each.reason for each in explained if each.covers(change)), None)
        tests = covering.choose(change, importers.get(place.path, ()), asked.most_seconds)
        outcome = Outcome(Fate.UNTESTED, "", 0.0, 0)
        if tests and known is None:
            longest = AT_LEAST_SECONDS + TIMES_AS_LONG * sum(test.seconds for test in tests)
            with changed_file(copy / place.path, change.code):
                outcome = run_tests(copy, [test.name for test in tests], folder / "output.txt", longest)
        done.append(Row(change, outcome, known))
        click.echo(f"{number}/{len(drawn)} {done[-1].line}", err=True)
        write_report(folder, Verdict(done, set(), len(drawn) - number), time.monotonic() - began)
    doubtful = _doubtful(copy, folder, done)
    verdict = Verdict(done, doubtful, n_left)
    write_report(folder, verdict, time.monotonic() - began)
    click.echo(verdict.summary)
    return 0 if verdict.passed else CHECK_FAILED


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition(":")[0])
    parser.add_argument("--count", type=int, default=200, help="how many changes")
    parser.add_argument("--seed", type=int, default=1, help="the same seed draws the same changes of the same code")
    parser.add_argument("--seconds", type=float, default=3600.0, help="begin no change after that")
    parser.add_argument("--most-seconds", type=float, default=20.0, help="how long the tests of one change may take")
    parser.add_argument("--changed", metavar="BASE", help="only lines that differ from this git revision")
    parser.add_argument(
        "--rooms",
        default=",".join(changes.ROOMS),
        help="of the chosen changes only those in these packages, with commas between",
    )
    parser.add_argument("--again", type=Path, metavar="RESULTS", help="only what lived in an earlier results.json")
    parser.add_argument("--no-trace", action="store_true", help="use the traces that there are")
    parser.add_argument("--output", type=Path, default=ROOT / "build" / "mutation")
    return parser.parse_args()


def _draw(asked: argparse.Namespace, copy: Path) -> list[changes.Place]:
    paths = [
        name
        for name in sorted(str(path.relative_to(copy)) for path in copy.glob("polyqw/**/*.py"))
        if name.split("/")[1] in changes.ROOMS
    ]
    lines = None if asked.changed is None else _changed_lines(asked.changed)
    found = changes.draw(copy, paths, asked.count, asked.seed, lines)
    return [place for place in found if place.path.split("/")[1] in asked.rooms.split(",")]


def _alive(results: Path | None) -> set[tuple[str, ...]] | None:
    """Return the keys of the changes that lived in an earlier run."""
    if results is None:
        return None
    rows = json.loads(results.read_text(encoding="utf-8"))
    return {tuple(row["key"]) for row in rows if row["fate"] in {Fate.ALIVE, Fate.UNTESTED}}


def _changed_lines(base: str) -> dict[str, set[int]]:
    """Return the numbers of the lines that differ from a revision, for each file."""
    diff = subprocess.run(
        ["git", "diff", "--unified=0", "--no-color", base, "--", "polyqw"],
        cwd=ROOT, capture_output=True, check=True, text=True,
    ).stdout  # fmt: skip
    found: dict[str, set[int]] = {}
    path = ""
    for line in diff.splitlines():
        if line.startswith("+++ "):
            path = line.removeprefix("+++ b/")
        elif match := re.match(r"@@ -\S+ \+(\d+)(?:,(\d+))? @@", line):
            first, count = int(match[1]), int(match[2] or 1)
            found.setdefault(path, set()).update(range(first, first + count))
    return found


def _importers(copy: Path) -> dict[str, list[str]]:
    """Return, for each file of the program, the files that import it by name."""
    found: dict[str, list[str]] = {}
    for path in sorted(copy.glob("polyqw/**/*.py")):
        for module in set(
            re.findall(r"^\s*(?:from|import) (polyqw[\w.]*)", path.read_text(encoding="utf-8"), re.MULTILINE)
        ):
            for name in (f"{module.replace('.', '/')}.py", f"{module.replace('.', '/')}/__init__.py"):
                found.setdefault(name, []).append(str(path.relative_to(copy)))
    return found


def _doubtful(copy: Path, folder: Path, done: list[Row]) -> set[str]:
    """Return those of the tests that noticed a change which fail on the unchanged code too."""
    names = sorted({row.outcome.by for row in done if "::" in row.outcome.by})
    failing: set[str] = set()
    while names:
        outcome = run_tests(copy, names, folder / "control.txt", most_seconds=1200.0)
        if outcome.fate is not Fate.KILLED or outcome.by not in names:
            break
        failing.add(outcome.by)
        names.remove(outcome.by)
    return failing


if __name__ == "__main__":
    sys.exit(main())
