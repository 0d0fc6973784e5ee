"""Values that a person put right: kept by themselves, applied again whenever a structure is stored anew."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Double, select, update

from polyqw.db.models import Base, CorrectedTable, Correction, Structure, Transition, table_of
from polyqw.errors import DatabaseError

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

CORRECTABLE: dict[CorrectedTable, tuple[str, ...]] = {
    CorrectedTable.STRUCTURE: (
        "origin", "method", "source", "doi", "citation", "temperature_kelvin", "pressure_gpa",
        "pressure_note", "doping", "table_row", "note",
    ),
    CorrectedTable.TRANSITION: (
        "tc_kelvin", "tc_su_kelvin", "kind", "method", "pressure_gpa", "doping", "source",
    ),
}  # fmt: skip
"""What can be put right: what a file says about a structure, never what was computed from it."""


def add_correction(
    session: Session,
    structure_id: int,
    column_name: str,
    new_value: str | float | None,
    *,
    reason: str,
    author: str,
    table: CorrectedTable = CorrectedTable.STRUCTURE,
) -> None:
    """Put a value right, now and whenever the same structure is read again.

    Parameters
    ----------
    structure_id : int
        Any structure with the cell concerned.
    column_name : str
        One of `CORRECTABLE`.
    new_value : str, float or None
        What should stand there, in the column's unit.
    reason : str
        Why, and on what authority.
    table : CorrectedTable
        The structure, or the Tc that came with its file.

    Raises
    ------
    DatabaseError
        If the structure is unknown, the column cannot be corrected, the value is not a number, or the Tc to be
        corrected is one that the file claims and nobody vouches for.
    """
    if column_name not in CORRECTABLE[table]:
        raise DatabaseError(f"{table}.{column_name} cannot be corrected; one of {', '.join(CORRECTABLE[table])}")
    digest = session.scalar(select(Structure.structure_sha256).where(Structure.id == structure_id))
    if digest is None:
        raise DatabaseError(f"no structure {structure_id}; find its number with `polyqw show`")
    model, where = _rows_of(table, structure_id)
    if table is CorrectedTable.TRANSITION and _only_claims_tc(session, structure_id):
        raise DatabaseError(
            f"nobody vouches for the Tc of structure {structure_id}, so there is none to correct; read its file with "
            "polyqw ingest --trust first"
        )
    _value(model, column_name, None if new_value is None else str(new_value))
    old = session.scalar(select(table_of(model).c[column_name]).where(where))
    session.add(
        Correction(
            structure_sha256=digest,
            table_name=table.value,
            column_name=column_name,
            old_value=None if old is None else str(old),
            new_value=None if new_value is None else str(new_value),
            reason=reason,
            author=author,
            corrected_at=datetime.now(UTC),
        )
    )
    session.flush()
    for concerned in session.scalars(select(Structure.id).where(Structure.structure_sha256 == digest)).all():
        apply_corrections(session, concerned)


def apply_corrections(session: Session, structure_id: int) -> None:
    """Apply all corrections made to a structure, in the order in which they were made."""
    corrections = session.execute(
        select(Correction.table_name, Correction.column_name, Correction.new_value)
        .join(Structure, Structure.structure_sha256 == Correction.structure_sha256)
        .where(Structure.id == structure_id)
        .order_by(Correction.id)
    ).all()
    for table_name, column_name, new_value in corrections:
        model, where = _rows_of(CorrectedTable(table_name), structure_id)
        session.execute(update(model).where(where).values({column_name: _value(model, column_name, new_value)}))


def _only_claims_tc(session: Session, structure_id: int) -> bool:
    return session.scalar(select(Structure.tc_claimed_kelvin).where(Structure.id == structure_id)) is not None


def _rows_of(table: CorrectedTable, structure_id: int) -> tuple[type[Base], ColumnElement[bool]]:
    if table is CorrectedTable.STRUCTURE:
        return Structure, Structure.id == structure_id
    return Transition, (Transition.structure_id == structure_id) & Transition.key.is_(None)


def _value(model: type[Base], column_name: str, text: str | None) -> Any:
    if text is None or not isinstance(table_of(model).c[column_name].type, Double):
        return text
    try:
        return float(text)
    except ValueError as error:
        raise DatabaseError(f"{column_name} takes a number, not {text!r}") from error
