"""Cells from and to ASE atoms.

ASE holds one element per atom. Mixed and partly occupied sites travel as ASE's own CIF reader leaves
them: an integer array ``spacegroup_kinds``, and in ``info["occupancy"]`` a dictionary from each kind,
as a string, to its elements and occupancies. The element of the atom itself is the most abundant.
Labels travel in an array ``labels``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from polyqw.core.cell import Cell, Site
from polyqw.errors import ReadError
from polyqw.io.reasons import Unread

if TYPE_CHECKING:
    from ase import Atoms

_KINDS = "spacegroup_kinds"
_OCCUPANCY = "occupancy"
_LABELS = "labels"
_FULL = 1e-9


def cell_from_atoms(atoms: Atoms) -> Cell:
    """Make a cell of ASE atoms.

    Parameters
    ----------
    atoms : ase.Atoms
        Periodic in all three directions; occupancies as described for this module.

    Raises
    ------
    ReadError
        ``not_periodic``, ``unknown_element`` for ASE's dummy ``X``, or ``bad_occupancy`` where occupancies
        are given but not for every kind.
    """
    if not all(atoms.pbc) or abs(atoms.cell.volume) < 1e-6:
        raise ReadError(
            Unread.NOT_PERIODIC, "these atoms are not periodic in three directions; set atoms.pbc and the cell"
        )
    symbols = atoms.get_chemical_symbols()
    table = atoms.info.get(_OCCUPANCY)
    kinds = atoms.arrays.get(_KINDS)
    if table and kinds is None:
        raise ReadError(
            Unread.BAD_OCCUPANCY, f"atoms.info has {_OCCUPANCY!r} but there is no array {_KINDS!r} to match"
        )
    labels = atoms.arrays.get(_LABELS)
    sites = []
    for index, frac in enumerate(atoms.get_scaled_positions(wrap=False).tolist()):
        symbol = symbols[index]
        species = _species(table, int(kinds[index])) if table and kinds is not None else ((symbol, 1.0),)
        if any(element == "X" for element, _ in species):
            raise ReadError(Unread.UNKNOWN_ELEMENT, f"atom {index} is ASE's dummy X; remove it")
        label = f"{symbol}{index + 1}" if labels is None else str(labels[index])
        sites.append(Site(label, species, (frac[0], frac[1], frac[2])))
    return Cell(np.array(atoms.cell.array, dtype=float), tuple(sites))


def atoms_from_cell(cell: Cell) -> Atoms:
    """Make ASE atoms of a cell, in the same order; nothing of mixed or partly occupied sites is lost.

    ``info["occupancy"]`` and the array ``spacegroup_kinds`` are there only when some site needs them.
    """
    from ase import Atoms  # noqa: PLC0415

    atoms = Atoms(
        symbols=[site.main_element for site in cell.sites],
        scaled_positions=cell.frac,
        cell=cell.lattice,
        pbc=True,
    )
    if cell.sites:
        atoms.set_array(_LABELS, np.array([site.label for site in cell.sites]))
    if any(len(site.species) > 1 or abs(site.occupancy - 1.0) > _FULL for site in cell.sites):
        kinds: dict[tuple[tuple[str, float], ...], int] = {}
        for site in cell.sites:
            kinds.setdefault(site.species, len(kinds))
        atoms.set_array(_KINDS, np.array([kinds[site.species] for site in cell.sites], dtype=int))
        atoms.info[_OCCUPANCY] = {str(kind): dict(species) for species, kind in kinds.items()}
    return atoms


def _species(table: Any, kind: int) -> tuple[tuple[str, float], ...]:
    entry = table.get(str(kind), table.get(kind))
    if entry is None:
        raise ReadError(Unread.BAD_OCCUPANCY, f"atoms.info has no occupancy for kind {kind}; give one for every kind")
    return tuple(sorted((str(element), float(amount)) for element, amount in entry.items()))
