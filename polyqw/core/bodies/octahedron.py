"""The octahedron of the oxide planes: four metals and the first cations over and under their square."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from polyqw.core.bodies.candidates import Candidate
from polyqw.core.columns import along_axes
from polyqw.core.reasons import ReasonCode
from polyqw.core.wells import Kind, Role

if TYPE_CHECKING:
    from polyqw.core.bodies.plane_search import PlaneSearch
    from polyqw.core.columns import Column, Positions
    from polyqw.core.squares import Plaquette
    from polyqw.core.wells import Phase


@dataclass(frozen=True, slots=True)
class Octahedron:
    """A plaquette with its two apices, below and above along the normal."""

    plaquette: Plaquette
    apices: tuple[Column, Column]


def find_apices(search: PlaneSearch, squares: list[Plaquette]) -> tuple[list[Octahedron], Counter[ReasonCode]]:
    """Return the squares that have two apices, and how many were refused for which reason."""
    tol, total = search.tolerances, search.weights.total
    octahedra: list[Octahedron] = []
    refused: Counter[ReasonCode] = Counter()
    highest = tol.oxide_apex_elevation.high + tol.oxide_column
    for square, axis in along_axes(search.around, squares, highest, tol.oxide_apex_lateral):
        middle = abs(axis.elevation) < tol.oxide_apex_elevation.low
        if total[axis.site[middle]].sum() >= tol.oxide_apex_occupancy:
            refused[ReasonCode.CENTRE_OCCUPIED] += 1
            continue
        below, above = _apex(search, axis.turned()), _apex(search, axis)
        if below is None or above is None:
            refused[ReasonCode.NO_APEX] += 1
            continue
        octahedra.append(Octahedron(square, (below, above)))
    return octahedra, refused


def _apex(search: PlaneSearch, axis: Positions) -> Column | None:
    """Return the first cation column on the positive side, or None where a plane metal or nothing comes first."""
    tol, weights = search.tolerances, search.weights
    up = axis.upward(tol.oxide_apex_elevation.low)
    for site, _, column in up.columns(weights.cation, tol.oxide_apex_elevation.high, tol.oxide_column):
        if weights.is_metal[site]:
            return None
        if column is None:
            continue
        if column.occupancy >= tol.oxide_apex_occupancy - 1e-9:
            return column
        if search.account.wanted:
            search.account.note(
                "refused_apex",
                f"{column.species} at {column.elevation:.3f} Å fills only {column.occupancy:.2f} of its column.",
                elevation_angstrom=column.elevation,
                occupancy=column.occupancy,
            )
    return None


def make_octahedron(octahedron: Octahedron, phase: Phase) -> Candidate:
    """Return the well: h from apex to apex, the electron in the centre of the square."""
    plaquette, (below, above) = octahedron.plaquette, octahedron.apices
    return Candidate(
        kind=Kind.OCTAHEDRON,
        phase=phase,
        height=float(abs((above.cart - below.cart) @ plaquette.normal)),
        plaquette=plaquette,
        ends=(below, above),
        column_spread=max(below.spread, above.spread),
        apices=tuple(sorted((below.species, above.species))),
        cart_electron=plaquette.centre,
        columns=((Role.APEX, below), (Role.APEX, above)),
    )
