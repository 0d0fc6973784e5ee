"""The nonahedron of the iron planes: four metals, the X over them, the four X on the other side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from polyqw.core.bodies.candidates import RING, Candidate, column_vertex, mean_end, plaquette_vertices
from polyqw.core.wells import Kind, Phase, Role

if TYPE_CHECKING:
    from polyqw.core.bodies.caps import Cap
    from polyqw.core.cell import Cell

FOLDS = (*(((i, j), 4, 5 + i) for i, j in RING), ((5, 7), 6, 8))
"""At each edge of the square the triangles of the apex and of the base are one face, and the base is one."""


def make_nonahedron(cell: Cell, cap: Cap) -> Candidate:
    """Return the well: h from the mean of the base to the apex, the electron in the centre of the square."""
    plaquette, apex = cap.plaquette, cap.apex
    return Candidate(
        kind=Kind.NONAHEDRON,
        phase=Phase.ALPHA,
        height=cap.alpha_height,
        plaquette=plaquette,
        ends=(mean_end(cap.base), apex),
        column_spread=max(apex.spread, *(x.spread for x in cap.base)),
        apices=(apex.species,),
        cart_electron=plaquette.centre,
        vertices=(
            *plaquette_vertices(cell, plaquette),
            column_vertex(cell, apex, Role.APEX),
            *(column_vertex(cell, x, Role.BASE) for x in cap.base),
        ),
        folds=FOLDS,
        apex_elevation=float((apex.cart - plaquette.centre) @ plaquette.normal),
    )
