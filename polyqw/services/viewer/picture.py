"""Draw a whole crystal with its wells as an SVG: what stands in a page without scripts, on paper, and in a figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from markupsafe import Markup

from polyqw.services.viewer.atoms import element_radius
from polyqw.services.viewer.shapes import atom, number, picture_of, points, segment, text
from polyqw.services.viewer.view import first_seen

if TYPE_CHECKING:
    from collections.abc import Callable

    from polyqw.core.arrays import FloatArray
    from polyqw.services.viewer.view import View, ViewWell

SCALE = 27.0
"""Pixels to an Å."""

BALL = 0.3
"""Radius of a ball over the covalent radius of its element."""

LETTER = 7.5
"""Width of a letter [px]."""

CORNERS = np.array([(x, y, z) for z in (0, 1) for x, y in ((0, 0), (1, 0), (1, 1), (0, 1))], dtype=float)
EDGES = ((0, 1), (1, 2), (2, 3), (3, 0), (4, 5), (5, 6), (6, 7), (7, 4), (0, 4), (1, 5), (2, 6), (3, 7))
"""Of the cell."""


def crystal_picture(view: View) -> Markup:
    """Return the SVG of a view as its eye sees it: cell, atoms, bonds, layers, and the wells that set a Tc.

    Its colours come from the page it stands in.
    """
    shown = first_seen(view)
    middle = view.lattice.sum(axis=0) / 2

    def flat(cart: FloatArray) -> FloatArray:
        return np.asarray((np.asarray(cart) - middle) @ view.eye.T * SCALE)

    atoms, corners = flat(shown.cart_atoms), flat(CORNERS @ view.lattice)
    solid = np.vstack([atoms, corners])[:, :2]
    words = _words(shown, flat, float(solid[:, 0].max()))
    reach = np.array([(LETTER * len(word) / 2, 10.0) for _, _, word in words])
    places = np.array([place[:2] for _, place, _ in words])
    everything = np.vstack([solid - 16, solid + 16, places - reach, places + reach])
    parts = [
        *(segment("cell", corners[i], corners[j]) for i, j in EDGES),
        *_solid(shown, flat, atoms),
        *(part for well in shown.wells for part in _measured(well, flat)),
        *(text(kind, place - np.array([0.0, 4.5, 0.0]), word) for kind, place, word in words),
    ]
    return picture_of(parts, everything.min(axis=0) - 4, everything.max(axis=0) + 4, spoken(view))


def spoken(view: View) -> str:
    """Return what a view shows in words."""
    wells = "; ".join(
        f"{one.title}, {one.label}, apices {' and '.join(one.well.apices)}, {one.well.multiplicity} in the cell"
        for one in view.wells
    )
    return f"{view.name}, crystal with {wells or 'no well'}"


def _solid(view: View, flat: Callable[[FloatArray], FloatArray], atoms: FloatArray) -> list[Markup]:
    """Return atoms, bonds and bodies, from back to front."""
    drawn: list[tuple[float, Markup]] = []
    for i, j in view.bonds:
        drawn.append((float(min(atoms[i, 2], atoms[j, 2])), segment("bond", atoms[i], atoms[j])))
    for one, place in zip(view.atoms, atoms, strict=True):
        radius = max(6.0, BALL * SCALE * element_radius(one.element))
        drawn.append((float(place[2]), atom("atom", place, radius, one.element)))
    for well in view.wells:
        corners = flat(well.cart_vertices)
        for face in well.faces:
            shape = Markup('<polygon class="face {}" points="{}"/>').format(
                well.well.phase, points(corners[list(face)])
            )
            drawn.append((float(corners[list(face), 2].mean()), shape))
    return [shape for _, shape in sorted(drawn, key=lambda pair: round(pair[0], 3))]


def _measured(well: ViewWell, flat: Callable[[FloatArray], FloatArray]) -> list[Markup]:
    """Return the plaquette of a well, and h as a line with the place of its electron."""
    corners, line = flat(well.cart_vertices), flat(well.height_line)
    (electron,) = flat(np.array([well.well.cart_electron]))
    ring = [Markup('<polygon class="plaquette" points="{}"/>').format(points(corners[list(well.ring)]))]
    return [
        *(ring if well.ring else []),
        segment("height", line[0], line[1]),
        Markup('<circle class="electron" cx="{}" cy="{}" r="4"/>').format(number(electron[0]), number(-electron[1])),
    ]


def _words(
    view: View, flat: Callable[[FloatArray], FloatArray], rightmost: float
) -> list[tuple[str, FloatArray, str]]:
    """Return what is written, each with its class and place; the names of the layers stand beside all else."""
    ends = view.lattice * (1 + 0.7 / np.linalg.norm(view.lattice, axis=1, keepdims=True))
    found = [("name", place, letter) for letter, place in zip("abc", flat(ends), strict=True)]
    for k, well in enumerate(view.wells):
        half = LETTER * len(well.label) / 2
        place = flat(well.height_line).mean(axis=0) + np.array([(half + 8) * (-1) ** k, 0.0, 0.0])
        found.append((f"value {well.well.phase}", place, well.label))
        rightmost = max(rightmost, float(place[0]) + half)
    middle, axis = view.lattice.sum(axis=0) / 2, np.array(view.axis)
    for layer in view.layers:
        (place,) = flat(np.array([middle + (layer.elevation - middle @ axis) * axis]))
        place[0] = rightmost + 20 + LETTER * len(layer.formula) / 2
        found.append(("name plane" if layer.is_plane else "name", place, layer.formula))
    return found
