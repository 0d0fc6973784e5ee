"""The kagome nets of structures and the places of their three states, file by file (papers/003 Fig. 1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from polyqw.core.kagome import SHAPE, KagomeNet, KagomeState, Place, find_kagome_nets, sizes
from polyqw.core.wells import Status

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure

    from polyqw.core.kagome import Cap
    from polyqw.services.analyse import Analysed

COLOURS = {KagomeState.ALPHA: "#e78ac3", KagomeState.BETA: "#ffd92f", KagomeState.GAMMA: "#66c2d9"}
"""The colours of papers/003, Fig. 1a: pink, yellow, cyan."""


def kagome_row(read: Analysed) -> dict[str, Any]:
    """Return the kagome nets of a data block as plain values; one that was not read keeps its status and reason."""
    row: dict[str, Any] = {
        "file": read.file,
        "block": read.block,
        "formula": read.record.cell.formula if read.record else None,
        "status": str(read.status),
        "reason": read.reason,
        "message": read.message,
        "warnings": list(read.warnings),
        "layered": None,
        "nets": [],
        "notes": [],
    }
    if read.record is None:
        return row
    found = find_kagome_nets(read.record.cell)
    if found.reason is not None:
        return row | {
            "status": str(Status.NO_WELL),
            "reason": found.reason.code,
            "message": found.reason.message,
        }
    if not found.layered:
        row["warnings"].append("the nets run in more than one orientation: a three-dimensional network")
    return row | {
        "layered": found.layered,
        "nets": [_net_row(net) for net in found.nets],
        "notes": notes(found.nets[0]),
    }


def _net_row(net: KagomeNet) -> dict[str, Any]:
    n_units = len(net.sites) // 3
    return {
        "element": net.element,
        "normal": [float(x) for x in net.normal],
        "sites": list(net.sites),
        "n_units": n_units,
        "edge_min_angstrom": net.edges[0],
        "edge_max_angstrom": net.edges[1],
        "unit_area_angstrom2": net.area,
        "residual_angstrom": net.residual,
        "states": [
            _state_row(group, n_units)
            for state in KagomeState
            for group in sizes([p for p in net.places if p.state is state])
        ],
    }


def _state_row(group: Sequence[Place], n_units: int) -> dict[str, Any]:
    place = group[0]
    heights = [p.height for p in group if p.height is not None]
    return {
        "state": str(place.state),
        "shape": SHAPE[place.state],
        "per_cell": len(group),
        "per_unit": len(group) / n_units,
        "edge_angstrom": float(np.mean([p.edge for p in group])),
        "radius_angstrom": float(np.mean([p.radius for p in group])),
        "nearest_element": place.nearest.element,
        "nearest_distance_angstrom": min(p.nearest_distance for p in group),
        "occupied": any(p.is_occupied for p in group),
        "caps": [_cap_text(cap) for cap in (place.below, place.above)],
        "cap_to_cap_angstrom": float(np.mean(heights)) if heights else None,
        "centres_cart_angstrom": [[float(x) for x in p.centre] for p in group],
        "corners": [
            {"site": site, "image": list(image), "cart_angstrom": [float(x) for x in cart]}
            for (site, image), cart in zip(place.corners, place.cart, strict=True)
        ],
    }


def _cap_text(cap: Cap | None) -> str | None:
    return cap.element if cap else None


def notes(net: KagomeNet) -> list[str]:
    """Return what the net says of the three states of papers/003, one sentence each."""
    hexagons = [p for p in net.places if p.state is KagomeState.BETA]
    stars = [p for p in net.places if p.state is KagomeState.GAMMA]
    apart = max(min(float(np.linalg.norm(s.centre - h.centre)) for h in hexagons) for s in stars)
    told = [
        f"the star of David stands around the hexagon: their centres are {apart:.4f} Å apart, so the three states of "
        f"papers/003 have two kinds of centre, and β and γ differ by their size alone "
        f"(radii {hexagons[0].radius:.4f} and {stars[0].radius:.4f} Å)."
    ]
    occupied = [p for p in hexagons if p.is_occupied]
    if occupied:
        nearest = min(occupied, key=lambda p: p.nearest_distance)
        told.append(
            f"{len(occupied)} of {len(hexagons)} hexagon centres hold an atom ({nearest.nearest.element}, "
            f"{nearest.nearest_distance:.4f} Å from the centre), where papers/003 puts the β- and γ-electrons."
        )
    told.append(
        "papers/003 prints no length, height or Tc for a kagome metal, so its predictions there cannot be checked."
    )
    return told


def nets_to_draw(read: Analysed) -> list[tuple[str, KagomeNet]]:
    """Return the first net of a data block with a title, or nothing."""
    nets = find_kagome_nets(read.record.cell).nets if read.record else ()
    return [(f"{read.block}: {net.element} net", net) for net in nets[:1]]


def draw_kagome(nets: Sequence[tuple[str, KagomeNet]]) -> Figure:
    """Return nets with their titles: a star around its hexagon, and two triangles beside it."""
    from matplotlib.figure import Figure  # noqa: PLC0415 - slow to import
    from matplotlib.patches import Polygon  # noqa: PLC0415

    columns = min(3, len(nets))
    lines = -(-len(nets) // columns)
    figure = Figure(figsize=(4.8 * columns, 5.0 * lines), layout="constrained")
    panels = figure.subplots(lines, columns, squeeze=False).ravel()
    for panel in panels[len(nets) :]:
        panel.axis("off")
    for panel, row, net in zip(panels, rows, places, strict=False):
        frame = _frame(net)
        dots = set()
        for outline, state in _outlines(net, frame):
            panel.add_patch(Polygon(outline, closed=True, fc=COLOURS[state], ec="0.3", lw=0.8, alpha=0.75))
            dots |= {(round(float(x), 4), round(float(y), 4)) for x, y in outline}
        panel.plot(*zip(*sorted(dots), strict=True), "o", color="black", ms=4)
        for state, label in ((KagomeState.ALPHA, "α"), (KagomeState.BETA, "β"), (KagomeState.GAMMA, "γ")):
            place = next(p for p in net.places if p.state is state)
            size = (
                f"edge {place.edge:.3f} Å" if state is not KagomeState.GAMMA else f"to the tips {place.radius:.3f} Å"
            )
            panel.plot([], [], "s", color=COLOURS[state], label=f"{label}: {SHAPE[state]}, {size}")
        panel.set(aspect="equal", title=title, xlabel="Å", ylabel="Å")
        panel.legend(fontsize=7, loc="upper center", bbox_to_anchor=(0.5, -0.1), frameon=False)
    return figure


def _frame(net: KagomeNet) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Return two axes in the plane of the net, the first along an edge."""
    triangle = next(p for p in net.places if p.state is KagomeState.ALPHA)
    first = triangle.cart[1] - triangle.cart[0]
    first = first / np.linalg.norm(first)
    return first, np.cross(net.normal, first)


def _outlines(
    net: KagomeNet, frame: tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]
) -> list[tuple[np.ndarray[Any, Any], KagomeState]]:
    """Return what to draw: a star with its hexagon, and to one side the triangles beside a hexagon's corners."""
    star = next(p for p in net.places if p.state is KagomeState.GAMMA)
    hexagon = min(
        (p for p in net.places if p.state is KagomeState.BETA),
        key=lambda p: float(np.linalg.norm(p.centre - star.centre)),
    )
    axes = np.array(frame).T
    inner = (hexagon.cart - hexagon.centre) @ axes
    tips = (star.cart - star.centre) @ axes
    order = np.argsort(np.arctan2(inner[:, 1], inner[:, 0]))
    inner = inner[order]
    outline: list[tuple[np.ndarray[Any, Any], KagomeState]] = []
    for k in range(6):
        pair = (inner[k], inner[(k + 1) % 6])
        middle = (pair[0] + pair[1]) / 2
        tip = tips[int(np.argmin(np.linalg.norm(tips - 2 * middle, axis=1)))]
        outline.append((np.array([*pair, tip]), KagomeState.GAMMA))
    outline.append((inner, KagomeState.BETA))
    # the triangle that meets a point of the star, one edge further along
    mirrored = 2 * outline[0][0][2] - outline[0][0]
    outline.append((mirrored, KagomeState.ALPHA))
    opposite = 2 * outline[3][0][2] - outline[3][0]
    outline.append((opposite, KagomeState.ALPHA))
    return outline
