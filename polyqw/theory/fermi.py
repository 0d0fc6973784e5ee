"""Fermi-surface sheets as papers/001, Fig. 4 and papers/002, Figs. 2b, 3, 4, 7 to 9 read them off the wells.

An iron well gives a ring: at Γ from the electrons that set a Tc, at M from the X electrons of the tetrahedra; where
there is no well but alpha the papers have pockets at the corners instead. An oxide octahedron gives an arc on each of
the four nodes. The papers say only what is larger than what. The scale is ours: binding energy, and with it the
radius of a ring and the gap of an arc, as 1/h² (their Eqs. 1 and 2); the length of an arc as h (papers/001).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from polyqw.core.wells import Phase
from polyqw.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

THREE_PLANES: Final = 3
"""Planes of a block whose outer pair is the β and γ of papers/001, Fig. 4."""

PLACES: Final = 4
"""Nodes, or corners, of the zone at which a sheet that is not at Γ appears."""

OUTERMOST_FIRST: Final = (Phase.GAMMA, Phase.BETA, Phase.ALPHA)
"""The order in which arcs appear with doping (papers/001 and 002, Bi2223)."""


class SheetKind(StrEnum):
    """The shape of a sheet."""

    RING = "ring"
    ARC = "arc"
    POCKET = "pocket"


class Centre(StrEnum):
    """Where in the zone a sheet lies."""

    GAMMA = "Gamma"
    M = "M"
    NODE = "node"


class Branch(StrEnum):
    """What a stretch made of an arc that two planes share."""

    ANTIBONDING = "antibonding"
    BONDING = "bonding"


@dataclass(frozen=True, slots=True)
class WellGroup:
    """Wells of one phase and height.

    Parameters
    ----------
    height : float
        h [Å].
    multiplicity : int
        Wells in the cell.
    apices : tuple of str
        Their compositions.
    """

    phase: Phase
    height: float
    multiplicity: int
    apices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a sketched Fermi surface.

    Parameters
    ----------
    height : float
        h of its wells [Å], after the stretch.
    relative_binding : float
        1/h² over that of the alpha well as it was found.
    relative_radius : float or None
        Of rings and pockets, as their binding; at M over that of the largest ring there.
    relative_gap, relative_length : float or None
        Of arcs: 1/h² and h over those of the alpha well as it was found.
    branch : Branch or None
        None for a sheet that was not split.
    places : int
        At how many points of the zone it is drawn: 1 at Γ, else 4.
    apices : tuple of str
        Of its wells.
    """

    kind: SheetKind
    centre: Centre
    phase: Phase
    height: float
    degeneracy: int
    relative_binding: float
    relative_radius: float | None = None
    relative_gap: float | None = None
    relative_length: float | None = None
    branch: Branch | None = None
    places: int = 1
    apices: tuple[str, ...] = ()


def relative_binding(height: float, reference: float) -> float:
    """Return the binding energy of a well over that of a reference well, (h_ref/h)² (our scale).

    Parameters
    ----------
    height, reference : float
        Heights [Å].

    Raises
    ------
    UsageError
        If a height is not a positive number.
    """
    for h in (height, reference):
        if not (math.isfinite(h) and h > 0):
            raise UsageError(f"a well has a positive height, not {h:g} Å")
    return (reference / height) ** 2


def iron_sheets(wells: Sequence[WellGroup]) -> tuple[Sheet, ...]:
    """Return the rings of iron wells: those at Γ from alpha out to gamma, then those at M (papers/002, III.B to D).

    A ring at Γ is doubly degenerate, for a well that points up and one that points down, where the cell holds two
    wells or more of its phase. A ring at M is as degenerate as there are X wells to two squares of the net. Without
    any well but alpha the zone centre stays empty and alpha gives pockets at the corners, as papers/002, Fig. 9 has
    it for single-layer FeSe. The X wells, which stand lower than alpha, would be bound most tightly; the papers draw
    them as small rings, so that rings at M are measured against each other only.
    """
    at_gamma = [w for w in wells if w.phase is not Phase.MU]
    at_m = [w for w in wells if w.phase is Phase.MU]
    if not at_gamma:
        return ()
    reference = _reference(at_gamma)
    alone = {w.phase for w in wells} == {Phase.ALPHA}
    sheets = []
    for well in at_gamma:
        binding = relative_binding(well.height, reference)
        sheets.append(
            Sheet(
                SheetKind.POCKET if alone else SheetKind.RING,
                Centre.M if alone else Centre.GAMMA,
                well.phase,
                well.height,
                min(2, well.multiplicity),
                binding,
                relative_radius=binding,
                places=PLACES if alone else 1,
                apices=well.apices,
            )
        )
    for well in at_m:
        sheets.append(
            Sheet(
                SheetKind.RING,
                Centre.M,
                well.phase,
                well.height,
                max(1, round(per_two_squares(well, wells))),
                relative_binding(well.height, reference),
                relative_radius=relative_binding(well.height, min(w.height for w in at_m)),
                places=PLACES,
                apices=well.apices,
            )
        )
    return tuple(sheets)


def per_two_squares(well: WellGroup, wells: Sequence[WellGroup]) -> float:
    """Return how many wells of a group there are to two squares of the iron net, each of which has one alpha well."""
    squares = sum(w.multiplicity for w in wells if w.phase is Phase.ALPHA)
    return 2 * well.multiplicity / squares if squares else float(well.multiplicity)


def oxide_sheets(wells: Sequence[WellGroup], n_planes: int | None, stretch: float = 0.0) -> tuple[Sheet, ...]:
    """Return the arcs of octahedra, in the order in which the papers have them appear with doping.

    The arc of two planes alike is doubly degenerate (papers/002, II.C). A stretch S splits it: into an antibonding
    arc of h + S and a bonding one of h - S; but the outer pair of a block of three planes into γ of h + S and β of
    h, for papers/001 dopes one of its two sides only.

    Parameters
    ----------
    n_planes : int or None
        Planes of a block, None for a block without end.
    stretch : float
        S [Å].

    Raises
    ------
    UsageError
        If S is negative or no less than the height that it contracts.
    """
    if not wells:
        return ()
    if not (math.isfinite(stretch) and stretch >= 0):
        raise UsageError(f"a stretch is zero or a positive length, not {stretch:g} Å")
    reference = _reference(wells)
    total = sum(w.multiplicity for w in wells)
    sheets = []
    for well in wells:
        planes = max(1, round((n_planes or 1) * well.multiplicity / total))
        if planes == 1 or stretch == 0:
            sheets.append(_arc(well, well.height, reference, planes))
        elif planes == 2 and n_planes == THREE_PLANES and well.phase is Phase.BETA:
            sheets.append(replace(_arc(well, well.height + stretch, reference, 1), phase=Phase.GAMMA))
            sheets.append(_arc(well, well.height, reference, 1))
        else:
            sheets += _split(well, planes, reference, stretch)
    return tuple(sorted(sheets, key=lambda s: (OUTERMOST_FIRST.index(s.phase), -s.height)))


def _split(well: WellGroup, planes: int, reference: float, stretch: float) -> list[Sheet]:
    """Return the arcs of equal planes: a pair splits, a plane left over stays as it is."""
    if stretch >= well.height:
        raise UsageError(f"a stretch of {stretch:g} Å leaves nothing of a well of {well.height:.4f} Å")
    pairs, left = divmod(planes, 2)
    arcs = [
        _arc(well, well.height + stretch, reference, pairs, Branch.ANTIBONDING),
        _arc(well, well.height - stretch, reference, pairs, Branch.BONDING),
    ]
    return arcs + [_arc(well, well.height, reference, 1)] * left


def _arc(well: WellGroup, height: float, reference: float, degeneracy: int, branch: Branch | None = None) -> Sheet:
    binding = relative_binding(height, reference)
    return Sheet(
        SheetKind.ARC,
        Centre.NODE,
        well.phase,
        height,
        degeneracy,
        binding,
        relative_gap=binding,
        relative_length=height / reference,
        branch=branch,
        places=PLACES,
        apices=well.apices,
    )


def _reference(wells: Sequence[WellGroup]) -> float:
    """Return the height that the others are measured against: of alpha, the lower of two."""
    alpha = [w.height for w in wells if w.phase is Phase.ALPHA]
    return min(alpha or [w.height for w in wells])


def pairs_out_of_order(wells: Sequence[WellGroup]) -> list[tuple[WellGroup, WellGroup]]:
    """Return the pairs of wells that break the papers' h_alpha < h_beta < h_gamma, the inner phase first."""
    order = [w for phase in reversed(OUTERMOST_FIRST) for w in wells if w.phase is phase]
    return [
        (inner, outer)
        for k, inner in enumerate(order)
        for outer in order[k + 1 :]
        if outer.phase is not inner.phase and outer.height <= inner.height
    ]
