"""Look up structures, compounds and the curated values."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, func, or_, select, union
from sqlalchemy.orm import joinedload

from polyqw.db.models import (
    Compound,
    HeightUse,
    PredictionSet,
    PressurePoint,
    PublishedHeight,
    PublishedPrediction,
    Resonance,
    SourceBlock,
    SourceFile,
    Structure,
    Transition,
)
from polyqw.errors import DatabaseError

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy.orm import Session

_ELEMENT = re.compile(r"([A-Z][a-z]?)(\d+\.?\d*|)")
_FORMULA = re.compile(r"(?:[A-Z][a-z]?(?:\d+\.?\d*|))+")


def find_structure(session: Session, key: str | int) -> Structure | None:
    """Return the current structure with a number, source id, block name or path, or None.

    Parameters
    ----------
    key : str or int
        Number in this database (also of a superseded structure), source id such as ``COD 1000030``, name of
        the data block, or path of the file; the first of these that fits.

    Raises
    ------
    DatabaseError
        If several structures fit; the message says which.
    """
    found = find_structures(session, key)
    if len(found) > 1:
        numbers = ", ".join(str(structure.id) for structure in found[:8]) + (", ..." if len(found) > 8 else "")
        raise DatabaseError(f"{len(found)} structures are called {key}: give one of the numbers {numbers}")
    return found[0] if found else None


def find_structures(session: Session, key: str | int) -> Sequence[Structure]:
    """Return all current structures with a number, source id, block name or path; see `find_structure`."""
    text = str(key)
    if text.isascii() and text.isdigit() and len(text) < 10:
        numbered = session.get(Structure, int(text))
        if numbered is not None:
            return [numbered]
    path = (
        select(SourceBlock.structure_id)
        .join(SourceFile, SourceFile.id == SourceBlock.source_file_id)
        .where(SourceFile.file == text)
    )
    for condition in (Structure.source == text, Structure.block == text, Structure.id.in_(path)):
        found = _current(session, condition)
        if found:
            return found
    return []


def find_compound(session: Session, key: str) -> Compound | None:
    """Return the compound with a name as printed, or a formula in alphabetical order, or None.

    The formula may be written without blanks and ones: ``CaKFe4As4`` and ``As4 Ca1 Fe4 K1`` are one.
    """
    return session.scalars(select(Compound).where(_is_called(key)).order_by(Compound.id)).first()


def compounds_called(session: Session, key: str) -> Sequence[Compound]:
    """Return the compounds with a name as printed or written, in any case, or with a formula in any order."""
    for condition in (_is_called(key), func.lower(Compound.name) == key.lower()):
        found = session.scalars(select(Compound).where(condition).order_by(Compound.id)).all()
        if found:
            return found
    return []


def _is_called(key: str) -> ColumnElement[bool]:
    return or_(Compound.name == key, Compound.formula.in_((key, _alphabetical(key))))


def of_parents(session: Session, parents: Collection[str]) -> Sequence[Compound]:
    """Return all compositions of some parent compounds, the printed ones first."""
    held = select(PublishedHeight.compound_id)
    order = (Compound.id.in_(held).desc(), Compound.id)
    return session.scalars(select(Compound).where(Compound.parent.in_(parents)).order_by(*order)).all()


def structures_of(session: Session, compounds: Sequence[Compound]) -> Sequence[Structure]:
    """Return the current structures of some compounds, and those that stand beside their rows of the tables."""
    if not compounds:
        return []
    ids, names = [c.id for c in compounds], [c.name for c in compounds]
    return _current(session, or_(Structure.compound_id.in_(ids), Structure.table_row.in_(names)))


def all_names(session: Session) -> list[str]:
    """Return the names of all compounds, of their parents, and of the data blocks of current structures."""
    blocks = select(Structure.block).where(Structure.superseded_by.is_(None))
    return [str(row[0]) for row in session.execute(union(select(Compound.name), select(Compound.parent), blocks))]


def transitions_of(session: Session, compound: Compound) -> Sequence[Transition]:
    """Return all values of Tc of a compound, with their references; of superseded structures none."""
    statement = (
        select(Transition)
        .outerjoin(Structure, Structure.id == Transition.structure_id)
        .where(Transition.compound_id == compound.id, Structure.superseded_by.is_(None))
        .options(joinedload(Transition.reference))
        .order_by(Transition.id)
    )
    return session.scalars(statement).all()


def published_heights(
    session: Session,
    *,
    table_name: str | None = None,
    use: HeightUse | None = None,
    paper: str | None = None,
    compound: Compound | None = None,
) -> Sequence[PublishedHeight]:
    """Return heights printed in the papers, by table, row and phase.

    Parameters
    ----------
    table_name : {'cuprates', 'iron'}, optional
    paper : {'001', '002', '004'}, optional
        Only rows that this paper prints.
    """
    conditions: list[ColumnElement[bool]] = []
    if table_name is not None:
        conditions.append(PublishedHeight.table_name == table_name)
    if use is not None:
        conditions.append(PublishedHeight.use == use.value)
    if paper is not None:
        printed = {
            "001": PublishedHeight.in_001,
            "002": PublishedHeight.in_002,
            "004": PublishedHeight.in_004,
        }
        conditions.append(printed[paper].is_(True))
    if compound is not None:
        conditions.append(PublishedHeight.compound_id == compound.id)
    order = (PublishedHeight.table_name, PublishedHeight.row_number, PublishedHeight.phase)
    statement = select(PublishedHeight).where(*conditions).order_by(*order)
    return session.scalars(statement.options(joinedload(PublishedHeight.compound))).all()


def published_predictions(
    session: Session, prediction_set: PredictionSet | None = None
) -> Sequence[PublishedPrediction]:
    """Return the predictions that the papers print, of one set or all."""
    statement = select(PublishedPrediction).order_by(PublishedPrediction.id)
    if prediction_set is not None:
        statement = statement.where(PublishedPrediction.prediction_set == prediction_set.value)
    return session.scalars(
        statement.options(joinedload(PublishedPrediction.compound), joinedload(PublishedPrediction.reference))
    ).all()


def resonance_modes(session: Session, compound: str | None = None) -> Sequence[Resonance]:
    """Return the resonance modes, by compound and phase, of one compound (name as printed) or all."""
    statement = select(Resonance).join(Resonance.compound).order_by(Compound.name, Resonance.phase)
    if compound is not None:
        statement = statement.where(Compound.name == compound)
    return session.scalars(statement.options(joinedload(Resonance.compound), joinedload(Resonance.experiment))).all()


def pressure_windows(session: Session, compound: str | None = None) -> Sequence[PressurePoint]:
    """Return the windows of pressure, by compound and pressure, of one compound (name as printed) or all."""
    order = (Compound.name, PressurePoint.pressure_from_gpa)
    statement = select(PressurePoint).join(PressurePoint.compound).order_by(*order)
    if compound is not None:
        statement = statement.where(Compound.name == compound)
    return session.scalars(
        statement.options(joinedload(PressurePoint.compound), joinedload(PressurePoint.experiment))
    ).all()


def _alphabetical(formula: str) -> str:
    """Return ``As4 Ca1 Fe4 K1`` for ``CaKFe4As4``, and what is no such formula unchanged."""
    if not _FORMULA.fullmatch(formula):
        return formula
    amounts: dict[str, float] = {}
    for element, amount in _ELEMENT.findall(formula):
        amounts[element] = amounts.get(element, 0.0) + float(amount or 1)
    return " ".join(f"{element}{amount:g}" for element, amount in sorted(amounts.items()))


def _current(session: Session, condition: ColumnElement[bool]) -> Sequence[Structure]:
    statement = select(Structure).where(condition, Structure.superseded_by.is_(None)).order_by(Structure.id)
    return session.scalars(statement.options(joinedload(Structure.compound))).all()
