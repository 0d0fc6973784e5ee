"""The field of the nearest ions of an octahedral well: four metals, two apices, four anions of the plane."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from polyqw.constants import COULOMB_EV_ANGSTROM
from polyqw.core.tolerances import Tolerances
from polyqw.core.wells import Kind, Role
from polyqw.errors import UsageError
from polyqw.theory.field.frame import find_ions
from polyqw.theory.field.values import SAME_PLACE, FieldValues

if TYPE_CHECKING:
    from polyqw.core.arrays import FloatArray
    from polyqw.core.cell import Cell
    from polyqw.core.wells import Well
    from polyqw.theory.field.frame import Frame, NearIon


@dataclass(frozen=True, eq=False, slots=True)
class ClusterField:
    """The field of some ions alone.

    Parameters
    ----------
    cart : array, (n, 3)
        Positions of the ions [Å].
    charges : array, (n,)
        [e]
    """

    cart: FloatArray
    charges: FloatArray

    def energy(self, cart_points: FloatArray) -> FloatArray:
        """Return U at points (n, 3) [Å], an array (n,) [eV]; on an ion, its own field is left out."""
        return self.evaluate(cart_points).energy

    def evaluate(self, cart_points: FloatArray) -> FieldValues:
        """Return U, its gradient and its Hessian at points (n, 3) [Å]; on an ion, its own field is left out."""
        offset = np.atleast_2d(cart_points)[:, None] - self.cart[None]
        distance = np.linalg.norm(offset, axis=2)
        charge = -COULOMB_EV_ANGSTROM * np.where(distance < SAME_PLACE, 0.0, self.charges)
        distance = np.where(distance < SAME_PLACE, 1.0, distance)
        cubed = charge / distance**3
        hessian = 3 * np.einsum("nj,njx,njy->nxy", cubed / distance**2, offset, offset)
        hessian -= cubed.sum(axis=1)[:, None, None] * np.eye(3)
        return FieldValues((charge / distance).sum(axis=1), -np.einsum("nj,njx->nx", cubed, offset), hessian)


def make_cluster(
    cell: Cell, charges: FloatArray, well: Well, frame: Frame, tolerances: Tolerances | None = None
) -> ClusterField:
    """Return the field of the ten nearest ions of an octahedral well; split positions keep their places.

    The cluster is charged and its surroundings are missing, so only differences of U inside it mean something.

    Parameters
    ----------
    charges : array, (n,)
        Of the sites [e].
    frame : Frame
        Plane of the well.
    tolerances : Tolerances, optional
        Longest bond and widest column.

    Raises
    ------
    UsageError
        If the well is no octahedron.
    """
    if well.kind is not Kind.OCTAHEDRON:
        raise UsageError(f"the cluster is that of an octahedral well, not of a {well.kind}; use --model ewald")
    tolerances = tolerances or Tolerances()
    ions = find_ions(cell, charges, frame, margin=0.5, reach=tolerances.oxide_apex_elevation.high + 1.0)
    metals = frame.to_frame(np.array([v.cart for v in well.vertices if v.role is Role.PLAQUETTE]))
    apices = frame.to_frame(np.array([v.cart for v in well.vertices if v.role is Role.APEX]))
    kept = [ion for ion in ions if _belongs(ion, metals, apices, tolerances)]
    places = np.array([[ion.x, ion.y, ion.elevation] for ion in kept])
    return ClusterField(frame.origin + places @ frame.axes, np.array([ion.charge for ion in kept]))


def _belongs(ion: NearIon, metals: FloatArray, apices: FloatArray, tolerances: Tolerances) -> bool:
    """Whether an ion is a corner, stands in the column of an apex, or is an anion that bridges an edge."""
    place = np.array([ion.x, ion.y, ion.elevation])
    to_metals = np.linalg.norm(metals - place, axis=1)
    if to_metals.min() < SAME_PLACE * 100:
        return True
    if ion.charge > 0:
        return bool(np.linalg.norm(apices - place, axis=1).min() <= tolerances.oxide_column)
    return bool((to_metals <= tolerances.oxide_bond_max).sum() >= 2)
