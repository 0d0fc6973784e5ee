"""Which structures an export is of, and what they are called outside of the database."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from polyqw.db.look.find import find_structures as find_by_key
from polyqw.db.models import Structure
from polyqw.db.plain import json_digest
from polyqw.errors import UsageError
from polyqw.services.structures.records import find_structures
from polyqw.services.structures.stored import current_structures
from polyqw.untrusted import file_stem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

_CONDITION = re.compile(r"[<>=,]")
_ELEMENT = re.compile(r"[A-Z][a-z]?")


def select_structures(session: Session, words: Sequence[str]) -> list[Structure]:
    """Return the structures that words name, each once, in the order of the words; without words all current ones.

    Parameters
    ----------
    words : sequence of str
        Each a structure (number, source id, name of the data block, or path), or conditions as `find` takes them.
    """
    if not words:
        return list(current_structures(session))
    found: dict[int, Structure] = {}
    for word in words:
        found |= {structure.id: structure for structure in _named(session, word)}
    return list(found.values())


def _named(session: Session, word: str) -> list[Structure]:
    named = list(find_by_key(session, word))
    if named:
        return named
    if _CONDITION.search(word) or _ELEMENT.fullmatch(word.strip()):
        keys = [record["id"] for record in find_structures(session, word)]
        return [structure for key in keys if (structure := session.get(Structure, key)) is not None]
    raise UsageError(f"{word!r} names no structure and is no condition such as 'family=iron'; polyqw find lists them")


def exchange_id(structure: Structure) -> str:
    """Return a name that is safe in URLs and file names, differs for every structure and is the same in any database.

    It is the name of the data block, made safe, with the first digits of a digest of file and block.
    """
    return block_id(structure.file_sha256, structure.block)


def block_id(file_sha256: str, block: str) -> str:
    """Return `exchange_id` of the structure of a data block."""
    return f"{file_stem(block)}-{json_digest([file_sha256, block])[:12]}"
