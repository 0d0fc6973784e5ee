"""No process outlives the tests: when pytest has gone, whatever its end was, all that it started is killed.

Every process below pytest carries a mark in its environment, daemons that have left their parents too. A watcher in a
session of its own waits for the end of the process that runs the tests, and then kills who carries its mark. It needs
/proc and so does nothing but on Linux.
"""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

MARK = "TESTS_LEFT_BY"
"""Name of the variable; each process that runs tests adds its own mark to those of its parents."""

PATIENCE_SECONDS = 5.0
PAUSE_SECONDS = 0.05


def pytest_configure() -> None:
    """Mark this process, and have it watched."""
    if not sys.platform.startswith("linux"):
        return
    mark = uuid4().hex
    os.environ[MARK] = f"{os.environ.get(MARK, '')}:{mark}"
    words = [sys.executable, "-I", "-S", str(Path(__file__).resolve()), str(os.getpid()), mark]
    silent = subprocess.DEVNULL
    environment = {name: value for name, value in os.environ.items() if name != MARK}
    watcher = subprocess.Popen(
        words, stdin=silent, stdout=silent, stderr=silent, env=environment, cwd="/", start_new_session=True
    )
    watcher.returncode = 0  # it is to outlive this process, so nobody waits for it


def marked(mark: str) -> list[int]:
    """Return the processes that carry a mark."""
    wanted = mark.encode()
    found = []
    for entry in Path("/proc").iterdir():
        with suppress(OSError):
            if entry.name.isdigit() and wanted in _variable(entry):
                found.append(int(entry.name))
    return found


def _variable(process: Path) -> bytes:
    beginning = f"{MARK}=".encode()
    variables = (process / "environ").read_bytes().split(b"\0")
    return next((variable for variable in variables if variable.startswith(beginning)), b"")


def watch(pid: int, mark: str) -> None:
    """Wait for the end of a process, then kill who carries its mark."""
    with suppress(ProcessLookupError):
        select.select([os.pidfd_open(pid)], [], [])
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end and (left := marked(mark)):
        for one in left:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(one, signal.SIGKILL)
        time.sleep(PAUSE_SECONDS)


if __name__ == "__main__":
    watch(int(sys.argv[1]), sys.argv[2])
