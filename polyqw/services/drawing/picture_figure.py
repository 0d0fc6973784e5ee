"""Pictures of wells side by side in a figure: each is a small SVG of lines, polygons, circles and words."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any, Final
from xml.etree import ElementTree as ET

from polyqw.services.drawing.pages import template_source
from polyqw.services.drawing.style import new_figure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

PER_ROW: Final = 3
"""Pictures beside each other."""

INCH, POINT = 96.0, 96.0 / 72.0
"""In pixels of an SVG."""

HEAD, MARGIN = 22.0, 8.0
"""Room for a title, and between pictures [px]."""

_RULE: Final = re.compile(r"\.well-picture ((?:\.\w+)+) \{([^}]*)\}")


def draw_pictures(pictures: Sequence[tuple[str, str]]) -> Figure:
    """Return a figure of pictures, each an SVG with its title, all to the same scale."""
    trees = [(ET.fromstring(svg), title) for svg, title in pictures]  # noqa: S314 - made by this program
    boxes = [tuple(map(float, tree.attrib["viewBox"].split())) for tree, _ in trees]
    columns = 2 if len(boxes) == 4 else min(PER_ROW, len(boxes))
    wide = max(*(box[2] for box in boxes), *(7.0 * len(title) for _, title in trees)) + MARGIN
    rows = [boxes[k : k + columns] for k in range(0, len(boxes), columns)]
    tall = [max(box[3] for box in row) + HEAD + MARGIN for row in rows]
    width, height = wide * columns, sum(tall) + MARGIN
    figure = new_figure(width / INCH, height / INCH, None)
    for k, ((tree, title), (x, y, w, h)) in enumerate(zip(trees, boxes, strict=True)):
        left = (k % columns) * wide + (wide - w) / 2
        top = sum(tall[: k // columns]) + HEAD
        axes = figure.add_axes((left / width, 1 - (top + h) / height, w / width, h / height))
        axes.set(xlim=(x, x + w), ylim=(y + h, y))
        axes.axis("off")
        axes.set_title(title, fontsize=12 / POINT)
        for order, shape in enumerate(tree):
            if shape.attrib:  # the title has none
                _draw(axes, shape, order)
    return figure


def _draw(axes: Axes, shape: ET.Element, order: int) -> None:
    from matplotlib.patches import Circle, Polygon  # noqa: PLC0415 - slow to import

    tag, given = shape.tag.rpartition("}")[2], shape.attrib
    look = {**_look(given.get("class", "")), **{key: given[key] for key in ("fill",) if key in given}}
    number = {key: float(given[key]) for key in ("x", "y", "x1", "x2", "y1", "y2", "cx", "cy", "r") if key in given}
    if tag == "text":
        _write(axes, number["x"], number["y"], shape.text or "", look, order)
        return
    share = float(look.get("opacity", 1))
    drawn: dict[str, Any] = {
        "linewidth": float(look.get("stroke-width", 1)) / POINT,
        "linestyle": (0, (3, 3)) if "stroke-dasharray" in look else "-",
        "zorder": order,
    }
    if tag == "line":
        ends = ([number["x1"], number["x2"]], [number["y1"], number["y2"]])
        axes.plot(*ends, color=look["stroke"], alpha=share, solid_capstyle="butt", clip_on=False, **drawn)
        return
    drawn["facecolor"] = (look["fill"], float(look.get("fill-opacity", 1)) * share)
    drawn["edgecolor"] = (look["stroke"], share) if "stroke" in look else "none"
    if tag == "circle":
        axes.add_patch(Circle((number["cx"], number["cy"]), number["r"], **drawn))
    else:
        corners = [tuple(map(float, pair.split(","))) for pair in given["points"].split()]
        axes.add_patch(Polygon(corners, closed=True, **drawn))


def _write(axes: Axes, x: float, y: float, text: str, look: dict[str, str], order: int) -> None:
    from matplotlib.patheffects import withStroke  # noqa: PLC0415 - slow to import

    size = float(look["font"].split()[1].removesuffix("px")) / POINT
    halo = [withStroke(linewidth=3.5 / POINT, foreground=look["stroke"])] if "stroke" in look else []
    axes.text(
        x, y, text, color=look["fill"], fontsize=size, weight="bold", ha="center", va="baseline", zorder=order,
        path_effects=halo,
    )  # fmt: skip


def _look(kinds: str) -> dict[str, str]:
    """Return what the style sheet of the pictures says of a shape of some classes."""
    own = {f".{kind}" for kind in kinds.split()}
    return {key: value for names, rule in _rules() if names in own for key, value in rule}


@cache
def _rules() -> list[tuple[str, list[tuple[str, str]]]]:
    return [
        (
            names,
            [
                (key.strip(), value.strip())
                for key, _, value in (item.partition(":") for item in text.split(";"))
                if key.strip()
            ],
        )
        for names, text in _RULE.findall(template_source("well.css"))
    ]
