"""Compounds of structures, made where a formula is new."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update

from polyqw.core.formula import amounts_in, parent_formula, written_formula
from polyqw.db.models import Compound
from polyqw.db.store.write import insert_returning

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.orm import Session

KEYS_AT_ONCE = 500
"""Values in one list of a query; SQLite takes some 32,000, older ones 999."""


def compound_ids(session: Session, families: Mapping[str, str | None]) -> dict[str, int]:
    """Return the compound of each formula, made if there is none; a family that was unknown is filled in.

    Parameters
    ----------
    families : mapping of str to str or None
        Formula in alphabetical order, as `polyqw.core.cell.Cell.formula`, to family.
    """
    formulae = list(families)
    known = {row.formula: row for row in _where_in(session, formulae, Compound.formula)}
    for formula, row in known.items():
        if row.family is None and families[formula] is not None:
            session.execute(update(Compound).where(Compound.id == row.id).values(family=families[formula]))
    new = [formula for formula in formulae if formula not in known]
    names = {formula: written_formula(amounts_in(formula)) for formula in new}
    taken = {row.name for row in _where_in(session, list(names.values()), Compound.name)}
    made = insert_returning(
        session,
        Compound,
        [
            {
                "name": formula if names[formula] in taken else names[formula],
                "formula": formula,
                "parent": parent_formula(amounts_in(formula)),
                "family": families[formula],
            }
            for formula in new
        ],
    )
    return {formula: int(row.id) for formula, row in known.items()} | dict(zip(new, made, strict=True))


def _where_in(session: Session, values: Sequence[str], column: Any) -> list[Any]:
    found: list[Any] = []
    for start in range(0, len(values), KEYS_AT_ONCE):
        part = select(Compound.id, Compound.name, Compound.formula, Compound.family)
        found += session.execute(part.where(column.in_(values[start : start + KEYS_AT_ONCE]))).all()
    return found
