"""What a wanted Tc asks of a crystal by the law, beside what was ever measured and what contact allows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from polyqw.core.record import Origin
from polyqw.core.wells import Family, Phase, Status
from polyqw.db.models import Structure, Well
from polyqw.services.law.printed import PRINTED_LAMBDA
from polyqw.theory.design import SHANNON_VIII, change_for, contact_height, contact_tc
from polyqw.theory.scaling import height_of_tc, law_tc

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import Session

    from polyqw.services.structures.analyse import Analysed


def design(
    session: Session | None,
    tc_kelvin: float,
    edge_angstrom: float,
    structures: Iterable[Analysed] = (),
    *,
    poisson: float,
    bulk_modulus_gpa: float,
) -> dict[str, Any]:
    """Return the height that a wanted Tc needs in each family, bounds on it, and the changes of structures.

    Parameters
    ----------
    session : Session or None
        Where the smallest measured heights are looked up; None leaves them out.
    tc_kelvin : float
        Wanted [K].
    edge_angstrom : float
        Edge of the oxide square for the contact bound [Å].
    """
    families = [_family_row(session, family, tc_kelvin) for family in PRINTED_LAMBDA]
    return {
        "tc_wanted_kelvin": tc_kelvin,
        "poisson_ratio": poisson,
        "bulk_modulus_gpa": bulk_modulus_gpa,
        "families": families,
        "contacts": [_contact_row(cation, edge_angstrom, tc_kelvin) for cation in SHANNON_VIII],
        "structures": [
            row for analysed in structures for row in _changes(analysed, tc_kelvin, poisson, bulk_modulus_gpa)
        ],
        "notes": [_words(row) for row in families],
    }


def _family_row(session: Session | None, family: Family, tc_kelvin: float) -> dict[str, Any]:
    lam = PRINTED_LAMBDA[family]
    smallest = _smallest(session, family) if session else None
    return {
        "family": str(family),
        "lambda_kelvin_angstrom2": lam,
        "height_needed_angstrom": height_of_tc(tc_kelvin, lam),
        "height_smallest_measured_angstrom": smallest[0].height_angstrom if smallest else None,
        "phase_smallest": smallest[0].phase if smallest else None,
        "structure_smallest": smallest[1].block if smallest else None,
        "source_smallest": smallest[1].source if smallest else None,
        "tc_of_smallest_kelvin": law_tc(smallest[0].height_angstrom, lam) if smallest else None,
    }


def _smallest(session: Session, family: Family) -> tuple[Well, Structure] | None:
    found = session.execute(
        select(Well, Structure)
        .join(Structure)
        .where(
            Structure.superseded_by.is_(None),
            Structure.status == Status.OK,
            Structure.family == family,
            Structure.origin == Origin.MEASURED,
            Well.phase != Phase.MU,
        )
        .order_by(Well.height_angstrom, Structure.id)
        .limit(1)
    ).first()
    return None if found is None else (found[0], found[1])


def _words(row: dict[str, Any]) -> str:
    needed, smallest = row["height_needed_angstrom"], row["height_smallest_measured_angstrom"]
    told = f"{row['family'].capitalize()}: h = {needed:.3f} Å is needed"
    if smallest is None:
        return f"{told}; no measured height is at hand."
    where = f"the smallest measured here is {smallest:.3f} Å ({row['phase_smallest']} of {row['structure_smallest']})"
    return f"{told}; {where}, {'which is enough' if smallest <= needed else f'{smallest / needed - 1:.0%} too much'}."


def _contact_row(cation: str, edge_angstrom: float, tc_kelvin: float) -> dict[str, Any]:
    lam = PRINTED_LAMBDA[Family.CUPRATE]
    bound = contact_height(cation, edge_angstrom)
    return {
        "cation": cation,
        "radius_angstrom": SHANNON_VIII[cation],
        "edge_angstrom": edge_angstrom,
        "height_least_angstrom": bound,
        "tc_most_kelvin": contact_tc(cation, edge_angstrom, lam),
        "allows": bound <= height_of_tc(tc_kelvin, lam),
    }


def _changes(analysed: Analysed, tc_kelvin: float, poisson: float, bulk_modulus_gpa: float) -> list[dict[str, Any]]:
    analysis = analysed.analysis
    if analysis is None or analysis.family not in PRINTED_LAMBDA:
        return []
    lam = PRINTED_LAMBDA[analysis.family]
    rows = []
    for phase, height in analysis.phase_heights.items():
        change = change_for(height, tc_kelvin, lam, poisson, bulk_modulus_gpa)
        rows.append(
            {
                "file": analysed.file,
                "family": str(analysis.family),
                "phase": phase,
                "height_angstrom": height,
                "tc_law_kelvin": law_tc(height, lam),
                "height_change_percent": 100 * change.height_strain,
                "biaxial_strain_percent": 100 * change.biaxial_strain,
                "pressure_needed_gpa": change.pressure_gpa,
            }
        )
    return rows
