"""Trace the files of tests whose traces are missing or out of date."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from itertools import groupby
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import click

from tests.mutating.traces import Trace, read_trace

if TYPE_CHECKING:
    from pathlib import Path

LEFT_OUT = (
    "tests/test_wheel.py",
    "tests/test_corpus.py",
    "tests/io/test_corpus.py",
    "tests/docs/",
    "tests/mutating/",
)
"""Tests of the installed package, of files beside the project and of pages: none of them looks at a single line."""

LONGEST_SECONDS = 3600


def trace(copy: Path, folder: Path, *, trace_missing: bool) -> list[Trace]:
    """Return the traces of all files of tests, made where they are missing, one run of pytest for each folder."""
    folder.mkdir(parents=True, exist_ok=True)
    names = sorted(str(path.relative_to(copy)) for path in copy.glob("tests/**/test_*.py"))
    names = [name for name in names if not name.startswith(LEFT_OUT)]
    stale = [name for name in names if read_trace(folder, copy, name) is None]
    for parent, group in groupby(stale if trace_missing else [], key=lambda name: PurePosixPath(name).parent):
        files = list(group)
        click.echo(f"tracing {len(files)} files of {parent}", err=True)
        _run(copy, folder, files)
    found = [read_trace(folder, copy, name) for name in names]
    click.echo(f"{sum(each is None for each in found)} of {len(found)} files of tests have no trace", err=True)
    return [each for each in found if each is not None]


def _run(copy: Path, folder: Path, files: list[str]) -> None:
    environment = {**os.environ, "POLYQW_TRACES": str(folder), "PYTHONPATH": str(copy)}
    words = [sys.executable, "-m", "pytest", "-q", "-p", "tests.mutating.tracing", "-p", "no:cacheprovider", *files]
    subprocess.run(words, cwd=copy, env=environment, stdout=sys.stderr, timeout=LONGEST_SECONDS, check=False)
    for raw in folder.glob("raw-*"):
        shutil.rmtree(raw)
