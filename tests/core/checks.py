"""What holds for every well of every cell."""

from __future__ import annotations

import numpy as np
import pytest

from polyqw.core.polyhedron import convex_hull
from polyqw.core.wells import Kind, Role

ROLES = {
    Kind.OCTAHEDRON: {Role.PLAQUETTE: 4, Role.APEX: 2},
    Kind.NONAHEDRON: {Role.PLAQUETTE: 4, Role.APEX: 1, Role.BASE: 4},
    Kind.TRIDECAHEDRON: {Role.PLAQUETTE: 4, Role.APEX: 1, Role.BASE: 4},
    Kind.TETRAHEDRON: {Role.APEX: 2, Role.BASE: 2},
}


def assert_well(cell, well) -> None:
    """Check what the definitions promise of a well."""
    counts = {role: sum(v.role is role for v in well.vertices) for role in ROLES[well.kind]}
    assert counts == ROLES[well.kind]
    # the height is the mean over wells that are equal within the tolerance, the body is one of them
    assert well.height_min - 1e-9 <= well.height <= well.height_max + 1e-9
    assert well.height_min <= well.apex_distance + 1e-9
    assert well.multiplicity >= 1
    assert abs(np.linalg.norm(well.normal) - 1) < 1e-12
    for vertex in well.vertices:
        place = (np.array(cell.sites[vertex.site].frac) + vertex.image) @ cell.lattice
        reach = 1e-6 if cell.sites[vertex.site].is_full else 1.3
        assert np.linalg.norm(place - vertex.cart) < reach
    points = np.array([v.cart for v in well.vertices])
    before = convex_hull(points, 0.0)
    assert before.n_vertices == len(points), "a vertex lies inside the hull of the others"
    assert before.n_vertices - before.n_edges + before.n_faces == 2
    assert well.n_vertices - well.n_edges + well.n_faces == 2
    assert well.volume > 0
    centre = points.mean(axis=0)
    spread = np.abs((points - centre) @ well.normal)
    assert np.abs((np.array(well.cart_electron) - centre) @ well.normal) <= spread.max() + 1e-6


def assert_same_wells(found, expected) -> None:
    """Check that two analyses give the same wells, whatever the size of their cells."""
    assert [identity(w) for w in found.wells] == [identity(w) for w in expected.wells]
    assert [w.height for w in found.wells] == pytest.approx([w.height for w in expected.wells], abs=1e-6)
    assert [w.volume for w in found.wells] == pytest.approx([w.volume for w in expected.wells], abs=1e-5)


def identity(well):
    """Return what a well is, without its numbers."""
    return (well.kind, well.phase, well.plane_metal, well.apices, well.n_faces, well.layered)


def multiplicities(analysis):
    """Return the number of wells per cell, in the order of the summary."""
    return [w.multiplicity for w in analysis.wells]
