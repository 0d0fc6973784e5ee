"""Values that a person put right: kept by themselves, applied again whenever a structure is stored anew.

Older versions had a way to write them; databases that hold some keep them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Double, select, update

from polyqw.db.models import Base, CorrectedTable, Correction, Structure, Transition, table_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def apply_corrections(session: Session, structure_id: int) -> None:
    """Apply all corrections made to a structure, in the order in which they were made."""
    corrections = session.execute(
        select(Correction.table_name, Correction.column_name, Correction.new_value)
        .join(Structure, Structure.structure_sha256 == Correction.structure_sha256)
        .where(Structure.id == structure_id)
        .order_by(Correction.id)
    ).all()
    for table_name, column_name, text in corrections:
        model: type[Base] = Structure
        where = Structure.id == structure_id
        if table_name == CorrectedTable.TRANSITION:
            model, where = Transition, (Transition.structure_id == structure_id) & Transition.key.is_(None)
        is_number = isinstance(table_of(model).c[column_name].type, Double)
        value = float(text) if is_number and text is not None else text
        session.execute(update(model).where(where).values({column_name: value}))
