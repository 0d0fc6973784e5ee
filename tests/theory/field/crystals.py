"""Ionic crystals whose fields are known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from polyqw.theory.field import EwaldField, make_ewald
from tests.core.crystals import make_cell

if TYPE_CHECKING:
    from polyqw.core.arrays import FloatArray
    from polyqw.core.cell import Cell

FACES = [(0, 0, 0), (0, 0.5, 0.5), (0.5, 0, 0.5), (0.5, 0.5, 0)]


def moved(places, shift):
    return [tuple(np.add(p, shift)) for p in places]


def ions(cell: Cell, charges: dict[str, float]) -> FloatArray:
    """Return the charge of each site."""
    return np.array([sum(charges[e] * share for e, share in s.species) for s in cell.sites])


def field_of(cell: Cell, charges: dict[str, float], **words) -> EwaldField:
    return make_ewald(cell.lattice, cell.frac, ions(cell, charges), **words)


def cubic(a, **places) -> Cell:
    return make_cell(np.eye(3) * a, [(e, p) for e, found in places.items() for p in found])


ROCK_SALT = cubic(5.64, Na=FACES, Cl=moved(FACES, (0.5, 0.5, 0.5)))
CAESIUM_CHLORIDE = cubic(4.12, Cs=[(0, 0, 0)], Cl=[(0.5, 0.5, 0.5)])
ZINC_BLENDE = cubic(5.41, Zn=FACES, S=moved(FACES, (0.25, 0.25, 0.25)))
FLUORITE = cubic(5.46, Ca=FACES, F=moved(FACES, (0.25, 0.25, 0.25)) + moved(FACES, (0.75, 0.75, 0.75)))


def la2cuo4(a=3.7793, c=13.226, z_la=0.36046, z_o=0.1824) -> Cell:
    """Return La2CuO4 in I4/mmm, both halves of the conventional cell."""
    half = [("Cu", (0, 0, 0)), ("O", (0.5, 0, 0)), ("O", (0, 0.5, 0))]
    half += [("La", (0, 0, s * z_la)) for s in (1, -1)] + [("O", (0, 0, s * z_o)) for s in (1, -1)]
    body = [(e, tuple(np.add(p, 0.5))) for e, p in half]
    return make_cell(np.diag([a, a, c]), half + body)


LA2CUO4 = {"La": 3.0, "Cu": 2.0, "O": -2.0}
