"""Draw a well in its crystal as a small SVG: what stands in the page before, without and instead of the 3-D view."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from markupsafe import Markup

from polyqw.services.drawing.pages import template_source
from polyqw.services.report.well_scene import element_colour

if TYPE_CHECKING:
    from collections.abc import Sequence

    from polyqw.core.arrays import FloatArray
    from polyqw.services.report.well_scene import Scene

SCALE = 27.0
"""Pixels to an Å, the same for every well, so that pictures can be compared."""

LETTER = 7.5
"""Width of a letter of the value of h [px]."""

TURN, TILT = np.radians(24.0), np.radians(14.0)
"""How far the view is turned about the normal of the plaquette, and looks down on it."""


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
        Markup('<text class="value" x="{}" y="{}">{}</text>').format(_n(beside[0]), _n(-beside[1] + 4.5), value),
    ]
    width, height = high - low
    head = Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" class="well-picture" role="img" viewBox="{} {} {} {}" '
        'width="{}" height="{}"><title>{}</title>'
    ).format(*(_n(x) for x in (low[0], -high[1], width, height, width, height)), title)
    return Markup("{}{}</svg>").format(head, Markup("").join(parts))


def picture_file(drawn: Markup) -> bytes:
    """Return a picture as a file of its own, which brings its colours."""
    style = Markup("</title><style>\n{}</style>").format(Markup(template_source("well.css")))  # noqa: S704
    return drawn.replace(Markup("</title>"), style, 1).encode()


def _view(scene: Scene) -> FloatArray:
    """Return the axes of the view as rows: to the right, up, towards the eye."""
    up = np.array(scene.well.normal)
    up = up * (1.0 if up[int(np.argmax(np.abs(up)))] > 0 else -1.0)
    corners = scene.cart_vertices[list(scene.plaquette) or list(range(len(scene.cart_vertices)))]
    edge = corners[1] - corners[0]
    along = edge - (edge @ up) * up
    along /= np.linalg.norm(along)
    across = np.cross(up, along)
    right = np.cos(TURN) * along + np.sin(TURN) * across
    towards = np.cross(right, up)
    return np.array([right, np.cos(TILT) * up - np.sin(TILT) * towards, np.cos(TILT) * towards + np.sin(TILT) * up])


def _n(x: float) -> str:
    return f"{float(x):z.1f}".removesuffix(".0")


def _points(flat: FloatArray) -> str:
    return " ".join(f"{_n(x)},{_n(-y)}" for x, y, _ in flat)


def _segment(kind: str, start: FloatArray, end: FloatArray) -> Markup:
    ends = (start[0], -start[1], end[0], -end[1])
    return Markup('<line class="{}" x1="{}" y1="{}" x2="{}" y2="{}"/>').format(kind, *(_n(x) for x in ends))


def _bonds(flat: FloatArray, bonds: Sequence[tuple[int, int]]) -> list[Markup]:
    return [_segment("bond", flat[i], flat[j]) for i, j in bonds]


def _near(flat: FloatArray, elements: Sequence[str], first: int) -> list[Markup]:
    order = sorted(range(first, len(flat)), key=lambda k: flat[k, 2])
    return [_atom("atom near", flat[k], 5.0, elements[k]) for k in order]


def _atom(kind: str, place: FloatArray, radius: float, element: str) -> Markup:
    return Markup('<circle class="{}" cx="{}" cy="{}" r="{}" fill="{}"/>').format(
        kind, _n(place[0]), _n(-place[1]), _n(radius), element_colour(element)
    )


def _body(flat: FloatArray, scene: Scene) -> list[Markup]:
    """Return faces from back to front, edges behind the body dashed, and the plaquette."""
    towards = [_faces_eye(flat[list(face)]) for face in scene.faces]
    parts = [
        Markup('<polygon class="face" points="{}"/>').format(_points(flat[list(face)]))
        for face in sorted(scene.faces, key=lambda f: float(flat[list(f), 2].mean()))
    ]
    seen: dict[frozenset[int], bool] = {}
    for face, front in zip(scene.faces, towards, strict=True):
        for pair in zip(face, (*face[1:], face[0]), strict=True):
            edge = frozenset(pair)
            seen[edge] = seen.get(edge, False) or front
    for edge, visible in sorted(seen.items(), key=lambda item: (item[1], sorted(item[0]))):
        i, j = sorted(edge)
        parts.append(_segment("edge" if visible else "edge hidden", flat[i], flat[j]))
    if scene.plaquette:
        ring = _points(flat[list(scene.plaquette)])
        parts.append(Markup('<polygon class="plaquette" points="{}"/>').format(ring))
    return parts


def _faces_eye(corners: FloatArray) -> bool:
    """Return whether a face, its corners anticlockwise seen from outside, turns to the eye."""
    x, y = corners[:, 0], corners[:, 1]
    return float((x * np.roll(y, -1) - y * np.roll(x, -1)).sum()) > 0


def _height(line: FloatArray, electron: FloatArray) -> list[Markup]:
    return [
        _segment("height", line[0], line[1]),
        Markup('<circle class="electron" cx="{}" cy="{}" r="4"/>').format(_n(electron[0]), _n(-electron[1])),
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
        parts.append(_atom("atom", flat[k], 9.0, elements[k]))
        kind = "symbol light" if _is_dark(element_colour(elements[k])) else "symbol"
        place = (_n(flat[k, 0]), _n(-flat[k, 1] + 3.5))
        parts.append(Markup('<text class="{}" x="{}" y="{}">{}</text>').format(kind, *place, elements[k]))
    return parts


def _is_dark(colour: str) -> bool:
    red, green, blue = (int(colour[k : k + 2], 16) for k in (1, 3, 5))
    return 0.299 * red + 0.587 * green + 0.114 * blue < 120
