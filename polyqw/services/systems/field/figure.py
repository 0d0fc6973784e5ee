"""Draw the energy of a test electron in the planes of wells, as papers/001 Fig. 4b and papers/002 Fig. 2b."""

from __future__ import annotations

from math import hypot
from typing import TYPE_CHECKING

import numpy as np

from polyqw.services.drawing.style import BLUE, RED, YELLOW, new_figure
from polyqw.theory.field import state_verdict
from polyqw.theory.field.critical_points import PointKind
from polyqw.theory.field.ewald import EwaldField, make_ewald

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from polyqw.services.systems.field.field import StructureField, WellField
    from polyqw.theory.field.frame import NearIon
    from polyqw.theory.field.values import CoulombField

GRID = 101
"""Points of the map to a side."""

DRAWN_ACCURACY = 1e-6
"""Accuracy that a map needs of the field [e/Å³]: far below a level of colour, at a third of the terms."""

MARGIN = 0.15
"""How far the map goes beyond the square, as a share of its size."""

MARKERS = {
    PointKind.MINIMUM: ("v", "minimum"),
    PointKind.SADDLE: ("X", "saddle"),
    PointKind.MAXIMUM: ("^", "maximum"),
    PointKind.DEGENERATE: ("D", "degenerate"),
}
IN_PLANE = 0.3
"""Elevation above which an atom is drawn hollow [Å]."""

ONE_COLUMN = 0.3
"""Distance in the plane within which ions share a label [Å]."""


def draw_field(found: StructureField) -> Figure:
    """Return the maps of all wells of a structure, one beside the other."""
    assert found.cell is not None
    assert found.charges is not None
    n = len(found.wells)
    figure = new_figure(5.6 * n, 7.2)
    panels = figure.subplots(1, n, squeeze=False)[0]
    coarse = None
    if isinstance(found.wells[0].field, EwaldField):
        cell, charges = found.cell, found.charges
        coarse = make_ewald(cell.lattice, cell.frac, charges.of_sites, accuracy=DRAWN_ACCURACY)
    for axes, well in zip(panels, found.wells, strict=True):
        _draw_well(axes, well, coarse or well.field)
    handles = {label: h for axes in panels for h, label in zip(*axes.get_legend_handles_labels(), strict=True)}
    figure.legend(
        handles.values(),
        handles.keys(),
        loc="outside lower center",
        ncols=4,
        columnspacing=1.0,
        fontsize=8,
        frameon=False,
    )
    named = ", ".join(f"{element} {charge:+.3g}" for element, charge in found.charges.by_element.items())
    figure.suptitle(f"{found.cell.formula_written} ({found.model}; charges {named})", fontsize=10)
    return figure


def _draw_well(axes: Axes, found: WellField, field: CoulombField) -> None:
    frame, survey = found.frame, found.survey
    corners = np.array([[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5], [-0.5, -0.5]]) @ frame.edges
    half = (1 + 2 * MARGIN) * np.abs(corners).max(axis=0)
    x, y = np.linspace(-half[0], half[0], GRID), np.linspace(-half[1], half[1], GRID)
    grid = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    energy = field.energy(frame.to_cart(grid)).reshape(GRID, GRID) - survey.energy
    bound = _bound(found, energy)
    levels = np.linspace(-bound, bound, 25)
    shown = axes.contourf(x, y, np.clip(energy, -bound, bound), levels=levels, cmap="RdBu_r")
    shown.set_rasterized(True)
    lines = axes.contour(
        x, y, energy, levels=levels[::2], colors="black", linewidths=0.4, linestyles="solid", alpha=0.5
    )
    lines.set_rasterized(True)
    figure = axes.get_figure()
    assert figure is not None
    figure.colorbar(
        shown, ax=axes, label="U - U(Γ) of an electron (eV), cut at the ends", orientation="horizontal",
        ticks=np.linspace(-bound, bound, 7), format="%.1f", pad=0.02, shrink=0.9,
    )  # fmt: skip
    axes.plot(*corners.T, color="0.25", lw=1, ls="--", label="square of the well")
    _draw_ions(axes, found, half)
    _draw_points(axes, found, half)
    axes.set(xlim=(-half[0], half[0]), ylim=(-half[1], half[1]), aspect="equal")
    axes.set(xlabel=f"x along {found.well.plane_metal}-{found.well.plane_metal} (Å from Γ)", ylabel="y (Å from Γ)")
    axes.set_title(
        f"{found.well.phase} {found.well.kind}, h = {found.well.height:.3f} Å\n{_folded(state_verdict(survey))}",
        fontsize=9,
    )


def _bound(found: WellField, energy: np.ndarray[tuple[int, int], np.dtype[np.float64]]) -> float:
    """Return the energy at which the map is cut: beyond the critical points between the ions, below the poles."""
    saddles = [abs(p.energy) for p in found.survey.points if p.kind is PointKind.SADDLE]
    return max(2.0 * max(saddles, default=0.0), 1.0) if saddles else float(np.percentile(np.abs(energy), 80))


def _draw_ions(axes: Axes, found: WellField, half: np.ndarray[tuple[int], np.dtype[np.float64]]) -> None:
    """Draw the ions, hollow where they stand off the plane, those of one column under one label."""
    columns: dict[tuple[float, float], list[NearIon]] = {}
    for ion in sorted(found.ions, key=lambda i: -i.elevation):
        if abs(ion.x) <= half[0] and abs(ion.y) <= half[1]:
            near = (place for place in columns if hypot(place[0] - ion.x, place[1] - ion.y) < ONE_COLUMN)
            columns.setdefault(next(near, (ion.x, ion.y)), []).append(ion)
    for (x, y), ions in columns.items():
        for ion in reversed(ions):
            colour = RED if ion.charge < 0 else BLUE
            face = colour if abs(ion.elevation) <= IN_PLANE else "none"
            axes.plot(ion.x, ion.y, "o", ms=11, mfc=face, mec=colour, mew=1.5)
        text = "\n".join(
            ion.element + ("" if abs(ion.elevation) < 0.005 else f" {ion.elevation:+.2f} Å") for ion in ions
        )
        outward = (8 if x <= 0.5 * half[0] else -8, 8 if y <= 0.5 * half[1] else -8)
        axes.annotate(text, (x, y), xytext=outward, textcoords="offset points", fontsize=7.5,
                      ha="left" if outward[0] > 0 else "right", va="bottom" if outward[1] > 0 else "top",
                      bbox={"boxstyle": "round,pad=0.1", "fc": "white", "ec": "none", "alpha": 0.7})  # fmt: skip


def _draw_points(axes: Axes, found: WellField, half: np.ndarray[tuple[int], np.dtype[np.float64]]) -> None:
    """Draw the critical points, with their images where the plane repeats."""
    shifts = [(0, 0)]
    if found.survey.completeness.applies:
        shifts = [(i, j) for i in (-1, 0, 1) for j in (-1, 0, 1)]
    for kind, (marker, name) in MARKERS.items():
        own = np.array([(p.x, p.y) for p in found.survey.points if p.kind is kind]).reshape(-1, 2)
        places = np.vstack([own + np.array(shift) @ found.frame.edges for shift in shifts])
        places = places[np.all(np.abs(places) <= half + 1e-6, axis=1)]
        if len(places):
            axes.plot(*places.T, marker, ms=8, mfc=YELLOW, mec="black", ls="none", label=f"in-plane {name}")


def _folded(text: str) -> str:
    """Return a line broken at the comma nearest to its middle, where it is long."""
    if len(text) < 70:
        return text
    commas = [k for k, letter in enumerate(text) if letter == ","]
    middle = min(commas, key=lambda k: abs(k - len(text) / 2))
    return text[: middle + 1] + "\n" + text[middle + 2 :]
