"""A compound as evidence: heights, Tc or a bound on it, and what else is known of its structure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from polyqw.core.arrays import BoolArray, FloatArray


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """One compound with a height and a Tc.

    Parameters
    ----------
    group : str
        Parent compound; rows of one group never stand on both sides of a split.
    tc_kelvin : float
        For a bound, the lowest temperature reached.
    heights_angstrom : mapping of str to float
        By phase.
    phase : str
        The well whose height the law takes.
    is_bound : bool
        Whether Tc is only known to lie below ``tc_kelvin``.
    descriptors : mapping of str to float
        Names as in the analysis, e.g. ``anion_height_angstrom``.
    subfamily : str
        One of `polyqw.theory.evidence.subfamilies.Subfamily`, or empty.
    label : str
        What tells rows of one name apart, e.g. a file.
    """

    name: str
    family: str
    group: str
    tc_kelvin: float
    heights_angstrom: Mapping[str, float]
    phase: str
    is_bound: bool = False
    descriptors: Mapping[str, float] = field(default_factory=dict)
    height_su_angstrom: float | None = None
    tc_su_kelvin: float | None = None
    label: str = ""
    subfamily: str = ""

    @property
    def height_angstrom(self) -> float:
        """Height of the well that the law takes [Å]."""
        return self.heights_angstrom[self.phase]


def heights_of(rows: Sequence[EvidenceRow]) -> FloatArray:
    """Return the heights that the law takes (n,) [Å]."""
    return np.array([row.height_angstrom for row in rows])


def tcs_of(rows: Sequence[EvidenceRow]) -> FloatArray:
    """Return the Tc, or the bounds on them (n,) [K]."""
    return np.array([row.tc_kelvin for row in rows])


def bounds_of(rows: Sequence[EvidenceRow]) -> BoolArray:
    """Return which Tc are bounds alone (n,)."""
    return np.array([row.is_bound for row in rows], dtype=bool)
