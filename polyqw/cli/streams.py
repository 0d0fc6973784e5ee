"""Standard output and error that show control characters instead of sending them to the terminal."""

from __future__ import annotations

import io
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

from polyqw.untrusted import visible

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

_given: list[TextIO] = []
"""The streams as they were; were they let go, they would close what lies below."""


class VisibleStream(io.TextIOWrapper):
    """A text stream in which nothing is hidden: names and titles of strangers' files may hold escape sequences."""

    def write(self, text: str) -> int:
        """Write a text with its control characters spelled out."""
        super().write(visible(text))
        return len(text)


def guard_streams() -> None:
    """Put guarded streams in the place of standard output and standard error."""
    sys.stdout, sys.stderr = _guarded(sys.stdout), _guarded(sys.stderr)


@contextmanager
def unguarded() -> Iterator[None]:
    """Let colours through to standard output; what is written must be visible already."""
    guarded = sys.stdout
    if not isinstance(guarded, VisibleStream):
        yield
        return
    guarded.flush()
    plain = io.TextIOWrapper(
        guarded.buffer, encoding=guarded.encoding, errors=guarded.errors, line_buffering=guarded.line_buffering
    )
    sys.stdout = plain
    try:
        yield
    finally:
        sys.stdout = guarded
        plain.detach()


def _guarded(stream: TextIO) -> TextIO:
    below: BinaryIO | None = getattr(stream, "buffer", None)
    if below is None or isinstance(stream, VisibleStream):
        return stream
    _given.append(stream)
    return VisibleStream(
        below,
        encoding=stream.encoding,
        errors="backslashreplace",  # file names need not be text
        line_buffering=stream.isatty() or stream is sys.stderr,
    )
