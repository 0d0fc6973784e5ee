"""The choice of origin that a space group symbol leaves open, by what the file declares."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from polyqw.io.atom_sites import parse_number
from polyqw.io.building import lattice_of
from polyqw.io.expansion import expand
from polyqw.io.formula import formula_difference
from polyqw.io.operations import settings_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from polyqw.io.atom_sites import AtomSite
    from polyqw.io.cif_syntax import CifBlock
    from polyqw.io.symmetry import Symmetry


def choose_origin(
    block: CifBlock, lengths_angles: Sequence[float], symmetry: Symmetry, sites: Sequence[AtomSite]
) -> Symmetry:
    """Return the symmetry with the operations of the one origin whose atoms fit the declared formula.

    Files give ``P 4/n m m`` without operations and without saying which of two origins is meant. Taking the wrong one
    doubles atoms. Where the file lists operations, declares no formula, or both origins fit or none, the symmetry is
    returned as it is.

    Parameters
    ----------
    block : CifBlock
    lengths_angles : sequence of float, (6,)
        Edges [Å] and angles [degrees].
    symmetry : Symmetry
    sites : sequence of AtomSite
    """
    declared = block.first("_chemical_formula_sum")
    if symmetry.operations or symmetry.name is None or declared is None:
        return symmetry
    settings = settings_of(symmetry.name)
    if len(settings) < 2:
        return symmetry
    units = parse_number(block.first("_cell_formula_units_z") or "?")
    lattice = lattice_of(lengths_angles)
    fitting = []
    for number, operations in enumerate(settings, start=1):
        found = expand(lattice, replace(symmetry, operations=operations), sites)
        if found is not None and formula_difference(declared, found[0].composition, units) is None:
            fitting.append((number, operations))
    if len(fitting) != 1:
        return symmetry
    number, operations = fitting[0]
    told = f"symmetry: {symmetry.name} leaves the origin open; choice {number} fits the declared formula and was used"
    return replace(symmetry, operations=operations, warnings=(*symmetry.warnings, told))
