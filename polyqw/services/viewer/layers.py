"""The layers of a view, along the normal of the planes."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from polyqw.core.formula import written_formula
from polyqw.core.stacking import find_stacking
from polyqw.core.wells import Role

if TYPE_CHECKING:
    from collections.abc import Sequence

    from polyqw.core.arrays import FloatArray
    from polyqw.core.cell import Cell
    from polyqw.core.wells import Well

IN_CELL = 0.05
"""How far beyond the cell a layer may lie that is still drawn [Å]."""


@dataclass(frozen=True, slots=True)
class ViewLayer:
    """A layer that crosses the drawn cell.

    Parameters
    ----------
    formula : str
        What it holds, ``CuO2``.
    elevation : float
        Along the axis of the view, from the origin [Å].
    is_plane : bool
        Whether it holds plaquettes.
    """

    formula: str
    elevation: float
    is_plane: bool


def drawn_layers(
    cell: Cell, lattice: FloatArray, wells: Sequence[Well]
) -> tuple[tuple[ViewLayer, ...], tuple[float, float, float]]:
    """Return the layers that cross the cell that a lattice spans, and the direction that points up.

    A layer counts as a plane where it has the composition of one that holds the plaquette of a well.
    """
    sites = {v.site for well in wells for v in well.vertices if v.role is Role.PLAQUETTE}
    is_layered = bool(sites) and all(well.layered for well in wells)
    normal = np.array(next((well.normal for well in wells), (0.0, 0.0, 0.0)))
    stacking = find_stacking(cell, _upward(normal), sites) if is_layered else None
    if stacking is None:
        longest = lattice[int(np.argmax(np.linalg.norm(lattice, axis=1).round(6)))]
        return (), _unit(_upward(normal) if is_layered else longest)
    planes = {written_formula(layer.amounts) for layer in stacking.layers if layer.is_plane}
    reach = [float(np.array(corner) @ lattice @ stacking.axis) for corner in product((0, 1), repeat=3)]
    found = []
    for layer in stacking.layers:
        first = np.ceil((min(reach) - IN_CELL - layer.elevation) / stacking.repeat)
        last = np.floor((max(reach) + IN_CELL - layer.elevation) / stacking.repeat)
        formula = written_formula(layer.amounts)
        found += [
            ViewLayer(formula, layer.elevation + float(k) * stacking.repeat, formula in planes)
            for k in np.arange(first, last + 1)
        ]
    return tuple(sorted(found, key=lambda layer: layer.elevation)), stacking.axis


def _upward(normal: FloatArray) -> list[float]:
    """Return a normal turned so that its largest part is positive."""
    sign = -1.0 if normal[int(np.argmax(np.abs(normal).round(6)))] < 0 else 1.0
    return [float(x) for x in sign * normal]


def _unit(vector: Sequence[float] | FloatArray) -> tuple[float, float, float]:
    x, y, z = (float(part) for part in np.asarray(vector) / np.linalg.norm(vector))
    return x, y, z
