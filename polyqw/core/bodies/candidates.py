"""Single wells as the searches find them, and their gathering into the wells that are reported."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from polyqw.core.columns import split_by_gap
from polyqw.core.polyhedron import convex_hull, fold_degrees
from polyqw.core.uncertainty import HeightUncertainty, Span, height_uncertainties
from polyqw.core.wells import Kind, Phase, Role, Vertex, Well

if TYPE_CHECKING:
    from collections.abc import Iterable

    from polyqw.core.cell import Cell, FloatArray
    from polyqw.core.options import Tolerances

PHASE_ORDER = {phase: k for k, phase in enumerate(Phase)}


@dataclass(frozen=True, slots=True)
class Candidate:
    """One well of a cell.

    Parameters
    ----------
    kind, phase : Kind, Phase
    height : float
        h [Å].
    ends : array, (2, 3)
        The two points whose separation along the normal is h [Å].
    span : Span
        The site images that the two points and the normal are made of.
    column_spread : float
        Largest spread of the columns at the ends [Å].
    apices : tuple of str
        Compositions of the apices.
    plane_metal : str
    normal : array, (3,)
    cart_electron : array, (3,)
        Place of the confined electron [Å].
    vertices : tuple of Vertex
    folds : tuple of (edge, first, second)
        Pairs of triangles that the ideal body has in one face, by vertex numbers.
    apex_elevation : float
        Of a nonahedron, apex over the plaquette [Å]: where the two X layers stand at different heights, bodies of
        one height have two shapes, and the one shown is that with the higher apex.
    """

    kind: Kind
    phase: Phase
    height: float
    ends: FloatArray
    span: Span
    column_spread: float
    apices: tuple[str, ...]
    plane_metal: str
    normal: FloatArray
    cart_electron: FloatArray
    vertices: tuple[Vertex, ...]
    folds: tuple[tuple[tuple[int, int], int, int], ...] = ()
    apex_elevation: float = 0.0


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
        groups[candidate.kind, candidate.phase, candidate.plane_metal, apices].append(candidate)
    inverse = np.linalg.inv(cell.lattice)
    gathered = [
        [members[k] for k in rows]
        for members in groups.values()
        for rows in split_by_gap(np.array([c.height for c in members]), tolerances.height)
    ]
    uncertainties = height_uncertainties(cell, [[c.span for c in members] for members in gathered])
    wells = []
    for members, uncertainty in zip(gathered, uncertainties, strict=True):
        heights = np.array([c.height for c in members])
        mean = float(heights.mean())
        shown = min(
            members,
            key=lambda c: (
                round(abs(c.height - mean), 6),
                -round(c.apex_elevation, 6),
                *(round(float(x), 4) for x in c.cart_electron @ inverse),
            ),
        )
        wells.append((_well(cell, shown, heights, uncertainty.su, layered, tolerances), uncertainty))
    return sorted(
        wells, key=lambda pair: (PHASE_ORDER[pair[0].phase], pair[0].height, pair[0].plane_metal, pair[0].apices)
    )


def _well(
    cell: Cell, shown: Candidate, heights: FloatArray, su: float | None, layered: bool, tolerances: Tolerances
) -> Well:
    points = np.array([v.cart for v in shown.vertices])
    hull = convex_hull(points, tolerances.coplanar_degrees)
    folds = [fold_degrees(points, edge, first, second) for edge, first, second in shown.folds]
    span = shown.ends[1] - shown.ends[0]
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
        plane_metal=shown.plane_metal,
        multiplicity=len(heights),
        n_faces=hull.n_faces,
        n_edges=hull.n_edges,
        coplanar_tolerance=tolerances.coplanar_degrees,
        max_fold=max(folds) if folds else None,
        volume=hull.volume,
        layered=layered,
        normal=as_triple(shown.normal),
        cart_electron=as_triple(shown.cart_electron),
        vertices=shown.vertices,
    )


def as_triple(vector: FloatArray) -> tuple[float, float, float]:
    """Return a vector (3,) as a tuple of floats."""
    return (float(vector[0]), float(vector[1]), float(vector[2]))


def make_vertex(cell: Cell, corner: tuple[int, tuple[int, int, int]], role: Role, cart: FloatArray) -> Vertex:
    """Return the vertex of a site image at a Cartesian position [Å]."""
    site, image = corner
    return Vertex(cell.sites[site].main_element, site, image, role, as_triple(cart))
