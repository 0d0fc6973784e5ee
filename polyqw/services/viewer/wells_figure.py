"""Wells in their crystals side by side, as a figure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from polyqw.errors import UsageError
from polyqw.services.drawing.picture_figure import draw_pictures
from polyqw.services.viewer.well_picture import picture
from polyqw.services.viewer.well_scene import make_scenes

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from matplotlib.figure import Figure

    from polyqw.core.cell import Cell
    from polyqw.core.wells import Well

MOST_PICTURES: Final = 12
"""Most wells of one figure."""


def draw_wells(structures: Iterable[tuple[str, Cell, Sequence[Well]]]) -> Figure | None:
    """Return the wells of structures, each with its name, one of those that are alike; None where there is none.

    Raises
    ------
    UsageError
        If there are too many.
    """
    drawn: list[tuple[str, str]] = []
    for name, cell, wells in structures:
        alike = {(w.phase, w.kind, w.apices, round(w.height, 4)): w for w in wells}
        for scene in make_scenes(cell, tuple(alike.values())):
            title = f"{name}, {scene.well.phase} {scene.well.kind}"
            drawn.append((str(picture(scene, title)), title))
    if len(drawn) > MOST_PICTURES:
        raise UsageError(f"{len(drawn)} wells, a figure shows at most {MOST_PICTURES}; name fewer files")
    return draw_pictures(drawn) if drawn else None
