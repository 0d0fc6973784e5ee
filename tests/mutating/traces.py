"""Which lines of the program each test runs, kept for each file of tests until a file it depends on changes."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

PACKAGE = "polyqw"


@dataclass
class TracedTest:
    """What a test runs and how long it takes [s]; ``lines`` are numbers of lines for each file of the program."""

    name: str
    seconds: float = 0.0
    passed: bool = True
    fixtures: tuple[str, ...] = ()
    lines: dict[str, list[int]] = field(default_factory=dict)


@dataclass
class Trace:
    """The tests of a file, and the digest of everything that they depend on."""

    name: str
    tests: list[TracedTest]
    digest: str

    def write(self, folder: Path) -> None:
        """Keep the trace in a folder."""
        path = _path(folder, self.name)
        path.write_text(json.dumps(asdict(self)), encoding="utf-8")


def _path(folder: Path, name: str) -> Path:
    return folder / f"{name.replace('/', '.')}.json"


def read_trace(folder: Path, root: Path, name: str) -> Trace | None:
    """Return the trace of a file of tests, or None where there is none or a file it depends on has changed."""
    path = _path(folder, name)
    if not path.exists():
        return None
    content = json.loads(path.read_text(encoding="utf-8"))
    tests = [TracedTest(**{**test, "fixtures": tuple(test["fixtures"])}) for test in content["tests"]]
    return Trace(name, tests, content["digest"]) if digest(root, name, tests) == content["digest"] else None


def digest(root: Path, name: str, tests: Iterable[TracedTest]) -> str:
    """Return a digest of a file of tests and of the files of the program that its tests run."""
    names = sorted({name, *(path for test in tests for path in test.lines)})
    found = hashlib.sha256()
    for each in names:
        path = root / each
        found.update(f"{each}\0".encode() + (path.read_bytes() if path.exists() else b"") + b"\0")
    return found.hexdigest()
