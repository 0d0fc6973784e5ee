"""The surroundings of an iron plaquette: the X over it, the four X on its other side, the spacer beyond."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from polyqw.core.bodies.candidates import MeanEnd
from polyqw.core.columns import Column, along_axes, positions_over
from polyqw.core.planes import common_neighbors
from polyqw.core.reasons import ReasonCode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from polyqw.core.arrays import Corner, FloatArray, IntArray
    from polyqw.core.bodies.plane_search import PlaneSearch
    from polyqw.core.cell import Cell
    from polyqw.core.columns import Positions
    from polyqw.core.planes import Edges
    from polyqw.core.squares import Plaquette


@dataclass(frozen=True, slots=True)
class Cap:
    """A plaquette with the X over it, the four X on its other side, and the spacer beyond those.

    Parameters
    ----------
    plaquette : Plaquette
        Its normal points from the base to the apex.
    base : MeanEnd
        The four X on the other side, each at the edge between two corners.
    spacer : Column or None
        The first cation column beyond the base.
    side : int
        Which side of its net the base lies on: +1 along the net's normal, or -1.
    refusal : str
        Why there is no spacer; empty when there is one.
    """

    plaquette: Plaquette
    apex: Column
    base: MeanEnd
    spacer: Column | None
    side: int
    refusal: str

    @property
    def alpha_height(self) -> float:
        """X-X height across the Fe plane [Å]."""
        return float((self.apex.cart - self.base.cart) @ self.plaquette.normal)

    @property
    def spacer_height(self) -> float:
        """Fe plane to spacer cation [Å]; NaN without a spacer."""
        if self.spacer is None:
            return float("nan")
        return float((self.plaquette.centre - self.spacer.cart) @ self.plaquette.normal)


def find_caps(
    search: PlaneSearch, squares: Sequence[Plaquette], bonds: Edges
) -> tuple[list[Cap], Counter[ReasonCode]]:
    """Return the caps of squares in planes, bonded to X by `bonds`, and how many were refused for which reason."""
    tol = search.tolerances
    caps: list[Cap] = []
    refused: Counter[ReasonCode] = Counter()
    highest = tol.spacer_elevation.high + tol.anion_column
    for square, axis in along_axes(search.around, squares, highest, tol.spacer_lateral):
        cap = _cap(search, square, axis, bonds)
        if isinstance(cap, ReasonCode):
            refused[cap] += 1
            continue
        if search.account.wanted and cap.refusal:
            labels = (f"{search.cell.sites[site].label}{list(image)}" for site, image in square.corners)
            search.account.note("refused_spacer", f"under {', '.join(labels)}: {cap.refusal}")
        caps.append(cap)
    return caps, refused


def _cap(search: PlaneSearch, square: Plaquette, axis: Positions, bonds: Edges) -> Cap | ReasonCode:
    tol, total = search.tolerances, search.weights.total
    above, below = _apex(search, axis), _apex(search, axis.turned())
    apex = above or below
    if apex is None:
        return ReasonCode.NO_ANION_LAYER
    if above and below:
        return ReasonCode.ANION_ON_BOTH_SIDES
    side = -1 if above else 1
    turned = replace(square, normal=-side * square.normal)
    base = _base(search, turned, bonds)
    if base is None:
        return ReasonCode.INCOMPLETE_BASE
    depth = float((turned.centre - base.cart) @ turned.normal)
    down = axis.turned() if above else axis
    inside = (down.elevation > 0.3) & (down.elevation < depth + 0.3)
    if total[down.site[inside]].sum() >= tol.anion_occupancy:
        return ReasonCode.CENTRE_OCCUPIED
    spacer, refusal = _spacer(search, down, depth)
    return Cap(turned, apex, base, spacer, side, refusal)


def _apex(search: PlaneSearch, axis: Positions) -> Column | None:
    """Return the X column over the plaquette on the positive side, or None."""
    tol = search.tolerances
    low, high = tol.anion_elevation.low, tol.anion_elevation.high
    x = (search.weights.bridge[axis.site] > 0) & (axis.lateral <= tol.anion_lateral)
    return _lowest(search, axis, np.flatnonzero(x & (axis.elevation >= low) & (axis.elevation <= high)))


def _lowest(search: PlaneSearch, x: Positions, rows: IntArray) -> Column | None:
    """Return the column that the lowest X of some rows begins, or None where there is none or it is too empty."""
    if not len(rows):
        return None
    tol, elevation = search.tolerances, x.elevation[rows]
    column = x[rows[elevation <= elevation.min() + tol.anion_column]].gather(search.weights.bridge)
    return column if column.occupancy >= tol.anion_occupancy - 1e-9 else None


def _base(search: PlaneSearch, plaquette: Plaquette, bonds: Edges) -> MeanEnd | None:
    """Return the four X on the far side, each bonded to both ends of one edge, or None where one is missing."""
    shared = [sorted(common_neighbors(bonds, first, second)) for first, second in plaquette.edges]
    if not all(shared):
        return None
    x = positions_over(plaquette, search.cell, *_placed(search.cell, [corner for own in shared for corner in own]))
    x = x.turned()
    rows = np.flatnonzero(x.elevation > search.tolerances.anion_elevation.low)
    side = np.repeat(np.arange(4), [len(own) for own in shared])[rows]
    columns = [column for k in range(4) if (column := _lowest(search, x, rows[side == k]))]
    return MeanEnd.of(*columns) if len(columns) == 4 else None


def _placed(cell: Cell, corners: list[Corner]) -> tuple[IntArray, IntArray, FloatArray]:
    sites = np.array([site for site, _ in corners], dtype=np.intp)
    images = np.array([image for _, image in corners], dtype=np.intp)
    return sites, images, cell.positions(corners)


def _spacer(search: PlaneSearch, down: Positions, depth: float) -> tuple[Column | None, str]:
    """Return the first cation column beyond the base, or None and what stands in its place."""
    tol, weights = search.tolerances, search.weights
    beyond = down[down.elevation > depth].upward(tol.spacer_elevation.low)
    passed: list[str] = []
    for site, elevation, column in beyond.columns(weights.cation, tol.spacer_elevation.high, tol.oxide_column):
        where = f"{search.cell.sites[site].main_element} at {elevation:.3f} Å"
        if (weights.is_metal[site] or weights.bridge[site] > 0) and weights.total[site] >= 0.5:
            return None, f"{where} comes before any spacer cation"
        if column is None:
            passed.append(where)
        elif column.occupancy >= tol.spacer_occupancy - 1e-9:
            return column, ""
        else:
            passed.append(f"{column.species} ({column.occupancy:.2f} full)")
    after = f" ({', '.join(passed)} only)" if passed else ""
    return None, f"no spacer cation up to {tol.spacer_elevation.high} Å beyond the X layer{after}"
