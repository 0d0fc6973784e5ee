"""Shapes of a picture as SVG, seen by an eye: to the right, up, towards the eye; colours come from the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from markupsafe import Markup

from polyqw.services.drawing.pages import template_source
from polyqw.services.viewer.atoms import element_colour

if TYPE_CHECKING:
    from collections.abc import Iterable

    from polyqw.core.arrays import FloatArray


def turned(up: FloatArray, along: FloatArray, turn_degrees: float, tilt_degrees: float) -> FloatArray:
    """Return the axes of an eye as rows (3, 3): to the right, up, towards the eye.

    Parameters
    ----------
    up : array, (3,)
        Unit vector that points up.
    along : array, (3,)
        What points to the right before the eye goes round it.
    turn_degrees, tilt_degrees : float
        How far the eye goes round, and how far it is raised.
    """
    level = along - (along @ up) * up
    level = level / np.linalg.norm(level)
    turn, tilt = np.radians(turn_degrees), np.radians(tilt_degrees)
    right = np.cos(turn) * level + np.sin(turn) * np.cross(up, level)
    towards = np.cross(right, up)
    return np.array([right, np.cos(tilt) * up - np.sin(tilt) * towards, np.cos(tilt) * towards + np.sin(tilt) * up])


def picture_of(parts: Iterable[Markup], low: FloatArray, high: FloatArray, title: str) -> Markup:
    """Return the SVG of shapes between two corners (x, y) [px]; the title is read out in its place."""
    width, height = high - low
    head = Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" class="well-picture" role="img" viewBox="{} {} {} {}" '
        'width="{}" height="{}"><title>{}</title>'
    ).format(*(number(x) for x in (low[0], -high[1], width, height, width, height)), title)
    return Markup("{}{}</svg>").format(head, Markup("").join(parts))


def picture_file(drawn: Markup) -> bytes:
    """Return a picture as a file of its own, which brings its colours."""
    style = Markup("</title><style>\n{}</style>").format(Markup(template_source("well.css")))  # noqa: S704
    return drawn.replace(Markup("</title>"), style, 1).encode()


def number(x: float) -> str:
    """Return a coordinate as SVG writes it."""
    return f"{float(x):z.1f}".removesuffix(".0")


def points(flat: FloatArray) -> str:
    """Return places (n, 3) as the corners of a polygon."""
    return " ".join(f"{number(x)},{number(-y)}" for x, y, _ in flat)


def segment(kind: str, start: FloatArray, end: FloatArray) -> Markup:
    """Return a line."""
    ends = (start[0], -start[1], end[0], -end[1])
    return Markup('<line class="{}" x1="{}" y1="{}" x2="{}" y2="{}"/>').format(kind, *(number(x) for x in ends))


def atom(kind: str, place: FloatArray, radius: float, element: str) -> Markup:
    """Return an atom."""
    return Markup('<circle class="{}" cx="{}" cy="{}" r="{}" fill="{}"/>').format(
        kind, number(place[0]), number(-place[1]), number(radius), element_colour(element)
    )


def text(kind: str, place: FloatArray, words: str) -> Markup:
    """Return words, the middle of their line at a place."""
    return Markup('<text class="{}" x="{}" y="{}">{}</text>').format(kind, number(place[0]), number(-place[1]), words)


def is_dark(colour: str) -> bool:
    """Whether white letters can be read on a colour."""
    red, green, blue = (int(colour[k : k + 2], 16) for k in (1, 3, 5))
    return 0.299 * red + 0.587 * green + 0.114 * blue < 120
