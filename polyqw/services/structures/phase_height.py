"""The height of a phase of a stored structure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from polyqw.db.models import Structure


def phase_height(structure: Structure, phase: str) -> float | None:
    """Return the mean height of a phase in a structure [Å], over its wells; None when it has none."""
    return mean_height([(w.height_angstrom, w.multiplicity) for w in structure.wells if w.phase == phase])


def phase_height_su(structure: Structure, phase: str) -> float | None:
    """Return the standard uncertainty of `phase_height` [Å], None where one of its wells has none.

    The wells of a phase stand on the same cell edges and mostly on the same sites, so their errors are taken to go
    together: the mean has the mean of their uncertainties, which is the most that it can have.
    """
    return mean_height([(w.height_su_angstrom, w.multiplicity) for w in structure.wells if w.phase == phase])


def mean_height(of_wells: Sequence[tuple[float | None, int]]) -> float | None:
    """Return the mean of heights, or of their uncertainties, weighted by how often each well occurs.

    None where there is no well, or one of them has no value.
    """
    known = [(value, n) for value, n in of_wells if value is not None]
    if not known or len(known) < len(of_wells):
        return None
    return sum(value * n for value, n in known) / sum(n for _, n in known)
