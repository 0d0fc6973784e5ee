"""Write files whole or not at all: beside the target first, then in its place."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from polyqw.errors import PolyqwError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give an empty file beside a target, to take its place when the block ends; if it raises, all is as before."""
    beside = path.with_name(f".{path.stem[:100]}-{os.getpid()}{path.suffix}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_bytes(b"")
        yield beside
        os.replace(beside, path)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise PolyqwError(f"{path}: cannot be written ({reason}); give another -o") from error
    finally:
        if beside.parent.is_dir() and os.access(beside.parent, os.W_OK):
            beside.unlink(missing_ok=True)


def write_whole(path: Path, text: str) -> None:
    """Write a text in UTF-8 with line ends as they are, whole or not at all."""
    with replacing(path) as beside:
        beside.write_text(text, encoding="utf-8", newline="")
