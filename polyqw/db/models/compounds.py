"""References, and the compounds everything else is about."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from sqlalchemy.orm import Mapped

from polyqw.core.wells import Family
from polyqw.db.models.base import Base, column, identity, one_of


class ReferenceKind(StrEnum):
    """What a reference is to this database."""

    PAPER = "paper"  # one of the texts whose claims are examined
    EXPERIMENT = "experiment"
    THEORY = "theory"


class Reference(Base):
    """A text that a number comes from."""

    __tablename__ = "reference"
    __table_args__ = (one_of("kind", ReferenceKind),)
    SOURCE: ClassVar[str] = "db/seed/reference.csv"

    id: Mapped[int] = identity()
    key: Mapped[str] = column("Short name used by the seed, e.g. papers/002 or gao1994.", unique=True)
    kind: Mapped[str] = column("paper (one of the texts examined), experiment or theory.")
    title: Mapped[str | None] = column("Title.")
    authors: Mapped[str | None] = column("Authors as the source gives them.")
    date: Mapped[str | None] = column("Date or year as the source gives it.")
    citation: Mapped[str | None] = column("Journal, volume, page and year.")
    doi: Mapped[str | None] = column("Digital object identifier.", unique=True)
    licence: Mapped[str] = column("Licence of the text, and what of it is kept here.")
    note: Mapped[str | None] = column("What a careful reader should know.")


class Compound(Base):
    """A compound: what a Tc and a structure are of."""

    __tablename__ = "compound"
    __table_args__ = (one_of("family", Family),)
    SOURCE: ClassVar[str] = "db/seed/compound.csv, structure files"

    id: Mapped[int] = identity()
    name: Mapped[str] = column("Name as printed in the papers, or the formula of a structure.", unique=True)
    formula: Mapped[str | None] = column(
        "Formula in alphabetical order, e.g. As4 Ca1 Fe4 K1; null where the printed name leaves it open.",
        unique=True,
    )
    family: Mapped[str | None] = column("cuprate, nickelate, iron, element or kagome; null where unknown.")
    note: Mapped[str | None] = column("What a careful reader should know.")
    parent: Mapped[str] = column(
        "Parent compound, dopants counted as their hosts and the oxygen of a cuprate left open, e.g. YBa2Cu3Ox: one "
        "name for all compositions.",
        index=True,
        server_default="",
    )
