"""Structures, their sites, and the files they were read from."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, relationship

from polyqw.core.record import Origin, TransitionKind, Trust
from polyqw.core.wells import Family, Status
from polyqw.db.models.base import Base, column, digest, identity, not_negative, one_of, positive
from polyqw.db.models.compounds import Compound
from polyqw.db.models.measurements import Transition
from polyqw.db.models.wells import Descriptor, Well

if TYPE_CHECKING:
    from collections.abc import Iterable

ANALYSIS = "analysis by polyqw"
"""Source of the columns that the analysis fills."""

OF_RECORD = (
    "file", "block", "file_sha256", "structure_sha256", "formula_declared", "space_group", "space_group_number",
    "parser",
)  # fmt: skip
"""Columns of a structure that are as in `polyqw.core.record.StructureRecord`."""

OF_PROVENANCE = (
    "method", "source", "doi", "citation", "temperature_kelvin", "pressure_gpa", "pressure_note", "table_row", "note",
)  # fmt: skip
"""Columns of a structure that are as in `polyqw.core.record.Provenance`."""


def values_of(thing: object, names: Iterable[str]) -> dict[str, Any]:
    """Return attributes by their names."""
    return {name: getattr(thing, name) for name in names}


class Structure(Base):
    """A structure as read from one data block of one file, with what its analysis came to."""

    __tablename__ = "structure"
    __table_args__ = (
        UniqueConstraint("file_sha256", "block"),
        one_of("origin", Origin),
        one_of("status", Status),
        one_of("family", Family),
        digest("file_sha256"),
        digest("structure_sha256"),
        positive("a_angstrom"),
        positive("b_angstrom"),
        positive("c_angstrom"),
        positive("volume_angstrom3"),
        *(
            CheckConstraint(f"{name} > 0 AND {name} < 180", name=name)
            for name in ("alpha_degrees", "beta_degrees", "gamma_degrees")
        ),
        not_negative("temperature_kelvin"),
        CheckConstraint("space_group_number BETWEEN 1 AND 230", name="space_group_number"),
        CheckConstraint("superseded_by <> id", name="superseded_by"),
        CheckConstraint("status = 'ok' OR reason IS NOT NULL", name="reason"),
        one_of("trust", Trust),
        one_of("origin_claimed", Origin),
        not_negative("tc_claimed_kelvin"),
        one_of("tc_claimed_kind", TransitionKind),
    )
    SOURCE: ClassVar[str] = "structure file"

    id: Mapped[int] = identity()
    compound_id: Mapped[int] = column("Compound.", ForeignKey("compound.id"), index=True, source="database")
    file: Mapped[str] = column("Path of the file when it was first read.")
    block: Mapped[str] = column("Name of the data block.", index=True)
    file_sha256: Mapped[str] = column("SHA-256 of the (uncompressed) file.")
    structure_sha256: Mapped[str] = column(
        "SHA-256 of the cell, the same for the same list of sites in any order.", index=True
    )
    formula: Mapped[str] = column("Formula of the sites as read, in alphabetical order.", index=True)
    formula_declared: Mapped[str | None] = column("Formula that the file declares.")
    space_group: Mapped[str | None] = column("Space group symbol as the file gives it.")
    space_group_number: Mapped[int | None] = column("Space group number as the file gives it.")
    a_angstrom: Mapped[float] = column("Cell edge a.")
    b_angstrom: Mapped[float] = column("Cell edge b.")
    c_angstrom: Mapped[float] = column("Cell edge c.")
    alpha_degrees: Mapped[float] = column("Cell angle between b and c.")
    beta_degrees: Mapped[float] = column("Cell angle between a and c.")
    gamma_degrees: Mapped[float] = column("Cell angle between a and b.")
    volume_angstrom3: Mapped[float] = column("Volume of the cell.")
    lattice_angstrom: Mapped[list[Any]] = column("Lattice vectors as three rows of three numbers.")
    origin: Mapped[str] = column(
        "What kind of evidence this is: measured, idealised, constructed, synthetic_doped, dft, unknown; unknown "
        "where only the file itself says it."
    )
    method: Mapped[str | None] = column("How the structure was determined, e.g. x-ray, neutron.")
    source: Mapped[str | None] = column("Database and code, e.g. COD 1000030.", index=True)
    doi: Mapped[str | None] = column("DOI of the determination.")
    citation: Mapped[str | None] = column("Citation of the determination.")
    temperature_kelvin: Mapped[float | None] = column("Temperature of the determination; null where not stated.")
    pressure_gpa: Mapped[float | None] = column("Pressure of the determination; null where not stated.")
    pressure_note: Mapped[str | None] = column("How the pressure is known, where it is not simply reported.")
    doping: Mapped[float | None] = column("Carriers per plane metal; null where not stated.", unit="1")
    table_row: Mapped[str | None] = column(
        "Row of the papers' tables that this structure stands beside; null where only the file itself says it.",
        index=True,
    )
    note: Mapped[str | None] = column("What a careful reader should know.")
    parser: Mapped[str] = column("Reader and its version.", source="polyqw")
    parser_warnings: Mapped[list[Any]] = column(
        "What the reader mended or found odd, a list of sentences.", source="polyqw"
    )
    status: Mapped[str] = column("What the analysis came to: ok, no_well, rejected or failed.", source=ANALYSIS)
    reason: Mapped[str | None] = column("Reason code when the status is not ok.", source=ANALYSIS)
    message: Mapped[str] = column("The reason with its numbers, one sentence.", source=ANALYSIS)
    family: Mapped[str | None] = column(
        "Family by the metal of the planes; null when no well was found.", index=True, source=ANALYSIS
    )
    warnings: Mapped[list[Any]] = column("What a careful reader should know, a list of sentences.", source=ANALYSIS)
    steps: Mapped[list[Any] | None] = column(
        "Account of the analysis, when it was asked to explain itself.", source=ANALYSIS
    )
    analysis_version: Mapped[str] = column("Version of the analysis.", source=ANALYSIS)
    tolerances: Mapped[dict[str, Any]] = column("Tolerances the analysis used, by names with units.", source=ANALYSIS)
    superseded_by: Mapped[int | None] = column(
        "The structure that a changed file brought in place of this one; null for a current structure.",
        ForeignKey("structure.id"),
        index=True,
        source="database",
    )
    stored_at: Mapped[datetime] = column("When the row was written.", unit="UTC", source="database")
    free_parameters: Mapped[list[Any] | None] = column(
        "Free parameters of the crystal, a list: name, su (standard uncertainty, null where not stated), usual_su, "
        "and what one unit does: strain of space, fractional shifts of sites. Null where the file states no su."
    )
    trust: Mapped[str] = column(
        "Who vouches for origin, table row and Tc: reference (the file travels with polyqw), user, or none.",
        source="polyqw",
        server_default=Trust.NONE.value,
    )
    origin_claimed: Mapped[str | None] = column("Origin that the file claims and nobody vouches for; no evidence.")
    table_row_claimed: Mapped[str | None] = column(
        "Row of the papers' tables that the file claims and nobody vouches for; no evidence."
    )
    tc_claimed_kelvin: Mapped[float | None] = column("Tc that the file claims and nobody vouches for; no evidence.")
    tc_claimed_kind: Mapped[str | None] = column(
        "Kind of the claimed Tc: measured, upper_bound, not_observed, reported."
    )
    tc_claimed_pressure_gpa: Mapped[float | None] = column("Pressure that the file states of its claimed Tc.")
    tc_claimed_source: Mapped[str | None] = column("Where the file says that its claimed Tc stands.")
    formula_written: Mapped[str] = column(
        "Formula of the sites as the field writes it, e.g. HgBa2Ca2Cu3O8.16.", server_default=""
    )

    compound: Mapped[Compound] = relationship()
    sites: Mapped[list[Site]] = relationship(order_by="Site.site_index", viewonly=True)
    wells: Mapped[list[Well]] = relationship(order_by="Well.id", viewonly=True)
    descriptors: Mapped[list[Descriptor]] = relationship(order_by="Descriptor.name", viewonly=True)
    transitions: Mapped[list[Transition]] = relationship(order_by="Transition.id", viewonly=True)


class Site(Base):
    """One atom position of a structure."""

    __tablename__ = "site"
    __table_args__ = (
        not_negative("site_index"),
        CheckConstraint("occupancy > 0", name="occupancy"),
    )
    SOURCE: ClassVar[str] = "structure file"

    structure_id: Mapped[int] = column(
        "Structure.", ForeignKey("structure.id", ondelete="CASCADE"), primary_key=True, source="database"
    )
    site_index: Mapped[int] = column("Place of the site in the cell, from 0.", primary_key=True, autoincrement=False)
    label: Mapped[str] = column("Label of the source file.")
    element: Mapped[str] = column("Main element.", index=True)
    species: Mapped[list[Any]] = column("Elements and their occupancies, a list of pairs.")
    occupancy: Mapped[float] = column("Total occupancy.", unit="1")
    frac_x: Mapped[float] = column("Fractional position along a.", unit="1")
    frac_y: Mapped[float] = column("Fractional position along b.", unit="1")
    frac_z: Mapped[float] = column("Fractional position along c.", unit="1")


class Composition(Base):
    """How much of an element a structure holds, one row for each element."""

    __tablename__ = "composition"
    __table_args__ = (positive("amount"), positive("fraction"), Index("ix_composition_element", "element", "amount"))
    SOURCE: ClassVar[str] = "structure file"

    structure_id: Mapped[int] = column(
        "Structure.", ForeignKey("structure.id", ondelete="CASCADE"), primary_key=True, source="database"
    )
    element: Mapped[str] = column("Symbol of the element.", primary_key=True)
    amount: Mapped[float] = column("Atoms in a formula unit, as in the formula of the structure.", unit="1")
    fraction: Mapped[float] = column("Share of all atoms.", unit="1")


class SourceFile(Base):
    """A file as last read: what makes reading it again needless."""

    __tablename__ = "source_file"
    __table_args__ = (
        digest("file_sha256"),
        digest("tolerances_sha256"),
        Index("ix_source_file_file_sha256", "file_sha256", "analysis_version", "tolerances_sha256"),
    )
    SOURCE: ClassVar[str] = "ingest"

    id: Mapped[int] = identity()
    file: Mapped[str] = column("Path as given to ingest.", unique=True)
    file_sha256: Mapped[str] = column("SHA-256 of the (uncompressed) file.")
    analysis_version: Mapped[str] = column("Version of the analysis its structures went through.")
    tolerances_sha256: Mapped[str] = column("SHA-256 of the tolerances used.")
    read_at: Mapped[datetime] = column("When the file was last read.", unit="UTC")


class SourceBlock(Base):
    """Which structure a data block of a file holds now; several files may hold the same one."""

    __tablename__ = "source_block"
    SOURCE: ClassVar[str] = "ingest"

    source_file_id: Mapped[int] = column("File.", ForeignKey("source_file.id", ondelete="CASCADE"), primary_key=True)
    block: Mapped[str] = column("Name of the data block.", primary_key=True)
    structure_id: Mapped[int] = column("Structure it holds.", ForeignKey("structure.id"), index=True)
