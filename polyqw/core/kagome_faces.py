"""The faces of a flat net in which every site has four neighbours."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from polyqw.core.neighbors import add, subtract
from polyqw.core.planes import common_neighbors

if TYPE_CHECKING:
    from polyqw.core.arrays import Corner, FloatArray, Image
    from polyqw.core.neighbors import Contact
    from polyqw.core.planes import Edges


def plane_normal(edges: Edges, normal: FloatArray) -> FloatArray:
    """Return the normal of the mean plane of the net, from the cross products of its edges."""
    vectors = np.array([[c.vector for c in contacts] for contacts in edges.values()])
    one, other = np.triu_indices(vectors.shape[1], 1)
    crosses = np.cross(vectors[:, one], vectors[:, other]).reshape(-1, 3)
    total = np.sign(crosses @ normal) @ crosses
    return np.asarray(total / np.linalg.norm(total))


def faces_of(edges: Edges, normal: FloatArray) -> list[tuple[Corner, ...]]:
    """Return the faces of a flat net, each once per cell, by turning sharply left at every corner."""
    turn = {k: _anticlockwise(found, normal) for k, found in edges.items()}
    seen: set[tuple[int, int, Image]] = set()
    faces = []
    for site, contacts in turn.items():
        for first in contacts:
            if (site, first.site, first.image) in seen:
                continue
            face: list[Corner] = [(site, (0, 0, 0))]
            here, contact = face[0], first
            for _ in range(100):
                seen.add((here[0], contact.site, contact.image))
                there = (contact.site, add(here[1], contact.image))
                back = next(
                    i for i, c in enumerate(turn[there[0]]) if c.site == here[0] and add(there[1], c.image) == here[1]
                )
                here, contact = there, turn[there[0]][back - 1]
                if here == face[0] and (contact.site, contact.image) == (first.site, first.image):
                    break
                face.append(here)
            faces.append(tuple(face))
    return faces


def _anticlockwise(contacts: list[Contact], normal: FloatArray) -> list[Contact]:
    first = contacts[0].vector - (contacts[0].vector @ normal) * normal
    side = np.cross(normal, first)
    return sorted(contacts, key=lambda c: float(np.arctan2(c.vector @ side, c.vector @ first)))


def alternate(faces: list[tuple[Corner, ...]]) -> bool:
    """Return whether every edge divides a triangle from a hexagon."""
    beside: dict[tuple[int, int, Image], int] = {}
    for face in faces:
        for (one, here), (other, there) in zip(face, (*face[1:], face[0]), strict=True):
            beside[one, other, subtract(there, here)] = len(face)
    return all(
        {size, beside[other, one, subtract((0, 0, 0), image)]} == {3, 6}
        for (one, other, image), size in beside.items()
    )


def tips_of(hexagon: tuple[Corner, ...], edges: Edges) -> tuple[Corner, ...]:
    """Return the six tips of the star around a hexagon: the third corner of the triangle on each of its edges."""
    sides = zip(hexagon, (*hexagon[1:], hexagon[0]), strict=True)
    return tuple(common_neighbors(edges, one, other)[0] for one, other in sides)
