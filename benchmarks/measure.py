"""Take times, side by side."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

ROUNDS = 5

Row = tuple[str, str, str]
"""What is measured, its goal, and the figure."""


def seconds(action: Callable[[], object]) -> float:
    """Return the wall time of an action [s]."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def process(*words: str) -> float:
    """Return the wall time of a Python process [s]."""
    return seconds(lambda: subprocess.run([sys.executable, *words], capture_output=True, check=True))


def ratio_of(first: Callable[[], float], second: Callable[[], float], rounds: int = ROUNDS) -> str:
    """Return the median ratio of two measurements taken in turn, with its range."""
    first(), second()
    ratios = [first() / second() for _ in range(rounds)]
    return f"{statistics.median(ratios):.2f} ({min(ratios):.2f}-{max(ratios):.2f})"
