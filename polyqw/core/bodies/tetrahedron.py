"""The tetrahedron of the iron planes: two neighbouring X and the spacer cations on both sides of their edge.

It is our reading of "X electrons" (papers/002 Fig. 5e-h).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from polyqw.core.bodies.candidates import RING, Candidate, MeanEnd
from polyqw.core.neighbors import add, subtract
from polyqw.core.wells import Kind, Phase, Role

if TYPE_CHECKING:
    from collections.abc import Iterable

    from polyqw.core.arrays import Corner, Image
    from polyqw.core.bodies.caps import Cap
    from polyqw.core.cell import Cell
    from polyqw.core.columns import Column
    from polyqw.core.squares import Plaquette


def make_tetrahedra(cell: Cell, caps: Iterable[Cap]) -> list[Candidate]:
    """Return the tetrahedra of all edges of the X squares that have a spacer on both sides."""
    shared: dict[tuple[Corner, Corner], list[tuple[Cap, Column, int, Image]]] = defaultdict(list)
    for cap in caps:
        base = cap.base.columns
        if cap.spacer is not None:
            for i, j in RING:
                key, shift = _edge(base[i].members[0], base[j].members[0])
                shared[key].append((cap, cap.spacer, i, shift))
    found = []
    for members in shared.values():
        if len(members) == 2:
            (cap, near, i, shift), (_, far, _, other_shift) = members
            edge = cap.base.columns[i], cap.base.columns[(i + 1) % 4]
            far = _moved(cell, far, subtract(shift, other_shift))
            found.append(_make_tetrahedron(cap.plaquette, edge, (near, far)))
    return found


def _edge(one: Corner, other: Corner) -> tuple[tuple[Corner, Corner], Image]:
    """Return two corners freed from their lattice translation, and the translation."""
    (first, shift), (second, image) = sorted((one, other))
    key = ((first, (0, 0, 0)), (second, subtract(image, shift)))
    if first == second:  # the same site twice: either may be called the first
        reverse = ((first, (0, 0, 0)), (first, subtract(shift, image)))
        if reverse < key:
            return reverse, image
    return key, shift


def _moved(cell: Cell, column: Column, by: Image) -> Column:
    return replace(
        column,
        members=tuple((site, add(image, by)) for site, image in column.members),
        cart=column.cart + np.array(by) @ cell.lattice,
        main=(column.main[0], add(column.main[1], by)),
    )


def _make_tetrahedron(plaquette: Plaquette, edge: tuple[Column, Column], spacers: tuple[Column, Column]) -> Candidate:
    """Return the well: h from the mean of the X to the mean of the spacers, the electron in the mean of all."""
    low, high = MeanEnd.of(*edge), MeanEnd.of(*spacers)
    return Candidate(
        kind=Kind.TETRAHEDRON,
        phase=Phase.MU,
        height=float(abs((high.cart - low.cart) @ plaquette.normal)),
        plaquette=plaquette,
        ends=(low, high),
        column_spread=max(spacer.spread for spacer in spacers),
        apices=tuple(sorted(spacer.species for spacer in spacers)),
        cart_electron=MeanEnd.of(*edge, *spacers).cart,
        columns=(*((Role.BASE, x) for x in edge), *((Role.APEX, spacer) for spacer in spacers)),
        has_square=False,
    )
