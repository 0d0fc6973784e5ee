"""The tridecahedron of the iron planes: four metals, the four X on one side, the spacer cation beyond."""

from __future__ import annotations

from typing import TYPE_CHECKING

from polyqw.core.bodies.candidates import Candidate, SquareEnd
from polyqw.core.wells import Kind, Role

if TYPE_CHECKING:
    from polyqw.core.bodies.caps import Cap
    from polyqw.core.columns import Column
    from polyqw.core.wells import Phase

FOLDS = (((0, 2), 1, 3),)
"""The square is one face."""


def make_tridecahedron(cap: Cap, spacer: Column, phase: Phase) -> Candidate:
    """Return the well: h from the square to the spacer, the electron in the mean of the base."""
    plaquette = cap.plaquette
    return Candidate(
        kind=Kind.TRIDECAHEDRON,
        phase=phase,
        height=cap.spacer_height,
        plaquette=plaquette,
        ends=(SquareEnd(plaquette), spacer),
        column_spread=spacer.spread,
        apices=(spacer.species,),
        cart_electron=cap.base.cart,
        columns=((Role.APEX, spacer), *((Role.BASE, x) for x in cap.base.columns)),
        folds=FOLDS,
    )
