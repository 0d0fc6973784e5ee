"""The layers of a crystal along the normal of its planes, in any setting of the cell."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import pairwise, permutations
from math import gcd
from typing import TYPE_CHECKING

import numpy as np

from polyqw.core.tolerances import LAYERS

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from polyqw.core.arrays import FloatArray
    from polyqw.core.cell import Cell

_SHORTER = 1e-9
"""Least gain in squared length, relative, that is no rounding."""


@dataclass(frozen=True, slots=True)
class Layer:
    """Sites at one elevation.

    Parameters
    ----------
    elevation : float
        Mean over its sites, of a plane over its metals [Å].
    amounts : dict of str to float
        Atoms of each element in the smallest patch that all layers have whole.
    is_plane : bool
        Whether it holds plaquettes.
    """

    elevation: float
    amounts: dict[str, float]
    is_plane: bool


@dataclass(frozen=True, slots=True)
class PlaneStep:
    """The way from one plane to the next.

    Parameters
    ----------
    distance : float
        Between the two planes [Å].
    between : tuple of Layer
        The layers that lie between them, upward.
    """

    distance: float
    between: tuple[Layer, ...]


@dataclass(frozen=True, slots=True)
class Stacking:
    """The sequence of layers along the normal of the planes.

    Parameters
    ----------
    repeat : float
        Thickness after which the sequence comes again [Å].
    layers : tuple of Layer
        Of one repeat, upward, the first plane of a block first.
    n_planes_in_cell : int
        Planes in the cell as given.
    steps : tuple of PlaneStep
        From each plane of the repeat to the next.
    axis : tuple of float, (3,)
        Unit normal of the layers, along which elevations count from the origin.
    """

    repeat: float
    layers: tuple[Layer, ...]
    n_planes_in_cell: int
    steps: tuple[PlaneStep, ...]
    axis: tuple[float, float, float]


def find_stacking(cell: Cell, normal: Sequence[float], plane_sites: Collection[int]) -> Stacking | None:
    """Return the layers of a cell along the normal of its planes, or None where there are no layers.

    The layers lie in the lattice plane of widest spacing within `LAYERS.tilt_degrees` of the normal, so the result
    does not depend on the setting of the cell.

    Parameters
    ----------
    normal : sequence of float, (3,)
        Unit normal of the plaquettes.
    plane_sites : collection of int
        Indices of the metals of the planes.
    """
    found = _lattice_plane(cell.lattice, np.asarray(normal, dtype=float))
    if found is None or not plane_sites:
        return None
    indices, thickness = found
    elevation = np.mod(cell.frac @ indices, 1.0) * thickness
    groups = _grouped([k for k, site in enumerate(cell.sites) if site.occupancy > 0], elevation, thickness)
    if groups is None:
        return None
    patch = _patch(cell, groups)
    layers = [_layer(cell, group, elevation, thickness, patch, set(plane_sites)) for group in groups]
    n_planes = sum(layer.is_plane for layer in layers)
    if not n_planes:
        return None
    layers.sort(key=lambda layer: layer.elevation)
    layers = layers[: _period(layers, thickness)]
    repeat = thickness * len(layers) / len(groups)
    layers = _block_first(layers, repeat)
    x, y, z = (float(part) for part in cell.inverse @ indices * thickness)
    return Stacking(repeat, tuple(layers), n_planes, tuple(_steps(layers, repeat)), (x, y, z))


def _block_first(layers: list[Layer], repeat: float) -> list[Layer]:
    """Return the layers turned so that they begin with the plane after the widest step, the first of a block."""
    planes = [k for k, layer in enumerate(layers) if layer.is_plane]
    widths = [
        (layers[k].elevation - layers[before].elevation) % repeat or repeat
        for before, k in zip([planes[-1], *planes], planes, strict=False)
    ]
    # widths that differ by rounding are one, so that the choice does not depend on the setting
    widest = next(k for k, width in zip(planes, widths, strict=True) if width > max(widths) - LAYERS.same_distance)
    return [
        *layers[widest:],
        *(Layer(layer.elevation + repeat, layer.amounts, layer.is_plane) for layer in layers[:widest]),
    ]


def _lattice_plane(lattice: FloatArray, normal: FloatArray) -> tuple[FloatArray, float] | None:
    """Return the Miller indices and the spacing [Å] of the widest lattice plane near a normal.

    They are looked for in a reduced basis, in which they are small whatever the setting.
    """
    basis = _short_basis(lattice)
    span = np.arange(-LAYERS.largest_index, LAYERS.largest_index + 1)
    indices = np.array(np.meshgrid(span, span, span)).reshape(3, -1).T
    indices = indices[np.gcd.reduce(indices, axis=1) == 1]
    reciprocal = indices @ np.linalg.inv(basis @ lattice).T
    length = np.linalg.norm(reciprocal, axis=1)
    near = reciprocal @ normal / length >= np.cos(np.radians(LAYERS.tilt_degrees))
    if not near.any():
        return None
    best = np.flatnonzero(near)[np.argmin(length[near])]
    return np.rint(np.linalg.solve(basis, indices[best])), float(1.0 / length[best])


def _short_basis(lattice: FloatArray) -> FloatArray:
    """Return integer combinations (3, 3) of lattice vectors that none of the others shortens."""
    basis = np.eye(3)
    vectors = lattice.copy()
    shortened = True
    while shortened:
        shortened = False
        for i, j in permutations(range(3), 2):
            times = np.rint(vectors[i] @ vectors[j] / (vectors[j] @ vectors[j]))
            shorter = vectors[i] - times * vectors[j]
            if shorter @ shorter < (1 - _SHORTER) * (vectors[i] @ vectors[i]):
                vectors[i], basis[i] = shorter, basis[i] - times * basis[j]
                shortened = True
    return basis


def _grouped(sites: list[int], elevation: FloatArray, thickness: float) -> list[list[int]] | None:
    """Return the sites in groups with a gap between them, or None where the sites leave no gap."""
    order = sorted(sites, key=lambda k: elevation[k])
    heights = [float(elevation[k]) for k in order]
    gaps = [b - a for a, b in zip(heights, [*heights[1:], heights[0] + thickness], strict=True)]
    cuts = [k + 1 for k, gap in enumerate(gaps) if gap > LAYERS.gap]
    if not cuts:
        return None
    turned = order[cuts[-1] :] + order[: cuts[-1]]
    shift = len(order) - cuts[-1]
    bounds = [0, *(cut + shift for cut in cuts[:-1]), len(order)]
    return [turned[a:b] for a, b in pairwise(bounds) if b > a]


def _patch(cell: Cell, groups: list[list[int]]) -> int:
    """Return how many equal patches the cell holds, in which every kind of site of every layer counts whole."""
    counts = [count for group in groups for count in Counter(cell.sites[k].species for k in group).values()]
    return gcd(*counts) or 1


def _layer(
    cell: Cell, group: list[int], elevation: FloatArray, thickness: float, patch: int, plane_sites: set[int]
) -> Layer:
    start = elevation[group[0]]
    # a group may run over the end of the cell
    unrolled = {
        k: float(start + np.mod(elevation[k] - start + LAYERS.gap / 2, thickness) - LAYERS.gap / 2) for k in group
    }
    metals = [k for k in group if k in plane_sites]
    used = metals or group
    weights = [cell.sites[k].occupancy for k in used]
    amounts: dict[str, float] = defaultdict(float)
    for k in group:
        for element, occupancy in cell.sites[k].species:
            if occupancy > 0:
                amounts[element] += occupancy / patch
    mean = float(np.average([unrolled[k] for k in used], weights=weights))
    # rounding must not put a layer at the end of the cell now, at its start then
    mean = mean % thickness if abs(mean % thickness - thickness) > 1e-6 else 0.0
    return Layer(mean, dict(sorted(amounts.items())), bool(metals))


def _period(layers: list[Layer], thickness: float) -> int:
    """Return after how many layers the sequence, with its distances, comes again."""
    n = len(layers)
    for period in range(1, n):
        if n % period == 0 and all(
            _alike(layers[k], layers[(k + period) % n], thickness * period / n, thickness) for k in range(n)
        ):
            return period
    return n


def _alike(one: Layer, other: Layer, expected: float, thickness: float) -> bool:
    step = (other.elevation - one.elevation) % thickness
    return (
        one.is_plane == other.is_plane
        and min(abs(step - expected), thickness - abs(step - expected)) < LAYERS.same_distance
        and one.amounts.keys() == other.amounts.keys()
        and all(abs(one.amounts[e] - other.amounts[e]) < LAYERS.same_amount for e in one.amounts)
    )


def _steps(layers: list[Layer], repeat: float) -> list[PlaneStep]:
    planes = [k for k, layer in enumerate(layers) if layer.is_plane]
    ends = [*planes[1:], len(layers)]
    return [
        PlaneStep(
            (layers[end].elevation if end < len(layers) else layers[planes[0]].elevation + repeat)
            - layers[start].elevation,
            tuple(layers[start + 1 : end]),
        )
        for start, end in zip(planes, ends, strict=True)
    ]
