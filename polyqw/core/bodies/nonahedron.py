"""The nonahedron of the iron planes: four metals, the X over them, the four X on the other side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from polyqw.core.bodies.candidates import RING, Candidate
from polyqw.core.wells import Kind, Phase, Role

if TYPE_CHECKING:
    from polyqw.core.bodies.caps import Cap

FOLDS = (*(((i, j), 4, 5 + i) for i, j in RING), ((5, 7), 6, 8))
"""At each edge of the square the triangles of the apex and of the base are one face, and the base is one."""


def make_nonahedron(cap: Cap) -> Candidate:
    """Return the well: h from the mean of the base to the apex, the electron in the centre of the square."""
    plaquette, apex = cap.plaquette, cap.apex
    return Candidate(
        kind=Kind.NONAHEDRON,
        phase=Phase.ALPHA,
        height=cap.alpha_height,
        plaquette=plaquette,
        ends=(cap.base, apex),
        column_spread=max(apex.spread, *(x.spread for x in cap.base.columns)),
        apices=(apex.species,),
        cart_electron=plaquette.centre,
        columns=((Role.APEX, apex), *((Role.BASE, x) for x in cap.base.columns)),
        folds=FOLDS,
        apex_elevation=float((apex.cart - plaquette.centre) @ plaquette.normal),
    )
