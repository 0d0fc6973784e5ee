"""CSV as programs and countries write it: comma, semicolon or tab; UTF-8, UTF-16 with a mark, or a named encoding."""

from __future__ import annotations

import codecs
import csv
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from polyqw.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MAX_FIELD_CHARACTERS: Final = 200_000
"""Longest cell of a table that is read; some tables carry whole feature vectors."""

DELIMITERS: Final = (",", ";", "\t")
"""What may stand between cells; of two that part the header alike, the first."""

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class CsvTable:
    """A table while it is read.

    Parameters
    ----------
    lines : iterator of (int, list of str)
        Number of the line in the file, and its cells without the blanks around them.
    """

    header: list[str]
    delimiter: str
    lines: Iterator[tuple[int, list[str]]]


@contextmanager
def open_csv(path: Path, encoding: str | None = None) -> Iterator[CsvTable]:
    """Open a CSV; comments (``#``) before the header and empty lines are left out.

    Parameters
    ----------
    encoding : str, optional
        Default what the first bytes say, else UTF-8.
    """
    csv.field_size_limit(MAX_FIELD_CHARACTERS)
    _require_encoding(encoding)
    try:
        with path.open(encoding=encoding or _encoding(path), newline="") as stream:
            delimiter = _delimiter(stream)
            stream.seek(0)
            reader = csv.reader(stream, delimiter=delimiter, strict=True)
            header = next((cells for cells in reader if any(cells) and not _is_comment(cells[0])), None)
            if header is None:
                raise UsageError(f"{path.name}: an empty table; it needs a header and lines")
            if any("\0" in title for title in header):
                raise UsageError(f"{path.name}: not UTF-8; save it as UTF-8 or name its encoding with --encoding")
            yield CsvTable(
                [title.strip() for title in header],
                delimiter,
                ((reader.line_num, [cell.strip() for cell in cells]) for cells in reader if any(cells)),
            )
    except UnicodeError as error:
        raise UsageError(
            f"{path}: not {encoding or 'UTF-8'} ({_where(error)}); save it as UTF-8 or name its encoding with "
            "--encoding, e.g. --encoding latin-1"
        ) from error
    except (OSError, csv.Error) as error:
        raise UsageError(f"{path}: cannot be read as CSV ({error}); save it as CSV in UTF-8") from error


def _require_encoding(name: str | None) -> None:
    try:
        codecs.lookup(name or "utf-8")
    except LookupError as error:
        raise UsageError(f"--encoding {name!r}: no encoding of that name; e.g. utf-8, utf-16, latin-1") from error


def _encoding(path: Path) -> str:
    with path.open("rb") as stream:
        start = stream.read(4)
    return next((name for mark, name in _MARKS if start.startswith(mark)), "utf-8")


def _delimiter(stream: Iterator[str]) -> str:
    line = next((line for line in stream if line.strip() and not _is_comment(line)), "")
    return max(DELIMITERS, key=lambda delimiter: len(next(csv.reader([line], delimiter=delimiter), ())))


def _is_comment(text: str) -> bool:
    return text.lstrip('" ').startswith("#")


def _where(error: UnicodeError) -> str:
    if isinstance(error, UnicodeDecodeError):
        return f"byte 0x{error.object[error.start]:02x}"
    return str(error)
