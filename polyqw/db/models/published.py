"""Numbers printed in the papers, kept apart from recomputed and predicted ones."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, relationship

from polyqw.core.wells import Phase
from polyqw.db.models.base import Base, column, identity, one_of, positive
from polyqw.db.models.compounds import Compound, Reference


class HeightUse(StrEnum):
    """Whether a printed row made λ, or was predicted with it."""

    FIT = "fit"
    PREDICTION = "prediction"


class PredictionSet(StrEnum):
    """The sets of predictions that the papers make."""

    NICKELATES = "nickelates"
    K08FEYSE2 = "k08feyse2"
    BKFA = "bkfa"
    FESE = "fese"


class PublishedHeight(Base):
    """A height printed in the papers' tables."""

    __tablename__ = "published_height"
    __table_args__ = (
        UniqueConstraint("table_name", "row_number", "phase"),
        CheckConstraint("table_name IN ('cuprates', 'iron')", name="table_name"),
        positive("row_number"),
        one_of("phase", Phase),
        one_of("use", HeightUse),
        positive("height_angstrom"),
        positive("tc_kelvin"),
        positive("lambda_printed_kelvin_angstrom2"),
        CheckConstraint("(lambda_printed_kelvin_angstrom2 IS NOT NULL) = chosen", name="lambda_chosen"),
    )
    SOURCE: ClassVar[str] = "db/seed/published_height.csv"

    id: Mapped[int] = identity()
    compound_id: Mapped[int] = column("Compound.", ForeignKey("compound.id"), index=True)
    table_name: Mapped[str] = column("cuprates (Table 1 or I) or iron (Table 2 or II).")
    row_number: Mapped[int] = column("Row of that table, counted in papers/001, from 1.")
    formula_printed: Mapped[str] = column("Formula as printed, d for δ.")
    phase: Mapped[str] = column("Well: alpha, beta or gamma.")
    height_angstrom: Mapped[float] = column("Height as printed.")
    tc_kelvin: Mapped[float] = column("Tc as printed in the same row.")
    chosen: Mapped[bool] = column("Whether the papers print this height bold, as the well that sets Tc.")
    lambda_printed_kelvin_angstrom2: Mapped[float | None] = column(
        "λ = Tc·h² as printed; only with the chosen height."
    )
    use: Mapped[str] = column("fit (the row made λ) or prediction (the papers predict it from λ).")
    in_001: Mapped[bool] = column("Whether papers/001 prints the row.")
    in_002: Mapped[bool] = column("Whether papers/002 prints the row.")
    in_004: Mapped[bool] = column("Whether papers/004 prints the row.")
    reference_id: Mapped[int] = column("Text the value was read from.", ForeignKey("reference.id"))
    source: Mapped[str] = column("Where in that text.")
    note: Mapped[str | None] = column("What a careful reader should know.")

    compound: Mapped[Compound] = relationship()
    reference: Mapped[Reference] = relationship()


class PublishedPrediction(Base):
    """A prediction or estimate that the papers print; those of this program stand in `prediction`."""

    __tablename__ = "published_prediction"
    __table_args__ = (
        one_of("prediction_set", PredictionSet),
        one_of("phase", Phase),
        positive("height_angstrom"),
        positive("lambda_kelvin_angstrom2"),
        positive("tc_kelvin"),
        positive("delta_tc_kelvin"),
        positive("observed_kelvin"),
    )
    SOURCE: ClassVar[str] = "db/seed/published_prediction.csv"

    id: Mapped[int] = identity()
    key: Mapped[str] = column("Name of the row.", unique=True)
    prediction_set: Mapped[str] = column("nickelates, k08feyse2, bkfa or fese.", index=True)
    compound_id: Mapped[int] = column("Compound.", ForeignKey("compound.id"), index=True)
    phase: Mapped[str | None] = column("Well; null where the papers name none.")
    height_angstrom: Mapped[float | None] = column("Height the prediction starts from, as printed.")
    lambda_kelvin_angstrom2: Mapped[float | None] = column("λ the papers use; null where they use none.")
    tc_kelvin: Mapped[float | None] = column("Tc as printed; null where the papers stop at the height.")
    delta_tc_kelvin: Mapped[float | None] = column("Change of Tc as printed.")
    observed_kelvin: Mapped[float | None] = column("What the papers hold against it: observed Tc, or change of Tc.")
    parameters: Mapped[dict[str, Any]] = column("Other numbers that go in, by names with units.")
    reference_id: Mapped[int] = column("Text the value was read from.", ForeignKey("reference.id"))
    source: Mapped[str] = column("Where in that text.")
    note: Mapped[str | None] = column("What a careful reader should know.")

    compound: Mapped[Compound] = relationship()
    reference: Mapped[Reference] = relationship()
