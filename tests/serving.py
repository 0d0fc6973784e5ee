"""Run ``polyqw serve`` on a free port."""

from __future__ import annotations

import re
import subprocess
import threading
from contextlib import contextmanager

from tests.cli.conftest import COMMAND, environment


@contextmanager
def serving(database, home, *words, **changes):
    """Run a server on a free port; give its address and its process."""
    process = subprocess.Popen(
        [*COMMAND, "serve", "--db", str(database), "-p", "0", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(home, **changes),
    )
    deadline = threading.Timer(30, process.kill)
    deadline.start()
    try:
        line = process.stderr.readline()
        deadline.cancel()
        found = re.search(r"http://\S+/", line)
        assert found, line + process.stderr.read()
        yield found[0], process
    finally:
        deadline.cancel()
        if process.poll() is None:
            process.kill()
        process.communicate()
