"""Store many files in one transaction: what the database has never seen goes in with a handful of statements."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from polyqw.db.models import Correction, IngestIssue, SourceBlock, SourceFile, Structure, storable
from polyqw.db.store.compounds import KEYS_AT_ONCE, compound_ids
from polyqw.db.store.source_files import issue_row, tolerances_digest
from polyqw.db.store.structures import FileRows, Outcome, StoreOutcome, insert_parts, store_rows
from polyqw.db.store.write import insert_all, insert_returning

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.orm import InstrumentedAttribute, Session

    from polyqw.db.store.rows import BlockRows

    Row = dict[str, Any]


def store_batch(
    session: Session,
    contents: Sequence[FileRows],
    *,
    analysis_version: str,
    tolerances: Mapping[str, Any],
) -> list[list[StoreOutcome]]:
    """Store the rows of many files; the database is the same as if `store_rows` had stored them one by one.

    Parameters
    ----------
    session : Session
        Within a transaction; the caller commits.
    contents : sequence of FileRows
        Their paths differ.
    tolerances : mapping
        Tolerances by names with units.

    Returns
    -------
    list of list of StoreOutcome
        One list for each file, one outcome for each of its blocks.
    """
    known = _Known.of(session, contents)
    outcomes: list[list[StoreOutcome]] = []
    fresh: list[FileRows] = []
    for content in contents:
        if known.is_fresh(content):
            known.remember(content)
            fresh.append(content)
            continue
        outcomes += _insert_fresh(session, fresh, analysis_version, tolerances)
        fresh = []
        outcomes.append(store_rows(session, content, analysis_version=analysis_version, tolerances=tolerances))
    return outcomes + _insert_fresh(session, fresh, analysis_version, tolerances)


class _Known:
    """What the database already holds of a batch: such files take the careful way, one by one."""

    def __init__(self, files: set[str], digests: set[str], corrected: set[str]) -> None:
        self.files = files
        self.digests = digests
        self.corrected = corrected

    @classmethod
    def of(cls, session: Session, contents: Sequence[FileRows]) -> _Known:
        names = [content.file for content in contents]
        blocks = [rows.structure for content in contents for rows in content.blocks]
        return cls(
            _present(session, SourceFile.file, names) | _present(session, IngestIssue.file, names),
            _present(session, Structure.file_sha256, [content.file_sha256 for content in contents]),
            _present(session, Correction.structure_sha256, [row["structure_sha256"] for row in blocks]),
        )

    def is_fresh(self, content: FileRows) -> bool:
        return (
            storable(content.file) not in self.files
            and content.file_sha256 not in self.digests
            and not any(rows.structure["structure_sha256"] in self.corrected for rows in content.blocks)
        )

    def remember(self, content: FileRows) -> None:
        self.files.add(storable(content.file))
        self.digests.add(content.file_sha256)


def _present(session: Session, column: InstrumentedAttribute[Any], values: Sequence[str]) -> set[str]:
    """Return which of the values a column holds."""
    found: set[str] = set()
    wanted = list(dict.fromkeys(values))
    for start in range(0, len(wanted), KEYS_AT_ONCE):
        found.update(session.scalars(select(column).where(column.in_(wanted[start : start + KEYS_AT_ONCE]))))
    return found


def _insert_fresh(
    session: Session, contents: Sequence[FileRows], analysis_version: str, tolerances: Mapping[str, Any]
) -> list[list[StoreOutcome]]:
    if not contents:
        return []
    now = datetime.now(UTC)
    settings = {"analysis_version": analysis_version, "tolerances_sha256": tolerances_digest(tolerances)}
    file_ids = insert_returning(
        session,
        SourceFile,
        [{"file": c.file, "file_sha256": c.file_sha256, "read_at": now, **settings} for c in contents],
    )
    blocks = [rows for content in contents for rows in content.blocks]
    compound_ids = _compounds(session, blocks)
    structure_ids = insert_returning(
        session,
        Structure,
        [
            {**rows.structure, "compound_id": compound_id}
            for rows, compound_id in zip(blocks, compound_ids, strict=True)
        ],
    )
    insert_parts(session, list(zip(structure_ids, compound_ids, blocks, strict=True)))
    insert_all(
        session, IngestIssue, [issue_row(c.file, c.file_sha256, i, c.seconds) for c in contents for i in c.issues]
    )
    ids = iter(structure_ids)
    outcomes, held = [], []
    for content, file_id in zip(contents, file_ids, strict=True):
        own = [StoreOutcome(next(ids), Outcome.STORED) for _ in content.blocks]
        held += [
            {"source_file_id": file_id, "block": rows.structure["block"], "structure_id": outcome.structure_id}
            for rows, outcome in zip(content.blocks, own, strict=True)
        ]
        outcomes.append(own)
    insert_all(session, SourceBlock, held)
    return outcomes


def _compounds(session: Session, blocks: Sequence[BlockRows]) -> list[int]:
    """Return the compound of each structure, with the first family known of its formula."""
    families: dict[str, str | None] = {}
    for rows in blocks:
        formula, family = rows.structure["formula"], rows.structure["family"]
        families[formula] = families.get(formula) or family
    keys = compound_ids(session, families)
    return [keys[rows.structure["formula"]] for rows in blocks]
