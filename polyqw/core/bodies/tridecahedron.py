"""The tridecahedron of the iron planes: four metals, the four X on one side, the spacer cation beyond."""

from __future__ import annotations

from typing import TYPE_CHECKING

from polyqw.core.bodies.candidates import Candidate, End, column_vertex, mean_end, plaquette_vertices
from polyqw.core.wells import Kind, Role

if TYPE_CHECKING:
    from polyqw.core.bodies.caps import Cap
    from polyqw.core.cell import Cell
    from polyqw.core.columns import Column
    from polyqw.core.wells import Phase

FOLDS = (((0, 2), 1, 3),)
"""The square is one face."""


def make_tridecahedron(cell: Cell, cap: Cap, spacer: Column, phase: Phase) -> Candidate:
    """Return the well: h from the square to the spacer, the electron in the mean of the base."""
    plaquette = cap.plaquette
    return Candidate(
        kind=Kind.TRIDECAHEDRON,
        phase=phase,
        height=cap.spacer_height,
        plaquette=plaquette,
        ends=(End(plaquette.centre, tuple((corner, 0.25) for corner in plaquette.corners)), spacer),
        column_spread=spacer.spread,
        apices=(spacer.species,),
        cart_electron=mean_end(cap.base).cart,
        vertices=(
            *plaquette_vertices(cell, plaquette),
            column_vertex(cell, spacer, Role.APEX),
            *(column_vertex(cell, x, Role.BASE) for x in cap.base),
        ),
        folds=FOLDS,
    )
