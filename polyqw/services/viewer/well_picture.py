"""Draw a well in its crystal as a small SVG: what stands in the page before, without and instead of the 3-D view."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from markupsafe import Markup

from polyqw.services.viewer.atoms import element_colour
from polyqw.services.viewer.shapes import atom, is_dark, number, picture_of, points, segment, text, turned

if TYPE_CHECKING:
    from collections.abc import Sequence

    from polyqw.core.arrays import FloatArray
    from polyqw.services.viewer.well_scene import Scene

SCALE = 27.0
"""Pixels to an Å, the same for every well, so that pictures can be compared."""

LETTER = 7.5
"""Width of a letter of the value of h [px]."""

TURN, TILT = 24.0, 14.0
"""How far the view is turned about the normal of the plaquette, and looks down on it [degrees]."""


def picture(scene: Scene, title: str) -> Markup:
    """Return the SVG of a scene: neighbours, bonds, body, plaquette, and h as a line with its value.

    Its colours come from the page it stands in.

    Parameters
    ----------
    scene : Scene
    title : str
        Read out in place of the picture.
    """
    view = _view(scene)
    centre = scene.cart_vertices.mean(axis=0)
    flat = (scene.cart_atoms - centre) @ view.T * SCALE
    line = (scene.height_line - centre) @ view.T * SCALE
    electron = (np.array([scene.well.cart_electron]) - centre) @ view.T * SCALE
    n = len(scene.cart_vertices)
    value = f"h = {scene.well.height:.3f} Å"
    beside = _place_of_value(line, flat[:n], value)
    reach = np.array([LETTER * len(value) / 2, 10.0])
    low = np.minimum(flat[:, :2].min(axis=0) - 14, beside - reach)
    high = np.maximum(flat[:, :2].max(axis=0) + 14, beside + reach)
    parts = [
        *_bonds(flat, scene.bonds),
        *_near(flat, scene.elements, n),
        *_body(flat[:n], scene),
        *_height(line, electron[0]),
        *_vertices(flat[:n], scene.elements[:n]),
        text("value", beside - np.array([0.0, 4.5]), value),
    ]
    return picture_of(parts, low, high, title)


def _view(scene: Scene) -> FloatArray:
    """Return the axes of the view as rows: to the right, up, towards the eye."""
    up = np.array(scene.well.normal)
    up = up * (1.0 if up[int(np.argmax(np.abs(up)))] > 0 else -1.0)
    corners = scene.cart_vertices[list(scene.plaquette) or list(range(len(scene.cart_vertices)))]
    edge = corners[1] - corners[0]
    return turned(up, edge, TURN, TILT)


def _bonds(flat: FloatArray, bonds: Sequence[tuple[int, int]]) -> list[Markup]:
    return [segment("bond", flat[i], flat[j]) for i, j in bonds]


def _near(flat: FloatArray, elements: Sequence[str], first: int) -> list[Markup]:
    order = sorted(range(first, len(flat)), key=lambda k: flat[k, 2])
    return [atom("atom near", flat[k], 5.0, elements[k]) for k in order]


def _body(flat: FloatArray, scene: Scene) -> list[Markup]:
    """Return faces from back to front, edges behind the body dashed, and the plaquette."""
    towards = [_faces_eye(flat[list(face)]) for face in scene.faces]
    parts = [
        Markup('<polygon class="face" points="{}"/>').format(points(flat[list(face)]))
        for face in sorted(scene.faces, key=lambda f: float(flat[list(f), 2].mean()))
    ]
    seen: dict[frozenset[int], bool] = {}
    for face, front in zip(scene.faces, towards, strict=True):
        for pair in zip(face, (*face[1:], face[0]), strict=True):
            edge = frozenset(pair)
            seen[edge] = seen.get(edge, False) or front
    for edge, visible in sorted(seen.items(), key=lambda item: (item[1], sorted(item[0]))):
        i, j = sorted(edge)
        parts.append(segment("edge" if visible else "edge hidden", flat[i], flat[j]))
    if scene.plaquette:
        ring = points(flat[list(scene.plaquette)])
        parts.append(Markup('<polygon class="plaquette" points="{}"/>').format(ring))
    return parts


def _faces_eye(corners: FloatArray) -> bool:
    """Return whether a face, its corners anticlockwise seen from outside, turns to the eye."""
    x, y = corners[:, 0], corners[:, 1]
    return float((x * np.roll(y, -1) - y * np.roll(x, -1)).sum()) > 0


def _height(line: FloatArray, electron: FloatArray) -> list[Markup]:
    return [
        segment("height", line[0], line[1]),
        Markup('<circle class="electron" cx="{}" cy="{}" r="4"/>').format(number(electron[0]), number(-electron[1])),
    ]


def _place_of_value(line: FloatArray, flat: FloatArray, value: str) -> FloatArray:
    """Return where the value of h stands beside its line, as clear of the vertices as can be."""
    half = LETTER * len(value) / 2
    places = [
        line[0, :2] + share * (line[1, :2] - line[0, :2]) + np.array([side * (half + 8), 0.0])
        for share in np.linspace(0.1, 0.9, 9)
        for side in (1, -1)
    ]
    reach = np.array([half + 9, 16.0])
    return max(places, key=lambda place: round(float((np.abs(flat[:, :2] - place) / reach).max(axis=1).min()), 3))


def _vertices(flat: FloatArray, elements: Sequence[str]) -> list[Markup]:
    parts = []
    for k in sorted(range(len(flat)), key=lambda k: float(flat[k, 2])):
        parts.append(atom("atom", flat[k], 9.0, elements[k]))
        kind = "symbol light" if is_dark(element_colour(elements[k])) else "symbol"
        parts.append(text(kind, flat[k] - np.array([0.0, 3.5, 0.0]), elements[k]))
    return parts
