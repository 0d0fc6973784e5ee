"""What the figures share: colours, marks of the phases, an empty figure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from matplotlib.figure import Figure

RED, BLUE, GREEN, YELLOW = "#b2182b", "#2166ac", "#1b7837", "#ffd92f"

COLOURS = {"cuprate": BLUE, "nickelate": GREEN, "iron": RED}
"""Of the families."""

OF_PHASE = {"alpha": RED, "beta": BLUE, "gamma": GREEN}

OF_SHEET = {"alpha": "#d62728", "beta": "#1f4fb4", "gamma": "#2ca02c", "mu": "#b8860b"}
"""Red, blue and green as papers/001, Fig. 4c."""

OF_BRANCH = {"antibonding": OF_SHEET["gamma"], "bonding": "#00a5b5"}
"""Green and cyan as papers/002, Fig. 3c."""

OF_KAGOME_STATE = {"alpha": "#e78ac3", "beta": YELLOW, "gamma": "#66c2d9"}

MARKERS = {"alpha": "o", "beta": "s", "gamma": "^"}


def new_figure(width: float, height: float, layout: Literal["constrained"] | None = "constrained") -> Figure:
    """Return an empty figure of a size in inches."""
    from matplotlib.figure import Figure  # noqa: PLC0415 - slow to import, and no global state

    return Figure(figsize=(width, height), layout=layout)
