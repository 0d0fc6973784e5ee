"""Cells from and to pymatgen structures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from polyqw.core.cell import Cell, Site
from polyqw.errors import ReadError, UsageError
from polyqw.io.reasons import Unread

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pymatgen.core import Structure

_ISOTOPES = {"D": "H", "T": "H"}


def cell_from_structure(structure: Structure, labels: Sequence[str] | None = None) -> Cell:
    """Make a cell of a pymatgen structure; charges, spins and site properties are left behind.

    Raises
    ------
    ReadError
        ``unknown_element`` for a dummy species.
    """
    names = structure.labels if labels is None else labels
    known: dict[Any, tuple[tuple[str, float], ...]] = {}
    sites = []
    for site, label, frac in zip(structure, names, structure.frac_coords.tolist(), strict=True):
        composition = site.species
        species = known.get(composition)
        if species is None:
            species = known[composition] = _species(composition, label)
        sites.append(Site(label, species, (frac[0], frac[1], frac[2])))
    return Cell(np.array(structure.lattice.matrix, dtype=float), tuple(sites))


def structure_from_cell(cell: Cell) -> Structure:
    """Make a pymatgen structure of a cell, its sites in the same order."""
    from pymatgen.core import Lattice, Structure  # noqa: PLC0415

    for site in cell.sites:
        if site.occupancy > 1.0 + 1e-8:
            raise UsageError(
                f"site {site.label} has total occupancy {site.occupancy:g} and pymatgen takes at most 1; "
                "scale its occupancies down"
            )
    return Structure(
        Lattice(cell.lattice),
        [dict(site.species) for site in cell.sites],
        [site.frac for site in cell.sites],
        labels=[site.label for site in cell.sites],
    )


def _species(composition: Any, label: str) -> tuple[tuple[str, float], ...]:
    from pymatgen.core import DummySpecies  # noqa: PLC0415

    amounts: dict[str, float] = {}
    for species, occupancy in composition.items():
        if isinstance(species, DummySpecies):
            raise ReadError(Unread.UNKNOWN_ELEMENT, f"site {label} holds {species}, which is no element; remove it")
        symbol = _ISOTOPES.get(species.symbol, species.symbol)
        amounts[symbol] = amounts.get(symbol, 0.0) + float(occupancy)
    return tuple(sorted(amounts.items()))
