"""The space group that a structure has, whatever its file says; found by spglib."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from polyqw.core.cell import Cell


class SpaceGroup(NamedTuple):
    """A space group type.

    Parameters
    ----------
    number : int
        Number of International Tables A.
    symbol : str
        Short Hermann-Mauguin symbol of the standard setting.
    """

    number: int
    symbol: str


def find_space_group(cell: Cell, tolerance_angstrom: float) -> SpaceGroup | None:
    """Return the space group of a cell, or None where spglib finds none.

    Sites with equal species and occupancies are of one kind, others are not.

    Parameters
    ----------
    cell : Cell
    tolerance_angstrom : float
        Distance within which positions are one [Å].
    """
    import spglib  # noqa: PLC0415 - compiled, and asked for by few

    kinds = {
        species: kind for kind, species in enumerate(dict.fromkeys(site.species for site in cell.sites), start=1)
    }
    numbers = [kinds[site.species] for site in cell.sites]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # that it returns None today and will raise one day
        try:
            found = spglib.get_symmetry_dataset((cell.lattice, cell.frac, numbers), symprec=tolerance_angstrom)
        except spglib.SpglibError:
            return None
    return None if found is None else SpaceGroup(int(found.number), str(found.international))
