"""What a user means by a word: a file to read, or a name of the database."""

from __future__ import annotations

import glob
from dataclasses import dataclass
from typing import TYPE_CHECKING

from polyqw.core.formula import parent_formula
from polyqw.db.look.find import all_names, compounds_called, find_structures, of_parents, structures_of
from polyqw.errors import UsageError
from polyqw.io.formula import parse_any_formula
from polyqw.io.inputs import names_something
from polyqw.services.structures.aliases import aliases, parents_called
from polyqw.suggest import or_else

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
        Those that it names; of a compound those of the very composition, or of its parent where that has none.
    compounds : sequence of Compound
        All compositions of the parent compounds that it names; empty where it names structures themselves.
    """

    structures: Sequence[Structure]
    compounds: Sequence[Compound] = ()


def is_file(target: str) -> bool:
    """Whether a target is to be read as a file: it is one, or is written like one."""
    return names_something(target) or target.lower().endswith(_FILE_ENDINGS) or glob.has_magic(target)


def resolve(session: Session, key: str | int) -> Named:
    """Return what a key names.

    That is the number, source id, data block or path of structures; or a compound by its name, a formula in any order
    and spelling (``YBa2Cu3O7-d``, ``FeAsLaO``), the name of its parent (``YBa2Cu3Ox``) or a short name (``YBCO``).

    Raises
    ------
    UsageError
        If it names nothing; the message says what is written alike.
    """
    structures = find_structures(session, key)
    if structures:
        return Named(structures)
    text = str(key).strip()
    exact = compounds_called(session, text)
    amounts = parse_any_formula(text)
    parents = {c.parent for c in exact} or set(parents_called(text)) or {text}
    compounds = of_parents(session, parents)
    if not compounds and amounts:
        compounds = of_parents(session, {parent_formula(amounts)})
    if not compounds:
        known = (*all_names(session), *aliases())
        raise UsageError(
            f"nothing named {text!r} in the database{or_else(text, known, '; polyqw find lists what is there')}"
        )
    return Named(structures_of(session, exact) or structures_of(session, compounds), compounds)


def structures_named(session: Session, key: str | int) -> Sequence[Structure]:
    """Return the structures that a key names; see `resolve`.

    Raises
    ------
    UsageError
        If it names nothing, or a compound of which there is no structure.
    """
    named = resolve(session, key)
    if not named.structures:
        raise UsageError(f"the database has no structure of {key!r}; polyqw show {key} gives what it has")
    return named.structures
