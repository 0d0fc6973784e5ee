"""The bodies of the iron planes: nonahedron in the Fe layer, tridecahedron in the X layer, tetrahedron of the X."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

from polyqw.core.bodies.candidates import Candidate, make_vertex
from polyqw.core.neighbors import add, subtract
from polyqw.core.uncertainty import Span
from polyqw.core.wells import Kind, Phase, Role

if TYPE_CHECKING:
    from collections.abc import Sequence

    from polyqw.core.bodies.caps import Cap
    from polyqw.core.cell import Cell
    from polyqw.core.columns import Column
    from polyqw.core.neighbors import Image
    from polyqw.core.nets import Corner, Plaquette
    from polyqw.core.uncertainty import Weighted

_RING = ((0, 1), (1, 2), (2, 3), (3, 0))


def make_nonahedron(cell: Cell, cap: Cap) -> Candidate:
    """Return the nonahedron of a cap: four metals, the X over them, the four X on the other side (9 vertices)."""
    plaquette = cap.plaquette
    base_centre = np.mean([x.cart for x in cap.base], axis=0)
    vertices = [
        make_vertex(cell, corner, Role.PLAQUETTE, cart)
        for corner, cart in zip(plaquette.corners, plaquette.cart, strict=True)
    ]
    vertices.append(make_vertex(cell, cap.apex.main, Role.APEX, cap.apex.cart))
    vertices += [make_vertex(cell, x.main, Role.BASE, x.cart) for x in cap.base]
    folds = [((i, j), 4, 5 + i) for i, j in _RING] + [((5, 7), 6, 8)]
    return Candidate(
        kind=Kind.NONAHEDRON,
        phase=Phase.ALPHA,
        height=cap.alpha_height,
        ends=np.array([base_centre, cap.apex.cart]),
        span=Span(plaquette.corners, _mean_of(cap.base), cap.apex.weighted),
        column_spread=max(cap.apex.spread, *(x.spread for x in cap.base)),
        apices=(cap.apex.species,),
        plane_metal=_plane_metal(cell, plaquette),
        normal=plaquette.normal,
        cart_electron=plaquette.centre,
        vertices=tuple(vertices),
        folds=tuple(folds),
        apex_elevation=float((cap.apex.cart - plaquette.centre) @ plaquette.normal),
    )


def make_tridecahedron(cell: Cell, cap: Cap, phase: Phase) -> Candidate:
    """Return the tridecahedron of a cap with a spacer: four metals, the four X below, the spacer (9 vertices)."""
    assert cap.spacer is not None
    plaquette, spacer = cap.plaquette, cap.spacer
    vertices = [
        make_vertex(cell, corner, Role.PLAQUETTE, cart)
        for corner, cart in zip(plaquette.corners, plaquette.cart, strict=True)
    ]
    vertices.append(make_vertex(cell, spacer.main, Role.APEX, spacer.cart))
    vertices += [make_vertex(cell, x.main, Role.BASE, x.cart) for x in cap.base]
    return Candidate(
        kind=Kind.TRIDECAHEDRON,
        phase=phase,
        height=cap.spacer_height,
        ends=np.array([plaquette.centre, spacer.cart]),
        span=Span(plaquette.corners, tuple((corner, 0.25) for corner in plaquette.corners), spacer.weighted),
        column_spread=spacer.spread,
        apices=(spacer.species,),
        plane_metal=_plane_metal(cell, plaquette),
        normal=plaquette.normal,
        cart_electron=np.mean([x.cart for x in cap.base], axis=0),
        vertices=tuple(vertices),
        folds=(((0, 2), 1, 3),),
    )


def _mean_of(columns: Sequence[Column], last_moved_by: Image = (0, 0, 0)) -> tuple[Weighted, ...]:
    """Return the members of some columns with their shares in the mean of these, the last column moved."""
    moves = [(0, 0, 0)] * (len(columns) - 1) + [last_moved_by]
    return tuple(
        ((site, add(image, move)), share / len(columns))
        for column, move in zip(columns, moves, strict=True)
        for (site, image), share in column.weighted
    )


def _plane_metal(cell: Cell, plaquette: Plaquette) -> str:
    metals = sorted(cell.sites[site].main_element for site, _ in plaquette.corners)
    return max(metals, key=lambda m: (metals.count(m), m))


def make_tetrahedra(cell: Cell, caps: list[Cap]) -> list[Candidate]:
    """Return the bodies of two neighbouring X and the two spacers over the squares on both sides of their edge."""
    shared: dict[tuple[Corner, Corner], list[tuple[Cap, int, Image]]] = defaultdict(list)
    for cap in caps:
        if cap.spacer is None:
            continue
        for i, j in _RING:
            pair = sorted((cap.base[i].members[0], cap.base[j].members[0]))
            shift = pair[0][1]
            key = ((pair[0][0], (0, 0, 0)), (pair[1][0], subtract(pair[1][1], shift)))
            if pair[0][0] == pair[1][0]:  # the same site twice: either may be called the first
                other = ((pair[0][0], (0, 0, 0)), (pair[0][0], subtract(shift, pair[1][1])))
                if other < key:
                    key, shift = other, pair[1][1]
            shared[key].append((cap, i, shift))
    found = []
    for members in shared.values():
        if len(members) != 2:
            continue
        (one, i, shift), (two, _, other_shift) = members
        assert one.spacer is not None
        assert two.spacer is not None
        move = subtract(shift, other_shift)
        offset = np.array(move) @ cell.lattice
        ends = [one.base[i], one.base[(i + 1) % 4]]
        spacers = [(one.spacer.main, one.spacer.cart)]
        spacers.append(((two.spacer.main[0], add(two.spacer.main[1], move)), two.spacer.cart + offset))
        low = np.mean([x.cart for x in ends], axis=0)
        high = np.mean([cart for _, cart in spacers], axis=0)
        vertices = [make_vertex(cell, x.main, Role.BASE, x.cart) for x in ends]
        vertices += [make_vertex(cell, corner, Role.APEX, cart) for corner, cart in spacers]
        normal = one.plaquette.normal
        found.append(
            Candidate(
                kind=Kind.TETRAHEDRON,
                phase=Phase.MU,
                height=float(abs((high - low) @ normal)),
                ends=np.array([low, high]),
                span=Span(one.plaquette.corners, _mean_of(ends), _mean_of((one.spacer, two.spacer), move)),
                column_spread=max(one.spacer.spread, two.spacer.spread),
                apices=tuple(sorted((one.spacer.species, two.spacer.species))),
                plane_metal=_plane_metal(cell, one.plaquette),
                normal=normal,
                cart_electron=np.mean([v.cart for v in vertices], axis=0),
                vertices=tuple(vertices),
            )
        )
    return found
