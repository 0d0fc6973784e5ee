"""What pushes and holds a test electron at the centre of a well: a rival of the height."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from polyqw.theory.field.charges import assign_charges
from polyqw.theory.field.ewald import make_ewald

if TYPE_CHECKING:
    from polyqw.core.cell import Cell
    from polyqw.core.wells import Well


@dataclass(frozen=True, slots=True)
class FieldAtCentre:
    """The field of formal charges at the place of the confined electron, along the normal of the plaquette.

    Parameters
    ----------
    force : float
        Size of the force [eV/Å]; 0 where a mirror plane holds the electron.
    curvature : float
        ∂²U/∂z² [eV/Å²]; positive where the electron is pulled back into the plane.
    """

    force: float
    curvature: float


def field_at_centre(cell: Cell, well: Well) -> FieldAtCentre:
    """Return the field of an infinite crystal of formal charges at the centre of a well.

    Raises
    ------
    UsageError
        If there are no formal charges that make the cell neutral, as `assign_charges` says.
    """
    charges = assign_charges(cell, [well.plane_metal])
    values = make_ewald(cell.lattice, cell.frac, charges.of_sites).evaluate(np.array([well.cart_electron]))
    normal = np.array(well.normal)
    return FieldAtCentre(abs(float(values.gradient[0] @ normal)), float(normal @ values.hessian[0] @ normal))
