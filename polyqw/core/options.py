"""Choices of the user: plane elements, tolerances, the policy for disorder."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from polyqw.core.elements import BRIDGING_ANIONS, IRON_ANIONS, IRON_METALS, OXIDE_METALS
from polyqw.core.tolerances import Tolerances


class OccupancyPolicy(StrEnum):
    """How sites that are shared or partly empty are read.

    ``weighted`` uses every occupancy as it is; ``majority`` gives each site wholly to its most abundant element
    and drops sites less than half full; ``ordered`` refuses a structure that has any such site.
    """

    WEIGHTED = "weighted"
    MAJORITY = "majority"
    ORDERED = "ordered"


@dataclass(frozen=True, slots=True)
class AnalysisOptions:
    """Choices of the user, recorded with every result.

    Parameters
    ----------
    oxide_metals, bridging_anions : frozenset of str
        Plane metals and bridging anions of the oxide wells.
    iron_metals, iron_anions : frozenset of str
        Plane metals and X elements of the iron wells.
    space_group_tolerance : float or None
        Within which the space group is looked for [Å]; None where it is not.
    """

    oxide_metals: frozenset[str] = OXIDE_METALS
    bridging_anions: frozenset[str] = BRIDGING_ANIONS
    iron_metals: frozenset[str] = IRON_METALS
    iron_anions: frozenset[str] = IRON_ANIONS
    occupancy: OccupancyPolicy = OccupancyPolicy.WEIGHTED
    tolerances: Tolerances = field(default_factory=Tolerances)
    space_group_tolerance: float | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return the options as plain values, sets sorted, ready for JSON."""
        plain = asdict(self)
        for name in ("oxide_metals", "bridging_anions", "iron_metals", "iron_anions"):
            plain[name] = sorted(plain[name])
        plain["occupancy"] = self.occupancy.value
        if self.space_group_tolerance is None:  # without it the options are those of before there was the choice
            del plain["space_group_tolerance"]
        return plain
