"""Store structures and what their analysis came to; the same file twice changes nothing.

What concerns files as such stands in `polyqw.db.source_files` and can be had from here too.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, select, update

from polyqw.db.corrections import apply_corrections
from polyqw.db.models import Compound, Descriptor, IngestIssue, Site, Structure, Transition, Well, WellVertex
from polyqw.db.plain import plain_dict
from polyqw.db.rows import descriptor_rows, site_rows, structure_row, vertex_rows, well_row
from polyqw.db.source_files import (
    Issue,
    forget_vanished_blocks,
    is_unchanged,
    known_files,
    point_block,
    record_issue,
    remember_file,
)
from polyqw.db.write import insert_all, insert_one

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.orm import Session

    from polyqw.core.record import StructureRecord
    from polyqw.core.wells import Analysis

    Row = dict[str, Any]

__all__ = [
    "Issue",
    "Outcome",
    "StoreOutcome",
    "is_unchanged",
    "known_files",
    "record_issue",
    "store_file",
    "store_structure",
]


class Outcome(StrEnum):
    """What storing a structure did."""

    STORED = "stored"
    UNCHANGED = "unchanged"
    UPDATED = "updated"


@dataclass(frozen=True, slots=True)
class StoreOutcome:
    """What storing a structure did.

    Parameters
    ----------
    structure_id : int
    outcome : Outcome
        ``stored``: the database did not have it. ``unchanged``: it had. ``updated``: it stands in place of an
        older content of the same file, or was analysed anew.
    """

    structure_id: int
    outcome: Outcome


def store_file(
    session: Session,
    file: str,
    file_sha256: str,
    blocks: Sequence[tuple[StructureRecord, Analysis]],
    issues: Sequence[Issue] = (),
    *,
    analysis_version: str,
    tolerances: Mapping[str, Any],
    seconds: float | None = None,
) -> list[StoreOutcome]:
    """Store all that one file came to; call it once per file, within one transaction.

    Parameters
    ----------
    session : Session
    file : str
        Path as given to ingest; the same as in the records.
    file_sha256 : str
        Digest of the (uncompressed) file.
    blocks : sequence of (StructureRecord, Analysis)
        Data blocks that have a structure; their names differ.
    issues : sequence of Issue
        What gave no structure; replaces what was recorded for the file before.
    analysis_version : str
    tolerances : mapping
        Tolerances by names with units.
    seconds : float, optional
        Time spent on the file [s].

    Returns
    -------
    list of StoreOutcome
        One for each block, in their order.
    """
    session.execute(delete(IngestIssue).where(IngestIssue.file == file))
    remember_file(session, file, file_sha256, analysis_version, tolerances)
    outcomes = [
        store_structure(session, record, analysis, analysis_version=analysis_version, tolerances=tolerances)
        for record, analysis in blocks
    ]
    if outcomes:
        forget_vanished_blocks(session, file, {record.block for record, _ in blocks}, outcomes[0].structure_id)
    for issue in issues:
        record_issue(session, file, file_sha256, issue, seconds=seconds)
    return outcomes


def store_structure(
    session: Session,
    record: StructureRecord,
    analysis: Analysis,
    *,
    analysis_version: str,
    tolerances: Mapping[str, Any],
) -> StoreOutcome:
    """Store a structure with its wells, or find that it is stored already.

    The digest of the file and the name of the data block tell structures apart. The same content under
    another path is not stored twice. Another content under the same path and block is a new structure, and
    the old one is marked superseded unless another path still holds it. Another analysis version or other
    tolerances replace the wells of the structure.

    Parameters
    ----------
    session : Session
        Within a transaction; the caller commits.
    record : StructureRecord
    analysis : Analysis
    analysis_version : str
    tolerances : mapping
        Tolerances by names with units.
    """
    found = session.execute(
        select(Structure.id, Structure.analysis_version, Structure.tolerances, Structure.superseded_by).where(
            Structure.file_sha256 == record.file_sha256, Structure.block == record.block
        )
    ).one_or_none()
    wanted = (analysis_version, plain_dict(tolerances))
    if found is None:
        structure_id = _insert(session, record, analysis, *wanted)
        outcome = Outcome.STORED
    else:
        structure_id = found.id
        outcome = Outcome.UNCHANGED
        if (found.analysis_version, found.tolerances) != wanted:
            _replace(session, structure_id, record, analysis, *wanted)
            outcome = Outcome.UPDATED
        if found.superseded_by is not None:
            session.execute(update(Structure).where(Structure.id == structure_id).values(superseded_by=None))
            outcome = Outcome.UPDATED
    file_id = remember_file(session, record.file, record.file_sha256, analysis_version, tolerances)
    if point_block(session, file_id, record.block, structure_id):
        outcome = Outcome.UPDATED
    return StoreOutcome(structure_id, outcome)


def _insert(
    session: Session, record: StructureRecord, analysis: Analysis, analysis_version: str, tolerances: Row
) -> int:
    row = structure_row(record, analysis, analysis_version, tolerances)
    row["compound_id"] = _compound_id(session, row["formula"], row["family"])
    structure_id = insert_one(session, Structure, row)
    _insert_parts(session, structure_id, record, analysis)
    return structure_id


def _replace(
    session: Session,
    structure_id: int,
    record: StructureRecord,
    analysis: Analysis,
    analysis_version: str,
    tolerances: Row,
) -> None:
    """Put a new analysis in the place of the old one; the row keeps the path of its first reading."""
    for model in (Well, Descriptor, Site):
        session.execute(delete(model).where(model.structure_id == structure_id))
    session.execute(delete(Transition).where(Transition.structure_id == structure_id, Transition.key.is_(None)))
    row = structure_row(record, analysis, analysis_version, tolerances) | {"file": Structure.file}
    row["compound_id"] = _compound_id(session, row["formula"], row["family"])
    session.execute(update(Structure).where(Structure.id == structure_id).values(row))
    _insert_parts(session, structure_id, record, analysis)


def _insert_parts(session: Session, structure_id: int, record: StructureRecord, analysis: Analysis) -> None:
    insert_all(session, Site, site_rows(structure_id, record.cell))
    vertices: list[Row] = []
    for well in analysis.wells:
        vertices += vertex_rows(structure_id, insert_one(session, Well, well_row(structure_id, well)), well)
    insert_all(session, WellVertex, vertices)
    insert_all(session, Descriptor, descriptor_rows(structure_id, analysis))
    _insert_transition(session, structure_id, record)
    apply_corrections(session, structure_id)


def _insert_transition(session: Session, structure_id: int, record: StructureRecord) -> None:
    transition = record.provenance.transition
    if transition is None:
        return
    row = {
        "compound_id": session.scalar(select(Structure.compound_id).where(Structure.id == structure_id)),
        "structure_id": structure_id,
        "tc_kelvin": float(transition.tc_kelvin),
        "kind": transition.kind.value,
        "source": transition.source,
    }
    insert_one(session, Transition, row)


def _compound_id(session: Session, formula: str, family: str | None) -> int:
    """Return the compound of a formula, made if there is none."""
    found = session.execute(select(Compound.id, Compound.family).where(Compound.formula == formula)).one_or_none()
    if found is None:
        values = {"name": formula, "formula": formula, "family": family}
        return insert_one(session, Compound, values)
    if found.family is None and family is not None:
        session.execute(update(Compound).where(Compound.id == found.id).values(family=family))
    return int(found.id)
