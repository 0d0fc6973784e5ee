"""Store structures and what their analysis came to; the same file twice changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import delete, exists, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from polyqw.db.corrections import apply_corrections
from polyqw.db.models import (
    Base,
    Compound,
    Descriptor,
    IngestIssue,
    IssueStatus,
    Site,
    SourceBlock,
    SourceFile,
    Structure,
    Transition,
    Well,
    WellVertex,
    table_of,
)
from polyqw.db.plain import json_digest, plain_dict
from polyqw.db.rows import descriptor_rows, site_rows, structure_row, vertex_rows, well_row

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.orm import Session

    from polyqw.core.record import StructureRecord
    from polyqw.core.wells import Analysis

    Row = dict[str, Any]


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


@dataclass(frozen=True, slots=True)
class Issue:
    """Why a file, or a data block of one, gave no structure.

    Parameters
    ----------
    status : {'rejected', 'failed'}
        The file is at fault, or its reading broke off.
    reason, message : str
        Reason code, and one sentence.
    block : str
        Name of the data block; empty for the whole file.
    """

    status: Literal["rejected", "failed"]
    reason: str
    message: str
    block: str = ""


def is_unchanged(
    session: Session,
    file: str,
    file_sha256: str,
    *,
    analysis_version: str,
    tolerances: Mapping[str, Any],
) -> bool:
    """Whether a file with this content went through this analysis before, so that it need not again.

    False where the earlier reading broke off (``failed``), and for a copy of a known file under a new name:
    storing that costs a reading once and makes no second structure.

    Parameters
    ----------
    session : Session
    file : str
        Path as given to ingest.
    file_sha256 : str
        Digest of the (uncompressed) file.
    analysis_version : str
    tolerances : mapping
        Tolerances by names with units.
    """
    known = exists().where(
        SourceFile.file == file,
        SourceFile.file_sha256 == file_sha256,
        SourceFile.analysis_version == analysis_version,
        SourceFile.tolerances_sha256 == tolerances_digest(tolerances),
    )
    broken = exists().where(IngestIssue.file == file, IngestIssue.status == IssueStatus.FAILED)
    return bool(session.scalar(select(known & ~broken)))


def known_files(session: Session, *, analysis_version: str, tolerances: Mapping[str, Any]) -> dict[str, str]:
    """Return the digests, by path, of all files for which `is_unchanged` may say so: one query for a folder.

    Parameters
    ----------
    session : Session
    analysis_version : str
    tolerances : mapping
        Tolerances by names with units.
    """
    broken = exists().where(IngestIssue.file == SourceFile.file, IngestIssue.status == IssueStatus.FAILED)
    rows = session.execute(
        select(SourceFile.file, SourceFile.file_sha256).where(
            SourceFile.analysis_version == analysis_version,
            SourceFile.tolerances_sha256 == tolerances_digest(tolerances),
            ~broken,
        )
    )
    return {row.file: row.file_sha256 for row in rows}


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
    _remember_file(session, file, file_sha256, analysis_version, tolerances)
    outcomes = [
        store_structure(session, record, analysis, analysis_version=analysis_version, tolerances=tolerances)
        for record, analysis in blocks
    ]
    if outcomes:
        _forget_vanished_blocks(session, file, {record.block for record, _ in blocks}, outcomes[0].structure_id)
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
    file_id = _remember_file(session, record.file, record.file_sha256, analysis_version, tolerances)
    if _point_block(session, file_id, record.block, structure_id):
        outcome = Outcome.UPDATED
    return StoreOutcome(structure_id, outcome)


def record_issue(
    session: Session, file: str, file_sha256: str | None, issue: Issue, *, seconds: float | None = None
) -> None:
    """Record that a file, or a data block of one, gave no structure; a later record takes its place.

    Parameters
    ----------
    session : Session
    file : str
        Path as given to ingest.
    file_sha256 : str or None
        Digest of the file; None where it could not be read.
    issue : Issue
    seconds : float, optional
        Time spent on the file [s].
    """
    row = {
        "file_sha256": file_sha256,
        "status": issue.status,
        "reason": issue.reason,
        "message": issue.message,
        "seconds": seconds,
        "recorded_at": datetime.now(UTC),
    }
    _upsert(session, IngestIssue, {"file": file, "block": issue.block}, row)


def tolerances_digest(tolerances: Mapping[str, Any]) -> str:
    """Return a SHA-256 of tolerances that does not depend on their order."""
    return json_digest(tolerances)


def _upsert(session: Session, model: type[Any], key: Row, values: Row) -> None:
    """Insert a row, or update the one with this key."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    statement = dialect.insert(model).values(key | values)
    session.execute(statement.on_conflict_do_update(index_elements=list(key), set_=values))


def _remember_file(
    session: Session, file: str, file_sha256: str, analysis_version: str, tolerances: Mapping[str, Any]
) -> int:
    values = {
        "file_sha256": file_sha256,
        "analysis_version": analysis_version,
        "tolerances_sha256": tolerances_digest(tolerances),
    }
    found = session.execute(select(*table_of(SourceFile).columns).where(SourceFile.file == file)).one_or_none()
    if found is None or any(found._mapping[name] != value for name, value in values.items()):
        _upsert(session, SourceFile, {"file": file}, values | {"read_at": datetime.now(UTC)})
    return found.id if found else session.execute(select(SourceFile.id).where(SourceFile.file == file)).scalar_one()


def _point_block(session: Session, file_id: int, block: str, structure_id: int) -> bool:
    """Make a block of a file hold a structure; return whether it held another."""
    here = (SourceBlock.source_file_id == file_id, SourceBlock.block == block)
    before = session.scalar(select(SourceBlock.structure_id).where(*here))
    if before is None:
        session.execute(insert(SourceBlock).values(source_file_id=file_id, block=block, structure_id=structure_id))
    elif before != structure_id:
        session.execute(update(SourceBlock).where(*here).values(structure_id=structure_id))
        _supersede(session, before, structure_id)
    return before not in (None, structure_id)


def _forget_vanished_blocks(session: Session, file: str, blocks: set[str], successor: int) -> None:
    """Supersede the structures of blocks that a changed file no longer has."""
    held = session.execute(
        select(SourceBlock.source_file_id, SourceBlock.block, SourceBlock.structure_id)
        .join(SourceFile, SourceFile.id == SourceBlock.source_file_id)
        .where(SourceFile.file == file)
    ).all()
    for file_id, block, structure_id in held:
        if block not in blocks:
            session.execute(
                delete(SourceBlock).where(SourceBlock.source_file_id == file_id, SourceBlock.block == block)
            )
            _supersede(session, structure_id, successor)


def _supersede(session: Session, structure_id: int, successor: int) -> None:
    """Mark a structure superseded, unless a file still holds it."""
    still_held = session.scalar(select(exists().where(SourceBlock.structure_id == structure_id)))
    if not still_held and structure_id != successor:
        session.execute(update(Structure).where(Structure.id == structure_id).values(superseded_by=successor))


def _insert(
    session: Session, record: StructureRecord, analysis: Analysis, analysis_version: str, tolerances: Row
) -> int:
    row = structure_row(record, analysis, analysis_version, tolerances)
    row["compound_id"] = _compound_id(session, row["formula"], row["family"])
    structure_id = int(session.execute(insert(Structure).values(row).returning(Structure.id)).scalar_one())
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
    _insert_all(session, Site, site_rows(structure_id, record.cell))
    vertices: list[Row] = []
    for well in analysis.wells:
        statement = insert(Well).values(well_row(structure_id, well)).returning(Well.id)
        vertices += vertex_rows(structure_id, session.execute(statement).scalar_one(), well)
    _insert_all(session, WellVertex, vertices)
    _insert_all(session, Descriptor, descriptor_rows(structure_id, analysis))
    _insert_transition(session, structure_id, record)
    apply_corrections(session, structure_id)


def _insert_all(session: Session, model: type[Base], rows: list[Row]) -> None:
    if rows:
        session.execute(insert(model), rows)


def _insert_transition(session: Session, structure_id: int, record: StructureRecord) -> None:
    transition = record.provenance.transition
    if transition is None:
        return
    session.execute(
        insert(Transition).values(
            compound_id=select(Structure.compound_id).where(Structure.id == structure_id).scalar_subquery(),
            structure_id=structure_id,
            tc_kelvin=transition.tc_kelvin,
            kind=transition.kind.value,
            source=transition.source,
        )
    )


def _compound_id(session: Session, formula: str, family: str | None) -> int:
    """Return the compound of a formula, made if there is none."""
    found = session.execute(select(Compound.id, Compound.family).where(Compound.formula == formula)).one_or_none()
    if found is None:
        values = {"name": formula, "formula": formula, "family": family}
        return int(session.execute(insert(Compound).values(values).returning(Compound.id)).scalar_one())
    if found.family is None and family is not None:
        session.execute(update(Compound).where(Compound.id == found.id).values(family=family))
    return int(found.id)
