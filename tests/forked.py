"""Processes of the program that start at once: forked from one that has loaded libraries, not the program.

What a process is apart from that they are: an environment, a folder, standard streams and an exit code of their own.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import json
import os
import runpy
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import traceback
from contextlib import suppress
from typing import IO, TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

LIBRARIES = (
    "click", "numpy", "pandas", "scipy.optimize", "scipy.spatial", "sqlalchemy.orm", "sqlalchemy.dialects.postgresql",
    "alembic.command", "pymatgen.core", "pymatgen.io.cif", "gemmi", "jinja2", "matplotlib.figure",
    "matplotlib.backends.backend_agg", "matplotlib.backends.backend_svg",
)  # fmt: skip
LONGEST_SECONDS = 300
MESSAGE_BYTES = 2**17


class Nursery:
    """Starts processes of the program, one after the other."""

    def __init__(self, environment: Mapping[str, str], cwd: Path) -> None:
        self.channel, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.parent = subprocess.Popen(
            [sys.executable, "-c", f"from tests.forked import serve; serve({theirs.fileno()})"],
            env=dict(environment),
            cwd=cwd,
            pass_fds=[theirs.fileno()],
        )
        theirs.close()

    def run(
        self, words: Sequence[str], environment: Mapping[str, str], cwd: Path, data: bytes
    ) -> tuple[int, bytes, bytes]:
        """Run ``polyqw`` with these words; return its exit code and what it wrote to its two streams."""
        call = json.dumps({"words": list(words), "environment": dict(environment), "cwd": str(cwd)})
        with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            given.write(data)
            given.seek(0)
            socket.send_fds(self.channel, [call.encode()], [given.fileno(), out.fileno(), err.fileno()])
            code = int(self.channel.recv(MESSAGE_BYTES))
            return code, _content(out), _content(err)

    def close(self) -> None:
        """Let the parent of the processes end."""
        self.channel.close()
        self.parent.wait(timeout=10)


def _content(stream: IO[bytes]) -> bytes:
    stream.seek(0)
    return stream.read()


def serve(channel_number: int) -> None:
    """Load the libraries; then fork a process for each call, and answer with its exit code."""
    for name in LIBRARIES:
        importlib.import_module(name)
    gc.freeze()  # what is loaded stays, so nobody need look through it
    with socket.socket(fileno=channel_number) as channel:
        while True:
            message, streams, _, _ = socket.recv_fds(channel, MESSAGE_BYTES, 3)
            if not message:
                return
            pid = os.fork()
            if pid == 0:
                channel.close()
                _become(streams=streams, **json.loads(message))
            for number in streams:
                os.close(number)
            _, status = os.waitpid(pid, 0)
            channel.send(str(os.waitstatus_to_exitcode(status)).encode())


def _become(words: Sequence[str], environment: Mapping[str, str], cwd: str, streams: Sequence[int]) -> NoReturn:
    signal.alarm(LONGEST_SECONDS)
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    sys.stdin = os.fdopen(0, closefd=False)
    sys.stdout = os.fdopen(1, "w", closefd=False)
    sys.stderr = os.fdopen(2, "w", closefd=False, errors="backslashreplace", buffering=1)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(cwd)
    sys.argv = ["polyqw", *words]
    code = 1
    try:
        runpy.run_module("polyqw", run_name="__main__", alter_sys=True)
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
    threading._shutdown()
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)  # taking the libraries down would take longer than all the rest
