"""Structural numbers that other people relate to Tc, measured on the planes that carry wells."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

from polyqw.core.tolerances import LAYERS

if TYPE_CHECKING:
    from polyqw.core.arrays import FloatArray, Image
    from polyqw.core.bodies.iron import IronPlanes
    from polyqw.core.bodies.octahedron import Octahedron
    from polyqw.core.bodies.oxide import OxidePlanes
    from polyqw.core.cell import Cell
    from polyqw.core.neighbors import Surroundings


def oxide_descriptors(
    cell: Cell, around: Surroundings, planes: OxidePlanes, anions: frozenset[str]
) -> dict[str, float]:
    """Return descriptors of oxide planes, averaged over their plane metals.

    ``t_t_angstrom`` edge of the square net; ``t_x_in_plane_angstrom`` bond to the bridging anion;
    ``t_x_t_angle_degrees`` angle at it; ``buckling_angstrom`` its mean distance from the metal plane;
    ``t_x_apical_angstrom`` nearest anion along the normal, absent in square-planar compounds;
    ``n_planes`` planes in the thickest block, absent when the block has no end;
    ``plane_spacing_angstrom`` distance between neighbouring planes of a block;
    ``block_repeat_angstrom`` cell volume over the area of the net, per block: the thickness of a neutral slab;
    ``spacer_thickness_angstrom`` distance between the facing outer planes of neighbouring blocks;
    ``slab_over_edge`` block repeat over edge, c/a of one block.
    """
    normal = planes.octahedra[0].plaquette.normal
    flat = planes.in_plane_bridges()
    edge = float(np.mean([b.edge.length for _, b in flat]))
    result = {
        "t_t_angstrom": edge,
        "t_x_in_plane_angstrom": float(np.mean([b.bonds for _, b in flat])),
        "t_x_t_angle_degrees": float(np.mean([b.angle_degrees for _, b in flat])),
        "buckling_angstrom": float(np.mean([abs((b.anion - b.edge.vector / 2) @ n) for n, b in flat])),
    }
    used = {site for o in planes.octahedra for site, _ in o.plaquette.corners}
    apical = _apical_distances(cell, around, used, normal, anions)
    if apical:
        result["t_x_apical_angstrom"] = float(np.mean(apical))
    if planes.n_planes:
        result["n_planes"] = float(planes.n_planes)
    here = [o for o in planes.octahedra if o.plaquette.orientation == planes.octahedra[0].plaquette.orientation]
    area = float(_areas(np.array([o.plaquette.cart for o in here])).mean())
    spacing = [float(abs(step @ normal)) for step in _steps_through_apices(cell, here)]
    if spacing:
        result["plane_spacing_angstrom"] = float(np.mean(spacing))
    if planes.n_planes and planes.layered:
        blocks = len(here) / planes.n_planes
        repeat = cell.volume / (area * blocks)
        result["block_repeat_angstrom"] = repeat
        result["slab_over_edge"] = repeat / edge
        result["spacer_thickness_angstrom"] = repeat - sum(spacing) / blocks
    return result


def _steps_through_apices(cell: Cell, octahedra: list[Octahedron]) -> list[FloatArray]:
    """Return the vectors between the plaquettes of octahedra that share an apex, each from below to above."""
    resting: dict[int, list[tuple[Image, FloatArray]]] = defaultdict(list)
    for octahedron in octahedra:
        site, image = octahedron.apices[0].members[0]
        resting[site].append((image, octahedron.plaquette.centre))
    steps = []
    for octahedron in octahedra:
        site, image = octahedron.apices[1].members[0]
        for low_image, centre in resting[site]:
            steps.append(centre + (np.array(image) - low_image) @ cell.lattice - octahedron.plaquette.centre)
    return steps


def _areas(squares: FloatArray) -> FloatArray:
    """Return the areas of quadrilaterals (n, 4, 3) [Å²]."""
    return _lengths(np.cross(squares[:, 2] - squares[:, 0], squares[:, 3] - squares[:, 1])) / 2


def _lengths(vectors: FloatArray) -> FloatArray:
    return np.asarray(np.linalg.norm(vectors, axis=-1))


def _apical_distances(
    cell: Cell, around: Surroundings, metals: set[int], normal: FloatArray, anions: frozenset[str]
) -> list[float]:
    sites = np.array([k for k, s in enumerate(cell.sites) if s.main_element in anions], dtype=np.intp)
    contacts = around.contacts(np.array(sorted(metals), dtype=np.intp), sites, LAYERS.apical)
    nearest = []
    for found in contacts.values():
        along = [c.length for c in found if abs(c.vector @ normal) > 0.9 * c.length]
        if along:
            nearest.append(min(along))
    return nearest


def iron_descriptors(cell: Cell, planes: IronPlanes) -> dict[str, float]:
    """Return descriptors of iron planes, averaged over their squares.

    ``t_t_angstrom`` edge of the Fe net; ``a_angstrom`` diagonal of its square, the tetragonal a;
    ``t_x_angstrom`` Fe-X bond; ``anion_height_angstrom`` X over the Fe plane, mean of both sides;
    ``x_t_x_angle_degrees`` angle between the two X on one side of a Fe (109.47 in a regular tetrahedron);
    ``block_repeat_angstrom`` cell volume over the area of the net, per Fe plane;
    ``spacer_thickness_angstrom`` block repeat less the X-X height; ``slab_over_a`` block repeat over a;
    ``complete_fraction`` share of squares that keep all four metals.
    """
    caps = [c for c in planes.caps if c.plaquette.orientation == planes.caps[0].plaquette.orientation]
    corners = np.array([cap.plaquette.cart for cap in caps])
    apices = np.array([cap.apex.cart for cap in caps])
    centres = np.array([cap.plaquette.centre for cap in caps])
    normals = np.array([cap.plaquette.normal for cap in caps])
    base = np.array([[x.cart for x in cap.base.columns] for cap in caps])
    one, other = base - corners, np.roll(base, 1, axis=1) - corners
    cosines = (one * other).sum(axis=2) / (_lengths(one) * _lengths(other))
    areas = _areas(corners)
    result = {
        "t_t_angstrom": float(_lengths(corners - np.roll(corners, 1, axis=1)).mean()),
        "a_angstrom": float(_lengths(corners[:, 2:] - corners[:, :2]).mean()),
        "t_x_angstrom": float(_lengths(apices[:, None] - corners).mean()),
        "anion_height_angstrom": float(((apices - centres) * normals).sum(axis=1).mean()),
        "x_t_x_angle_degrees": float(np.degrees(np.arccos(np.clip(cosines, -1, 1))).mean()),
        "complete_fraction": planes.complete_fraction,
    }
    if planes.layered:
        # every square of the net, complete or not, covers its share of the area
        repeat = cell.volume * planes.complete_fraction / float(areas.sum())
        result["block_repeat_angstrom"] = repeat
        result["spacer_thickness_angstrom"] = repeat - float(np.mean([c.alpha_height for c in caps]))
        result["slab_over_a"] = repeat / result["a_angstrom"]
    return result
