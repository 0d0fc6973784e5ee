"""Find structures of the database and give them back as records."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from polyqw.core.record import Origin, Trust
from polyqw.core.wells import Status
from polyqw.db.look.find import find_structure
from polyqw.db.look.restore import read_analysis, read_record
from polyqw.db.models import Structure
from polyqw.errors import UsageError
from polyqw.io.formula import parse_any_formula
from polyqw.services.structures.analyse import Analysed

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.orm import Session

    from polyqw.db.models import Compound


_AT_ONCE = tuple(
    map(selectinload, (Structure.wells, Structure.descriptors, Structure.transitions, Structure.compound))
)
"""What is looked up with structures, and not for each of them."""

AT_ONCE = 200
"""Structures that are read at a time where many are looked through."""


def current_structures(session: Session) -> Sequence[Structure]:
    """Return all structures that no later version of their file replaced, in a fixed order."""
    return session.scalars(_current()).all()


def each_current(session: Session, condition: ColumnElement[bool]) -> Iterator[Structure]:
    """Yield the current structures that meet a condition, in the same order, a few hundred in memory at a time."""
    yield from session.scalars(_current().where(condition).execution_options(yield_per=AT_ONCE))


def _current() -> Select[Structure]:
    return (
        select(Structure)
        .where(Structure.superseded_by.is_(None))
        .order_by(Structure.family, Structure.block, Structure.file_sha256)
        .options(*_AT_ONCE)
    )


def with_measurements(session: Session, numbers: Collection[int]) -> Sequence[Structure]:
    """Return structures by their numbers, with what is measured and known of them looked up at once."""
    return session.scalars(
        select(Structure).where(Structure.id.in_(numbers)).order_by(Structure.id).options(*_AT_ONCE)
    ).all()


def vouched_structures(session: Session) -> dict[str, Structure]:
    """Return the current structures that somebody vouches for, by the name of their data block.

    That is the reference set, the user, or the author of a correction. Of several with one name it is the reference
    structure: no file takes its place by taking its name.
    """
    standing = (Trust.NONE, Trust.USER, Trust.REFERENCE)
    found = [s for s in current_structures(session) if s.trust != Trust.NONE or s.origin == Origin.MEASURED]
    return {s.block: s for s in sorted(found, key=lambda s: standing.index(Trust(s.trust)))}


def structures_for_compound(session: Session, compound: Compound) -> list[Structure]:
    """Return the current structures with wells that stand for a compound of the papers.

    These are the structures of that very compound and those that name it as their row; where there is none, those
    made of the same elements.
    """
    found = [s for s in current_structures(session) if s.status == Status.OK]
    named = [
        s for s in found if s.compound_id == compound.id or (s.table_row or "").partition(" (")[0] == compound.name
    ]
    if named:
        return named
    elements = elements_of(compound.name.partition(" (")[0])
    return [s for s in found if elements_of(s.formula) == elements]


def stored_structure(session: Session, key: int | str) -> Analysed:
    """Return the one structure that a number, source id, block name or path names, as if just analysed.

    Raises
    ------
    UsageError
        If there is no such structure.
    DatabaseError
        If several fit.
    """
    structure = find_structure(session, key)
    if structure is None:
        raise UsageError(f"no structure {key!r} in the database; polyqw find lists what is there")
    return as_analysed(session, structure)


def as_analysed(session: Session, structure: Structure) -> Analysed:
    """Return a structure of the database as if its file had just been analysed."""
    analysis = read_analysis(structure)
    return Analysed(
        structure.file,
        structure.block,
        analysis.status,
        analysis.reason,
        analysis.message,
        read_record(session, structure),
        analysis,
    )


def amounts_of(formula: str) -> dict[str, float]:
    """Return the atoms of each element in a printed formula (``7-d`` counts as 7), empty where it is none."""
    return parse_any_formula(formula) or {}


def elements_of(formula: str) -> frozenset[str]:
    """Return the element symbols in a formula, printed (``LaFeAsO1-xFx``) or canonical."""
    return frozenset(token.removesuffix("x") for token in re.findall(r"[A-Z][a-z]?", formula))
