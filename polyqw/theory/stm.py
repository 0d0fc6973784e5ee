"""The side peaks that papers/001, Fig. 3 gives scanning tunnelling spectra of cuprates.

Two CuO2 planes lie at depths h_alpha < h_beta under the plane where the crystal cleaves. papers/001 sets the side
peaks of the density of states, 1.5 a0 from the central one, to k = h_alpha/h_beta of its height, without deriving
the ratio; the width of the peaks is not given.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from polyqw.core.account import Account
from polyqw.core.bodies.oxide import OXIDE_REACH, find_octahedra
from polyqw.core.elements import NONMETALS
from polyqw.core.neighbors import surroundings
from polyqw.core.options import AnalysisOptions
from polyqw.core.reasons import Reason, ReasonCode
from polyqw.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from polyqw.core.arrays import FloatArray, IntArray
    from polyqw.core.cell import Cell

SIDE_PEAK: Final = 1.5
"""Distance of the side peaks from the central one [a0] (papers/001, Fig. 3)."""

MEASURED_SIDE_PEAKS: Final = {"CCOC": 1.2, "Bi2201": 1.3}
"""Measured distances as papers/001, Fig. 3 gives them [a0]."""

PRINTED_DEPTHS: Final = {"CCOC": (2.742, 10.263), "Bi2201": (4.662, 17.175)}
"""h_alpha and h_beta as papers/001 prints them [Å]."""

SURFACE_LAYER: Final = 0.6
"""Atoms within this depth of the outermost belong to the cleavage plane [Å]."""

SAME_PLANE: Final = 0.6
"""Plane metals within this elevation are one CuO2 plane [Å]."""

LAYER_OCCUPANCY: Final = 0.4
"""Positions emptier than this make no layer."""

EQUAL_GAPS: Final = 0.01
"""Gaps that differ by no more are equally wide [Å]."""

MAX_MULTIPLE: Final = 60
"""Largest number of net planes that a lattice vector may cross."""


@dataclass(frozen=True, slots=True)
class PlaneDepths:
    """Depths of CuO2 planes under the cleavage plane.

    Parameters
    ----------
    reason : Reason or None
        Why there are none.
    depths : tuple of float
        Of successive planes from the cleavage plane down [Å].
    cleavage_elements : tuple of str
        Elements of the cleavage plane that its elevation is taken from: its metals, or all where it has none.
    gap : float
        Width of the gap where the crystal cleaves, between outermost atoms [Å].
    second_gap : float
        Width of the next widest gap that borders no CuO2 plane [Å]; 0 when there is none.
    edge : float
        Mean distance of neighbouring plane metals, a0 [Å].
    """

    reason: Reason | None
    depths: tuple[float, ...] = ()
    cleavage_elements: tuple[str, ...] = ()
    gap: float = 0.0
    second_gap: float = 0.0
    edge: float = 0.0


def peak_ratio(h_alpha: float, h_beta: float) -> float:
    """Return k = h_alpha/h_beta, the height of the side peaks over that of the central one (papers/001, Fig. 3).

    Parameters
    ----------
    h_alpha, h_beta : float
        Depths of the first and second CuO2 plane under the cleavage plane [Å].

    Raises
    ------
    UsageError
        Unless 0 < h_alpha <= h_beta.
    """
    if not 0 < h_alpha <= h_beta:
        raise UsageError(f"the depths must be 0 < h_alpha <= h_beta, not {h_alpha} and {h_beta} Å")
    return h_alpha / h_beta


def dos_profile(x: FloatArray, ratio: float, *, side: float = SIDE_PEAK, width: float = 0.4) -> FloatArray:
    """Return the density of states along a, normalised to its value at the central peak (papers/001, Fig. 3b).

    Three Gaussians; the shape is our own choice, for papers/001 gives neither shape nor width.

    Parameters
    ----------
    x : array
        Distance from the central peak [a0].
    ratio : float
        k, height of the side peaks.
    side : float
        Distance of the side peaks [a0].
    width : float
        Standard deviation of each peak [a0].

    Raises
    ------
    UsageError
        If the width is not positive or the ratio negative.
    """
    if not width > 0 or not ratio >= 0:
        raise UsageError(f"the width must be above 0 and the ratio at least 0, not {width} and {ratio}")

    def shape(u: FloatArray) -> FloatArray:
        return np.exp(-0.5 * (u / width) ** 2)

    total = shape(x) + ratio * (shape(x - side) + shape(x + side))
    return np.asarray(total / (1.0 + 2.0 * ratio * np.exp(-0.5 * (side / width) ** 2)))


def plane_depths(cell: Cell, options: AnalysisOptions | None = None, n_planes: int = 2) -> PlaneDepths:
    """Return the depths of the CuO2 planes under the cleavage plane, whatever the setting of the cell.

    The crystal is taken to cleave in the widest gap between layers of atoms that borders no CuO2 plane, which is
    between the Cl layers of Ca2CuO2Cl2 and between the BiO layers of Bi2201. The cleavage plane is the layer
    that borders the gap; its elevation is the mean of its metals, or of all its atoms where it has none.

    Parameters
    ----------
    n_planes : int
        How many planes down.
    """
    options = options or AnalysisOptions()
    oxide = find_octahedra(cell, surroundings(cell, OXIDE_REACH), options, Account())
    if oxide.reason is not None:
        return PlaneDepths(oxide.reason)
    if not oxide.layered:
        return PlaneDepths(Reason(ReasonCode.NOT_LAYERED, "the oxide planes run in more than one orientation", 0))
    found = _net_planes(cell.lattice, oxide.nets[0].normal)
    if found is None:
        return PlaneDepths(
            Reason(ReasonCode.NO_NET_PLANES, "the oxide planes are not parallel to a net plane of the lattice", 1)
        )
    normal, repeat = found
    elevation = np.mod(cell.frac @ cell.lattice @ normal, repeat)
    metals = sorted({site for net in oxide.nets for site in net.sites})
    planes = _cluster(elevation[metals], repeat)
    kept = np.array([k for k, site in enumerate(cell.sites) if site.occupancy >= LAYER_OCCUPANCY], dtype=np.intp)
    # a crystal without a mirror has two sides; the one whose first plane is nearer is told
    sides = [_surfaces(cell, kept, sign * elevation, [sign * z for z in planes], repeat) for sign in (1.0, -1.0)]
    surfaces = [surface for side in sides for surface in side]
    if not surfaces:
        return PlaneDepths(
            Reason(ReasonCode.NO_CLEAVAGE_PLANE, "every gap between layers borders a plane of wells", 1)
        )
    widest = max(surface.gap for surface in surfaces)
    best = min((s for s in surfaces if s.gap >= widest - EQUAL_GAPS), key=lambda s: s.ladder[0])
    others = [s.gap for s in surfaces if s.gap < widest - EQUAL_GAPS]
    edge = float(np.mean([bridge.edge.length for _, bridge in oxide.in_plane_bridges()]))
    depths = tuple(best.ladder[k % len(planes)] + repeat * (k // len(planes)) for k in range(n_planes))
    return PlaneDepths(None, depths, best.elements, best.gap, max(others, default=0.0), edge)


def _net_planes(lattice: FloatArray, normal: FloatArray) -> tuple[FloatArray, float] | None:
    """Return the exact normal of the net planes nearest to a normal, and their spacing [Å]."""
    projections = lattice @ normal
    largest = float(np.abs(projections).max())
    for multiple in range(1, MAX_MULTIPLE + 1):
        indices = np.rint(projections * multiple / largest)
        if np.abs(projections * multiple / largest - indices).max() <= 0.04:
            reciprocal = np.linalg.inv(lattice) @ indices
            length = float(np.linalg.norm(reciprocal))
            exact = reciprocal / length
            if abs(float(exact @ normal)) > np.cos(np.radians(3.0)):
                return np.asarray(exact), 1.0 / length
    return None


def _cluster(elevations: FloatArray, repeat: float) -> list[float]:
    """Return the mean elevations of planes, periodic in the repeat [Å]."""
    ordered = np.sort(elevations)
    gaps = np.diff(ordered, append=ordered[0] + repeat)
    start = int(np.argmax(gaps)) + 1
    rolled = np.concatenate([ordered[start:], ordered[:start] + repeat])
    groups = np.split(rolled, np.flatnonzero(np.diff(rolled) > SAME_PLANE) + 1)
    return [float(group.mean()) for group in groups]


@dataclass(frozen=True, slots=True)
class _Surface:
    gap: float
    ladder: tuple[float, ...]
    elements: tuple[str, ...]


def _surfaces(
    cell: Cell, sites: IntArray, elevation: FloatArray, planes: Sequence[float], repeat: float
) -> list[_Surface]:
    """Return what lies under each gap between layers that borders no plane of wells."""
    z = np.mod(elevation[sites], repeat)
    order = np.argsort(z, kind="stable")
    tops = z[order]
    gaps = np.diff(tops, append=tops[0] + repeat)
    found = []
    for row in np.flatnonzero(gaps > SURFACE_LAYER):
        borders = (tops[row], tops[row] + gaps[row])
        if any(_apart(border, plane, repeat) <= SAME_PLANE for border in borders for plane in planes):
            continue
        below = _depth(tops[row], z, repeat)
        layer = sites[below <= SURFACE_LAYER]
        members = np.array([k for k in layer if cell.sites[k].main_element not in NONMETALS] or layer)
        weights = np.array([cell.sites[k].occupancy for k in members])
        depth = float(np.average(_depth(tops[row], elevation[members], repeat), weights=weights))
        ladder = tuple(sorted(float(_depth(tops[row] - depth, np.array(plane), repeat)) for plane in planes))
        elements = tuple(sorted({cell.sites[k].main_element for k in members}))
        found.append(_Surface(float(gaps[row]), ladder, elements))
    return found


def _depth(top: float, elevation: FloatArray, repeat: float) -> FloatArray:
    """Return how far below the top the elevations lie, from 0 up to the repeat."""
    return np.asarray(np.mod(top - elevation + 1e-7, repeat) - 1e-7)


def _apart(one: float, other: float, repeat: float) -> float:
    return abs((one - other + repeat / 2) % repeat - repeat / 2)
