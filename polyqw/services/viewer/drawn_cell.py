"""The cell that is drawn: the conventional one, also of a file that gives a primitive one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from polyqw.io.cif.space_group import conventional_vectors

if TYPE_CHECKING:
    from polyqw.core.arrays import FloatArray
    from polyqw.core.cell import Cell

POSITIONS = 0.01
"""Distance within which positions are one for the symmetry of a cell [Å]."""


def drawn_lattice(cell: Cell) -> FloatArray:
    """Return the vectors of the cell to draw as rows (3, 3) [Å], in the same axes as the cell.

    A primitive cell of a centred lattice gives way to the conventional one; every other cell stays as it is, also one
    that is larger than it need be.
    """
    vectors = conventional_vectors(cell, POSITIONS)
    if vectors is None or round(float(np.linalg.det(vectors))) <= 1:
        return cell.lattice
    return np.asarray(vectors @ cell.lattice)
