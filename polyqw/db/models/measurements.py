"""What experiments found: transition temperatures, resonances, windows of pressure."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, relationship

from polyqw.core.record import TransitionKind
from polyqw.core.wells import Phase
from polyqw.db.models.base import Base, column, identity, not_negative, one_of, positive
from polyqw.db.models.compounds import Compound, Reference


class Parity(StrEnum):
    """Symmetry of a resonance mode about the middle of the bilayer."""

    EVEN = "even"
    ODD = "odd"


class PressureState(StrEnum):
    """What a compound is within a window of pressure."""

    SUPERCONDUCTING_1 = "SC-I"
    SUPERCONDUCTING_2 = "SC-II"
    INSULATING = "insulating"


class Transition(Base):
    """A superconducting transition temperature; values of different kinds are never averaged."""

    __tablename__ = "transition"
    __table_args__ = (
        one_of("kind", TransitionKind),
        not_negative("tc_kelvin"),
        not_negative("tc_su_kelvin"),
        not_negative("pressure_gpa"),
        Index("ix_transition_tc_kelvin", "tc_kelvin"),
    )
    SOURCE: ClassVar[str] = "db/seed/transition.csv, structure files, imported tables"

    id: Mapped[int] = identity()
    key: Mapped[str | None] = column(
        "Name of a row of the seed, or digest of a row of an imported table; null for a value that came with a "
        "structure file that the reference set or the user vouches for.",
        unique=True,
    )
    compound_id: Mapped[int] = column("Compound.", ForeignKey("compound.id"), index=True)
    structure_id: Mapped[int | None] = column(
        "Structure the value belongs to; null where it belongs to none.",
        ForeignKey("structure.id"),
        index=True,
    )
    tc_kelvin: Mapped[float] = column(
        "Tc; for upper_bound the bound, for not_observed the lowest temperature reached."
    )
    tc_su_kelvin: Mapped[float | None] = column("Standard uncertainty of Tc.")
    kind: Mapped[str] = column("measured, upper_bound, not_observed or reported (second-hand).")
    method: Mapped[str | None] = column("How Tc was determined, e.g. resistivity.")
    pressure_gpa: Mapped[float | None] = column("Pressure at which Tc was found; null where not stated.")
    doping: Mapped[float | None] = column("Carriers per plane metal; null where not stated.", unit="1")
    reference_id: Mapped[int | None] = column("Text the value is taken from.", ForeignKey("reference.id"), index=True)
    source: Mapped[str | None] = column("Where in that text, or in which file.")
    note: Mapped[str | None] = column("What a careful reader should know.")

    compound: Mapped[Compound] = relationship()
    reference: Mapped[Reference | None] = relationship()


class Resonance(Base):
    """A mode of the neutron spin resonance: what the papers print for it and what was measured."""

    __tablename__ = "resonance"
    __table_args__ = (
        UniqueConstraint("compound_id", "phase"),
        one_of("phase", Phase),
        one_of("parity", Parity),
        positive("height_text_angstrom"),
        positive("height_table_angstrom"),
        positive("energy_published_mev"),
        positive("energy_measured_mev"),
        positive("pair_distance_angstrom"),
        positive("bilayer_angstrom"),
        positive("c_angstrom"),
    )
    SOURCE: ClassVar[str] = "db/seed/resonance.csv"

    id: Mapped[int] = identity()
    compound_id: Mapped[int] = column("Compound.", ForeignKey("compound.id"))
    phase: Mapped[str] = column("Well whose electrons resonate: alpha, beta or gamma.")
    height_text_angstrom: Mapped[float] = column("Height printed in the text on the resonance.")
    height_table_angstrom: Mapped[float] = column("Height printed for the same well in Table II.")
    energy_published_mev: Mapped[float] = column(
        "Resonance energy the papers state; for the anchor, the one they assume."
    )
    energy_measured_mev: Mapped[float | None] = column("Measured energy as the papers quote it; null for the anchor.")
    is_anchor: Mapped[bool] = column("Whether the other energies are scaled from this one.")
    parity: Mapped[str] = column("even or odd.")
    pair_distance_angstrom: Mapped[float] = column("Distance eta between the two electrons of a pair, as printed.")
    bilayer_angstrom: Mapped[float] = column("z·c, printed as the distance between adjacent Fe planes.")
    c_angstrom: Mapped[float] = column("Cell edge c as printed.")
    reference_id: Mapped[int] = column("Text the printed values are taken from.", ForeignKey("reference.id"))
    experiment_id: Mapped[int] = column("Experiment the measured values come from.", ForeignKey("reference.id"))
    source: Mapped[str] = column("Where in that text.")
    note: Mapped[str | None] = column("What a careful reader should know.")

    compound: Mapped[Compound] = relationship()
    reference: Mapped[Reference] = relationship(foreign_keys=[reference_id])
    experiment: Mapped[Reference] = relationship(foreign_keys=[experiment_id])


class PressurePoint(Base):
    """A window of pressure and what a compound is within it."""

    __tablename__ = "pressure_point"
    __table_args__ = (
        UniqueConstraint("compound_id", "pressure_from_gpa"),
        one_of("state", PressureState),
        one_of("phase", Phase),
        not_negative("pressure_from_gpa"),
        CheckConstraint("pressure_to_gpa > pressure_from_gpa", name="pressure_to_gpa"),
        CheckConstraint(
            "pressure_of_tc_gpa BETWEEN pressure_from_gpa AND coalesce(pressure_to_gpa, pressure_of_tc_gpa)",
            name="pressure_of_tc_gpa",
        ),
        not_negative("tc_kelvin"),
    )
    SOURCE: ClassVar[str] = "db/seed/pressure_point.csv"

    id: Mapped[int] = identity()
    compound_id: Mapped[int] = column("Compound.", ForeignKey("compound.id"))
    pressure_from_gpa: Mapped[float] = column("Lower end of the window.")
    pressure_to_gpa: Mapped[float | None] = column("Upper end of the window; null where none is stated.")
    state: Mapped[str] = column("SC-I, SC-II (first and second superconducting phase) or insulating.")
    phase: Mapped[str | None] = column("Well that holds the pairs according to the papers; null when insulating.")
    tc_kelvin: Mapped[float | None] = column("Highest Tc in the window; null when insulating.")
    pressure_of_tc_gpa: Mapped[float | None] = column("Pressure of the highest Tc; null where not stated.")
    reference_id: Mapped[int] = column("Text the values are taken from.", ForeignKey("reference.id"))
    experiment_id: Mapped[int] = column("Experiment that text speaks of.", ForeignKey("reference.id"))
    source: Mapped[str] = column("Where in that text.")
    note: Mapped[str | None] = column("What a careful reader should know.")

    compound: Mapped[Compound] = relationship()
    reference: Mapped[Reference] = relationship(foreign_keys=[reference_id])
    experiment: Mapped[Reference] = relationship(foreign_keys=[experiment_id])
