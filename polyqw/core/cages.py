"""The octahedral cages of an element's structure (papers/002 Fig. 6), found by geometry in any setting.

An octahedral cage is a point with exactly six nearest atoms that stand in three opposite pairs, the diagonals of the
octahedron, near right angles to each other. That is one definition for all three packings; papers/002 draws the cages
without defining them.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from typing import TYPE_CHECKING, Final

import numpy as np

from polyqw.core.arrays import as_image
from polyqw.core.neighbors import subtract, surroundings
from polyqw.core.polyhedron import convex_hull
from polyqw.core.reasons import Reason, ReasonCode
from polyqw.core.squares import translation_free
from polyqw.core.tolerances import CAGES
from polyqw.errors import CrowdedError

if TYPE_CHECKING:
    from polyqw.core.arrays import Corner, FloatArray, IntArray
    from polyqw.core.cell import Cell
    from polyqw.core.neighbors import Surroundings

MOST_ATOMS: Final = 2_000
"""Atoms of a cell whose cages are looked for; the largest unit cells of elements have some hundred."""


class Packing(StrEnum):
    """What the cages tell of a packing."""

    BCC = "BCC"
    CCP = "CCP"
    HCP = "HCP"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Cage:
    """One octahedral cage.

    Parameters
    ----------
    vertices : tuple of (site, image), (6,)
        Opposite vertices follow each other; the diagonals from the shortest to the longest.
    cart : array, (6, 3)
        Their positions [Å].
    """

    vertices: tuple[Corner, ...]
    cart: FloatArray

    @property
    def centre(self) -> FloatArray:
        """Mean of the vertices, the place of the confined electron [Å]."""
        return np.asarray(self.cart.mean(axis=0))

    @property
    def axes(self) -> FloatArray:
        """Vectors along the three diagonals, (3, 3) rows, the shortest first [Å]."""
        return np.asarray(self.cart[1::2] - self.cart[::2])

    @property
    def diagonals(self) -> FloatArray:
        """Distances between opposite vertices, ascending, (3,) [Å]."""
        return np.asarray(np.linalg.norm(self.axes, axis=1))

    @property
    def angles(self) -> FloatArray:
        """Angles between the diagonals, each at most 90, ascending, (3,) [degrees]."""
        units = self.axes / self.diagonals[:, None]
        cosines = np.abs([units[i] @ units[j] for i, j in combinations(range(3), 2)])
        return np.sort(np.degrees(np.arccos(np.clip(cosines, 0.0, 1.0))))

    @property
    def volume(self) -> float:
        """Volume [Å³]."""
        return convex_hull(self.cart, CAGES.coplanar).volume

    @property
    def equivalent_apices(self) -> int:
        """In how many directions one and the same well could point its apex at this site.

        Twice the number of diagonals of the commonest length: 6 in a regular octahedron, 4 in the octahedron of
        BCC, whose third diagonal is shorter.
        """
        lengths = self.diagonals
        return 2 * max(int(np.sum(np.abs(lengths - length) <= CAGES.equal_length)) for length in lengths)


@dataclass(frozen=True, slots=True)
class ElementCages:
    """The octahedral cages of a cell, or the reason why it has none.

    Parameters
    ----------
    element : str or None
        None when the cell holds several.
    n_atoms : int
        Sites of the cell.
    nearest : float or None
        Shortest distance between atoms [Å].
    cages : tuple of Cage
        Each once per cell.
    n_orientations : int
        Bodies of different orientation in space.
    cages_around_atom : tuple of int
        Cages that share an atom, fewest and most over the atoms.
    volume_share : float
        Sum of the cages' volumes over the volume of the cell; above 1 the cages overlap.
    """

    reason: Reason | None
    element: str | None
    n_atoms: int
    nearest: float | None = None
    cages: tuple[Cage, ...] = ()
    packing: Packing = Packing.OTHER
    n_orientations: int = 0
    cages_around_atom: tuple[int, int] = (0, 0)
    volume_share: float = 0.0


def find_cages(cell: Cell) -> ElementCages:
    """Return the octahedral cages of a cell of one element; the result does not depend on its setting.

    Source: papers/002, III.B and Fig. 6 (papers/004, Fig. 4); the definition is our own.

    Raises
    ------
    CrowdedError
        If an element's cell holds more than `MOST_ATOMS`.
    """
    elements = sorted(cell.composition)
    n = len(cell.sites)
    if len(elements) != 1:
        text = f"the cell holds {', '.join(elements) or 'no atoms'}; an element's cages need one"
        return ElementCages(Reason(ReasonCode.NOT_ONE_ELEMENT, text, 0), None, n)
    partial = [site.label for site in cell.sites if not site.is_full]
    if partial:
        return ElementCages(
            Reason(ReasonCode.PARTLY_EMPTY, f"{len(partial)} of {n} sites are partly empty ({partial[0]})", 1),
            elements[0],
            n,
        )
    if n > MOST_ATOMS:
        raise CrowdedError(
            f"the cell holds {n} atoms of one element; cages are looked for among at most {MOST_ATOMS}"
        )
    nearest = _nearest(cell)
    around = surroundings(cell, 2.0 * nearest)
    cages = tuple(_cages(around, nearest))
    if not cages:
        text = f"no point has six nearest atoms in three opposite pairs within {CAGES.shell * nearest:.3f} Å"
        return ElementCages(Reason(ReasonCode.NO_OCTAHEDRAL_CAGE, text, 2), elements[0], n, nearest)
    sharing = Counter(site for cage in cages for site, _ in cage.vertices)
    counts = [sharing[k] for k in range(n)]
    orientations = _orientations(cages)
    return ElementCages(
        None,
        elements[0],
        n,
        nearest,
        cages,
        _packing(cages, n, orientations),
        orientations,
        (min(counts), max(counts)),
        sum(cage.volume for cage in cages) / cell.volume,
    )


def _nearest(cell: Cell) -> float:
    reach = 1.3 * (cell.volume / len(cell.sites)) ** (1 / 3)
    while True:  # a cell far from any packing may need more than one try
        around = surroundings(cell, reach)
        distances, _ = around.tree.query(around.home_cart, k=2)
        nearest = float(np.min(np.asarray(distances)[:, 1]))
        if nearest <= reach:
            return nearest
        reach *= 1.5


def _cages(around: Surroundings, nearest: float) -> list[Cage]:
    """Return the cages whose centre lies in the home cell, in the order of their centres' sites."""
    found: dict[tuple[Corner, ...], Cage] = {}
    for start in around.home_cart:
        ends = np.asarray(around.tree.query_ball_point(start, 2 * CAGES.shell * nearest))
        centres = (start + around.cart[ends]) / 2
        centres = centres[np.linalg.norm(centres - start, axis=1) > 1e-6]
        near = around.tree.query_ball_point(centres, CAGES.shell * nearest)
        six = [k for k, rows in enumerate(near) if len(rows) == 6]
        if not six:
            continue
        candidates = np.array([near[k] for k in six])
        for rows in _in_opposite_pairs(around, candidates, centres[six]):
            cart = around.cart[rows]
            home = as_image(around.cell.cells_of(cart.mean(axis=0)))
            corners = tuple((int(around.site[r]), subtract(as_image(around.image[r]), home)) for r in rows)
            found.setdefault(translation_free(corners), Cage(corners, cart - np.array(home) @ around.cell.lattice))
    return list(found.values())


def _in_opposite_pairs(around: Surroundings, rows: IntArray, centres: FloatArray) -> IntArray:
    """Return the rows (m, 6) that are octahedra about their centres (m, 3), as opposite pairs, the shortest first."""
    spokes = around.cart[rows] - centres[:, None]
    sums = np.linalg.norm(spokes[:, :, None] + spokes[:, None], axis=3)
    sums[:, range(6), range(6)] = np.inf
    partner = sums.argmin(axis=2)
    paired = (sums.min(axis=2) <= 2 * CAGES.common_centre).all(axis=1)
    paired &= (np.take_along_axis(partner, partner, axis=1) == np.arange(6)).all(axis=1)
    rows, spokes, partner = rows[paired], spokes[paired], partner[paired]
    first = np.nonzero(np.arange(6) < partner)[1].reshape(-1, 3)
    second = np.take_along_axis(partner, first, axis=1)
    axes = np.take_along_axis(spokes, second[..., None], axis=1) - np.take_along_axis(
        spokes, first[..., None], axis=1
    )
    lengths = np.linalg.norm(axes, axis=2)
    units = axes / lengths[..., None]
    cosines = np.abs(units @ units.swapaxes(1, 2))
    right = (cosines[:, (0, 0, 1), (1, 2, 2)] <= np.sin(np.radians(CAGES.right_angle))).all(axis=1)
    order = np.argsort(lengths[right], axis=1, kind="stable")
    ends = np.stack([np.take_along_axis(end[right], order, axis=1) for end in (first, second)], axis=2)
    return np.asarray(np.take_along_axis(rows[right], ends.reshape(-1, 6), axis=1))


def _orientations(cages: tuple[Cage, ...]) -> int:
    """Return how many cages differ in orientation: by the directions and the lengths of their diagonals."""
    lengths = np.array([cage.diagonals for cage in cages])
    units = np.array([cage.axes for cage in cages]) / lengths[..., None]
    limit = np.cos(np.radians(CAGES.equal_direction))
    n_known = 0
    while len(units):
        same = (np.abs(units @ units[0].T) >= limit) & (
            np.abs(lengths[:, :, None] - lengths[0]) <= CAGES.equal_length
        )
        other = ~same.any(axis=2).all(axis=1)
        units, lengths = units[other], lengths[other]
        n_known += 1
    return n_known


def _packing(cages: tuple[Cage, ...], n_atoms: int, orientations: int) -> Packing:
    """Return the packing that cages per atom, shape and orientations are those of."""
    per_atom = len(cages) / n_atoms
    ratios = {round(float(cage.diagonals[2] / cage.diagonals[0]), 3) for cage in cages}
    if per_atom == 3 and orientations == 3 and all(abs(r - np.sqrt(2)) < 0.01 for r in ratios):
        return Packing.BCC
    if per_atom != 1 or any(abs(r - 1) > 0.01 for r in ratios):
        return Packing.OTHER
    square = all(float(cage.angles[0]) > 89.5 for cage in cages)
    if orientations == 1 and square:
        return Packing.CCP
    return Packing.HCP if orientations == 2 else Packing.OTHER
