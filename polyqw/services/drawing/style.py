"""What the figures share: colours of the families, marks of the phases, an empty figure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from matplotlib.figure import Figure

COLOURS = {"cuprate": "#2166ac", "nickelate": "#1b7837", "iron": "#b2182b"}
MARKERS = {"alpha": "o", "beta": "s", "gamma": "^"}


def new_figure(width: float, height: float, layout: Literal["constrained"] | None = "constrained") -> Figure:
    """Return an empty figure of a size in inches."""
    from matplotlib.figure import Figure  # noqa: PLC0415 - slow to import, and no global state

    return Figure(figsize=(width, height), layout=layout)
