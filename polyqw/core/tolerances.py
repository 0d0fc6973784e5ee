"""All tolerances of the definitions, each with its unit and meaning. Those of the wells can be changed by option."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Range:
    """A closed interval."""

    low: float
    high: float

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high

    def __str__(self) -> str:
        return f"{self.low}-{self.high}"


@dataclass(frozen=True, slots=True)
class Tolerances:
    """Those of the wells.

    The values separate the planes, chains and ladders of some two hundred measured cuprates and iron compounds;
    half-filled chains reach a bridging occupancy of 0.55, real planes start at 0.94.
    """

    # sites
    metal_share: float = 0.5  # of what stands on a site: so much of it is plane metal
    metal_occupancy: float = 0.4  # of a full site: and at least so much plane metal in all
    # square nets of either family
    orientation_degrees: float = 15.0  # planes within this angle have one orientation
    corner_degrees: float = 30.0  # departure of a plaquette's corner from 90°
    # oxide planes
    oxide_edge: Range = Range(3.4, 4.35)  # Å, metal to metal; 3.44 in CaCuO2 at 60 GPa
    oxide_bond_max: float = 2.35  # Å, metal to bridging anion
    oxide_bond_usual: Range = Range(1.75, 2.2)  # Å, outside: a warning
    oxide_bridge_degrees: float = 148.0  # least angle metal-anion-metal
    bridge_occupancy: float = 0.7  # least of the anions that bridge an edge, together; also of iron planes
    whole_plane: float = 0.9  # least occupancy of a plane's anions; beneath it, between two whole planes: a reservoir
    oxide_apex_elevation: Range = Range(0.8, 4.6)  # Å over the plaquette
    oxide_apex_lateral: float = 1.0  # Å from the axis
    oxide_column: float = 0.6  # Å, elevations of cations within this gather to one column; also spacers of iron
    oxide_apex_occupancy: float = 0.5  # least of a column
    # iron planes
    iron_edge: Range = Range(2.4, 3.1)  # Å, metal to metal
    iron_bond: Range = Range(2.05, 2.8)  # Å, metal to X
    anion_elevation: Range = Range(0.4, 2.4)  # Å, X over the plaquette
    anion_lateral: float = 0.6  # Å from the axis
    anion_column: float = 0.45  # Å, elevations of X within this gather to one column
    anion_occupancy: float = 0.5  # least of a column
    spacer_elevation: Range = Range(1.6, 5.2)  # Å from the plaquette
    spacer_lateral: float = 0.8  # Å from the axis
    spacer_occupancy: float = 0.3  # least of a column
    # results
    height: float = 0.01  # Å, heights within this are one
    spacer_difference: float = 0.1  # Å, two spacers of one element differ at least by this
    coplanar_degrees: float = 0.1  # neighbouring triangles within this angle are one face
    # sanity
    metal_contact: float = 1.75  # Å, two full metals stand no closer
    contact: float = 1.2  # Å, nor do any two full sites other than hydrogen
    multiple_bond: float = 1.0  # Å, nor do C, N and O among themselves


@dataclass(frozen=True, slots=True)
class SiteTolerances:
    """Those of sites, in all searches."""

    full: float = 0.95  # a site with at least this occupancy is full
    disorder: float = 0.01  # occupancies this near to 1 are 1
    one_place: float = 0.5  # Å, positions nearer than this are places of one atom, never of two at once
    one_atom: float = 1.05  # largest total occupancy of such positions; over 1 by rounding and refinement


@dataclass(frozen=True, slots=True)
class LayerTolerances:
    """Those of the layers along the normal of the planes.

    Rock-salt layers of cuprates are rumpled by up to 0.8 Å (Ba and apical O); Fe and X of iron layers, La and O of
    LaFeAsO and Cu and Ca of cuprates are 1.2 Å or more apart.
    """

    gap: float = 0.9  # Å, sites whose elevations follow each other within this are one layer
    tilt_degrees: float = 15.0  # between a lattice plane and its plaquettes, which lean where octahedra are tilted
    largest_index: int = 6  # Miller index of a lattice plane, in a reduced basis
    same_distance: float = 0.01  # Å, within which a sequence of layers comes again
    same_amount: float = 1e-3  # atoms of an element in a layer that comes again
    apical: float = 3.3  # Å, farthest anion still called apical


@dataclass(frozen=True, slots=True)
class KagomeTolerances:
    """Those of kagome nets."""

    edge: Range = Range(2.2, 4.2)  # Å, metal to metal
    longest_over_shortest: float = 1.41  # of the edges of a net: a square net has 1.414, breathing ones up to 1.4
    flat_degrees: float = 15.0  # edges and triangles within this angle of a plane belong to it
    element_share: float = 0.5  # least of the net's element on a site
    cap_lateral: float = 0.8  # Å, atoms this near to the axis of a place stand over it
    cap_reach: float = 6.0  # Å, how far along the axis caps are looked for
    occupied: float = 0.8  # Å, an atom this near to the centre of a place stands in it
    same_size: float = 0.01  # Å, places of one kind whose radii differ by no more have one size


@dataclass(frozen=True, slots=True)
class CageTolerances:
    """Those of the octahedral cages of elements.

    The six vertices stand within `shell` nearest-neighbour distances of the centre, and nothing else does: at 0.71 in
    close packings and at 0.58 and 0.82 in BCC; the next atoms at 1.22 and 1.29.
    """

    shell: float = 0.95  # of the nearest-neighbour distance
    common_centre: float = 0.05  # Å, within which the midpoints of the three diagonals agree
    right_angle: float = 15.0  # degrees, departure of the diagonals from right angles; 6 in zinc and cadmium
    equal_length: float = 0.01  # Å, diagonals within this are equal
    equal_direction: float = 1.0  # degrees, directions within this are one
    coplanar: float = 0.1  # degrees, triangles within this are one face


SITES: Final = SiteTolerances()
LAYERS: Final = LayerTolerances()
KAGOME: Final = KagomeTolerances()
CAGES: Final = CageTolerances()
