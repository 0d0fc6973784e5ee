"""What the papers state, number by number, and what came out when it was recomputed."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, relationship

from polyqw.db.models.base import Base, column, identity, one_of


class Verdict(StrEnum):
    """What a recomputation says of a claim."""

    REPRODUCED = "reproduced"
    APPROXIMATE = "approximate"
    NOT_REPRODUCED = "not_reproduced"
    CONTRADICTION = "contradiction"
    AMBIGUOUS = "ambiguous"
    INPUT = "input"


class Claim(Base):
    """A checkable statement of the papers."""

    __tablename__ = "claim"
    SOURCE: ClassVar[str] = "db/seed/claim.csv"

    id: Mapped[int] = identity()
    key: Mapped[str] = column("Short name.", unique=True)
    source: Mapped[str] = column("Papers that state it, e.g. papers/001 002.")
    place: Mapped[str] = column("Where in them: table, equation, figure or section.")
    statement: Mapped[str] = column("What is stated.")
    stated: Mapped[str | None] = column("The value stated; several joined by semicolons; null where none is.")
    unit: Mapped[str | None] = column("Unit of the value as printed; null where it has none.")
    tolerance: Mapped[str | None] = column("Difference still called agreement: a number, or a percentage.")


class ClaimResult(Base):
    """What a claim came to with one state of program and data."""

    __tablename__ = "claim_result"
    __table_args__ = (one_of("verdict", Verdict), Index("ix_claim_result_verdict", "verdict"))
    SOURCE: ClassVar[str] = "polyqw claims"

    claim_id: Mapped[int] = column("Claim.", ForeignKey("claim.id", ondelete="CASCADE"), primary_key=True)
    recomputed: Mapped[list[Any] | None] = column("Recomputed values, a list; null where nothing can be computed.")
    verdict: Mapped[str] = column(
        "reproduced, approximate, not_reproduced, contradiction (two sources disagree), ambiguous, or input (data "
        "that nothing here can recompute)."
    )
    note: Mapped[str] = column("One sentence with the numbers.")
    code_version: Mapped[str] = column("Version of polyqw.")
    checked_at: Mapped[datetime] = column("When it was computed.", unit="UTC")

    claim: Mapped[Claim] = relationship()
