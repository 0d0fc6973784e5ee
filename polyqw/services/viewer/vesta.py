"""Write a view as a file of VESTA: the sites of the cell, bonds, and the wells as polyhedra.

VESTA draws a polyhedron around an atom, so that each well has a dummy site at the place of its electron (element
``XX``, label ``Xc1``) with one rule of bonds to each site that is a corner: found by label, at the distances of the
corners and no other. A corner between split positions has a dummy of its own (``Xv1``). The format has no official
description; what stands here is what VESTA 3.5 writes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from polyqw.services.viewer.atoms import element_colour, element_radius
from polyqw.untrusted import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from polyqw.core.arrays import FloatArray
    from polyqw.services.viewer.view import View, ViewWell

DUMMY: Final = "XX"
SAME: Final = 1e-3
"""Largest difference of places that are one [Å]."""
REACH: Final = 0.01
"""Width of the distances at which a corner is looked for, on either side [Å]."""
BALL: Final = 0.4
"""Radius of a ball over the covalent radius of its element."""

_IDENTITY: Final = """\
GROUP
1 1 P 1
SYMOP
 0.000000  0.000000  0.000000  1  0  0   0  1  0   0  0  1   1
 -1.0 -1.0 -1.0  0 0 0  0 0 0  0 0 0
TRANM 0
 0.000000  0.000000  0.000000  1  0  0   0  1  0   0  0  1
LTRANSL
 -1
 0.000000  0.000000  0.000000  0.000000  0.000000  0.000000
LORIENT
 -1   0   0   0   0
 1.000000  0.000000  0.000000  1.000000  0.000000  0.000000
 0.000000  0.000000  1.000000  0.000000  0.000000  1.000000
LMATRIX
 1.000000  0.000000  0.000000  0.000000
 0.000000  1.000000  0.000000  0.000000
 0.000000  0.000000  1.000000  0.000000
 0.000000  0.000000  0.000000  1.000000
 0.000000  0.000000  0.000000"""
_NOTHING: Final = """\
VECTR
 0 0 0 0 0
VECTT
 0 0 0 0 0
SPLAN
  0   0   0   0
LBLAT
 -1
LBLSP
 -1
DLATM
 -1
DLBND
 -1
DLPLY
 -1
PLN2D
  0   0   0   0"""
_STYLE: Final = """\
HBOND 0 2

STYLE
DISPF 37753794
MODEL   0  1  0
SURFS   0  1  1
SECTS  32  1
FORMS   0  1
ATOMS   0  0  1
BONDS   1
POLYS   1
VECTS 1.000000
POLYP
 100 1  1.000 180 180 180
UCOLP
   0   1  1.000   0   0   0
COMPS 1
LABEL 1    12  1.000 0
PROJT 0  0.962
BKGRC
 255 255 255
"""


@dataclass(frozen=True, slots=True)
class VestaSite:
    """A row of the sites.

    Parameters
    ----------
    frac : tuple of float, (3,)
        In [0, 1).
    """

    element: str
    label: str
    occupancy: float
    frac: tuple[float, float, float]
    radius: float
    colour: str


@dataclass(frozen=True, slots=True)
class VestaBond:
    """A row of the bonds.

    Parameters
    ----------
    one, other : str
        Elements, or labels where they are looked for by label.
    shortest, longest : float
        [Å]
    is_body : bool
        Whether it belongs to a polyhedron, and its ends are labels.
    """

    one: str
    other: str
    shortest: float
    longest: float
    is_body: bool


def vesta_bytes(view: View) -> bytes:
    """Return a view as a file of VESTA, in its conventional cell without symmetry."""
    sites, bonds = _sites(view), _bonds(view)
    for number, well in enumerate(view.wells, start=1):
        _add_body(view, number, well, sites, bonds)
    return "\n".join(_lines(view, sites, bonds)).encode()


def _sites(view: View) -> list[VestaSite]:
    found: dict[tuple[int, tuple[float, ...]], list[VestaSite]] = {}
    frac = _wrapped(view.cart_atoms, view.lattice)
    for atom, place in zip(view.atoms, frac, strict=True):
        if atom.wells:
            continue
        key = (atom.site, tuple((np.round(place, 4) % 1).tolist()))
        x, y, z = place.tolist()
        rows = [
            VestaSite(e, f"{e}{len(found) + 1}", occupancy, (x, y, z), BALL * element_radius(e), element_colour(e))
            for e, occupancy in atom.species
            if occupancy > 0
        ]
        found.setdefault(key, rows)
    return [row for rows in found.values() for row in rows]


def _wrapped(cart: FloatArray, lattice: FloatArray) -> FloatArray:
    """Return fractional positions in [0, 1), without the noise of their last digits."""
    return np.asarray(np.round(cart @ np.linalg.inv(lattice), 9) % 1.0)


def _bonds(view: View) -> list[VestaBond]:
    cart, longest = view.cart_atoms, dict[tuple[str, str], float]()
    for i, j in view.bonds:
        one, other = sorted((view.atoms[i].element, view.atoms[j].element))
        longest[one, other] = max(longest.get((one, other), 0.0), float(np.linalg.norm(cart[i] - cart[j])))
    return [VestaBond(one, other, 0.0, far + REACH, is_body=False) for (one, other), far in sorted(longest.items())]


def _add_body(view: View, number: int, well: ViewWell, sites: list[VestaSite], bonds: list[VestaBond]) -> None:
    """Add the dummy in a well, dummies of its corners where no site is, and the bonds between them."""
    centre = np.array(well.well.cart_electron)
    label = f"Xc{number}"
    x, y, z = _wrapped(centre[None], view.lattice)[0].tolist()
    sites.append(VestaSite(DUMMY, label, 1.0, (x, y, z), 0.15, well.colour))
    apart: dict[str, list[float]] = {}
    for corner in well.cart_vertices:
        (frac,) = _wrapped(corner[None], view.lattice)
        name = _label_at(view, sites, frac)
        if name is None:
            x, y, z = frac.tolist()
            name = f"Xv{sum(site.label.startswith('Xv') for site in sites) + 1}"
            sites.append(VestaSite(DUMMY, name, 1.0, (x, y, z), 0.1, well.colour))
        apart.setdefault(name, []).append(float(np.linalg.norm(corner - centre)))
    bonds += [
        VestaBond(label, name, max(low - REACH, 0.0), high + REACH, is_body=True)
        for name, distances in apart.items()
        for low, high in _stretches(distances)
    ]


def _label_at(view: View, sites: Sequence[VestaSite], frac: FloatArray) -> str | None:
    """Return the label of the site at a place, None where there is none."""
    offset = np.array([site.frac for site in sites]) - frac
    away = np.linalg.norm((offset - np.round(offset)) @ view.lattice, axis=1)
    nearest = next((k for k in np.argsort(away, kind="stable") if not sites[k].label.startswith("Xc")), None)
    return sites[nearest].label if nearest is not None and away[nearest] < SAME else None


def _stretches(distances: list[float]) -> list[tuple[float, float]]:
    """Return the shortest and longest of each group of distances that are alike."""
    groups: list[list[float]] = []
    for distance in sorted(distances):
        if groups and distance - groups[-1][-1] < 2 * REACH:
            groups[-1].append(distance)
        else:
            groups.append([distance])
    return [(group[0], group[-1]) for group in groups]


def _lines(view: View, sites: Sequence[VestaSite], bonds: Sequence[VestaBond]) -> Iterator[str]:
    yield from ("#VESTA_FORMAT_VERSION 3.5.4", "", "", "CRYSTAL", "", "TITLE", one_line(view.name, 80), "", _IDENTITY)
    yield "CELLP"
    yield " ".join(f"{x:.6f}" for x in _parameters(view.lattice))
    yield "0.000000 0.000000 0.000000 0.000000 0.000000 0.000000"
    yield "STRUC"
    for k, site in enumerate(sites, start=1):
        x, y, z = site.frac
        yield f"  {k} {site.element} {site.label} {site.occupancy:.4f} {x:.6f} {y:.6f} {z:.6f} 1a 1"
        yield "    0.000000 0.000000 0.000000 0.00"
    yield from ("  0 0 0 0 0 0 0", "THERI 0")
    yield from (f"  {k} {site.label} 1.000000" for k, site in enumerate(sites, start=1))
    yield from ("  0 0 0", "SHAPE", "  0 0 0 0 0.000000 0 192 192 192 192")
    yield from ("BOUND", " 0 1 0 1 0 1", "  0 0 0 0 0", "SBOND")
    for k, bond in enumerate(bonds, start=1):
        flags = f"0 1 {int(bond.is_body)} {int(bond.is_body)} 1"
        thick = "0.020 1.000 127 127 127" if bond.is_body else "0.100 2.000 127 127 127"
        yield f"  {k} {bond.one} {bond.other} {bond.shortest:.5f} {bond.longest:.5f} {flags} {thick}"
    yield from ("  0 0 0 0", "SITET")
    for k, site in enumerate(sites, start=1):
        yield f"  {k} {site.label} {site.radius:.4f} {_rgb(site.colour)} {_rgb(site.colour)} 204 0"
    yield from ("  0 0 0 0 0 0", _NOTHING, "ATOMT")
    elements = {site.element: site for site in sites}
    for k, (element, site) in enumerate(elements.items(), start=1):
        yield f"  {k} {element} {site.radius:.4f} {_rgb(site.colour)} {_rgb(site.colour)} 204"
    yield from ("  0 0 0 0 0 0", "SCENE")
    yield from (" ".join(f"{x:.6f}" for x in (*row, 0.0)) for row in view.eye)
    yield from ("0.000000 0.000000 0.000000 1.000000", "  0.000   0.000", "  0.000", "  1.000", _STYLE)


def _parameters(lattice: FloatArray) -> list[float]:
    """Return a, b, c [Å] and the angles [degrees]."""
    edges = np.linalg.norm(lattice, axis=1)
    cosines = [lattice[i] @ lattice[j] / (edges[i] * edges[j]) for i, j in ((1, 2), (0, 2), (0, 1))]
    return [*map(float, edges), *(float(x) for x in np.degrees(np.arccos(np.clip(cosines, -1.0, 1.0))))]


def _rgb(colour: str) -> str:
    return " ".join(str(int(colour[k : k + 2], 16)) for k in (1, 3, 5))
