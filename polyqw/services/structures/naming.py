"""What a user means by a word: a file to read, or a name of the database."""

from __future__ import annotations

import glob
from dataclasses import dataclass
from typing import TYPE_CHECKING

from polyqw.db.look.find import find_compound, find_structures, structures_of
from polyqw.errors import UsageError
from polyqw.io.inputs import names_something

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from polyqw.db.models import Compound, Structure

_FILE_ENDINGS = (".cif", ".mcif", ".gz", ".zip")


@dataclass(frozen=True, slots=True)
class Named:
    """What a name stands for.

    Parameters
    ----------
    structures : sequence of Structure
        Those that it names, or those of the compound.
    compound : Compound or None
        None where it names structures themselves.
    """

    structures: Sequence[Structure]
    compound: Compound | None = None


def is_file(target: str) -> bool:
    """Whether a target is to be read as a file: it is one, or is written like one."""
    return names_something(target) or target.lower().endswith(_FILE_ENDINGS) or glob.has_magic(target)


def resolve(session: Session, key: str | int) -> Named:
    """Return what a key names: number, source id, data block or path of structures; name or formula of a compound.

    Raises
    ------
    UsageError
        If it names nothing.
    """
    structures = find_structures(session, key)
    if structures:
        return Named(structures)
    compound = find_compound(session, str(key))
    if compound is None:
        raise UsageError(f"nothing named {key!r} in the database; polyqw find lists what is there")
    return Named(structures_of(session, compound), compound)
