"""The free parameters of a cell that a CIF states with standard uncertainties."""

from __future__ import annotations

from math import isnan
from typing import TYPE_CHECKING

import numpy as np

from polyqw.core.free_parameters import FreeParameters, ListedSite, free_parameters
from polyqw.io.cif.places import rows_near

if TYPE_CHECKING:
    from collections.abc import Sequence

    from polyqw.io.cif.atom_sites import AtomSite
    from polyqw.io.cif.building import Built

_SAME_PLACE = 1e-4


def make_parameters(built: Built, rows: Sequence[AtomSite], cell_su: Sequence[float | None]) -> FreeParameters | None:
    """Return the free parameters of a cell that was built from the rows of a CIF; None without any uncertainty.

    Parameters
    ----------
    cell_su : sequence of float or None, (6,)
        Of the edges [Å] and angles [degrees].
    """
    if all(value is None for value in cell_su) and all(value is None for row in rows for value in row.su):
        return None
    cell, row_of, operations = built.cell, built.row_of, built.operations
    used = sorted(set(row_of))
    number = {row: k for k, row in enumerate(used)}
    return free_parameters(
        cell.lattice,
        cell.frac,
        _listed(rows, used),
        np.array([number[row] for row in row_of], dtype=np.intp),
        cell_su,
        np.array([operation.rotation_matrix for operation in operations], dtype=float),
        np.array([operation.translation_vector for operation in operations], dtype=float),
    )


def _listed(rows: Sequence[AtomSite], used: Sequence[int]) -> list[ListedSite]:
    """Return some rows, each with the largest uncertainty of each coordinate among the rows that share its place."""
    su = np.array([[np.nan if value is None else value for value in row.su] for row in rows])
    frac = np.array([row.frac for row in rows])
    found = []
    for k, sharing in zip(used, rows_near(frac, used, _SAME_PLACE), strict=True):
        largest = np.fmax.reduce(su[sharing], axis=0).tolist()
        x, y, z = (None if isnan(value) else value for value in largest)
        found.append(ListedSite(rows[k].label, rows[k].frac, (x, y, z)))
    return found
