"""Run the program as its users do: as a process, with its own standard streams."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from tests.conftest import ROOT
from tests.forked import Nursery

if TYPE_CHECKING:
    from pathlib import Path


LEFT_OUT = ("POLYQW", "XDG", "SOURCE_DATE", "NO_COLOR", "PYTHONDONTWRITEBYTECODE")
"""Beginnings of names of variables that the program shall not see."""


@dataclass(frozen=True)
class Done:
    """A finished process."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        """Return the one document on standard output; NaN and infinities are refused."""

        def refuse(word: str) -> None:
            raise AssertionError(f"{word} in JSON")

        return json.loads(self.out, parse_constant=refuse)

    @property
    def complaint(self) -> str:
        """The one line on standard error."""
        lines = self.err.splitlines()
        assert len(lines) == 1, self.err
        assert lines[0].startswith("polyqw: "), self.err
        return lines[0].removeprefix("polyqw: ")


def environment(home: Path, **changes: str) -> dict[str, str]:
    """Return an environment in which nothing of the user's own can be touched; modules are kept compiled in it."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(LEFT_OUT)}
    path = os.pathsep.join([str(ROOT), *filter(None, [kept.get("PYTHONPATH")])])
    return {
        **kept,
        "PYTHONPATH": path,
        "HOME": str(home),
        "XDG_DATA_HOME": str(home / "data"),
        "MPLCONFIGDIR": str(home / "mpl"),
        "PYTHONWARNINGS": "default",
        **changes,
    }


COMMAND = (sys.executable, "-m", "polyqw")


@pytest.fixture(scope="session")
def home(tmp_path_factory):
    """Give a home folder of the tests' own."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="session")
def nursery(home):
    """Give what processes of the program are forked from."""
    found = Nursery(environment(home), home)
    yield found
    found.close()


@pytest.fixture
def run(home, tmp_path, nursery):
    """Run polyqw in an empty folder; what changes Python itself or the locale makes a process of its own."""

    def run(*words: str | Path, text: str | None = None, data: bytes | None = None, cwd=tmp_path, **changes) -> Done:
        given = data if data is not None else (text or "").encode()
        said, env = [str(word) for word in words], environment(home, **changes)
        if any(name.startswith(("PYTHON", "LANG", "LC_")) for name in changes):
            done = subprocess.run(
                [*COMMAND, *said], input=given, capture_output=True, cwd=cwd, env=env, timeout=120, check=False
            )
            return Done(done.returncode, done.stdout.decode(), done.stderr.decode())
        code, out, err = nursery.run(said, env, cwd, given)
        return Done(code, out.decode(), err.decode())

    return run


INGEST_TOKEN = "a token of the tests alone"


@pytest.fixture(scope="session")
def application(reference_template, home, tmp_path_factory):
    """Give the address of the application on the reference structures; it stores what comes with the token."""
    pytest.importorskip("datasette", reason="needs datasette: pip install 'polyqw[web]'")
    from tests.serving import serving  # noqa: PLC0415 - it imports this file

    path = shutil.copy(reference_template, tmp_path_factory.mktemp("application") / "wells.db")
    words = ("-j", "2", "--timeout", "90", "--allow-ingest")
    with serving(path, home, *words, POLYQW_INGEST_TOKEN=INGEST_TOKEN) as (url, _):
        yield url
