"""The database's account of itself: files that failed, corrections by people, the meaning of columns."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from polyqw.db.models.base import Base, column, digest, identity, not_negative, one_of


class IssueStatus(StrEnum):
    """Whether the file is at fault, or its reading broke off."""

    REJECTED = "rejected"
    FAILED = "failed"


class CorrectedTable(StrEnum):
    """What a person can correct."""

    STRUCTURE = "structure"
    TRANSITION = "transition"


class IngestIssue(Base):
    """A file, or a data block of one, that gave no structure."""

    __tablename__ = "ingest_issue"
    __table_args__ = (
        UniqueConstraint("file", "block"),
        one_of("status", IssueStatus),
        digest("file_sha256"),
        not_negative("seconds"),
        Index("ix_ingest_issue_reason", "reason"),
    )
    SOURCE: ClassVar[str] = "ingest"

    id: Mapped[int] = identity()
    file: Mapped[str] = column("Path as given to ingest.")
    block: Mapped[str] = column("Name of the data block; empty for the whole file.")
    file_sha256: Mapped[str | None] = column("SHA-256 of the (uncompressed) file; null where it could not be read.")
    status: Mapped[str] = column("rejected (the file is at fault) or failed (time, memory or a crash).")
    reason: Mapped[str] = column("Reason code.")
    message: Mapped[str] = column("The reason, one sentence.")
    seconds: Mapped[float | None] = column("Time spent on the file.")
    recorded_at: Mapped[datetime] = column("When the row was written.", unit="UTC")


class Correction(Base):
    """A value that a person put right; it is applied again whenever the structure is read again."""

    __tablename__ = "correction"
    __table_args__ = (
        one_of("table_name", CorrectedTable),
        digest("structure_sha256"),
        Index("ix_correction_structure_sha256", "structure_sha256"),
    )
    SOURCE: ClassVar[str] = "a person"

    id: Mapped[int] = identity()
    structure_sha256: Mapped[str] = column(
        "SHA-256 of the cell of the structure, which renaming a file does not change."
    )
    table_name: Mapped[str] = column("structure, or transition for the Tc that came with the structure file.")
    column_name: Mapped[str] = column("Column put right.")
    old_value: Mapped[str | None] = column("What stood there when the correction was made.")
    new_value: Mapped[str | None] = column("What should stand there; null empties the column.")
    reason: Mapped[str] = column("Why, and on what authority.")
    author: Mapped[str] = column("Who says so.")
    corrected_at: Mapped[datetime] = column("When the correction was made.", unit="UTC")


class ColumnMetadata(Base):
    """Unit, description and source of a column of a table or view."""

    __tablename__ = "column_metadata"
    SOURCE: ClassVar[str] = "polyqw"

    table_name: Mapped[str] = column("Table or view.", primary_key=True)
    column_name: Mapped[str] = column("Column.", primary_key=True)
    position: Mapped[int] = column("Place of the column in its table, from 0.")
    unit: Mapped[str | None] = column("Unit; null for what has none.")
    description: Mapped[str] = column("What the column holds.")
    source: Mapped[str] = column("Where the value comes from.")
