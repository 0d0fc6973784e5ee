"""Why a search found nothing: all reason codes of the analysis."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ReasonCode(StrEnum):
    """Why a structure has no wells, an element no cages, a metal no kagome net, an oxide no plane under a surface."""

    # the cell
    DISORDERED = "disordered"
    TOO_CROWDED = "too_crowded"
    ATOMS_TOO_CLOSE = "atoms_too_close"
    # wells
    NO_PLANE_METAL = "no_plane_metal"
    NO_SQUARE_NET = "no_square_net"
    EDGES_NOT_BRIDGED = "edges_not_bridged"
    CENTRE_OCCUPIED = "centre_occupied"
    NO_APEX = "no_apex"
    NO_ANION_LAYER = "no_anion_layer"
    ANION_ON_BOTH_SIDES = "anion_on_both_sides"
    INCOMPLETE_BASE = "incomplete_base"
    # cages of elements
    NOT_ONE_ELEMENT = "not_one_element"
    PARTLY_EMPTY = "partly_empty"
    NO_OCTAHEDRAL_CAGE = "no_octahedral_cage"
    # kagome nets
    NO_METAL = "no_metal"
    NO_EDGES = "no_edges"
    NO_TRIANGLES = "no_triangles"
    NOT_KAGOME = "not_kagome"
    NOT_A_PLANE = "not_a_plane"
    # planes under a cleaved surface
    NOT_LAYERED = "not_layered"
    NO_NET_PLANES = "no_net_planes"
    NO_CLEAVAGE_PLANE = "no_cleavage_plane"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a search found nothing.

    Parameters
    ----------
    message : str
        One sentence with the numbers.
    stage : int
        How far the search came; of several reasons the furthest is shown.
    """

    code: ReasonCode
    message: str
    stage: int


class NothingFoundError(Exception):
    """Ends a search; the search itself catches it and returns the reason."""

    def __init__(self, code: ReasonCode, message: str, stage: int) -> None:
        super().__init__(message)
        self.reason = Reason(code, message, stage)
