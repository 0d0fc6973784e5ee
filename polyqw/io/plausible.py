"""Limits of size, and checks that a cell can be a crystal at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from polyqw.errors import ReadError

if TYPE_CHECKING:
    from polyqw.core.cell import Cell

MAX_ATOMS: Final = 20_000
"""Most sites of a cell after expansion."""

MAX_IMAGES: Final = 20 * MAX_ATOMS
"""Most images that are looked at before coinciding ones are merged."""

VOLUME_PER_SITE: Final = (2.0, 10_000.0)
"""Least and largest plausible volume for each site [Å³]; hydrogen at high pressure needs some 3 Å³."""

SPACIOUS: Final = 200.0
"""Volume for each site that is worth a warning [Å³]."""

LEAST_PLANE_SPACING: Final = 0.8
"""Least distance between neighbouring lattice planes (100), (010) and (001) [Å]."""


def refuse_size(file: str, n_rows: int, n_operations: int) -> None:
    """Check the number of atoms before they are expanded.

    Raises
    ------
    ReadError
        ``too_large``.
    """
    if n_rows > MAX_ATOMS or n_rows * n_operations > MAX_IMAGES:
        raise ReadError(
            "too_large",
            f"{file}: {n_rows} atom sites under {n_operations} operations; at most {MAX_ATOMS} atoms are read",
        )


def refuse_implausible(file: str, cell: Cell) -> None:
    """Check what an expanded cell holds.

    Raises
    ------
    ReadError
        ``too_large``, ``bad_cell`` or ``implausible_volume``.
    """
    if len(cell.sites) > MAX_ATOMS:
        raise ReadError("too_large", f"{file}: {len(cell.sites)} atoms in the cell; at most {MAX_ATOMS} are read")
    spacing = float((1.0 / np.linalg.norm(np.linalg.inv(cell.lattice), axis=0)).min())
    if spacing < LEAST_PLANE_SPACING:
        raise ReadError(
            "bad_cell", f"{file}: lattice planes {spacing:.2f} Å apart; a crystal has {LEAST_PLANE_SPACING} Å or more"
        )
    volume = cell.volume / len(cell.sites)
    least, largest = VOLUME_PER_SITE
    if not least <= volume <= largest:
        raise ReadError(
            "implausible_volume",
            f"{file}: {volume:.2f} Å³ for each atom; crystals have {least:g} to {largest:g} Å³, so check the cell",
        )


def spacious_warning(cell: Cell) -> str | None:
    """Return a warning where a cell is nearly empty."""
    volume = cell.volume / len(cell.sites)
    return f"cell: {volume:.0f} Å³ for each atom, far more than crystals have" if volume > SPACIOUS else None
