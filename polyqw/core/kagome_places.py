"""The places of a kagome net: triangle, hexagon and star of David, and the atoms over and under them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import numpy as np

from polyqw.core.arrays import as_image
from polyqw.core.neighbors import subtract
from polyqw.core.tolerances import KAGOME

if TYPE_CHECKING:
    from collections.abc import Sequence

    from polyqw.core.arrays import Corner, FloatArray
    from polyqw.core.neighbors import Surroundings


class KagomeState(StrEnum):
    """The three states of papers/003 Fig. 1a."""

    ALPHA = "alpha"
    BETA = "beta"
    GAMMA = "gamma"


SHAPE: Final = {KagomeState.ALPHA: "triangle", KagomeState.BETA: "hexagon", KagomeState.GAMMA: "star of David"}
"""The figure of the net that each state belongs to."""


@dataclass(frozen=True, slots=True)
class Cap:
    """An atom over or under a place.

    Parameters
    ----------
    elevation : float
        Along the normal of the net, from the centre [Å].
    """

    element: str
    site: int
    elevation: float


@dataclass(frozen=True, slots=True)
class Place:
    """A triangle, hexagon or star of David of a net, the place of one state.

    Parameters
    ----------
    corners : tuple of (site, image)
        In order around it; of a star its six tips, the inner hexagon being the place of a β-state.
    cart : array, (n, 3)
        Their positions [Å].
    centre : array, (3,)
        Mean of the corners; in the home cell [Å].
    edge : float
        Mean length of its edges; of a star of the edges of its triangles [Å].
    radius : float
        Mean distance from the centre to the corners; of a star to its tips [Å].
    nearest : Cap
        The atom nearest to the centre, `elevation` being its distance along the normal.
    nearest_distance : float
        Its distance from the centre [Å].
    below, above : Cap or None
        First atom on either side of the axis, more than `KAGOME.occupied` from the centre.
    """

    state: KagomeState
    corners: tuple[Corner, ...]
    cart: FloatArray
    centre: FloatArray
    edge: float
    radius: float
    nearest: Cap
    nearest_distance: float
    below: Cap | None
    above: Cap | None

    @property
    def is_occupied(self) -> bool:
        """Whether an atom stands in the centre."""
        return self.nearest_distance <= KAGOME.occupied

    @property
    def height(self) -> float | None:
        """Distance between the caps along the normal [Å]; None where one is missing."""
        return self.above.elevation - self.below.elevation if self.above and self.below else None


def make_place(around: Surroundings, state: KagomeState, corners: tuple[Corner, ...], normal: FloatArray) -> Place:
    """Return a place moved so that its centre lies in the home cell."""
    home = as_image(around.cell.cells_of(around.cell.positions(corners).mean(axis=0)))
    corners = tuple((site, subtract(image, home)) for site, image in corners)
    cart = around.cell.positions(corners)
    centre = cart.mean(axis=0)
    radius = float(np.linalg.norm(cart - centre, axis=1).mean())
    sides = float(np.linalg.norm(np.roll(cart, -1, axis=0) - cart, axis=1).mean())
    if state is KagomeState.GAMMA:  # neighbouring tips stand √3 edges apart
        sides /= np.sqrt(3)
    nearest, distance = _nearest_atom(around, centre, normal)
    below, above = _caps(around, centre, normal)
    return Place(state, corners, cart, centre, sides, radius, nearest, distance, below, above)


def _nearest_atom(around: Surroundings, centre: FloatArray, normal: FloatArray) -> tuple[Cap, float]:
    rows = np.asarray(around.tree.query_ball_point(centre, KAGOME.edge.high))
    lengths = np.linalg.norm(around.cart[rows] - centre, axis=1)
    row = rows[int(np.argmin(lengths))]
    return _cap(around, int(row), float((around.cart[row] - centre) @ normal)), float(lengths.min())


def _caps(around: Surroundings, centre: FloatArray, normal: FloatArray) -> tuple[Cap | None, Cap | None]:
    rows = np.asarray(around.tree.query_ball_point(centre, KAGOME.cap_reach), dtype=np.intp)
    vectors = around.cart[rows] - centre
    elevations = vectors @ normal
    lateral = np.linalg.norm(vectors - elevations[:, None] * normal, axis=1)
    ends: list[Cap | None] = []
    for sign in (-1.0, 1.0):
        side = np.flatnonzero((sign * elevations > KAGOME.occupied) & (lateral <= KAGOME.cap_lateral))
        if len(side) == 0:
            ends.append(None)
            continue
        k = side[int(np.argmin(sign * elevations[side]))]
        ends.append(_cap(around, int(rows[k]), float(elevations[k])))
    return ends[0], ends[1]


def _cap(around: Surroundings, row: int, elevation: float) -> Cap:
    site = int(around.site[row])
    return Cap(around.cell.sites[site].main_element, site, elevation)


def sizes(places: Sequence[Place]) -> list[list[Place]]:
    """Return places of one state grouped by size, those of one group within `KAGOME.same_size` [Å] of the next."""
    groups: list[list[Place]] = []
    for place in sorted(places, key=lambda p: p.radius):
        if groups and place.radius - groups[-1][-1].radius <= KAGOME.same_size:
            groups[-1].append(place)
        else:
            groups.append([place])
    return groups
