"""Single wells as the searches find them, and their gathering into the wells that are reported."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from polyqw.core.columns import split_by_gap
from polyqw.core.polyhedron import convex_hull, fold_degrees
from polyqw.core.uncertainty import HeightUncertainty, Span, height_uncertainties
from polyqw.core.wells import Kind, Phase, Role, Vertex, Well

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from polyqw.core.arrays import FloatArray
    from polyqw.core.cell import Cell
    from polyqw.core.columns import Column
    from polyqw.core.squares import Plaquette
    from polyqw.core.tolerances import Tolerances
    from polyqw.core.uncertainty import Weighted

PHASE_ORDER = {phase: k for k, phase in enumerate(Phase)}


RING: Final = ((0, 1), (1, 2), (2, 3), (3, 0))
"""Neighbours around a square."""


@dataclass(frozen=True, slots=True)
class SquareEnd:
    """An end of h that is the centre of a plaquette."""

    plaquette: Plaquette

    @property
    def cart(self) -> FloatArray:
        """The centre, (3,) [Å]."""
        return self.plaquette.centre

    @property
    def weighted(self) -> tuple[Weighted, ...]:
        """The corners with their shares."""
        return tuple((corner, 0.25) for corner in self.plaquette.corners)


@dataclass(frozen=True, slots=True)
class MeanEnd:
    """An end of h that is the mean of several columns; a single column is an end as it is."""

    columns: tuple[Column, ...]
    cart: FloatArray

    @classmethod
    def of(cls, *columns: Column) -> MeanEnd:
        """Return the mean of some columns."""
        return cls(columns, np.sum([column.cart for column in columns], axis=0) / len(columns))

    @property
    def weighted(self) -> tuple[Weighted, ...]:
        """The members of all columns with their shares."""
        number = len(self.columns)
        return tuple((corner, share / number) for column in self.columns for corner, share in column.weighted)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One well of a cell.

    Parameters
    ----------
    height : float
        h, the separation of the two ends along the normal of the plaquette [Å].
    column_spread : float
        Largest spread of the columns at the ends [Å].
    apices : tuple of str
        Compositions of the apices.
    columns : tuple of (Role, Column)
        The vertices after those of the plaquette, in order.
    has_square : bool
        Whether the four metals are vertices.
    cart_electron : array, (3,)
        Place of the confined electron [Å].
    folds : tuple of (edge, first, second)
        Pairs of triangles that the ideal body has in one face, by vertex numbers.
    apex_elevation : float
        Of a nonahedron, apex over the plaquette [Å]: where the two X layers stand at different heights, bodies of
        one height have two shapes, and the one shown is that with the higher apex.
    """

    kind: Kind
    phase: Phase
    height: float
    plaquette: Plaquette
    ends: tuple[SquareEnd | MeanEnd | Column, MeanEnd | Column]
    column_spread: float
    apices: tuple[str, ...]
    cart_electron: FloatArray
    columns: tuple[tuple[Role, Column], ...]
    has_square: bool = True
    folds: tuple[tuple[tuple[int, int], int, int], ...] = ()
    apex_elevation: float = 0.0

    @property
    def span(self) -> Span:
        """The site images that h and the normal are made of."""
        return Span(self.plaquette.corners, self.ends[0].weighted, self.ends[1].weighted)


def _vertices(cell: Cell, well: Candidate) -> tuple[Vertex, ...]:
    square = zip(well.plaquette.corners, well.plaquette.cart, strict=True) if well.has_square else ()
    places = [(Role.PLAQUETTE, corner, cart) for corner, cart in square]
    places += [(role, column.main, column.cart) for role, column in well.columns]
    return tuple(
        Vertex(cell.sites[site].main_element, site, image, role, _triple(cart))
        for role, (site, image), cart in places
    )


def _triple(vector: FloatArray) -> tuple[float, float, float]:
    return (float(vector[0]), float(vector[1]), float(vector[2]))


def _plane_metal(cell: Cell, plaquette: Plaquette) -> str:
    metals = [cell.sites[site].main_element for site, _ in plaquette.corners]
    return max(metals, key=lambda metal: (metals.count(metal), metal))


def gather_wells(
    cell: Cell, candidates: Iterable[Candidate], *, layered: bool, tolerances: Tolerances
) -> list[tuple[Well, HeightUncertainty]]:
    """Return one well per kind, phase, composition of the apices and height, each with the account of its su.

    Heights are gathered by their distance, never by rounding. The well shown is the one nearest to the mean
    height; of equals, the one with the higher apex, then the one whose electron comes first in the cell.
    """
    groups: dict[tuple[Kind, Phase, str, tuple[str, ...]], list[Candidate]] = defaultdict(list)
    for candidate in candidates:
        apices = candidate.apices if candidate.kind is not Kind.NONAHEDRON else ()
        metal = _plane_metal(cell, candidate.plaquette)
        groups[candidate.kind, candidate.phase, metal, apices].append(candidate)
    gathered = [
        [members[k] for k in rows]
        for members in groups.values()
        for rows in split_by_gap(np.array([c.height for c in members]), tolerances.height)
    ]
    uncertainties = height_uncertainties(cell, gathered)
    wells = []
    for members, uncertainty in zip(gathered, uncertainties, strict=True):
        heights = np.array([c.height for c in members])
        shown = _shown(members, heights, cell.inverse)
        wells.append((_well(cell, shown, heights, uncertainty.su, layered, tolerances), uncertainty))
    return sorted(
        wells, key=lambda pair: (PHASE_ORDER[pair[0].phase], pair[0].height, pair[0].plane_metal, pair[0].apices)
    )


def _shown(members: Sequence[Candidate], heights: FloatArray, inverse: FloatArray) -> Candidate:
    """Return the well nearest to the mean height; see `gather_wells`."""
    away = np.round(np.abs(heights - heights.mean()), 6)
    apex = np.round([c.apex_elevation for c in members], 6)
    place = np.round(np.array([c.cart_electron for c in members]) @ inverse, 4)
    return members[int(np.lexsort((*place.T[::-1], -apex, away))[0])]


def _well(
    cell: Cell, shown: Candidate, heights: FloatArray, su: float | None, layered: bool, tolerances: Tolerances
) -> Well:
    vertices = _vertices(cell, shown)
    points = np.array([v.cart for v in vertices])
    hull = convex_hull(points, tolerances.coplanar_degrees)
    folds = [fold_degrees(points, edge, first, second) for edge, first, second in shown.folds]
    span = shown.ends[1].cart - shown.ends[0].cart
    c_axis = cell.lattice[2] / np.linalg.norm(cell.lattice[2])
    return Well(
        kind=shown.kind,
        phase=shown.phase,
        height=float(heights.mean()),
        height_min=float(heights.min()),
        height_max=float(heights.max()),
        height_su=su,
        apex_distance=float(np.linalg.norm(span)),
        height_along_c=float(abs(span @ c_axis)),
        column_spread=shown.column_spread,
        apices=shown.apices,
        plane_metal=_plane_metal(cell, shown.plaquette),
        multiplicity=len(heights),
        n_faces=hull.n_faces,
        n_edges=hull.n_edges,
        coplanar_tolerance=tolerances.coplanar_degrees,
        max_fold=max(folds) if folds else None,
        volume=hull.volume,
        layered=layered,
        normal=_triple(shown.plaquette.normal),
        cart_electron=_triple(shown.cart_electron),
        vertices=vertices,
    )
