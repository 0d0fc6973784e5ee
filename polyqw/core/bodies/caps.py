"""The surroundings of an iron plaquette: the X over it, the four X on its other side, the spacer beyond."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from polyqw.core.columns import Column, gather_column
from polyqw.core.neighbors import add
from polyqw.core.nets import Plaquette

if TYPE_CHECKING:
    from polyqw.core.account import Account
    from polyqw.core.cell import Cell, FloatArray, IntArray
    from polyqw.core.neighbors import Contact, Surroundings
    from polyqw.core.nets import Corner
    from polyqw.core.options import Tolerances
    from polyqw.core.site_weights import SiteWeights


@dataclass(frozen=True, slots=True)
class Cap:
    """A plaquette with the X over it, the four X on its other side, and the spacer beyond those.

    Parameters
    ----------
    plaquette : Plaquette
        Its normal points from the base to the apex.
    apex : Column
        The X over the plaquette.
    base : tuple of Column, (4,)
        The X on the other side, each at the edge between two corners.
    spacer : Column or None
        The first cation column beyond the base.
    side : int
        Which side of its net the base lies on: +1 along the net's normal, or -1.
    refusal : str
        Why there is no spacer; empty when there is one.
    """

    plaquette: Plaquette
    apex: Column
    base: tuple[Column, Column, Column, Column]
    spacer: Column | None
    side: int
    refusal: str

    @property
    def alpha_height(self) -> float:
        """X-X height across the Fe plane [Å]."""
        return float(np.mean([(self.apex.cart - x.cart) @ self.plaquette.normal for x in self.base]))

    @property
    def spacer_height(self) -> float:
        """Fe plane to spacer cation [Å]; NaN without a spacer."""
        if self.spacer is None:
            return float("nan")
        return float((self.plaquette.centre - self.spacer.cart) @ self.plaquette.normal)


def find_caps(
    cell: Cell,
    around: Surroundings,
    plaquettes: list[Plaquette],
    bonds: dict[int, list[Contact]],
    weights: SiteWeights,
    tol: Tolerances,
    account: Account,
) -> tuple[list[Cap], dict[str, int]]:
    """Return the caps of the plaquettes, and how many were refused for which reason.

    Parameters
    ----------
    cell : Cell
    around : Surroundings
    plaquettes : list of Plaquette
        Squares that lie in planes.
    bonds : dict
        X bonded to each metal site.
    weights : SiteWeights
    tol : Tolerances
    account : Account
    """
    caps: list[Cap] = []
    refused: dict[str, int] = defaultdict(int)
    reach = float(np.hypot(tol.spacer_elevation.high + tol.anion_column, tol.spacer_lateral))
    hits = around.within(np.array([p.centre for p in plaquettes]), reach)
    for plaquette, near in zip(plaquettes, hits, strict=True):
        offset = around.cart[near] - plaquette.centre
        elevation = offset @ plaquette.normal
        lateral = np.linalg.norm(offset - elevation[:, None] * plaquette.normal, axis=1)
        on_axis = lateral <= tol.spacer_lateral
        rows, elevation, lateral = near[on_axis], elevation[on_axis], lateral[on_axis]
        up = _apex(cell, around, rows, elevation, lateral, weights, tol)
        down = _apex(cell, around, rows, -elevation, lateral, weights, tol)
        if up is None and down is None:
            refused["no_anion_layer"] += 1
            continue
        if up is not None and down is not None:
            refused["anion_on_both_sides"] += 1
            continue
        sign = 1.0 if up is not None else -1.0
        apex = up if up is not None else down
        assert apex is not None
        turned = Plaquette(
            plaquette.corners,
            plaquette.cart,
            plaquette.centre,
            sign * plaquette.normal,
            plaquette.orientation,
        )
        base = _base(cell, around, turned, bonds, weights, tol)
        if base is None:
            refused["incomplete_base"] += 1
            continue
        depth = float(np.mean([(turned.centre - x.cart) @ turned.normal for x in base]))
        below = -sign * elevation
        inside = (below > 0.3) & (below < depth + 0.3)
        if weights.total[around.site[rows[inside]]].sum() >= tol.anion_occupancy:
            refused["centre_occupied"] += 1
            continue
        spacer, refusal = _spacer(cell, around, rows, below, depth, weights, tol)
        if account.wanted and refusal:
            account.note("refused_spacer", f"under {_corner_names(cell, plaquette)}: {refusal}")
        caps.append(Cap(turned, apex, base, spacer, int(-sign), refusal))
    return caps, dict(refused)


def _corner_names(cell: Cell, plaquette: Plaquette) -> str:
    return ", ".join(f"{cell.sites[site].label}{list(image)}" for site, image in plaquette.corners)


def _apex(
    cell: Cell,
    around: Surroundings,
    rows: IntArray,
    elevation: FloatArray,
    lateral: FloatArray,
    weights: SiteWeights,
    tol: Tolerances,
) -> Column | None:
    """Return the X column over the plaquette on the positive side, or None."""
    sites = around.site[rows]
    x = (
        (weights.bridge[sites] > 0)
        & (elevation >= tol.anion_elevation.low)
        & (elevation <= tol.anion_elevation.high)
        & (lateral <= tol.anion_lateral)
    )
    if not x.any():
        return None
    x &= elevation <= elevation[x].min() + tol.anion_column
    column = gather_column(
        cell, sites[x], around.image[rows[x]], around.cart[rows[x]], elevation[x], weights.bridge[sites[x]]
    )
    return column if column.occupancy >= tol.anion_occupancy - 1e-9 else None


def _base(
    cell: Cell,
    around: Surroundings,
    plaquette: Plaquette,
    bonds: dict[int, list[Contact]],
    weights: SiteWeights,
    tol: Tolerances,
) -> tuple[Column, Column, Column, Column] | None:
    """Return the four X on the far side, each bonded to both ends of one edge, or None where one is missing."""
    columns = []
    for first, second in plaquette.edges:
        shared = _bonded(bonds, first) & _bonded(bonds, second)
        if not shared:
            return None
        ordered = sorted(shared)
        sites = np.array([site for site, _ in ordered], dtype=np.intp)
        images = np.array([image for _, image in ordered], dtype=np.intp)
        cart = (around.cell.frac[sites] + images) @ around.cell.lattice
        elevation = (plaquette.centre - cart) @ plaquette.normal
        far = elevation > tol.anion_elevation.low
        if not far.any():
            return None
        far &= elevation <= elevation[far].min() + tol.anion_column
        column = gather_column(cell, sites[far], images[far], cart[far], elevation[far], weights.bridge[sites[far]])
        if column.occupancy < tol.anion_occupancy - 1e-9:
            return None
        columns.append(column)
    return (columns[0], columns[1], columns[2], columns[3])


def _bonded(bonds: dict[int, list[Contact]], corner: Corner) -> set[Corner]:
    site, image = corner
    return {(c.site, add(image, c.image)) for c in bonds[site]}


def _spacer(
    cell: Cell,
    around: Surroundings,
    rows: IntArray,
    below: FloatArray,
    depth: float,
    weights: SiteWeights,
    tol: Tolerances,
) -> tuple[Column | None, str]:
    """Return the first cation column beyond the base, or None and what stands in its place."""
    sites = around.site[rows]
    order = np.argsort(below, kind="stable")
    order = order[(below[order] > depth) & (below[order] >= tol.spacer_elevation.low)]
    passed: list[str] = []
    for k in order:
        site = sites[k]
        where = f"{cell.sites[site].main_element} at {below[k]:.3f} Å"
        if below[k] > tol.spacer_elevation.high:
            break
        if (weights.is_metal[site] or weights.bridge[site] > 0) and weights.total[site] >= 0.5:
            return None, f"{where} comes before any spacer cation"
        if weights.cation[site] <= 0:
            passed.append(where)
            continue
        near = order[(below[order] >= below[k]) & (below[order] <= below[k] + tol.oxide_column)]
        near = near[weights.cation[sites[near]] > 0]
        column = gather_column(
            cell,
            sites[near],
            around.image[rows[near]],
            around.cart[rows[near]],
            below[near],
            weights.cation[sites[near]],
        )
        if column.occupancy >= tol.spacer_occupancy - 1e-9:
            return column, ""
        passed.append(f"{column.species} ({column.occupancy:.2f} full)")
    after = f" ({', '.join(passed)} only)" if passed else ""
    return None, f"no spacer cation up to {tol.spacer_elevation.high} Å beyond the X layer{after}"
