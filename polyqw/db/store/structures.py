"""Store structures and what their analysis came to; the same file twice changes nothing.

What concerns files as such stands in `polyqw.db.store.source_files` and can be had from here too.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, select, update

from polyqw.db.models import Composition, Descriptor, IngestIssue, Site, Structure, Transition, Well, WellVertex
from polyqw.db.store.compounds import compound_ids
from polyqw.db.store.corrections import apply_corrections
from polyqw.db.store.source_files import (
    Issue,
    forget_vanished_blocks,
    known_digests,
    point_block,
    record_issue,
    remember_file,
)
from polyqw.db.store.write import insert_all, insert_one, insert_returning

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.orm import Session

    from polyqw.db.store.rows import BlockRows

    Row = dict[str, Any]

__all__ = [
    "FileRows",
    "Issue",
    "Outcome",
    "StoreOutcome",
    "known_digests",
    "record_issue",
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
    outcome : Outcome
        ``stored``: the database did not have it. ``unchanged``: it had. ``updated``: it stands in place of an
        older content of the same file, or was analysed anew.
    """

    structure_id: int
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class FileRows:
    """All that one file came to, as rows without keys.

    Parameters
    ----------
    file : str
        Path as given to ingest.
    file_sha256 : str
        Digest of the (uncompressed) file.
    blocks : tuple of BlockRows
        Data blocks that have a structure; their names differ.
    issues : tuple of Issue
        What gave no structure.
    seconds : float or None
        Time spent on the file [s].
    """

    file: str
    file_sha256: str
    blocks: tuple[BlockRows, ...] = ()
    issues: tuple[Issue, ...] = ()
    seconds: float | None = None


def store_rows(
    session: Session, content: FileRows, *, analysis_version: str, tolerances: Mapping[str, Any]
) -> list[StoreOutcome]:
    """Store the rows of one file, within one transaction; its issues replace what was recorded for it before."""
    session.execute(delete(IngestIssue).where(IngestIssue.file == content.file))
    file_id = remember_file(session, content.file, content.file_sha256, analysis_version, tolerances)
    outcomes = [_store_block(session, rows, file_id) for rows in content.blocks]
    if outcomes:
        names = {rows.structure["block"] for rows in content.blocks}
        forget_vanished_blocks(session, content.file, names, outcomes[0].structure_id)
    for issue in content.issues:
        record_issue(session, content.file, content.file_sha256, issue, seconds=content.seconds)
    return outcomes


def _store_block(session: Session, rows: BlockRows, file_id: int) -> StoreOutcome:
    """Store a structure with its wells, or find that it is stored already.

    The digest of the file and the name of the data block tell structures apart. The same content under
    another path is not stored twice. Another content under the same path and block is a new structure, and
    the old one is marked superseded unless another path still holds it. Another analysis version, other
    tolerances, or another who vouches for the file replace what is held of the structure.
    """
    new = rows.structure
    found = session.execute(
        select(
            Structure.id,
            Structure.analysis_version,
            Structure.tolerances,
            Structure.trust,
            Structure.superseded_by,
        ).where(Structure.file_sha256 == new["file_sha256"], Structure.block == new["block"])
    ).one_or_none()
    if found is None:
        structure_id = _insert(session, rows)
        outcome = Outcome.STORED
    else:
        structure_id = found.id
        outcome = Outcome.UNCHANGED
        held = (found.analysis_version, found.tolerances, found.trust)
        if held != (new["analysis_version"], new["tolerances"], new["trust"]):
            _replace(session, structure_id, rows)
            outcome = Outcome.UPDATED
        if found.superseded_by is not None:
            session.execute(update(Structure).where(Structure.id == structure_id).values(superseded_by=None))
            outcome = Outcome.UPDATED
    if point_block(session, file_id, new["block"], structure_id):
        outcome = Outcome.UPDATED
    return StoreOutcome(structure_id, outcome)


def _insert(session: Session, rows: BlockRows) -> int:
    row = {**rows.structure, "compound_id": _compound_id(session, rows.structure)}
    structure_id = insert_one(session, Structure, row)
    _insert_parts(session, structure_id, rows)
    return structure_id


def _replace(session: Session, structure_id: int, rows: BlockRows) -> None:
    """Put a new analysis in the place of the old one; the row keeps the path of its first reading."""
    for model in (Well, Descriptor, Composition, Site):
        session.execute(delete(model).where(model.structure_id == structure_id))
    session.execute(delete(Transition).where(Transition.structure_id == structure_id, Transition.key.is_(None)))
    row = {**rows.structure, "file": Structure.file, "compound_id": _compound_id(session, rows.structure)}
    session.execute(update(Structure).where(Structure.id == structure_id).values(row))
    _insert_parts(session, structure_id, rows)


def _insert_parts(session: Session, structure_id: int, rows: BlockRows) -> None:
    compound_id = session.scalar(select(Structure.compound_id).where(Structure.id == structure_id))
    insert_parts(session, [(structure_id, int(compound_id or 0), rows)])
    apply_corrections(session, structure_id)


def insert_parts(session: Session, stored: Sequence[tuple[int, int, BlockRows]]) -> None:
    """Insert sites, wells, vertices, descriptors and Tc of structures.

    Parameters
    ----------
    stored : sequence of (structure_id, compound_id, BlockRows)
    """
    insert_all(session, Site, [{**row, "structure_id": key} for key, _, rows in stored for row in rows.sites])
    insert_all(
        session, Composition, [{**row, "structure_id": key} for key, _, rows in stored for row in rows.composition]
    )
    wells = [(key, row, vertices) for key, _, rows in stored for row, vertices in rows.wells]
    well_ids = insert_returning(session, Well, [{**row, "structure_id": key} for key, row, _ in wells])
    insert_all(
        session,
        WellVertex,
        [
            {**vertex, "structure_id": key, "well_id": well_id}
            for (key, _, vertices), well_id in zip(wells, well_ids, strict=True)
            for vertex in vertices
        ],
    )
    insert_all(
        session, Descriptor, [{**row, "structure_id": key} for key, _, rows in stored for row in rows.descriptors]
    )
    insert_all(
        session,
        Transition,
        [
            {**rows.transition, "structure_id": key, "compound_id": compound_id}
            for key, compound_id, rows in stored
            if rows.transition is not None
        ],
    )


def _compound_id(session: Session, structure: Row) -> int:
    return compound_ids(session, {structure["formula"]: structure["family"]})[structure["formula"]]
