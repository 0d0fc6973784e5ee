"""The files structures come from: which are known, which block holds which structure, which gave none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import delete, exists, select, update

from polyqw.core.record import Trust
from polyqw.db.models import IngestIssue, IssueStatus, SourceBlock, SourceFile, Structure, storable, table_of
from polyqw.db.plain import json_digest
from polyqw.db.store.write import insert_all, insert_one

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session


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


def known_digests(
    session: Session,
    files: Sequence[str],
    *,
    analysis_version: str,
    tolerances: Mapping[str, Any],
    trusted: bool | None = None,
) -> dict[str, str]:
    """Return the digests, by path, of those files that went through this analysis: the same content need not again.

    A file is left out where its earlier reading broke off (``failed``), and where the user vouched for it then and
    not now, or the other way round. A copy of a known file under a new name is not known: storing it costs a reading
    once and makes no second structure.

    Parameters
    ----------
    files : sequence of str
        Paths as given to ingest, at most a few hundred.
    tolerances : mapping
        Tolerances by names with units.
    trusted : bool, optional
        Whether the user vouches for the files now; None where the digest tells that too.
    """
    broken = exists().where(IngestIssue.file == SourceFile.file, IngestIssue.status == IssueStatus.FAILED)
    rows = session.execute(
        select(SourceFile.file, SourceFile.file_sha256).where(
            SourceFile.file.in_(files),
            SourceFile.analysis_version == analysis_version,
            SourceFile.tolerances_sha256 == tolerances_digest(tolerances),
            ~broken,
            *([] if trusted is None else [~_weighed_otherwise(trusted=trusted)]),
        )
    )
    found = {row.file: row.file_sha256 for row in rows}
    return {name: found[storable(name)] for name in files if storable(name) in found}


def _weighed_otherwise(*, trusted: bool) -> ColumnElement[bool]:
    """Whether a structure of the file was stored when the user took the other stand on it."""
    other = Trust.NONE if trusted else Trust.USER
    return (
        exists()
        .where(SourceBlock.source_file_id == SourceFile.id)
        .where(SourceBlock.structure_id == Structure.id, Structure.trust == other)
    )


def record_issue(
    session: Session, file: str, file_sha256: str | None, issue: Issue, *, seconds: float | None = None
) -> None:
    """Record that a file, or a data block of one, gave no structure; a later record takes its place.

    Parameters
    ----------
    file : str
        Path as given to ingest.
    file_sha256 : str or None
        Digest of the file; None where it could not be read.
    seconds : float, optional
        Time spent on the file [s].
    """
    session.execute(delete(IngestIssue).where(IngestIssue.file == file, IngestIssue.block == issue.block))
    insert_all(session, IngestIssue, [issue_row(file, file_sha256, issue, seconds)])


def issue_row(file: str, file_sha256: str | None, issue: Issue, seconds: float | None) -> dict[str, Any]:
    """Return the row of an issue."""
    return {
        "file": file,
        "block": issue.block,
        "file_sha256": file_sha256,
        "status": issue.status,
        "reason": issue.reason,
        "message": issue.message,
        "seconds": seconds,
        "recorded_at": datetime.now(UTC),
    }


def tolerances_digest(tolerances: Mapping[str, Any]) -> str:
    """Return a SHA-256 of tolerances that does not depend on their order."""
    return json_digest(tolerances)


def remember_file(
    session: Session, file: str, file_sha256: str, analysis_version: str, tolerances: Mapping[str, Any]
) -> int:
    """Remember a file with its content and settings, and return its key."""
    values = {
        "file_sha256": file_sha256,
        "analysis_version": analysis_version,
        "tolerances_sha256": tolerances_digest(tolerances),
    }
    table = table_of(SourceFile)
    found = session.execute(select(*table.columns).where(table.c.file == file)).mappings().one_or_none()
    moment = {"read_at": datetime.now(UTC)}
    if found is None:
        return insert_one(session, SourceFile, {"file": file} | values | moment)
    if any(found[name] != value for name, value in values.items()):
        session.execute(update(SourceFile).where(SourceFile.id == found["id"]).values(values | moment))
    return int(found["id"])


def point_block(session: Session, file_id: int, block: str, structure_id: int) -> bool:
    """Make a block of a file hold a structure; return whether it held another."""
    here = (SourceBlock.source_file_id == file_id, SourceBlock.block == block)
    before = session.scalar(select(SourceBlock.structure_id).where(*here))
    if before is None:
        row = {"source_file_id": file_id, "block": block, "structure_id": structure_id}
        insert_all(session, SourceBlock, [row])
    elif before != structure_id:
        session.execute(update(SourceBlock).where(*here).values(structure_id=structure_id))
        _supersede(session, before, structure_id)
    return before not in (None, structure_id)


def forget_vanished_blocks(session: Session, file: str, blocks: set[str], successor: int) -> None:
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
