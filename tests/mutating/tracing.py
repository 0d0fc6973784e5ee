"""A pytest plugin that writes which lines of the program each test runs, and how long the test takes.

Fixtures that live longer than a test are traced for themselves: what they run counts for each test that uses them.
Processes that a test starts are traced by coverage too; what they ran counts for the test that was running when they
ended.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import coverage
import pytest
from coverage.exceptions import CoverageException

from tests.mutating.traces import PACKAGE, Trace, TracedTest, digest

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = "POLYQW_TRACES"
LIVES_LONG = ("session", "package", "module", "class")
OUTSIDE = "outside any test"


class Tracer:
    """Keeps coverage running through a session, with a context for each test and each fixture that lives long."""

    def __init__(self, folder: Path, root: Path) -> None:
        self.folder, self.root = folder, root
        self.raw = folder / f"raw-{os.getpid()}"
        self.raw.mkdir(parents=True)
        settings = self.raw / "settings.ini"
        settings.write_text(
            f"[run]\ndata_file = {self.raw}/data\nparallel = true\nsource = {root / PACKAGE}\n"
            "patch =\n    subprocess\n    fork\n    _exit\n"
            "disable_warnings =\n    no-data-collected\n    module-not-imported\n    module-not-measured\n"
            "    already-imported\n    couldnt-parse\n",
            encoding="utf-8",
        )
        self.coverage = coverage.Coverage(config_file=str(settings), check_preimported=False)
        self.coverage.start()
        self.contexts = [OUTSIDE]
        self.tests: dict[str, TracedTest] = {}
        self.lines: dict[str, dict[str, set[int]]] = {}

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef) -> Iterator[None]:
        """Trace a fixture that lives longer than a test in a context of its own."""
        if fixturedef.scope not in LIVES_LONG:
            return (yield)
        with self.context(f"fixture {fixturedef.argname}"):
            return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        """Trace a test, with what is set up and taken down for it alone."""
        fixtures = tuple(getattr(item, "fixturenames", ()))
        self.tests[item.nodeid] = TracedTest(item.nodeid, fixtures=fixtures)
        with self.context(item.nodeid):
            return (yield)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Add up how long the phases of a test take, and keep whether it passes."""
        test = self.tests[report.nodeid]
        test.seconds += report.duration
        test.passed &= report.passed

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        """Count what processes that have ended ran for this test."""
        for path in self.raw.glob("data.*"):
            if f".pid{os.getpid()}." not in path.name:  # its own, still written to
                self.read(path, nodeid)

    def pytest_sessionfinish(self) -> None:
        """Write a trace for each file of tests."""
        self.coverage.stop()
        self.coverage.save()
        for path in self.raw.glob("data.*"):
            self.read(path, None)
        by_file: dict[str, list[TracedTest]] = {}
        for test in self.tests.values():
            contexts = [test.name, *(f"fixture {name}" for name in test.fixtures)]
            for context in contexts:
                for name, numbers in self.lines.get(context, {}).items():
                    test.lines[name] = sorted({*test.lines.get(name, []), *numbers})
            by_file.setdefault(test.name.partition("::")[0], []).append(test)
        for name, tests in by_file.items():
            Trace(name, tests, digest(self.root, name, tests)).write(self.folder)

    def context(self, name: str) -> _Context:
        """Switch to a context and back."""
        return _Context(self, name)

    def read(self, path: Path, test: str | None) -> None:
        """Add the lines of a file of coverage data; ``test`` is the context of a process that had none."""
        data = coverage.CoverageData(basename=str(path))
        with suppress(CoverageException, OSError):
            data.read()
            for context in data.measured_contexts():
                data.set_query_context(context)
                kept = self.lines.setdefault(context or test or OUTSIDE, {})
                for name in data.measured_files():
                    numbers = data.lines(name)
                    if numbers:
                        kept.setdefault(str(Path(name).relative_to(self.root)), set()).update(numbers)
            path.unlink()


class _Context:
    def __init__(self, tracer: Tracer, name: str) -> None:
        self.tracer, self.name = tracer, name

    def __enter__(self) -> None:
        self.tracer.contexts.append(self.name)
        self.tracer.coverage.switch_context(self.name)

    def __exit__(self, *_: object) -> None:
        self.tracer.contexts.pop()
        self.tracer.coverage.switch_context(self.tracer.contexts[-1])


def pytest_configure(config: pytest.Config) -> None:
    """Start tracing."""
    config.pluginmanager.register(Tracer(Path(os.environ[FOLDER]), Path(config.rootpath)))
