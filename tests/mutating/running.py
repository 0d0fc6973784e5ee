"""Run tests on a private copy of the project, in processes forked from one that has loaded the libraries."""

from __future__ import annotations

import compileall
import contextlib
import importlib.util
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import time
import traceback
import warnings
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from tests.forked import LIBRARIES
from tests.mutating.traces import PACKAGE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

LOADED = (*LIBRARIES, "pytest", "hypothesis", "hypothesis.extra.numpy", "spglib", "ase", "odrpack")
POLL_SECONDS = 0.02
WAITS = 20
REWRITTEN = "ignore:Module already imported so cannot be rewritten"
ROOT = Path(__file__).resolve().parents[2]
FAILED, NOT_COLLECTED, NOT_STARTED = 1, 2, 4
"""Exit codes of pytest for a failed test, a file of tests and a conftest.py that cannot be imported."""


class Fate(StrEnum):
    """What became of a change."""

    KILLED = "killed"
    ALIVE = "alive"
    TIMED_OUT = "timed out"
    UNTESTED = "untested"


@dataclass(frozen=True)
class Outcome:
    """What tests said about a change.

    Parameters
    ----------
    fate : Fate
    by : str
        The test that failed; empty for none.
    seconds : float
        How long it took.
    tests : int
        How many tests were chosen.
    """

    fate: Fate
    by: str
    seconds: float
    tests: int


def load_libraries() -> None:
    """Load what the tests load, but neither the program nor the tests."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name in LOADED:
            with contextlib.suppress(ImportError):
                importlib.import_module(name)


def project_files(root: Path) -> list[str]:
    """Return the files of the project as they are in the work tree, those that git ignores left out."""
    names = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=root, capture_output=True, check=True, text=True
    ).stdout
    return [name for name in names.split("\0") if name and (root / name).is_file()]


def copy_project(root: Path, copy: Path) -> None:
    """Make the copy the same as the work tree; what is the same already keeps its compiled modules."""
    wanted = set(project_files(root))
    for old in [path for path in copy.rglob("*") if path.is_file() and path.suffix != ".pyc"]:
        if str(old.relative_to(copy)) not in wanted:
            old.unlink()
    for name in wanted:
        source, target = root / name, copy / name
        if not target.exists() or target.read_bytes() != source.read_bytes():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
    compileall.compile_dir(copy / PACKAGE, quiet=1)  # or every run of tests would compile all of the program


@contextlib.contextmanager
def changed_file(path: Path, code: str) -> Iterator[None]:
    """Put other code into a file of the copy, for the time of the block."""
    original = path.read_bytes()
    compiled = Path(importlib.util.cache_from_source(str(path)))
    compiled.unlink(missing_ok=True)
    path.write_text(code, encoding="utf-8")
    try:
        yield
    finally:
        path.write_bytes(original)
        compiled.unlink(missing_ok=True)


def run_tests(copy: Path, names: Sequence[str], output: Path, most_seconds: float) -> Outcome:
    """Run tests on the copy until one fails.

    They end after so much time of the processor, which another load on the machine does not change, and with all that
    they started after `WAITS` times as long by the clock.
    """
    started = time.monotonic()
    pid = os.fork()
    if pid == 0:
        _become_pytest(copy, names, output, most_seconds)
    try:
        status = _wait(pid, started + WAITS * most_seconds)
    finally:  # also where the run is interrupted
        with contextlib.suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)
    seconds = time.monotonic() - started
    if status is None:
        os.waitpid(pid, 0)
        return Outcome(Fate.TIMED_OUT, "", seconds, len(names))
    code = os.waitstatus_to_exitcode(status)
    if code == -signal.SIGXCPU:
        return Outcome(Fate.TIMED_OUT, "", seconds, len(names))
    if code == 0:
        return Outcome(Fate.ALIVE, "", seconds, len(names))
    return Outcome(Fate.KILLED, _failure(code, output), seconds, len(names))


def _failure(code: int, output: Path) -> str:
    """Return the test that failed, or what else went wrong because of a change; complain of anything else."""
    said = output.read_text(encoding="utf-8", errors="replace")
    failed = re.search(r"^(?:FAILED|ERROR) (.+?)(?: - .*)?$", said, re.MULTILINE)
    if failed and code in {FAILED, NOT_COLLECTED}:
        return failed[1]
    if code < 0 or (code == NOT_STARTED and "while loading conftest" in said):
        return "the program cannot be imported" if code > 0 else f"ended by signal {-code}"
    raise RuntimeError(f"pytest ends with {code} before any test; see {output}")


def _wait(pid: int, until: float) -> int | None:
    """Return the status of a process, or None where it runs on at the deadline."""
    while time.monotonic() < until:
        found, status = os.waitpid(pid, os.WNOHANG)
        if found:
            return status
        time.sleep(POLL_SECONDS)
    return None


def _become_pytest(copy: Path, names: Sequence[str], output: Path, most_seconds: float) -> NoReturn:
    os.setsid()
    used = sum(os.times()[:2])
    resource.setrlimit(resource.RLIMIT_CPU, (int(used + most_seconds) + 1, resource.RLIM_INFINITY))
    with output.open("wb") as stream:
        os.dup2(stream.fileno(), 1)
    os.dup2(1, 2)
    os.chdir(copy)
    os.environ.update(PYTHONPATH=str(copy), HYPOTHESIS_STORAGE_DIRECTORY=f"{output}.examples")
    sys.path[:] = [str(copy), *(path for path in sys.path if path not in {"", str(ROOT)})]
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False  # the tests too are compiled once
    for name in [name for name in sys.modules if name.partition(".")[0] in {"tests", PACKAGE}]:
        del sys.modules[name]
    code = 70
    try:
        import pytest  # noqa: PLC0415 - in the forked process only

        spec = importlib.util.find_spec(PACKAGE)
        assert spec is not None
        assert Path(str(spec.origin)).is_relative_to(copy), spec
        options = ["-x", "-q", "-rfE", "--tb=short", "-p", "no:cacheprovider", "--hypothesis-seed=0", "-W", REWRITTEN]
        code = int(pytest.main([*options, *names]))
    except BaseException:
        traceback.print_exc()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)  # what the fork shares with its parent is not taken down
