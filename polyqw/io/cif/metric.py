"""Whether symmetry operations leave the cell as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from polyqw.io.cif.operations import make_operations

if TYPE_CHECKING:
    from polyqw.core.arrays import FloatArray

NOTEWORTHY: Final = 2e-3
"""Change of the metric tensor that is more than rounding; 0.1 % of an edge, or 0.1 degrees."""


def metric_changes(lattice: FloatArray, texts: tuple[str, ...]) -> FloatArray:
    """Return by how much each operation changes the metric tensor (n,).

    A symmetry operation keeps lengths and angles, so that R^T G R = G for its rotation R and the metric tensor G
    (International Tables A, chapter 3.5). The largest difference of an element is taken, relative to the two edges:
    0.02 stands for edges that differ by 1 % or angles that differ by 1.1 degrees.

    Parameters
    ----------
    lattice : array, (3, 3)
        Lattice vectors as rows [Å].
    texts : tuple of str
        Operations such as ``x,-y,z+1/2``.
    """
    rotations = make_operations(texts).rotations
    metric = lattice @ lattice.T
    edges = np.sqrt(np.diag(metric))
    changed = np.einsum("aji,jk,akl->ail", rotations, metric, rotations) - metric
    changes: FloatArray = np.abs(changed / np.outer(edges, edges)).max(axis=(1, 2))
    return changes
