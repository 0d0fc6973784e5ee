"""A structure together with where it came from: what readers return and the database stores."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from polyqw.core.cell import Cell


class Origin(StrEnum):
    """What kind of thing a structure is, as evidence."""

    MEASURED = "measured"
    IDEALISED = "idealised"
    CONSTRUCTED = "constructed"
    SYNTHETIC_DOPED = "synthetic_doped"
    DFT = "dft"
    UNKNOWN = "unknown"


class Trust(StrEnum):
    """Who vouches for the origin, the table row and the Tc of a structure.

    ``reference``: the file is, byte for byte, one that travels with the program. ``user``: the user said so when the
    structure was read. ``none``: the file alone says it, which is no evidence.
    """

    REFERENCE = "reference"
    USER = "user"
    NONE = "none"


class TransitionKind(StrEnum):
    """What a critical temperature says; values of different kinds are never averaged."""

    MEASURED = "measured"
    UPPER_BOUND = "upper_bound"
    NOT_OBSERVED = "not_observed"
    REPORTED = "reported"


@dataclass(frozen=True, slots=True)
class Transition:
    """A superconducting transition temperature that belongs to a structure.

    Parameters
    ----------
    tc_kelvin : float
        For ``not_observed``, the lowest temperature reached.
    source : str or None
        Where the value stands.
    pressure_gpa : float or None
        Pressure at which it was found; None where the source does not say.
    """

    tc_kelvin: float
    kind: TransitionKind
    source: str | None = None
    pressure_gpa: float | None = None


@dataclass(frozen=True, slots=True)
class FileClaims:
    """What a file says of itself and nobody vouches for: shown as such, never used as evidence.

    Parameters
    ----------
    origin : Origin
        ``unknown`` where the file does not say it.
    """

    origin: Origin = Origin.UNKNOWN
    table_row: str | None = None
    transition: Transition | None = None

    @property
    def is_empty(self) -> bool:
        """Whether the file claims nothing."""
        return self.origin is Origin.UNKNOWN and self.table_row is None and self.transition is None

    def row(self) -> dict[str, Any]:
        """Return the claims as plain values, Tc in kelvin."""
        tc = self.transition
        return {
            "origin": None if self.origin is Origin.UNKNOWN else self.origin.value,
            "table_row": self.table_row,
            "tc_kelvin": float(tc.tc_kelvin) if tc else None,
            "tc_kind": tc.kind.value if tc else None,
            "tc_pressure_gpa": tc.pressure_gpa if tc else None,
            "tc_source": tc.source if tc else None,
        }


@dataclass(frozen=True, slots=True)
class Publication:
    """The article that a determination is published in, as the items of its file say it.

    Parameters
    ----------
    authors : tuple of str
        Family name first, ``Hirano, M.``.
    """

    journal: str
    authors: tuple[str, ...] = ()
    title: str | None = None
    volume: str | None = None
    first_page: str | None = None
    last_page: str | None = None
    year: str | None = None

    def __str__(self) -> str:
        """Return the citation in words, with the first author alone."""
        who = f"{self.authors[0]}{' et al.' * (len(self.authors) > 1)}, " if self.authors else ""
        where = f"{self.journal} {self.volume}" if self.volume else self.journal
        page = f", {self.first_page}" if self.first_page else ""
        return f"{who}{where}{page}" + (f" ({self.year})" if self.year else "")


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a structure comes from and under what conditions it was determined.

    Parameters
    ----------
    method : str or None
        E.g. ``x-ray``, ``neutron``.
    source : str or None
        Database and code, e.g. ``COD 1000030``.
    temperature_kelvin, pressure_gpa : float or None
        Conditions of the determination; None where the source does not say.
    pressure_note : str or None
        How the pressure is known, where it is not simply reported.
    table_row : str or None
        Compound of the papers' tables that this structure stands beside.
    publication : Publication or None
        What `citation` says, in fields, where the file has them; the database keeps the words alone.
    trust : Trust
        Who vouches for origin, table row and transition.
    claims : FileClaims
        What the file says of these and nobody vouches for.
    """

    origin: Origin = Origin.UNKNOWN
    method: str | None = None
    source: str | None = None
    doi: str | None = None
    citation: str | None = None
    temperature_kelvin: float | None = None
    pressure_gpa: float | None = None
    pressure_note: str | None = None
    table_row: str | None = None
    transition: Transition | None = None
    note: str | None = None
    trust: Trust = Trust.NONE
    claims: FileClaims = field(default_factory=FileClaims)
    publication: Publication | None = field(default=None, compare=False)

    @property
    def cautious_origin(self) -> Origin:
        """Origin; where it is unknown, what the file says against itself: that it was not measured."""
        if self.origin is Origin.UNKNOWN and self.claims.origin is not Origin.MEASURED:
            return self.claims.origin
        return self.origin

    def weighed(self, trust: Trust) -> Provenance:
        """Return what a file says, as evidence where somebody vouches for it and else as the claims of the file."""
        if trust is not Trust.NONE:
            return replace(self, trust=trust)
        claims = FileClaims(
            self.claims.origin if self.origin is Origin.UNKNOWN else self.origin,
            self.table_row or self.claims.table_row,
            self.transition or self.claims.transition,
        )
        return replace(self, origin=Origin.UNKNOWN, table_row=None, transition=None, trust=trust, claims=claims)


@dataclass(frozen=True, slots=True)
class StructureRecord:
    """A structure as read from one data block of one file.

    Parameters
    ----------
    file : str
        Path as given; a member of an archive as ``archive.zip/member.cif``; ``-`` for standard input.
    block : str
        Name of the data block.
    formula_declared : str or None
        ``_chemical_formula_sum`` of the file.
    space_group : str or None
        Symbol as the file gives it.
    file_sha256 : str
        Digest of the (uncompressed) file.
    structure_sha256 : str
        Digest of the cell, see `structure_digest`.
    parser : str
        Reader and its version.
    warnings : tuple of str
        What the reader mended or found odd.
    """

    file: str
    block: str
    cell: Cell
    formula_declared: str | None
    space_group: str | None
    space_group_number: int | None
    file_sha256: str
    structure_sha256: str
    parser: str
    warnings: tuple[str, ...] = ()
    provenance: Provenance = field(default_factory=Provenance)


def structure_digest(cell: Cell) -> str:
    """Return a SHA-256 of a cell that does not depend on the order or labels of its sites.

    Lengths are rounded to 1e-5 Å, positions are wrapped into the cell and rounded to 1e-5, occupancies to 1e-4.
    Another setting of the same crystal has another digest.
    """
    lattice = np.round(cell.lattice @ cell.lattice.T, 5) + 0.0
    wrapped = np.round(np.mod(cell.frac, 1.0), 5) % 1.0 + 0.0
    rows = []
    for site, (x, y, z) in zip(cell.sites, wrapped.tolist(), strict=True):
        species = ",".join(f"{element}:{occupancy:.4f}" for element, occupancy in site.species)
        rows.append(f"{species} {x:.5f} {y:.5f} {z:.5f}")
    text = "\n".join([" ".join(f"{x:.5f}" for x in lattice.ravel()), *sorted(rows)])
    return hashlib.sha256(text.encode()).hexdigest()
