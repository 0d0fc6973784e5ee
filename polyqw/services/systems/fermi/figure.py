"""Draw Fermi-surface sketches in the square zone, as papers/001 Fig. 4c and papers/002 Figs. 3c, 7b and 9c."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from polyqw.core.wells import Phase
from polyqw.errors import UsageError
from polyqw.services.drawing.style import OF_BRANCH, OF_SHEET, new_figure
from polyqw.services.systems.fermi.notes import SCALE
from polyqw.theory.fermi import THREE_PLANES, Centre, SheetKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from polyqw.core.arrays import FloatArray
    from polyqw.services.systems.fermi.sketch import FermiSketch
    from polyqw.theory.fermi import Sheet

GREEK: Final = {Phase.ALPHA: "α", Phase.BETA: "β", Phase.GAMMA: "γ", Phase.MU: "μ"}

CORNERS: Final = ((1, 1), (-1, 1), (-1, -1), (1, -1))

MOST: Final = 60
"""Most panels of a figure."""

LARGEST: Final = {
    (SheetKind.RING, Centre.GAMMA): 0.62,
    (SheetKind.RING, Centre.M): 0.22,
    (SheetKind.POCKET, Centre.M): 0.3,
    (SheetKind.ARC, Centre.NODE): 0.8,
}
"""Radius of the largest sheet of a kind [π/a]; an arc's is its distance from M."""

HALF_ANGLE: Final = np.radians(22)
"""Half of the angle of every arc about M, so that its length goes as its distance from there."""


WIDTH, PANEL, ENTRY, TITLE = 4.6, 5.35, 0.23, 0.45
"""Width of a panel, its height without legend, height of an entry of the legend and of the title [inch]."""

LINE, DOUBLE, GAP = 2.0, 3.4, 1.4
"""Widths of a line, of a double line, and of the white in it [pt]."""


def draw_fermi(sketches: Sequence[FermiSketch]) -> Figure:
    """Return the sketches of all structures that have sheets, a panel each.

    A doubly or more degenerate sheet is a double line. Sheets are to scale within a panel and centre only.
    """
    if not 0 < len(sketches) <= MOST:
        raise UsageError(f"a figure holds 1 to {MOST} structures with wells, not {len(sketches)}")
    columns = 2 if len(sketches) == 4 else min(3, len(sketches))  # four in a square
    rows = -(-len(sketches) // columns)
    entries = [sum(map(sketch.is_occupied, sketch.sheets)) for sketch in sketches]
    heights = [PANEL + ENTRY * max(entries[k * columns : (k + 1) * columns]) for k in range(rows)]
    figure = new_figure(WIDTH * columns, sum(heights) + TITLE)
    panels = figure.subplots(rows, columns, squeeze=False, height_ratios=heights).ravel()
    for panel in panels[len(sketches) :]:
        panel.axis("off")
    for panel, sketch in zip(panels, sketches, strict=False):
        _draw_sketch(panel, sketch)
    figure.suptitle(f"{SCALE}\n(double line: degenerate; to scale within a panel and centre)", fontsize=9)
    return figure


def _draw_sketch(axes: Axes, sketch: FermiSketch) -> None:
    _draw_zone(axes, 1.28 if sketch.iron else 1.1)
    drawn = [sheet for sheet in sketch.sheets if sketch.is_occupied(sheet)]
    for sheet in drawn:
        same = [s for s in sketch.sheets if (s.kind, s.centre) == (sheet.kind, sheet.centre)]
        size = LARGEST[sheet.kind, sheet.centre] * _size(sheet) / max(_size(s) for s in same)
        colour = _colour(sheet, drawn)
        for line in _lines(sheet, size):
            if sheet.kind is SheetKind.POCKET:
                axes.fill(*line.T, color=colour, alpha=0.15, lw=0)
            if sheet.degeneracy > 1:
                axes.plot(*line.T, color=colour, lw=DOUBLE, solid_capstyle="butt")
                axes.plot(*line.T, color="white", lw=GAP, solid_capstyle="butt")
            else:
                axes.plot(*line.T, color=colour, lw=LINE)
        width = DOUBLE if sheet.degeneracy > 1 else LINE
        axes.plot([], [], color=colour, lw=width, label=_label(sheet, sketch))
    formula = sketch.analysed.record.cell.formula_written if sketch.analysed.record else ""
    axes.set(aspect="equal", xlim=(-1.4, 1.4), ylim=(-1.4, 1.4), xlabel="kx (π/a)", ylabel="ky (π/a)")
    axes.set(xticks=(-1, 0, 1), yticks=(-1, 0, 1))
    axes.set_title(f"{sketch.analysed.block}\n{formula}", fontsize=9)
    axes.legend(fontsize=8, loc="upper center", bbox_to_anchor=(0.5, -0.14), frameon=False)


def _draw_zone(axes: Axes, name_of_m: float) -> None:
    """Draw the zone; the name of M stands clear of rings around it."""
    axes.plot([-1, 1, 1, -1, -1], [-1, -1, 1, 1, -1], color="0.3", lw=1)
    for x, y in CORNERS:
        axes.plot([0, x], [0, y], ":", color="0.7", lw=0.8, zorder=0)
    axes.plot([0, 1], [0, 1], ".", color="0.2", ms=4, lw=0)
    axes.text(0.1, 0, "Γ", fontsize=10, color="0.2", ha="center", va="center")
    axes.text(name_of_m, name_of_m, "M", fontsize=10, color="0.2", ha="center", va="center")


def _colour(sheet: Sheet, drawn: Sequence[Sheet]) -> str:
    """Return the colour of a sheet; further sheets of one phase are paler."""
    from matplotlib.colors import to_hex, to_rgb  # noqa: PLC0415 - slow to import

    if sheet.branch is not None:
        return OF_BRANCH[sheet.branch]
    alike = [s for s in drawn if s.phase is sheet.phase and s.branch is None]
    pale = 0.45 * min(1, alike.index(sheet))
    red, green, blue = (x + pale * (1 - x) for x in to_rgb(OF_SHEET[sheet.phase]))
    return str(to_hex((red, green, blue)))


def _size(sheet: Sheet) -> float:
    size = sheet.relative_length if sheet.kind is SheetKind.ARC else sheet.relative_radius
    assert size is not None
    return size


def _lines(sheet: Sheet, size: float) -> Iterator[FloatArray]:
    """Yield what to draw of a sheet: a circle at Γ, circles at the corners, or arcs about them towards Γ."""
    if sheet.centre is Centre.GAMMA:
        yield _curve((0, 0), size, 0, 2 * np.pi)
        return
    for x, y in CORNERS:
        if sheet.kind is SheetKind.ARC:
            towards = np.arctan2(-y, -x)
            yield _curve((x, y), size, towards - HALF_ANGLE, towards + HALF_ANGLE)
        else:
            yield _curve((x, y), size, 0, 2 * np.pi)


def _curve(centre: tuple[float, float], radius: float, start: float, stop: float) -> FloatArray:
    angles = np.linspace(start, stop, 121)
    return np.array(centre) + radius * np.column_stack([np.cos(angles), np.sin(angles)])


def _label(sheet: Sheet, sketch: FermiSketch) -> str:
    name = GREEK[sheet.phase]
    if sheet.branch is not None:
        name += f" {sheet.branch}"
    elif (
        sheet.kind is SheetKind.ARC
        and sheet.phase is Phase.BETA
        and sheet.degeneracy > 1
        and sketch.n_planes == THREE_PLANES
    ):
        name = "β = γ"
    elif sheet.phase is Phase.MU and sum(w.phase is Phase.MU for w in sketch.iron) > 1:
        name += f" ({'-'.join(sheet.apices)})"
    where = {Centre.GAMMA: "ring at Γ", Centre.M: f"{sheet.kind} at M", Centre.NODE: "arcs"}[sheet.centre]
    if sheet.kind is SheetKind.ARC:
        size = f"Δ {sheet.relative_gap:.3f}, length {sheet.relative_length:.3f}"
    else:
        size = f"radius {sheet.relative_radius:.3f}"
    return f"{name}: h = {sheet.height:.3f} Å, {where}, ×{sheet.degeneracy}, {size}"
