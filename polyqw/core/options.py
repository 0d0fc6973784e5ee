"""What the analysis takes for granted: plane elements, tolerances, the policy for disorder."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from polyqw.core.elements import BRIDGING_ANIONS, IRON_ANIONS, IRON_METALS, OXIDE_METALS


class OccupancyPolicy(StrEnum):
    """How sites that are shared or partly empty are read.

    ``weighted`` uses every occupancy as it is; ``majority`` gives each site wholly to its most abundant element
    and drops sites less than half full; ``ordered`` refuses a structure that has any such site.
    """

    WEIGHTED = "weighted"
    MAJORITY = "majority"
    ORDERED = "ordered"


@dataclass(frozen=True, slots=True)
class Range:
    """A closed interval."""

    low: float
    high: float

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high


@dataclass(frozen=True, slots=True)
class Tolerances:
    """Distances in Å, angles in degrees, occupancies as fractions.

    The values separate the planes, chains and ladders of some two hundred measured cuprates and iron compounds;
    half-filled chains reach a bridging occupancy of 0.55, real planes start at 0.94.
    """

    # sites
    metal_share: float = 0.5  # of the site that must be plane metal
    metal_occupancy: float = 0.4  # and at least this much of it in all
    # square nets of either family
    orientation_degrees: float = 15.0  # planes within this angle have one orientation
    corner_degrees: float = 30.0  # departure of a plaquette's corner from 90°
    # oxide planes
    oxide_edge: Range = Range(3.45, 4.35)
    oxide_bond_max: float = 2.35
    oxide_bond_usual: Range = Range(1.75, 2.2)  # outside: a warning
    oxide_bridge_degrees: float = 148.0
    bridge_occupancy: float = 0.7
    oxide_apex_elevation: Range = Range(0.8, 4.6)
    oxide_apex_lateral: float = 1.0
    oxide_column: float = 0.6  # elevations within this gather to one column
    oxide_apex_occupancy: float = 0.5
    # iron planes
    iron_edge: Range = Range(2.4, 3.1)
    iron_bond: Range = Range(2.05, 2.8)
    anion_elevation: Range = Range(0.4, 2.4)
    anion_lateral: float = 0.6
    anion_column: float = 0.45
    anion_occupancy: float = 0.5
    spacer_elevation: Range = Range(1.6, 5.2)
    spacer_lateral: float = 0.8
    spacer_occupancy: float = 0.3
    # results
    height: float = 0.01  # heights within this are one
    spacer_difference: float = 0.1  # two spacers of one element differ at least by this
    coplanar_degrees: float = 0.1
    # sanity
    metal_contact: float = 1.75
    contact: float = 1.2
    multiple_bond: float = 1.0


@dataclass(frozen=True, slots=True)
class AnalysisOptions:
    """Choices of the user, recorded with every result.

    Parameters
    ----------
    oxide_metals, bridging_anions : frozenset of str
        Plane metals and bridging anions of the oxide wells.
    iron_metals, iron_anions : frozenset of str
        Plane metals and X elements of the iron wells.
    occupancy : OccupancyPolicy
    tolerances : Tolerances
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
        if (
            plain["space_group_tolerance"] is None
        ):  # options without it are the same as before there was such a choice
            del plain["space_group_tolerance"]
        return plain
