"""A stored well in its crystal: what a picture of it shows, from the rows of the database alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.spatial import QhullError

from polyqw.core.neighbors import Surroundings, surroundings
from polyqw.core.polyhedron import convex_hull
from polyqw.core.wells import Kind, Role
from polyqw.services.viewer.atoms import find_bonds

if TYPE_CHECKING:
    from polyqw.core.arrays import FloatArray
    from polyqw.core.cell import Cell
    from polyqw.core.wells import Well

AROUND = 1.5
"""How far beyond its own corners the crystal around a well is shown [Å]."""

MOST_NEIGHBOURS = 60
"""Most atoms around a well, the nearest first."""


@dataclass(frozen=True, eq=False, slots=True)
class Scene:
    """What a picture of a well shows.

    Parameters
    ----------
    well : Well
        As stored.
    cart_vertices : array, (n, 3)
        Its vertices [Å].
    faces : tuple of tuple of int
        Faces of its hull, vertices in order around each.
    plaquette : tuple of int
        The vertices of the plaquette in order around it; empty for a well without one.
    height_line : array, (2, 3)
        The ends of h on the axis through the confined electron [Å].
    neighbours : tuple of str
        Elements of the atoms around.
    cart_neighbours : array, (m, 3)
        Their positions [Å].
    bonds : tuple of pairs of int
        Plane metals and what is bonded to them; indices count the vertices, then the neighbours.
    """

    well: Well
    cart_vertices: FloatArray
    faces: tuple[tuple[int, ...], ...]
    plaquette: tuple[int, ...]
    height_line: FloatArray
    neighbours: tuple[str, ...]
    cart_neighbours: FloatArray
    bonds: tuple[tuple[int, int], ...]

    @property
    def elements(self) -> tuple[str, ...]:
        """Elements of the vertices, then of the neighbours."""
        return (*(v.element for v in self.well.vertices), *self.neighbours)

    @property
    def cart_atoms(self) -> FloatArray:
        """Positions of the vertices, then of the neighbours [Å]."""
        return np.vstack([self.cart_vertices, self.cart_neighbours])


def make_scenes(cell: Cell, wells: tuple[Well, ...]) -> list[Scene]:
    """Return the scene of each well of a cell."""
    carts = [np.array([v.cart for v in well.vertices]) for well in wells]
    reach = max((_radius(cart) for cart in carts), default=0.0) + AROUND
    around = surroundings(cell, reach)
    return [_make_scene(around, well, cart) for well, cart in zip(wells, carts, strict=True)]


def _make_scene(around: Surroundings, well: Well, cart: FloatArray) -> Scene:
    lattice = around.cell.lattice
    middle = cart.mean(axis=0)
    shift = np.floor(middle @ np.linalg.inv(lattice) + 1e-9)
    corner = shift @ lattice
    distance = np.linalg.norm(around.cart + corner - middle, axis=1)
    own = {(v.site, *v.image) for v in well.vertices}
    order = np.argsort(distance.round(6), kind="stable")
    rows = [
        int(k)
        for k in order[: np.searchsorted(distance[order], _radius(cart) + AROUND)]
        if (int(around.site[k]), *(int(x) for x in around.image[k] + shift)) not in own
    ][:MOST_NEIGHBOURS]
    elements = tuple(around.cell.sites[around.site[k]].main_element for k in rows)
    neighbours = np.asarray(around.cart[rows] + corner).reshape(-1, 3)
    everything = (*(v.element for v in well.vertices), *elements)
    return Scene(
        well,
        cart,
        body_faces(well),
        plaquette_ring(well),
        height_line(well),
        elements,
        neighbours,
        find_bonds(everything, np.vstack([cart, neighbours]), frozenset((well.plane_metal,))),
    )


def _radius(cart: FloatArray) -> float:
    return float(np.linalg.norm(cart - cart.mean(axis=0), axis=1).max())


def height_line(well: Well) -> FloatArray:
    """Return the ends of h, (2, 3) [Å], on the axis that runs through the confined electron along the normal.

    h runs between the two apices of an octahedron, from the base to the apex of a nonahedron and a tetrahedron, and
    from the plaquette to the apex of a tridecahedron.
    """
    normal, electron = np.array(well.normal), np.array(well.cart_electron)

    def elevation(role: Role) -> FloatArray:
        return np.array([(np.array(v.cart) - electron) @ normal for v in well.vertices if v.role is role])

    apices = elevation(Role.APEX)
    if well.kind is Kind.OCTAHEDRON:
        ends = (apices.min(), apices.max())
    else:
        other = elevation(Role.PLAQUETTE if well.kind is Kind.TRIDECAHEDRON else Role.BASE)
        ends = (other.mean(), apices.mean())
    return np.array([electron + end * normal for end in ends])


def body_faces(well: Well) -> tuple[tuple[int, ...], ...]:
    """Return the faces of a well's hull, vertices anticlockwise seen from outside; none of a flat one."""
    try:
        return convex_hull(np.array([v.cart for v in well.vertices]), well.coplanar_tolerance).faces
    except QhullError:
        return ()


def plaquette_ring(well: Well) -> tuple[int, ...]:
    """Return the vertices of a well's plaquette in order around their middle; none where it has no plaquette."""
    corners = [k for k, v in enumerate(well.vertices) if v.role is Role.PLAQUETTE]
    if len(corners) < 3:
        return ()
    cart = np.array([well.vertices[k].cart for k in corners])
    spokes = cart - cart.mean(axis=0)
    angle = np.arctan2(np.cross(spokes[0], spokes) @ np.array(well.normal), spokes @ spokes[0])
    return tuple(corners[k] for k in np.argsort(angle, kind="stable"))
