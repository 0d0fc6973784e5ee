"""One ion of a crystal replaced at an apex of a well: what that does to the electron (papers/001 and 002, Fig. 1b-c).

The charge that the dopant lacks or has too much is spread evenly over the plane metals, so that the crystal stays
neutral. Along the normal the energy of a test electron has a stationary point near Γ; where its curvature is negative
that point is no equilibrium, and the electron leaves it in the direction of the force.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import product
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.optimize import brentq

from polyqw.core.wells import Role
from polyqw.errors import UsageError
from polyqw.theory.field.ewald import make_ewald

if TYPE_CHECKING:
    from polyqw.core.arrays import FloatArray
    from polyqw.core.cell import Cell
    from polyqw.core.wells import Well
    from polyqw.theory.field.ewald import EwaldField

MOST_SITES: Final = 4000
"""Largest supercell whose field is summed."""

_STEPS: Final = 41
_REACH: Final = 0.35
"""How far along the normal a stationary point is looked for, as a share of h on either side of Γ."""


class End(StrEnum):
    """Which apex of a well: upper is the one along +c."""

    UPPER = "upper"
    LOWER = "lower"


@dataclass(frozen=True, slots=True)
class Substitution:
    """An ion of one element replaced by another at an apex."""

    old: str
    new: str
    end: End


@dataclass(frozen=True, slots=True, eq=False)
class Pushed:
    """What the electron of a well feels along the normal that points along +c.

    Parameters
    ----------
    repeat : int
        The supercell is this often as long in every direction.
    n_metals : int
        Plane metals to one dopant; 0 without one.
    force : float
        At Γ [eV/Å], positive upward.
    curvature : float
        Of the energy along the normal at Γ [eV/Å²].
    stationary : float or None
        Elevation of the stationary point nearest to Γ [Å].
    is_stable : bool or None
        Whether the energy is smallest there along the normal.
    """

    repeat: int
    n_metals: int
    force: float
    curvature: float
    stationary: float | None
    is_stable: bool | None


def upward(cell: Cell, well: Well) -> FloatArray:
    """Return the unit normal of a well's plaquette along +c."""
    normal = np.array(well.normal)
    return normal if normal @ cell.lattice[2] >= 0 else -normal


def apex_site(cell: Cell, well: Well, end: End) -> tuple[int, FloatArray]:
    """Return the site at an apex of a well and the place of that very ion, fractional.

    Raises
    ------
    UsageError
        If the well has no two apices, as the bodies of iron planes.
    """
    apices = [v for v in well.vertices if v.role is Role.APEX]
    if len(apices) != 2:
        raise UsageError(f"the {well.kind} has no two apices to dope; octahedra have")
    up = upward(cell, well)
    apices.sort(key=lambda v: float(np.array(v.cart) @ up))
    chosen = apices[1 if end is End.UPPER else 0]
    return chosen.site, cell.frac[chosen.site] + np.array(chosen.image)


def dope(
    cell: Cell, charges: FloatArray, well: Well, substitution: Substitution, difference: float, repeat: int
) -> tuple[EwaldField, int]:
    """Return the field of a supercell with one ion replaced, and the plane metals to one dopant.

    Parameters
    ----------
    charges : array, (n,)
        Of the undoped cell's sites [e].
    difference : float
        Charge of the new ion less that of the old one [e].
    repeat : int
        How often the cell is repeated in every direction.

    Raises
    ------
    UsageError
        If the apex holds another element, or the supercell is too large.
    """
    site, place = apex_site(cell, well, substitution.end)
    if cell.sites[site].main_element != substitution.old:
        raise UsageError(
            f"the {substitution.end} apex of the {well.phase} well holds {cell.sites[site].main_element}, not "
            f"{substitution.old}"
        )
    if len(cell.sites) * repeat**3 > MOST_SITES:
        raise UsageError(f"a supercell of {len(cell.sites) * repeat**3} sites is too large; at most {MOST_SITES}")
    shifts = np.array(list(product(range(repeat), repeat=3)))
    frac = ((cell.frac - np.floor(cell.frac))[None] + shifts[:, None]).reshape(-1, 3) / repeat
    spread = np.tile(charges, len(shifts))
    metals = np.array([s.main_element == well.plane_metal for s in cell.sites] * len(shifts))
    away = frac - place / repeat
    dopant = int(np.argmin(np.linalg.norm(away - np.round(away), axis=1)))
    spread[dopant] += difference
    spread[metals] -= difference / metals.sum()
    return make_ewald(cell.lattice * repeat, frac, spread), int(metals.sum())


def push(field: EwaldField, cell: Cell, well: Well, repeat: int = 1, n_metals: int = 0) -> Pushed:
    """Return the force on the electron at Γ along the normal, and the stationary point next to it."""
    up, origin = upward(cell, well), np.array(well.cart_electron)
    at = field.evaluate(origin[None])
    force, curvature = float(-at.gradient[0] @ up), float(up @ at.hessian[0] @ up)
    stationary = _stationary(field, origin, up, well.height)
    stable = None
    if stationary is not None:
        there = field.evaluate((origin + stationary * up)[None])
        stable = bool(up @ there.hessian[0] @ up > 0)
    return Pushed(repeat, n_metals, force, curvature, stationary, stable)


def _stationary(field: EwaldField, origin: FloatArray, up: FloatArray, height: float) -> float | None:
    """Return the elevation nearest to Γ at which the force along the normal vanishes [Å]."""
    z = np.linspace(-_REACH * height, _REACH * height, _STEPS)

    def slope(elevations: FloatArray) -> FloatArray:
        return np.asarray(field.evaluate(origin + elevations[:, None] * up).gradient @ up)

    values = slope(z)
    roots = [float(x) for x, value in zip(z, values, strict=True) if value == 0]
    for k in np.flatnonzero(values[1:] * values[:-1] < 0):
        roots.append(float(brentq(lambda x: float(slope(np.array([x]))[0]), z[k], z[k + 1], xtol=1e-10)))
    return min(roots, key=abs, default=None)
