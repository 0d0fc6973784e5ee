"""Find where the in-plane force on a test electron vanishes, and whether all such points were found."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from polyqw.core.arrays import FloatArray
    from polyqw.theory.field.frame import Frame, NearIon
    from polyqw.theory.field.values import CoulombField, FieldValues

IN_PLANE = 1e-4
"""Elevation within which an ion lies in the plane, where U has a pole [Å]."""

SAME_ENERGY = 1e-3
"""Largest difference of U between places that the plane's translations make one [eV]."""

AT_GAMMA = 0.02
"""Distance within which a critical point counts as at Γ [Å]."""

ON_LINE = 0.05
"""Distance within which a critical point counts as on a diagonal or an edge, or at a metal [Å]."""

_SAME_POINT = 1e-4  # Å
_LARGEST_STEP = 0.15  # Å
_CONVERGED = 1e-9  # Å
_FLAT = 1e-6  # eV/Å²
_SEEDS = (20, 40, 80)  # a side


class PointKind(StrEnum):
    """What a critical point is within the plane."""

    MINIMUM = "minimum"
    MAXIMUM = "maximum"
    SADDLE = "saddle"
    DEGENERATE = "degenerate"


class PointPlace(StrEnum):
    """Where a critical point stands among the plane metals T of its well."""

    GAMMA = "gamma"
    DIAGONAL = "diagonal"
    METAL = "metal"
    EDGE = "edge"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, eq=False, slots=True)
class CriticalPoint:
    """A point of the plane where the in-plane force on a test electron vanishes.

    Parameters
    ----------
    kind : PointKind
        By the signs of the 2 x 2 Hessian in the plane.
    index_2d, index_3d : int
        Numbers of negative curvatures, of the 2 x 2 and of the 3 x 3 Hessian. By Laplace's equation index_3d is 1
        or 2 and never 0: nothing is bound in three dimensions (Earnshaw).
    place : PointPlace
        At Γ, on a line Γ-T, over or under a T, on an edge T-T, or elsewhere.
    x, y : float
        In the plane's axes, from Γ [Å].
    cart : array, (3,)
        [Å]
    fraction_to_metal : float
        Component along the line from Γ to the plane metal it points to most, in units of that line: 0 at Γ, 1 at T.
    off_diagonal : float
        Distance from that line [Å].
    energy : float
        U above that at Γ [eV].
    curvatures : array, (2,)
        Principal curvatures in the plane, ascending [eV/Å²].
    normal_force : float
        Force along the plane's normal [eV/Å]; the point is critical in space where it vanishes.
    """

    kind: PointKind
    index_2d: int
    index_3d: int
    place: PointPlace
    x: float
    y: float
    cart: FloatArray
    fraction_to_metal: float
    off_diagonal: float
    energy: float
    curvatures: FloatArray
    normal_force: float


@dataclass(frozen=True, slots=True)
class Completeness:
    """The Morse sum of a plane that repeats with its square: minima - saddles + maxima = 0, as on any torus.

    An ion in the plane is a pole of U: a cation counts as a minimum for the electron, an anion as a maximum.

    Parameters
    ----------
    applies : bool
        Whether U in the plane repeats with the square. Where it does not, there is no such sum.
    euler_sum : int or None
        Zero when no critical point is missing (or they are missing in pairs).
    """

    applies: bool
    euler_sum: int | None
    n_minima: int
    n_saddles: int
    n_maxima: int
    n_cation_poles: int
    n_anion_poles: int

    @property
    def is_complete(self) -> bool | None:
        """Whether the sum is zero; None where it does not apply."""
        return None if self.euler_sum is None else self.euler_sum == 0


@dataclass(frozen=True, eq=False, slots=True)
class PlaneSurvey:
    """The field at Γ and the critical points of its plane.

    Parameters
    ----------
    energy : float
        U at Γ [eV], up to a constant.
    force : array, (3,)
        On the electron at Γ, in the plane's axes [eV/Å].
    hessian : array, (3, 3)
        At Γ, in the plane's axes [eV/Å²].
    points : tuple of CriticalPoint
        Nearest to Γ first; where the plane repeats with its square, one of each set that translations make one.
    """

    energy: float
    force: FloatArray
    hessian: FloatArray
    points: tuple[CriticalPoint, ...]
    completeness: Completeness


def survey_plane(field: CoulombField, frame: Frame, ions: Sequence[NearIon]) -> PlaneSurvey:
    """Return the field at Γ and all in-plane critical points of the square of a well.

    Newton's method runs from a grid of seeds and from under each ion; where the Morse sum applies and is not zero,
    the grid is refined. The paper shows this map for the octahedron (papers/001 Fig. 4b, papers/002 Fig. 2b) and
    gives neither charges nor numbers; the survey is our own.

    Parameters
    ----------
    frame : Frame
        Plane and square of the well.
    ions : sequence of NearIon
        Ions in and near the plane, to a little beyond the square (`find_ions`).
    """
    centre = field.evaluate(frame.origin[None])
    repeats = _repeats(field, frame, ions)
    poles = np.array([(i.x, i.y) for i in ions if abs(i.elevation) <= IN_PLANE]).reshape(-1, 2)
    under = np.array([(i.x, i.y) for i in ions if abs(i.elevation) > IN_PLANE]).reshape(-1, 2)
    places = np.empty((0, 2))
    for n in _SEEDS:
        seeds = np.vstack([np.zeros((1, 2)), under, _grid(n) @ frame.edges])
        found = _newton(field, frame, _away_from(seeds, poles))
        places = _distinct(np.vstack([places, _away_from(found, poles)]), frame, repeats)
        points = _describe(field, frame, places, float(centre.energy[0]))
        completeness = _completeness(points, ions, frame, repeats)
        if completeness.is_complete is not False:
            break
    turn = frame.axes
    return PlaneSurvey(
        float(centre.energy[0]),
        -turn @ centre.gradient[0],
        turn @ centre.hessian[0] @ turn.T,
        tuple(points),
        completeness,
    )


def _grid(n: int) -> FloatArray:
    """Return points that fill the square, as shares of its edges, none of them on a line of symmetry."""
    steps = (np.arange(n) + 0.5) / n - 0.5
    return np.array(list(product(steps + 0.07 / n, steps - 0.11 / n)))


def _away_from(places: FloatArray, poles: FloatArray) -> FloatArray:
    if len(poles) == 0 or len(places) == 0:
        return places
    return np.asarray(places[np.linalg.norm(places[:, None] - poles, axis=2).min(axis=1) > 10 * _SAME_POINT])


def _repeats(field: CoulombField, frame: Frame, ions: Sequence[NearIon]) -> bool:
    """Whether U in the plane is the same after each edge of the square."""
    samples = _grid(5) @ frame.edges
    close = np.array([(i.x, i.y, i.elevation) for i in ions]).reshape(-1, 3)
    flat = np.column_stack([samples, np.zeros(len(samples))])
    if len(close):
        samples = samples[np.linalg.norm(flat[:, None] - close, axis=2).min(axis=1) > 0.3]
    here = field.energy(frame.to_cart(samples))
    return all(
        np.abs(field.energy(frame.to_cart(samples + edge)) - here).max(initial=0.0) < SAME_ENERGY
        for edge in frame.edges
    )


def _newton(field: CoulombField, frame: Frame, seeds: FloatArray) -> FloatArray:
    """Return where Newton's method in the plane settles within or close to the square."""
    places, settled = seeds.copy(), np.zeros(len(seeds), dtype=bool)
    active = np.arange(len(seeds))
    for _ in range(60):
        if len(active) == 0:
            break
        gradient, hessian = _in_plane(field.evaluate(frame.to_cart(places[active])), frame)
        step = -_solve(hessian, gradient)
        length = np.linalg.norm(step, axis=1)
        step *= np.minimum(1.0, _LARGEST_STEP / np.maximum(length, 1e-300))[:, None]
        places[active] += step
        done = length < _CONVERGED
        settled[active[done]] = True
        lost = np.any(np.abs(frame.to_square(places[active])) > 0.7, axis=1)
        active = active[~done & ~lost]
    return places[settled]


def _in_plane(values: FieldValues, frame: Frame) -> tuple[FloatArray, FloatArray]:
    xy = frame.axes[:2]
    return values.gradient @ xy.T, xy @ values.hessian @ xy.T


def _solve(hessian: FloatArray, gradient: FloatArray) -> FloatArray:
    """Return H⁻¹ g of symmetric 2 x 2 matrices; near-singular ones give a long vector, never an error."""
    a, b, d = hessian[:, 0, 0], hessian[:, 0, 1], hessian[:, 1, 1]
    det = a * d - b * b
    det = np.where(np.abs(det) < 1e-12, 1e-12, det)
    gx, gy = gradient.T
    return np.column_stack([d * gx - b * gy, a * gy - b * gx]) / det[:, None]


def _distinct(places: FloatArray, frame: Frame, repeats: bool) -> FloatArray:
    """Return the places within the square, each once; translations make places one where the plane repeats."""
    share = frame.to_square(places)
    if repeats:
        share = (share + 0.5 + 1e-6) % 1.0 - 0.5 - 1e-6
    share = share[np.all(np.abs(share) <= 0.5 + 1e-6, axis=1)]
    kept: list[FloatArray] = []
    for s in share:
        offsets = np.array(kept).reshape(-1, 2) - s
        if repeats:
            offsets -= np.round(offsets)
        if not np.any(np.linalg.norm(offsets @ frame.edges, axis=1) < _SAME_POINT):
            kept.append(s)
    return np.array(kept).reshape(-1, 2) @ frame.edges


def _describe(field: CoulombField, frame: Frame, places: FloatArray, at_gamma: float) -> list[CriticalPoint]:
    if len(places) == 0:
        return []
    cart = frame.to_cart(places)
    values = field.evaluate(cart)
    _, flat = _in_plane(values, frame)
    curvatures, space = np.linalg.eigvalsh(flat), np.linalg.eigvalsh(values.hessian)
    points = []
    for k, (x, y) in enumerate(places):
        index = int((curvatures[k] < 0).sum())
        kind = (PointKind.MINIMUM, PointKind.SADDLE, PointKind.MAXIMUM)[index]
        if np.abs(curvatures[k]).min() < _FLAT:
            kind = PointKind.DEGENERATE
        fraction, off = _along_diagonal(places[k], frame.metals)
        points.append(
            CriticalPoint(
                kind=kind,
                index_2d=index,
                index_3d=int((space[k] < 0).sum()),
                place=_place(places[k], fraction, off, frame.metals),
                x=float(x),
                y=float(y),
                cart=cart[k],
                fraction_to_metal=fraction,
                off_diagonal=off,
                energy=float(values.energy[k]) - at_gamma,
                curvatures=curvatures[k],
                normal_force=-float(values.gradient[k] @ frame.axes[2]),
            )
        )
    return sorted(points, key=lambda p: (round(float(np.hypot(p.x, p.y)), 4), round(float(np.arctan2(p.y, p.x)), 4)))


def _along_diagonal(place: FloatArray, metals: FloatArray) -> tuple[float, float]:
    lengths = np.linalg.norm(metals, axis=1)
    along = metals @ place / lengths
    k = int(np.argmax(along))
    off = place - along[k] * metals[k] / lengths[k]
    return float(along[k] / lengths[k]), float(np.linalg.norm(off))


def _place(place: FloatArray, fraction: float, off: float, metals: FloatArray) -> PointPlace:
    if np.linalg.norm(place) <= AT_GAMMA:
        return PointPlace.GAMMA
    if np.linalg.norm(metals - place, axis=1).min() <= ON_LINE:
        return PointPlace.METAL
    if off <= ON_LINE and 0 < fraction < 1:
        return PointPlace.DIAGONAL
    edges = np.roll(metals, -1, axis=0) - metals
    share = np.clip(((place - metals) * edges).sum(axis=1) / (edges**2).sum(axis=1), 0, 1)
    to_edges = np.linalg.norm(metals + share[:, None] * edges - place, axis=1)
    return PointPlace.EDGE if to_edges.min() <= ON_LINE else PointPlace.ELSEWHERE


def _completeness(
    points: Sequence[CriticalPoint], ions: Sequence[NearIon], frame: Frame, repeats: bool
) -> Completeness:
    count = {kind: sum(p.kind is kind for p in points) for kind in PointKind}
    cations = anions = 0
    seen: list[FloatArray] = []
    for ion in ions:
        share = frame.to_square(np.array([[ion.x, ion.y]]))[0]
        if abs(ion.elevation) > IN_PLANE or np.any(np.abs(share) > 0.5 + 1e-4):
            continue
        if repeats and any(np.linalg.norm(s - np.round(s)) < 1e-3 for s in (share - other for other in seen)):
            continue
        seen.append(share)
        cations += ion.charge > 0
        anions += ion.charge < 0
    applies = repeats and not count[PointKind.DEGENERATE]
    minima, saddles, maxima = (count[k] for k in (PointKind.MINIMUM, PointKind.SADDLE, PointKind.MAXIMUM))
    return Completeness(
        applies=applies,
        euler_sum=minima + cations - saddles + maxima + anions if applies else None,
        n_minima=minima,
        n_saddles=saddles,
        n_maxima=maxima,
        n_cation_poles=cations,
        n_anion_poles=anions,
    )
