"""Write a view as glTF 2.0: atoms, bonds and cell, and each well with its plaquette and its height; 1 unit is 1 Å."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from polyqw.services.viewer.atoms import element_colour, element_radius
from polyqw.services.viewer.gltf_document import LINES, TRIANGLES, Gltf
from polyqw.services.viewer.picture import BALL, CORNERS, EDGES, spoken

if TYPE_CHECKING:
    from collections.abc import Sequence

    from polyqw.core.arrays import FloatArray
    from polyqw.services.viewer.view import View, ViewWell

STICK: Final = 0.08
"""Radius of a bond [Å]."""
GREY, PLAQUETTE, HEIGHT = "#8a8a8a", "#e0a100", "#a0124b"


def gltf_bytes(view: View) -> bytes:
    """Return a view as the text of a ``.gltf``."""
    made, root = _made(view)
    return made.text(root)


def glb_bytes(view: View) -> bytes:
    """Return a view as a binary ``.glb``."""
    made, root = _made(view)
    return made.binary(root)


def _made(view: View) -> tuple[Gltf, int]:
    made = Gltf()
    children = [
        made.node(name="atoms", children=_atoms(made, view)),
        made.node(name="cell", mesh=_cell(made, view)),
        *([made.node(name="bonds", mesh=_bonds(made, view))] if view.bonds else []),
        *(made.node(name=f"{well.title}, {well.label}", mesh=_well(made, well)) for well in view.wells),
    ]
    root = made.node(
        name=view.name, children=children, rotation=_quaternion(_upright(view)), extras={"description": spoken(view)}
    )
    return made, root


def _upright(view: View) -> FloatArray:
    """Return the rotation (3, 3) after which the layers lie level, y up as glTF has it."""
    right, _, _ = view.eye
    up = np.array(view.axis)
    return np.array([right, up, np.cross(right, up)])


def _quaternion(rotation: FloatArray) -> list[float]:
    from scipy.spatial.transform import Rotation  # noqa: PLC0415 - slow to import

    return [float(x) for x in Rotation.from_matrix(rotation).as_quat()]


def _atoms(made: Gltf, view: View) -> list[int]:
    """Add a sphere for each element, and a node for each atom."""
    places, triangles = unit_sphere()
    meshes = {
        element: made.mesh(
            element,
            made.part(places, triangles, made.material(element_colour(element)), TRIANGLES, places),
        )
        for element in view.elements
    }
    return [
        made.node(
            name=atom.label,
            mesh=meshes[atom.element],
            translation=list(atom.cart),
            scale=[max(0.22, BALL * element_radius(atom.element))] * 3,
        )
        for atom in view.atoms
    ]


def unit_sphere() -> tuple[FloatArray, list[int]]:
    """Return the corners of a sphere of radius 1 and its triangles: an icosahedron divided twice."""
    golden = (1 + 5**0.5) / 2
    signs = [(a, b) for a in (-1, 1) for b in (-golden, golden)]
    places = np.array([p for a, b in signs for p in ((0, a, b), (a, b, 0), (b, 0, a))], dtype=float)
    from scipy.spatial import ConvexHull  # noqa: PLC0415 - slow to import

    for _ in range(2):
        places = places / np.linalg.norm(places, axis=1, keepdims=True)
        edges = {
            tuple(sorted((int(a), int(b))))
            for t in ConvexHull(places).simplices
            for a, b in zip(t, np.roll(t, 1), strict=True)
        }
        places = np.vstack([places, [(places[i] + places[j]) / 2 for i, j in sorted(edges)]])
    places = places / np.linalg.norm(places, axis=1, keepdims=True)
    return places, [k for face in _outward(places, ConvexHull(places).simplices.tolist()) for k in face]


def _outward(places: FloatArray, faces: Sequence[Sequence[int]]) -> list[Sequence[int]]:
    """Return triangles around the origin with their corners anticlockwise seen from outside."""
    return [
        face if np.dot(np.cross(places[face[0]], places[face[1]]), places[face[2]]) > 0 else face[::-1]
        for face in faces
    ]


def _bonds(made: Gltf, view: View) -> int:
    """Add all bonds as prisms of six sides."""
    cart = view.cart_atoms
    faces: list[int] = []
    places: list[FloatArray] = []
    normals: list[FloatArray] = []
    turns = np.arange(6) * np.pi / 3
    for i, j in view.bonds:
        along = cart[j] - cart[i]
        along = along / np.linalg.norm(along)
        side = np.cross(along, np.eye(3)[int(np.argmin(np.abs(along)))])
        side = side / np.linalg.norm(side)
        ring = np.cos(turns)[:, None] * side + np.sin(turns)[:, None] * np.cross(along, side)
        first = 12 * len(places)
        places.append(np.vstack([cart[i] + STICK * ring, cart[j] + STICK * ring]))
        normals.append(np.vstack([ring, ring]))
        for k in range(6):
            n = (k + 1) % 6
            faces += [first + x for x in (k, n, 6 + n, k, 6 + n, 6 + k)]
    part = made.part(np.vstack(places), faces, made.material(GREY), TRIANGLES, np.vstack(normals))
    return made.mesh("bonds", part)


def _cell(made: Gltf, view: View) -> int:
    return made.mesh(
        "cell", made.part(CORNERS @ view.lattice, [k for edge in EDGES for k in edge], made.material(GREY), LINES)
    )


def _well(made: Gltf, well: ViewWell) -> int:
    """Add a well: body, edges, plaquette, and h as a line."""
    cart = well.cart_vertices
    edges = sorted({(min(p), max(p)) for face in well.faces for p in zip(face, (*face[1:], face[0]), strict=True)})
    parts = []
    if well.faces:
        parts.append(_fan(made, cart, well.faces, made.material(well.colour, 0.4)))
        parts.append(made.part(cart, [k for edge in edges for k in edge], made.material(well.colour), LINES))
    if well.ring:
        parts.append(_fan(made, cart, [well.ring], made.material(PLAQUETTE, 0.6)))
    parts.append(made.part(well.height_line, [0, 1], made.material(HEIGHT), LINES))
    return made.mesh(well.title, *parts)


def _fan(made: Gltf, cart: FloatArray, faces: Sequence[Sequence[int]], material: int) -> dict[str, Any]:
    """Add flat faces, each with corners of its own."""
    places: list[FloatArray] = []
    normals: list[FloatArray] = []
    indices: list[int] = []
    for face in faces:
        corners = cart[list(face)]
        normal = np.cross(corners[1] - corners[0], corners[2] - corners[0])
        first = sum(map(len, places))
        places.append(corners)
        normals.append(np.tile(normal / np.linalg.norm(normal), (len(face), 1)))
        indices += [first + k for n in range(1, len(face) - 1) for k in (0, n, n + 1)]
    return made.part(np.vstack(places), indices, material, TRIANGLES, np.vstack(normals))
