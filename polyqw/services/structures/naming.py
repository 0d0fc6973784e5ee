"""What a name stands for in the database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from polyqw.db.look.find import find_compound, find_structures, structures_of
from polyqw.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from polyqw.db.models import Compound, Structure


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
