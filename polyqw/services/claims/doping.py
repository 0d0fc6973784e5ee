"""Claims on the electron of a well: which way a dopant pushes it, which wells are balanced, nickelates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from polyqw.core.options import AnalysisOptions
from polyqw.core.record import Origin
from polyqw.core.wells import Family, Kind, Phase
from polyqw.errors import UsageError
from polyqw.services.claims.charge import survey
from polyqw.services.claims.ledger import Check, Data, MissingData, check
from polyqw.services.structures.phase_height import phase_height
from polyqw.services.systems.field.doping import (
    balance_rows,
    dope_structure,
    doped_verdict,
    parse_substitution,
    pushed_row,
)
from polyqw.theory.field.critical_points import PointKind, PointPlace

if TYPE_CHECKING:
    from polyqw.db.models import Claim
    from polyqw.theory.field import PlaneSurvey

DOPED = {
    "dopant-direction-lsco": ("lco_lto_cod", "La:Sr@upper"),
    "dopant-direction-bi2201": ("bi2201_amaa", "Sr:La@lower"),
}

UNDOPED = {"lco_lto_cod": "alpha", "bi2223_pb": "beta", "tl1212": "alpha", "ybco_o700": "alpha"}
"""Structures, and wells, of papers/001, Fig. 4a."""

DILUTED = 2
"""Repeats of the cell that holds one dopant."""


@check(*DOPED)
def direction(data: Data, claim: Claim) -> Check:
    """The direction in which electrostatics pushes the electron."""
    block, dope = DOPED[claim.key]
    data.structure(block)
    substitution = parse_substitution(dope)
    (well,) = dope_structure(data.analysed([block])[0], substitution, AnalysisOptions(), repeats=(DILUTED,)).wells
    return Check((pushed_row(well.pushed[-1])["direction"],), f"{block}: {doped_verdict(substitution, well)}")


@check("undoped-balanced")
def balanced(data: Data, claim: Claim) -> Check:  # noqa: ARG001
    """The largest force on the electron of the undoped wells of papers/001, Fig. 4a."""
    found = {
        row["block"]: row["force_ev_per_angstrom"]
        for row in balance_rows(data.analysed([data.structure(b).block for b in UNDOPED]), AnalysisOptions())
        if row["phase"] == UNDOPED[row["block"]]
    }
    told = ", ".join(f"{block} {UNDOPED[block]} {force:+.2f}" for block, force in found.items())
    return Check((max(abs(force) for force in found.values()),), f"force along +c at Γ: {told} eV/Å; formal charges")


@check("ni-field-pattern")
def nickelate_pattern(data: Data, claim: Claim) -> Check:  # noqa: ARG001
    """Minima and diagonal saddles of the field in the plane of a nickelate, a measured one where there is one."""
    block, found = _nickelate_survey(data)
    minima = sum(p.kind is PointKind.MINIMUM for p in found.points)
    saddles = sum(p.kind is PointKind.SADDLE and p.place is PointPlace.DIAGONAL for p in found.points)
    told = f"{block} ({data.structure(block).origin}): {minima} minima and {saddles} diagonal saddles in the plane"
    return Check((float(minima), float(saddles)), told)


def _nickelate_survey(data: Data) -> tuple[str, PlaneSurvey]:
    nickelates = [
        s
        for s in data.structures.values()
        if s.family == Family.NICKELATE and phase_height(s, Phase.ALPHA) is not None
    ]
    for structure in sorted(nickelates, key=lambda s: (s.origin != Origin.MEASURED, s.block)):
        try:
            return structure.block, survey(data, structure.block, Kind.OCTAHEDRON)
        except UsageError:  # atoms are missing, so that no charge of nickel makes the cell neutral
            continue
    raise MissingData("no structure of a nickelate with all its atoms in the database")
