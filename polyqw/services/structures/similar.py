"""Structures of a database that are like another one: of the same compound, or with wells of about its heights."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from polyqw.core.wells import Phase
from polyqw.db.models import Compound, Structure, Well

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

    from polyqw.core.wells import Family

MOST = 8
"""Structures that are shown."""


@dataclass(frozen=True, slots=True)
class Similar:
    """A structure of the database beside another one.

    Parameters
    ----------
    heights_angstrom : dict of str to float
        Mean height of each phase.
    is_same_compound : bool
        Whether both have the same parent compound.
    apart_angstrom : float
        Root mean square difference of the heights; infinite where the phases are not the same.
    """

    structure_id: int
    name: str
    compound: str
    heights_angstrom: Mapping[str, float]
    is_same_compound: bool
    apart_angstrom: float


def similar_structures(
    session: Session, family: Family, heights: Mapping[str, float], parent: str, leave_out: int | None = None
) -> list[Similar]:
    """Return structures of a family: those of the same parent compound first, then those nearest in height.

    Parameters
    ----------
    heights : mapping of str to float
        Of each phase that can set a Tc [Å].
    leave_out : int, optional
        Number of the structure itself.
    """
    n = func.sum(Well.multiplicity)
    rows = session.execute(
        select(
            Structure.id, Structure.block, Compound.name, Compound.parent, Well.phase,
            func.sum(Well.height_angstrom * Well.multiplicity) / n,
        )
        .join(Structure.compound)
        .join(Well, Well.structure_id == Structure.id)
        .where(Structure.superseded_by.is_(None), Structure.family == family.value, Well.phase != Phase.MU.value)
        .group_by(Structure.id, Structure.block, Compound.name, Compound.parent, Well.phase)
    )  # fmt: skip
    found: dict[tuple[int, str, str, str], dict[str, float]] = defaultdict(dict)
    for number, block, compound, of_parent, phase, height in rows:
        if number != leave_out:
            found[number, block, compound, of_parent][phase] = float(height)
    every = [
        Similar(number, block, compound, own, of_parent == parent, _apart(heights, own))
        for (number, block, compound, of_parent), own in found.items()
    ]
    every.sort(key=lambda s: (not s.is_same_compound, s.apart_angstrom, s.structure_id))
    return [s for s in every if s.is_same_compound or math.isfinite(s.apart_angstrom)][:MOST]


def _apart(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    if not one or one.keys() != other.keys():
        return math.inf
    return math.sqrt(math.fsum((one[phase] - other[phase]) ** 2 for phase in one) / len(one))
