"""Topology and volume of a convex body with few vertices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from polyqw.core.arrays import FloatArray


@dataclass(frozen=True, slots=True)
class Hull:
    """The convex hull of some points.

    Parameters
    ----------
    n_vertices, n_edges, n_faces : int
        With coplanar triangles merged; V - E + F = 2.
    volume : float
        [Å³].
    faces : tuple of tuple of int
        Vertex indices of each merged face, in order around it.
    """

    n_vertices: int
    n_edges: int
    n_faces: int
    volume: float
    faces: tuple[tuple[int, ...], ...]


def convex_hull(points: FloatArray, coplanar_degrees: float) -> Hull:
    """Return the hull of points (n, 3) [Å], n >= 4.

    Parameters
    ----------
    points : array, (n, 3)
    coplanar_degrees : float
        Neighbouring triangles whose normals differ by no more than this angle are one face [degrees].

    Raises
    ------
    scipy.spatial.QhullError
        If the points lie in one plane.
    """
    from scipy.spatial import ConvexHull  # noqa: PLC0415 - a process that only stores results does without

    hull = ConvexHull(points, qhull_options="Qt")
    normals = hull.equations[:, :3]
    group = list(range(len(normals)))

    def root(k: int) -> int:
        while group[k] != k:
            k = group[k]
        return k

    threshold = np.cos(np.radians(coplanar_degrees))
    alike = (normals[:, None, :] * normals[hull.neighbors]).sum(axis=2) >= threshold
    for k, side in zip(*np.nonzero(alike), strict=True):
        group[root(int(k))] = root(int(hull.neighbors[k, side]))
    members: dict[int, list[int]] = {}
    for k in range(len(normals)):
        members.setdefault(root(k), []).append(k)
    triangles = _around(hull.simplices, normals, points)
    faces = tuple(
        triangles[rows[0]] if len(rows) == 1 else _boundary(hull.simplices[rows], normals[rows[0]], points)
        for rows in members.values()
    )
    edges = {frozenset(pair) for face in faces for pair in zip(face, (*face[1:], face[0]), strict=True)}
    return Hull(len(hull.vertices), len(edges), len(faces), float(hull.volume), faces)


def _around(triangles: NDArray[np.integer[Any]], normals: FloatArray, points: FloatArray) -> list[tuple[int, ...]]:
    """Return the corners of each triangle in the order that its outward normal sees as anticlockwise."""
    one = points[triangles[:, 1]] - points[triangles[:, 0]]
    other = points[triangles[:, 2]] - points[triangles[:, 0]]
    turned = (np.cross(one, other) * normals).sum(axis=1) < 0
    ordered = np.where(turned[:, None], triangles[:, ::-1], triangles)
    return [(int(a), int(b), int(c)) for a, b, c in ordered]


def _boundary(triangles: NDArray[np.integer[Any]], normal: FloatArray, points: FloatArray) -> tuple[int, ...]:
    corners = np.unique(triangles)
    spokes = points[corners] - points[corners].mean(axis=0)
    first = spokes[0]
    angle = np.arctan2(np.cross(first, spokes) @ normal, spokes @ first)
    return tuple(int(c) for c in corners[np.argsort(angle)])


def fold_degrees(points: FloatArray, edge: Sequence[int], first: int, second: int) -> float:
    """Return the angle by which two triangles on a common edge depart from one plane [degrees].

    Parameters
    ----------
    points : array, (n, 3)
    edge : sequence of int, (2,)
        The common edge.
    first, second : int
        The third corner of each triangle, on opposite sides of the edge.
    """
    origin, end = points[edge[0]], points[edge[1]]
    along = end - origin
    one = np.cross(along, points[first] - origin)
    other = np.cross(points[second] - origin, along)
    sine = np.linalg.norm(np.cross(one, other))
    return float(np.degrees(np.arctan2(sine, one @ other)))
