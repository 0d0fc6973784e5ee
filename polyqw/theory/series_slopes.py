"""Measured slopes of Tc along a series beside those of the law, on either side of the highest Tc.

The law knows a series by its heights alone: dTc/dx = -2 (Tc/h) dh/dx, and nothing of the mass of the ions, so that
its isotope exponent -d ln Tc/d ln M is zero.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from polyqw.theory.scaling import law_tc
from polyqw.theory.series import fit_slope

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from polyqw.theory.series import Slope

ISOTOPE_EXPONENT_OF_LAW = 0.0

FEWEST = 3
"""Points that a side needs; with fewer on a side the series is taken as one."""


@dataclass(frozen=True, slots=True)
class MeasuredPoint:
    """A member of a series.

    Parameters
    ----------
    x : float
        Abscissa.
    heights_angstrom : mapping of str to float
        By phase; empty without a structure.
    """

    x: float
    tc_kelvin: float
    heights_angstrom: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class SideSlopes:
    """Slopes over one side of a series.

    Parameters
    ----------
    side : str
        ``up to the highest Tc``, ``beyond the highest Tc``, or ``all``.
    points : sequence of MeasuredPoint
    measured : Slope or None
        dTc/dx [K per unit of x]; None where all share one abscissa.
    law : mapping of str to Slope
        The same of λ/h² over the points that have the phase, by phase.
    measured_there : mapping of str to Slope
        The measured slope over those same points.
    """

    side: str
    points: Sequence[MeasuredPoint]
    measured: Slope | None
    law: Mapping[str, Slope]
    measured_there: Mapping[str, Slope]


def side_slopes(points: Sequence[MeasuredPoint], lam: float) -> list[SideSlopes]:
    """Return the slopes on either side of the highest Tc.

    Parameters
    ----------
    lam : float
        λ [K Å²].
    """
    return [_slopes(side, own, lam) for side, own in split_at_highest(points)]


def split_at_highest(points: Sequence[MeasuredPoint]) -> list[tuple[str, list[MeasuredPoint]]]:
    """Return the points on either side of the highest Tc, which is in both; one side where the other has too few."""
    ordered = sorted(points, key=lambda p: (p.x, p.tc_kelvin))
    top = max(ordered, key=lambda p: p.tc_kelvin).x
    before, after = [p for p in ordered if p.x <= top], [p for p in ordered if p.x >= top]
    if len({p.x for p in before}) >= FEWEST and len({p.x for p in after}) >= FEWEST:
        return [("up to the highest Tc", before), ("beyond the highest Tc", after)]
    return [("all", ordered)]


def _slopes(side: str, points: Sequence[MeasuredPoint], lam: float) -> SideSlopes:
    law, there = {}, {}
    for phase in sorted({phase for p in points for phase in p.heights_angstrom}):
        own = [p for p in points if phase in p.heights_angstrom]
        told = fit_slope([(p.x, law_tc(p.heights_angstrom[phase], lam)) for p in own])
        seen = fit_slope([(p.x, p.tc_kelvin) for p in own])
        if told and seen and len(own) >= FEWEST:
            law[phase], there[phase] = told, seen
    return SideSlopes(side, points, fit_slope([(p.x, p.tc_kelvin) for p in points]), law, there)
