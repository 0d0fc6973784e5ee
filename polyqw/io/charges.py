"""Read formal charges of elements from a table."""

from __future__ import annotations

import csv
from io import StringIO
from typing import TYPE_CHECKING

from polyqw.errors import ReadError, UsageError
from polyqw.io.elements import SYMBOLS
from polyqw.io.reasons import Unread

if TYPE_CHECKING:
    from pathlib import Path


def read_charges(path: Path) -> dict[str, float]:
    """Return the charges of a CSV file with the columns ``element`` and ``charge`` [e].

    Raises
    ------
    ReadError
        If the file cannot be read.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ReadError(Unread.UNREADABLE, f"{path}: cannot be read ({error.strerror}); check the name") from error
    except UnicodeDecodeError as error:
        raise ReadError(Unread.UNREADABLE, f"{path}: not a text file; write element,charge as CSV") from error
    rows = csv.DictReader(StringIO(text), skipinitialspace=True)
    if not {"element", "charge"} <= set(rows.fieldnames or ()):
        raise UsageError(f"{path}: the first line must name the columns element,charge")
    pairs = [(row["element"] or "", row["charge"] or "", f"{path}, line {rows.line_num}") for row in rows]
    return _charges(pairs, str(path))


def parse_charges(text: str) -> dict[str, float]:
    """Return the charges of a list such as ``La=3,Cu=2,O=-2`` [e]."""
    words = [word.strip() for word in text.split(",") if word.strip()]
    pairs = []
    for word in words:
        element, _, charge = word.partition("=")
        pairs.append((element.strip(), charge.strip(), repr(word)))
    return _charges(pairs, repr(text))


def _charges(pairs: list[tuple[str, str, str]], source: str) -> dict[str, float]:
    charges: dict[str, float] = {}
    for element, charge, where in pairs:
        if element not in SYMBOLS:
            raise UsageError(f"{where}: {element!r} is not an element symbol; write e.g. La=3,O=-2")
        if element in charges:
            raise UsageError(f"{where}: the charge of {element} is given twice; give each element once")
        try:
            charges[element] = float(charge)
        except ValueError as error:
            raise UsageError(f"{where}: {charge!r} is not a charge; write e.g. La=3,O=-2") from error
    if not charges:
        raise UsageError(f"{source}: no charges; write e.g. La=3,O=-2")
    return charges
