"""Limits of size, and checks that a cell can be a crystal at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from polyqw.core.neighbors import surroundings
from polyqw.errors import ReadError
from polyqw.io.reasons import Unread

if TYPE_CHECKING:
    from polyqw.core.cell import Cell
    from polyqw.io.read_options import ReadOptions

IMAGES_PER_ATOM: Final = 20
"""Images for each atom of the limit that are looked at before coinciding ones are merged."""

CONTACT_REACH: Final = 3.3
"""Distance up to which contacts are looked at [Å]; plausible ones of the largest atoms are shorter."""

BOTH_THERE: Final = 0.05
"""Two sites with this much more than one atom in all are both there at times; less is rounding."""

SPACIOUS: Final = 200.0
"""Volume for each site that is worth a warning [Å³]."""


class ImageBudget:
    """The images of atoms that the data blocks of one file may have together."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._taken = 0

    def take(self, file: str, n_images: int) -> None:
        """Count the images of one more data block before they are made.

        Raises
        ------
        ReadError
            ``too_large`` where they are more than is left; blocks after it may still fit.
        """
        if self._taken + n_images > self._most:
            raise ReadError(
                Unread.TOO_LARGE,
                f"{file}: {n_images} atoms after {self._taken} of the data blocks before; at most {self._most} "
                "of one file are read, so split it (--limit file_atoms=...)",
            )
        self._taken += n_images


def refuse_size(file: str, n_rows: int, n_operations: int, limits: ReadOptions) -> None:
    """Check the number of atoms before they are expanded."""
    if n_rows > limits.atoms or n_rows * n_operations > IMAGES_PER_ATOM * limits.atoms:
        raise ReadError(
            Unread.TOO_LARGE,
            f"{file}: {n_rows} atom sites under {n_operations} operations; at most {limits.atoms} atoms "
            "are read (--limit atoms=...)",
        )


def refuse_number(file: str, n_sites: int, limits: ReadOptions) -> None:
    """Check the number of atoms after they are expanded."""
    if n_sites > limits.atoms:
        raise ReadError(
            Unread.TOO_LARGE,
            f"{file}: {n_sites} atoms in the cell; at most {limits.atoms} are read (--limit atoms=...)",
        )


def refuse_implausible(file: str, cell: Cell, limits: ReadOptions) -> None:
    """Check what an expanded cell holds."""
    refuse_number(file, len(cell.sites), limits)
    spacing = float(cell.plane_spacings.min())
    least = limits.plane_spacing_angstrom
    if spacing < least:
        raise ReadError(
            Unread.BAD_CELL, f"{file}: lattice planes {spacing:.2f} Å apart; a crystal has {least:g} Å or more"
        )
    volume = cell.volume / len(cell.sites)
    least, largest = limits.volume_min_angstrom3, limits.volume_max_angstrom3
    if not least <= volume <= largest:
        raise ReadError(
            Unread.IMPLAUSIBLE_VOLUME,
            f"{file}: {volume:.2f} Å³ for each atom; crystals have {least:g} to {largest:g} Å³, so check the cell",
        )


def spacious_warning(cell: Cell) -> str | None:
    """Return a warning where a cell is nearly empty."""
    volume = cell.volume / len(cell.sites)
    return f"cell: {volume:.0f} Å³ for each atom, far more than crystals have" if volume > SPACIOUS else None


def least_contact(cell: Cell) -> float:
    """Return the shortest distance between two atoms over the sum of their covalent radii.

    Pairs that are never there at once, as both are partly empty, do not count; infinite where nothing is near.
    Radii from gemmi (Cordero et al., Dalton Trans. 2008, 2832), of a mixed site the largest.
    """
    import gemmi  # noqa: PLC0415

    radii = [max(gemmi.Element(element).covalent_r for element, _ in site.species) for site in cell.sites]
    sites = np.arange(len(cell.sites), dtype=np.intp)
    return min(
        (
            contact.length / (radii[k] + radii[contact.site])
            for k, contacts in surroundings(cell, CONTACT_REACH).contacts(sites, sites, CONTACT_REACH).items()
            for contact in contacts
            if cell.sites[k].occupancy + cell.sites[contact.site].occupancy > 1.0 + BOTH_THERE
        ),
        default=np.inf,
    )
