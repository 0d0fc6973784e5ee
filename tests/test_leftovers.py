"""A run of tests that is killed leaves no process behind."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.leftovers import MARK, marked

ROOT = Path(__file__).resolve().parents[1]

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="what is left is found in /proc")

TESTS = """
import os, signal, subprocess, sys, time
import pytest
from polyqw.services.workers import server
from tests.postgres_server import postgres
from tests.forked import Nursery

@pytest.mark.timeout(60)
def test_that_starts_much(tmp_path, postgres):
    server.start_server(["json"])
    nursery = Nursery(os.environ, tmp_path)
    daemon = subprocess.Popen(["/bin/sh", "-c", "setsid sleep 300 & setsid sleep 301 & wait"], start_new_session=True)
    os.kill(daemon.pid, signal.SIGSTOP)
    time.sleep(0.2)
    sys.__stderr__.write("ready\\n")
    sys.__stderr__.flush()
    time.sleep(300)
"""
LONGEST_SECONDS = 10


def wait_until(condition):
    end = time.monotonic() + LONGEST_SECONDS
    while not condition() and time.monotonic() < end:
        time.sleep(0.05)
    assert condition()


def test_nothing_is_left_of_tests_that_are_killed(tmp_path):
    """Not even PostgreSQL, a server of workers, one that is stopped, and those that have left their parents."""
    (tmp_path / "test_much.py").write_text(TESTS)
    mark = f"outer-{os.getpid()}"
    words = [sys.executable, "-m", "pytest", "-q", "-s", "-c", str(ROOT / "pyproject.toml"), "-p", "tests.leftovers"]
    with subprocess.Popen(
        [*words, "-p", "no:cacheprovider", f"--rootdir={tmp_path}", str(tmp_path)],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, cwd=ROOT, start_new_session=True,
        env={**os.environ, MARK: mark},
    ) as process:  # fmt: skip
        try:
            while (line := process.stderr.readline()) != "ready\n":
                assert line, "it ended before it was ready"
            assert len(marked(mark)) >= 6
            process.kill()
            process.wait(timeout=60)
            wait_until(lambda: not marked(mark))
        finally:
            for pid in marked(mark):
                os.kill(pid, signal.SIGKILL)
