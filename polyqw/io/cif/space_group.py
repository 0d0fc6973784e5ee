"""The space group that a structure has, whatever its file says; found by spglib."""

from __future__ import annotations

import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from polyqw.io.cif.operations import make_operations

if TYPE_CHECKING:
    from collections.abc import Iterator

    from polyqw.core.arrays import FloatArray
    from polyqw.core.cell import Cell

_SAME_SHIFT: Final = 2e-3
"""Translations that differ by no more than this are one; files write thirds as 0.333."""


class SpaceGroup(NamedTuple):
    """A space group type.

    Parameters
    ----------
    symbol : str
        Short Hermann-Mauguin symbol of the standard setting.
    """

    number: int
    symbol: str


@contextmanager
def quiet_spglib() -> Iterator[None]:
    """Keep spglib from warning at every call that it returns None today and will raise one day."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        yield


def find_space_group(cell: Cell, tolerance_angstrom: float) -> SpaceGroup | None:
    """Return the space group of a cell, or None where spglib finds none.

    Sites with equal species and occupancies are of one kind, others are not.

    Parameters
    ----------
    tolerance_angstrom : float
        Distance within which positions are one [Å].
    """
    found = _symmetry(cell, tolerance_angstrom)
    return None if found is None else SpaceGroup(int(found.number), str(found.international))


def conventional_vectors(cell: Cell, tolerance_angstrom: float) -> FloatArray | None:
    """Return the vectors of the conventional cell as rows (3, 3) in those of a cell, or None where they are no sums.

    They are sums of vectors of the cell where this is conventional already, or a primitive cell of it.

    Parameters
    ----------
    tolerance_angstrom : float
        Distance within which positions are one [Å].
    """
    found = _symmetry(cell, tolerance_angstrom)
    if found is None:
        return None
    vectors = np.linalg.inv(found.transformation_matrix).T
    whole = np.rint(vectors)
    return whole if np.abs(vectors - whole).max() < _SAME_SHIFT else None


def _symmetry(cell: Cell, tolerance_angstrom: float) -> Any:
    """Return what spglib finds, None where it finds nothing."""
    import spglib  # noqa: PLC0415 - compiled, and asked for by few

    kinds = {
        species: kind for kind, species in enumerate(dict.fromkeys(site.species for site in cell.sites), start=1)
    }
    numbers = [kinds[site.species] for site in cell.sites]
    with quiet_spglib():
        try:
            return spglib.get_symmetry_dataset((cell.lattice, cell.frac, numbers), symprec=tolerance_angstrom)
        except spglib.SpglibError:
            return None


def type_of_operations(texts: tuple[str, ...], lattice: FloatArray | None = None) -> int | None:
    """Return the number in International Tables A of the group that operations make, in whatever setting.

    Parameters
    ----------
    texts : tuple of str
        A group of operations such as ``x,-y,z+1/2``, centring included.
    lattice : array, (3, 3), optional
        Lattice vectors as rows [Å].

    Returns
    -------
    int or None
        None where spglib recognises no space group.
    """
    import spglib  # noqa: PLC0415

    operations = make_operations(texts)
    with quiet_spglib():
        try:
            found = spglib.get_spacegroup_type_from_symmetry(
                operations.rotations, operations.shifts, lattice=lattice, symprec=_SAME_SHIFT
            )
        except spglib.SpglibError:
            return None
    return None if found is None else int(found.number)
