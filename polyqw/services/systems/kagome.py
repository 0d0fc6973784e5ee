"""The kagome nets of structures and the places of their three states, file by file (papers/003 Fig. 1)."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

from polyqw.core.kagome import find_kagome_nets
from polyqw.core.kagome_places import SHAPE, KagomeState, sizes
from polyqw.core.record import Origin
from polyqw.core.wells import Status
from polyqw.services.drawing.columns import STRUCTURE
from polyqw.services.drawing.section import Picture, Section, Table, system_section
from polyqw.services.drawing.style import OF_KAGOME_STATE, new_figure
from polyqw.services.systems.of_structure import corner_rows, search

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from matplotlib.figure import Figure

    from polyqw.core.arrays import FloatArray
    from polyqw.core.kagome import KagomeNet, KagomeNets
    from polyqw.core.kagome_places import Place
    from polyqw.services.structures.lookup import Lookup
    from polyqw.services.systems.of_structure import OfStructure

EVEN = 1.001
"""Ratio of longest to shortest edge above which a net breathes."""

IN_REPORT = ("model_csv3sb5", "model_csti3bi5")

MOST_SEARCHED = 200
"""Structures without wells that the report searches for nets."""

MOST_DRAWN = 6

COLUMNS = (STRUCTURE, "metal", "state", "shape", "edge_angstrom", "radius_angstrom", "per_unit")


def kagome_row(of: OfStructure[KagomeNets]) -> dict[str, Any]:
    """Return the fields of ``polyqw kagome --json``; a structure that was not read keeps its status and reason."""
    read, found = of.analysed, of.found
    nets = found.nets if found else ()
    return {
        **read.row(origin=str(read.record.provenance.origin) if read.record else None),
        "warnings": [*read.warnings, *_warnings(of)],
        "layered": found.layered if found and nets else None,
        "nets": [_net_row(net) for net in nets],
        "notes": notes(nets[0]) if nets else [],
    }


def _warnings(of: OfStructure[KagomeNets]) -> Iterator[str]:
    record, found = of.analysed.record, of.found
    if record is None or found is None or found.reason is not None:
        return
    if record.provenance.cautious_origin is Origin.CONSTRUCTED:
        yield f"a constructed model, not a measured structure ({record.provenance.note or 'no note'})"
    if not found.layered:
        yield "the nets run in more than one orientation: a three-dimensional network"


def _net_row(net: KagomeNet) -> dict[str, Any]:
    n_units = len(net.sites) // 3
    return {
        "element": net.element,
        "normal": net.normal.tolist(),
        "sites": list(net.sites),
        "n_units": n_units,
        "edge_min_angstrom": net.edges[0],
        "edge_max_angstrom": net.edges[1],
        "breathing_ratio": net.breathing_ratio,
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
        "caps": [cap.element if cap else None for cap in (place.below, place.above)],
        "cap_to_cap_angstrom": float(np.mean(heights)) if heights else None,
        "centres_cart_angstrom": [p.centre.tolist() for p in group],
        "corners": corner_rows(place.corners, place.cart),
    }


def notes(net: KagomeNet) -> list[str]:
    """Return what the net says of the three states of papers/003, one sentence each."""
    hexagons = [p for p in net.places if p.state is KagomeState.BETA]
    stars = [p for p in net.places if p.state is KagomeState.GAMMA]
    apart = max(min(float(np.linalg.norm(s.centre - h.centre)) for h in hexagons) for s in stars)
    sentences = [
        f"the star of David stands around the hexagon: their centres are {apart:.4f} Å apart, so the three states of "
        f"papers/003 have two kinds of centre, and β and γ differ by their size alone "
        f"(radii {hexagons[0].radius:.4f} and {stars[0].radius:.4f} Å)."
    ]
    if net.breathing_ratio > EVEN:
        sentences.append(
            f"the net breathes: its edges run from {net.edges[0]:.4f} to {net.edges[1]:.4f} Å, a ratio of "
            f"{net.breathing_ratio:.3f}; papers/003 draws an even net."
        )
    occupied = [p for p in hexagons if p.is_occupied]
    if occupied:
        nearest = min(occupied, key=lambda p: p.nearest_distance)
        sentences.append(
            f"{len(occupied)} of {len(hexagons)} hexagon centres hold an atom ({nearest.nearest.element}, "
            f"{nearest.nearest_distance:.4f} Å from the centre), where an electron would stand by the rule of "
            f"the other wells; papers/003 gives no place within the hexagon or star."
        )
    sentences.append(
        "papers/003 prints no length, height or Tc for a kagome metal, so its predictions there cannot be checked."
    )
    return sentences


def draw_kagome(drawn: Sequence[OfStructure[KagomeNets]]) -> Figure:
    """Return the first net of each structure with a star around its hexagon and the triangles around the star."""
    from matplotlib.patches import Polygon  # noqa: PLC0415 - slow to import

    columns = min(3, len(drawn))
    lines = -(-len(drawn) // columns)
    figure = new_figure(4.8 * columns, 6.4 * lines)
    panels = figure.subplots(lines, columns, squeeze=False).ravel()
    for panel in panels[len(drawn) :]:
        panel.axis("off")
    for panel, of in zip(panels, drawn, strict=False):
        assert of.analysed.record is not None
        assert of.found is not None
        net = of.found.nets[0]
        for outline, state in _outlines(net, of.analysed.record.cell.lattice):
            panel.add_patch(Polygon(outline, closed=True, fc=OF_KAGOME_STATE[state], ec="0.3", lw=0.8))
            panel.plot(*outline.T, "o", color="black", ms=4)
        for state, letter in ((KagomeState.ALPHA, "α"), (KagomeState.BETA, "β"), (KagomeState.GAMMA, "γ")):
            groups = sizes([p for p in net.places if p.state is state])
            star = state is KagomeState.GAMMA
            sizes_shown = ", ".join(f"{g[0].radius if star else g[0].edge:.3f}" for g in groups)
            label = f"{letter}: {SHAPE[state]}, {'centre to tips' if star else 'edge'} {sizes_shown} Å"
            panel.plot([], [], "s", color=OF_KAGOME_STATE[state], label=label)
        panel.set(aspect="equal", title=f"{of.analysed.block}: {net.element} net", xlabel="Å", ylabel="Å")
        panel.legend(fontsize=8, loc="upper center", bbox_to_anchor=(0.5, -0.12), frameon=False)
    return figure


def _outlines(net: KagomeNet, lattice: FloatArray) -> list[tuple[FloatArray, KagomeState]]:
    """Return what to draw, from the ground up: triangles, the star's points, the hexagon."""
    star = next(p for p in net.places if p.state is KagomeState.GAMMA)
    hexagons = [p for p in net.places if p.state is KagomeState.BETA]
    hexagon = min(hexagons, key=lambda p: float(np.linalg.norm(p.centre - star.centre)))
    first = hexagon.cart[1] - hexagon.cart[0]
    first = first / np.linalg.norm(first)
    axes = np.array([first, np.cross(net.normal, first)]).T
    points, around = [], []
    shifts = np.array(list(product(range(-3, 4), repeat=3))) @ lattice
    for place in net.places:
        if place.state is not KagomeState.ALPHA:
            continue
        for shift in shifts:
            offset = place.centre + shift - star.centre
            across = float(np.linalg.norm(offset @ axes))
            if abs(offset @ net.normal) > place.edge / 2 or across > 1.7 * star.radius:
                continue
            outline = (place.cart + shift - star.centre) @ axes
            if across < star.radius:
                points.append((outline, KagomeState.GAMMA))
            else:
                around.append((outline, KagomeState.ALPHA))
    return [*around, *points, ((hexagon.cart - star.centre) @ axes, KagomeState.BETA)]


def section(data: Lookup) -> Section:
    """Return the report's section."""
    structures, left_out = data.with_own(IN_REPORT, lambda s: s.status == Status.NO_WELL, MOST_SEARCHED)
    drawn = [of for a in structures if (of := search(a, find_kagome_nets)).found and of.found and of.found.nets]
    rows = [kagome_row(of) for of in drawn]
    lines = [
        {"name": row["block"], "metal": net["element"], **state}
        for row in rows
        for net in row["nets"]
        for state in net["states"]
    ]
    return system_section(
        "kagome",
        "Kagome nets",
        "polyqw kagome FILE",
        [*sorted({note for row in rows for note in row["notes"]}), *([left_out] if left_out else [])],
        [Picture("kagome", draw_kagome(drawn[:MOST_DRAWN]), "Triangles, hexagons and stars of the nets.")]
        if drawn
        else [],
        [Table(lines, COLUMNS, "States of papers/003.")],
    )
