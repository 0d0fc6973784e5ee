"""The shape of a plaquette: how far it is from a flat square."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from polyqw.core.wells import Role

if TYPE_CHECKING:
    from polyqw.core.wells import Well


@dataclass(frozen=True, slots=True)
class PlaquetteShape:
    """The four metals of a well as a quadrilateral.

    Parameters
    ----------
    edges : tuple of float, (4,)
        Around the plaquette [Å].
    corner_degrees : tuple of float, (4,)
        Angles at the corners [degrees].
    residual : float
        Largest distance of a corner from the mean plane [Å].
    """

    edges: tuple[float, ...]
    corner_degrees: tuple[float, ...]
    residual: float

    @property
    def short_edge(self) -> float:
        """Mean of the shorter pair of opposite edges [Å]."""
        return min(self._pairs)

    @property
    def long_edge(self) -> float:
        """Mean of the longer pair of opposite edges [Å]."""
        return max(self._pairs)

    @property
    def skew_degrees(self) -> float:
        """Largest departure of a corner from a right angle [degrees]."""
        return max(abs(angle - 90.0) for angle in self.corner_degrees)

    @property
    def _pairs(self) -> tuple[float, float]:
        a, b, c, d = self.edges
        return (a + c) / 2, (b + d) / 2


def plaquette_shape(well: Well) -> PlaquetteShape | None:
    """Return the shape of the plaquette of a well; None for a body without one, the tetrahedron.

    Its corners are the vertices of that role, which follow each other around the square.
    """
    corners = np.array([v.cart for v in well.vertices if v.role is Role.PLAQUETTE], dtype=float)
    if len(corners) != 4:
        return None
    following, before = np.roll(corners, -1, axis=0), np.roll(corners, 1, axis=0)
    ahead, back = following - corners, before - corners
    edges = np.linalg.norm(ahead, axis=1)
    cosines = np.sum(ahead * back, axis=1) / (edges * np.linalg.norm(back, axis=1))
    normal = np.cross(corners[2] - corners[0], corners[3] - corners[1])
    normal /= np.linalg.norm(normal)
    elevation = (corners - corners.mean(axis=0)) @ normal
    return PlaquetteShape(
        tuple(edges.tolist()),
        tuple(np.degrees(np.arccos(np.clip(cosines, -1.0, 1.0))).tolist()),
        float(np.abs(elevation).max()),
    )
