"""What this program concludes: fits of λ, and predictions that can never be changed afterwards."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, relationship

from polyqw.core.wells import Family
from polyqw.db.models.base import Base, column, digest, identity, not_negative, one_of, positive


class WellChoice(StrEnum):
    """Which well of a compound a fit takes."""

    CHOSEN = "chosen"
    ALPHA = "alpha"
    BETA = "beta"
    BEST = "best"


class Fit(Base):
    """A fit of Tc = λ/h² to the wells of a family."""

    __tablename__ = "fit"
    __table_args__ = (
        UniqueConstraint("input_sha256"),
        one_of("family", Family),
        one_of("wells", WellChoice),
        digest("input_sha256"),
        positive("n_rows"),
        positive("lambda_mean_kelvin_angstrom2"),
        not_negative("lambda_sd_kelvin_angstrom2"),
    )
    SOURCE: ClassVar[str] = "fit by polyqw"

    id: Mapped[int] = identity()
    family: Mapped[str] = column("Family of compounds.")
    wells: Mapped[str] = column("Which well of each compound: chosen, alpha, beta or best.")
    n_rows: Mapped[int] = column("Number of compounds.")
    lambda_mean_kelvin_angstrom2: Mapped[float] = column("Mean of Tc·h².")
    lambda_sd_kelvin_angstrom2: Mapped[float | None] = column("Standard deviation of Tc·h².")
    results: Mapped[dict[str, Any]] = column("All results of the fit, by names with units.")
    inputs: Mapped[list[Any]] = column("The rows that went in: compound, height, Tc and their sources.")
    parameters: Mapped[dict[str, Any]] = column("Options of the fit.")
    code_version: Mapped[str] = column("Version of polyqw.")
    seed: Mapped[int | None] = column("Seed of the random numbers; null where none were drawn.", BigInteger)
    input_sha256: Mapped[str] = column("SHA-256 of all that was recorded, keys and time left out.")
    fitted_at: Mapped[datetime] = column("When the fit was made.", unit="UTC")


class Prediction(Base):
    """A predicted Tc; append-only, so that a later measurement can be held against it."""

    __tablename__ = "prediction"
    __table_args__ = (
        UniqueConstraint("input_sha256"),
        digest("input_sha256"),
        positive("height_angstrom"),
        not_negative("height_su_angstrom"),
        positive("lambda_kelvin_angstrom2"),
        positive("tc_kelvin"),
        not_negative("tc_low_kelvin"),
        CheckConstraint("tc_high_kelvin >= tc_low_kelvin", name="tc_high_kelvin"),
        CheckConstraint("level > 0 AND level < 1", name="level"),
    )
    SOURCE: ClassVar[str] = "prediction by polyqw"

    id: Mapped[int] = identity()
    fit_id: Mapped[int | None] = column(
        "Fit that λ is taken from; null where λ is one that the papers print.",
        ForeignKey("fit.id"),
        index=True,
    )
    compound_id: Mapped[int | None] = column("Compound.", ForeignKey("compound.id"), index=True)
    structure_id: Mapped[int | None] = column(
        "Structure the height is taken from; null where it is a printed one.",
        ForeignKey("structure.id"),
        index=True,
    )
    target: Mapped[str] = column("What is predicted, e.g. La3Ni2O7 at 29.5 GPa.", index=True)
    phase: Mapped[str] = column("Well: alpha, beta or gamma.")
    height_angstrom: Mapped[float] = column("Height used.")
    height_su_angstrom: Mapped[float | None] = column("Standard uncertainty of the height used.")
    lambda_kelvin_angstrom2: Mapped[float] = column("λ used.")
    tc_kelvin: Mapped[float] = column("Predicted Tc.")
    tc_low_kelvin: Mapped[float] = column("Lower end of the interval.")
    tc_high_kelvin: Mapped[float] = column("Upper end of the interval.")
    level: Mapped[float] = column("Probability that the interval claims to hold.", unit="1")
    inputs: Mapped[dict[str, Any]] = column("All that went in, with sources.")
    parameters: Mapped[dict[str, Any]] = column("Options of the prediction.")
    code_version: Mapped[str] = column("Version of polyqw.")
    seed: Mapped[int | None] = column("Seed of the random numbers; null where none were drawn.", BigInteger)
    input_sha256: Mapped[str] = column(
        "SHA-256 of target, phase, numbers, inputs, parameters, code version and seed."
    )
    predicted_at: Mapped[datetime] = column("When the prediction was made.", unit="UTC")

    fit: Mapped[Fit | None] = relationship()
