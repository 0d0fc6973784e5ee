"""A stored well in its crystal: what a picture of it shows, from the rows of the database alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from ase.data import atomic_numbers, covalent_radii
from ase.data.colors import jmol_colors
from scipy.spatial import QhullError

from polyqw.core.neighbors import Surroundings, surroundings
from polyqw.core.polyhedron import convex_hull
from polyqw.core.wells import Kind, Role

if TYPE_CHECKING:
    from polyqw.core.arrays import FloatArray
    from polyqw.core.cell import Cell
    from polyqw.core.wells import Well

AROUND = 1.5
"""How far beyond its own corners the crystal around a well is shown [Å]."""

MOST_NEIGHBOURS = 60
"""Most atoms around a well, the nearest first."""

BOND = 1.18
"""Largest length of a bond over the sum of the covalent radii."""

DIGITS = 4
"""Digits of coordinates in a page [Å]."""


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
    cart_corner : array, (3,)
        Corner of the cell that the middle of the well lies in [Å].
    lattice : array, (3, 3)
        Lattice vectors as rows [Å].
    """

    well: Well
    cart_vertices: FloatArray
    faces: tuple[tuple[int, ...], ...]
    plaquette: tuple[int, ...]
    height_line: FloatArray
    neighbours: tuple[str, ...]
    cart_neighbours: FloatArray
    bonds: tuple[tuple[int, int], ...]
    cart_corner: FloatArray
    lattice: FloatArray

    @property
    def elements(self) -> tuple[str, ...]:
        """Elements of the vertices, then of the neighbours."""
        return (*(v.element for v in self.well.vertices), *self.neighbours)

    @property
    def colours(self) -> dict[str, str]:
        """Elements with the colours they are drawn in."""
        return {element: element_colour(element) for element in self.elements}

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
    try:
        faces = convex_hull(cart, well.coplanar_tolerance).faces
    except QhullError:
        faces = ()
    everything = (*(v.element for v in well.vertices), *elements)
    return Scene(
        well,
        cart,
        faces,
        _ring([k for k, v in enumerate(well.vertices) if v.role is Role.PLAQUETTE], cart, np.array(well.normal)),
        height_line(well),
        elements,
        neighbours,
        _bonds(everything, np.vstack([cart, neighbours]), well.plane_metal),
        corner,
        lattice,
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


def _ring(corners: list[int], cart: FloatArray, normal: FloatArray) -> tuple[int, ...]:
    """Return corners in order around their middle."""
    if len(corners) < 3:
        return ()
    spokes = cart[corners] - cart[corners].mean(axis=0)
    angle = np.arctan2(np.cross(spokes[0], spokes) @ normal, spokes @ spokes[0])
    return tuple(corners[k] for k in np.argsort(angle, kind="stable"))


def _bonds(elements: tuple[str, ...], cart: FloatArray, metal: str) -> tuple[tuple[int, int], ...]:
    """Return pairs of a plane metal and another element that are as near as their covalent radii say."""
    radii = np.array([covalent_radii[atomic_numbers[e]] for e in elements])
    apart = np.linalg.norm(cart[:, None] - cart[None], axis=2)
    near = apart < BOND * (radii[:, None] + radii[None])
    return tuple(
        (i, j)
        for i in range(len(elements))
        for j in range(len(elements))
        if elements[i] == metal and elements[j] in NON_METALS and near[i, j]
    )


NON_METALS = frozenset("O F S Cl Se Br Te I N P As Sb".split())
"""Elements that are bonded to plane metals."""


def element_colour(element: str) -> str:
    """Return the colour by which an element is usually drawn, that of Jmol."""
    red, green, blue = (round(255 * float(x)) for x in jmol_colors[atomic_numbers[element]])
    return f"#{red:02x}{green:02x}{blue:02x}"


def scene_row(scene: Scene) -> dict[str, Any]:
    """Return a scene as plain values, lengths in Å to four digits: what the page draws in 3-D."""
    return {
        "vertices": _rounded(scene.cart_vertices),
        "elements": [v.element for v in scene.well.vertices],
        "roles": [str(v.role) for v in scene.well.vertices],
        "faces": [list(face) for face in scene.faces],
        "plaquette": list(scene.plaquette),
        "line": _rounded(scene.height_line),
        "height": f"h = {scene.well.height:.4f} Å",
        "electron": _rounded(np.array([scene.well.cart_electron]))[0],
        "normal": _rounded(np.array([scene.well.normal]))[0],
        "near": _rounded(scene.cart_neighbours),
        "near_elements": list(scene.neighbours),
        "bonds": [list(pair) for pair in scene.bonds],
        "corner": _rounded(scene.cart_corner[None])[0],
        "lattice": _rounded(scene.lattice),
    }


def _rounded(values: FloatArray) -> list[list[float]]:
    return [[round(float(x), DIGITS) + 0.0 for x in row] for row in values]
