"""A progress bar on a terminal; nothing under a pipe."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

T = TypeVar("T")


def with_progress(items: Iterable[T], *, label: str, total: int | None = None, quiet: bool = False) -> Iterator[T]:
    """Yield the items while a bar on standard error shows how far they are, if that is a terminal."""
    terminal = sys.__stderr__  # the bar moves the cursor, which the guarded stream would show instead
    if quiet or terminal is None or not terminal.isatty():
        yield from items
        return
    from tqdm import tqdm

    tqdm.monitor_interval = 0  # a thread would keep this process from being forked
    yield from tqdm(items, desc=label, total=total, unit="", file=terminal, leave=False, delay=0.5, ascii=" -#")
