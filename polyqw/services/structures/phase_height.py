"""The height of a phase of a stored structure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from polyqw.db.models import Structure


def phase_height(structure: Structure, phase: str) -> float | None:
    """Return the mean height of a phase in a structure [Å], over its wells; None when it has none."""
    wells = [w for w in structure.wells if w.phase == phase]
    if not wells:
        return None
    return sum(w.height_angstrom * w.multiplicity for w in wells) / sum(w.multiplicity for w in wells)


def phase_height_su(structure: Structure, phase: str) -> float | None:
    """Return the standard uncertainty of `phase_height` [Å], None where one of its wells has none.

    The wells of a phase stand on the same cell edges and mostly on the same sites, so their errors are taken to go
    together: the mean has the mean of their uncertainties, which is the most that it can have.
    """
    wells = [(w.height_su_angstrom, w.multiplicity) for w in structure.wells if w.phase == phase]
    known = [(su, n) for su, n in wells if su is not None]
    if not known or len(known) < len(wells):
        return None
    return sum(su * n for su, n in known) / sum(n for _, n in known)
