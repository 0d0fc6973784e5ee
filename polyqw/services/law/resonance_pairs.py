"""Distances between the two electrons of a pair, from a structure itself (η of papers/001, Fig. 5e-g).

The electrons of β and γ sit in the anion layers on both sides of a spacer, so that η is twice the distance from the
electron to the plane of its spacer. Those of α sit in the metal planes; 7.22 Å of papers/001 is the spacing of the
planes across the larger spacer, which is what is taken here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from polyqw.core.wells import Kind, Phase, Role
from polyqw.db.well_columns import read_well

if TYPE_CHECKING:
    from polyqw.core.wells import Well
    from polyqw.db.models import Structure


def pair_distances(structure: Structure) -> dict[str, float]:
    """Return η of each phase [Å]; empty where a structure has no tri-decahedron, so that no spacer is known."""
    wells = [read_well(w) for w in structure.wells]
    shells = [w for w in wells if w.kind is Kind.TRIDECAHEDRON]
    found = {str(w.phase): 2.0 * to_spacer(w) for w in shells}
    if shells and any(w.phase is Phase.ALPHA for w in wells):
        found[str(Phase.ALPHA)] = max(plane_spacings(structure))
    return found


def plane_spacings(structure: Structure) -> list[float]:
    """Return the spacings of the metal planes across each spacer [Å]: twice h of each tri-decahedron."""
    return sorted(2.0 * w.height_angstrom for w in structure.wells if w.kind == Kind.TRIDECAHEDRON)


def to_spacer(well: Well) -> float:
    """Return the distance from the electron of a tri-decahedron to the plane of its spacer [Å]."""
    normal, electron = np.array(well.normal), np.array(well.cart_electron)
    return float(np.mean([abs((np.array(v.cart) - electron) @ normal) for v in well.vertices if v.role is Role.APEX]))
