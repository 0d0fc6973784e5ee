"""CIF texts whose standard uncertainties can be chosen, for tests of the heights' uncertainties."""

from __future__ import annotations

from itertools import product

import numpy as np
from pymatgen.core.operations import SymmOp

from polyqw.core.analysis import find_wells
from polyqw.core.record import StructureRecord
from polyqw.io.cif.read import read_cif

ITEMS = ("length_a", "length_b", "length_c", "angle_alpha", "angle_beta", "angle_gamma")
MMM = ["x,y,z", "-x,-y,z", "x,-y,-z", "-x,y,-z", "-x,-y,-z", "x,y,-z", "-x,y,z", "x,-y,z"]
P4NMM = [
    *("x,y,z", "-x+1/2,-y+1/2,z", "-y+1/2,x,z", "y,-x+1/2,z"),
    *("-x,y+1/2,-z", "x+1/2,-y,-z", "y+1/2,x+1/2,-z", "-y,-x,-z"),
    *("-x,-y,-z", "x+1/2,y+1/2,-z", "y+1/2,-x,-z", "-y,x+1/2,-z"),
    *("x,-y+1/2,z", "-x+1/2,y,z", "-y+1/2,-x+1/2,z", "y,x,z"),
]
P2M = ["x,y,z", "-x,y,-z", "-x,-y,-z", "x,-y,z"]
CMCA = [
    *("x,y,z", "x,-y,-z", "x,-y+1/2,z+1/2", "x,y+1/2,-z+1/2"),
    *("-x,-y,-z", "-x,y,z", "-x,y+1/2,-z+1/2", "-x,-y+1/2,z+1/2"),
    *("x+1/2,y+1/2,z", "x+1/2,-y+1/2,-z", "x+1/2,-y,z+1/2", "x+1/2,y,-z+1/2"),
    *("-x+1/2,-y+1/2,-z", "-x+1/2,y+1/2,z", "-x+1/2,y,-z+1/2", "-x+1/2,-y,z+1/2"),
]


def cif(cell, operations, rows) -> bytes:
    """Return a CIF from six cell numbers, operations, and rows such as ``La1 0.25 0.25 0.1415(2)``, all texts."""
    lines = ["data_test", *(f"_cell_{item} {text}" for item, text in zip(ITEMS, cell, strict=True))]
    lines += ["loop_", "_space_group_symop_operation_xyz", *(f"'{operation}'" for operation in operations)]
    lines += ["loop_", "_atom_site_label", "_atom_site_fract_x", "_atom_site_fract_y", "_atom_site_fract_z"]
    return "\n".join([*lines, *rows]).encode()


def ybco(a="3.82", b="3.885", c="11.683", z="0.1839") -> bytes:
    """Return YBa2Cu3O7, P m m m."""
    rows = ["Y1 0.5 0.5 0.5", f"Ba1 0.5 0.5 {z}", "Cu1 0 0 0", "Cu2 0 0 0.355", "O1 0 0.5 0"]
    return cif((a, b, c, "90", "90", "90"), MMM, [*rows, "O2 0.5 0 0.378", "O3 0 0.5 0.377", "O4 0 0 0.158"])


def lafeaso(a="4.0353", c="8.7409", z_la="0.14154", z_as="0.6512") -> bytes:
    """Return LaFeAsO, P 4/n m m, origin at the inversion centre."""
    rows = [f"La1 0.25 0.25 {z_la}", "Fe1 0.75 0.25 0.5", f"As1 0.25 0.25 {z_as}", "O1 0.75 0.25 0"]
    return cif((a, a, c, "90", "90", "90"), P4NMM, rows)


def monoclinic(c="8.0", beta="97", x="0.48", z="0.25") -> bytes:
    """Return a layer of CuO2 between Ba, P 2/m with the unique axis in the layer: h = 2 z c sin(beta)."""
    rows = ["Cu1 0 0 0", "O1 0.5 0 0", "O2 0 0.5 0", f"Ba1 {x} 0.5 {z}"]
    return cif(("3.85", "3.9", c, "90", beta, "90"), P2M, rows)


def la2cuo4(a="5.35", b="13.148", c="5.398", y="0.36111", z="0.0069") -> bytes:
    """Return La2CuO4 with tilted octahedra, C m c a, stacked along b: h = (1 - 2 y) b."""
    rows = [f"La1 0 {y} {z}", "Cu1 0 0 0", "O1 0 0.18307 -0.0356", "O2 0.25 0.99303 0.75"]
    return cif((a, b, c, "90", "90", "90"), CMCA, rows)


def record_of(data: bytes) -> StructureRecord:
    """Return the one structure of a CIF."""
    (record,) = read_cif("test.cif", data)
    assert isinstance(record, StructureRecord), record
    return record


def wells_of(data: bytes):
    """Return the analysis of the one structure of a CIF."""
    return find_wells(record_of(data).cell)


def su_by_phase(data: bytes) -> dict[str, float | None]:
    """Return the su of each phase's height [Å]; every phase must have one well."""
    wells = wells_of(data).wells
    assert len({w.phase for w in wells}) == len(wells) > 0
    return {str(w.phase): w.height_su for w in wells}


def in_other_axes(cell, operations, sites, columns, shift=(0, 0, 0)) -> bytes:
    """Return a CIF of the same crystal in other axes, with the su that the same measurement has there.

    Parameters
    ----------
    cell : list of (value, su or 0), (6,)
        The su are carried over only where each new axis lies along an old one.
    operations : list of str
    sites : list of (label, xyz, su of xyz)
        At most one coordinate of a site may have an su where the axes mix.
    columns : array of int or half, (3, 3)
        New axes as columns, in old ones.
    shift : tuple of float
        New origin, in old coordinates.
    """
    columns, shift = np.array(columns, dtype=float), np.array(shift, dtype=float)
    inverse = np.linalg.inv(columns)
    edges, angles = np.array([v for v, _ in cell[:3]]), np.cos(np.radians([v for v, _ in cell[3:]]))
    cosines = np.array([[1, angles[2], angles[1]], [angles[2], 1, angles[0]], [angles[1], angles[0], 1]])
    metric = columns.T @ (cosines * np.outer(edges, edges)) @ columns
    new_edges = np.sqrt(np.diag(metric))
    pairs = ((1, 2), (0, 2), (0, 1))
    numbers = [*new_edges, *(np.degrees(np.arccos(metric[i, j] / new_edges[i] / new_edges[j])) for i, j in pairs)]
    found = [0.0] * 6
    if (np.count_nonzero(columns, axis=0) == 1).all():
        old = np.abs(columns).argmax(axis=0)
        found = [cell[old[j]][1] * np.abs(columns[:, j]).max() for j in range(3)]
        found += [cell[3 + (3 - old[i] - old[j])][1] for i, j in pairs]
    made = {}
    for text in operations:
        op = SymmOp.from_xyz_str(text)
        rotation = np.round(inverse @ op.rotation_matrix @ columns, 6)
        for n in product(range(-2, 3), repeat=3):
            move = inverse @ (op.translation_vector + op.rotation_matrix @ shift - shift + n)
            move = np.round(np.mod(np.round(move, 6), 1), 6)
            made[(*rotation.ravel(), *move)] = (rotation, move)
    texts = [SymmOp.from_rotation_and_translation(rotation, move).as_xyz_str() for rotation, move in made.values()]
    rows = []
    for label, xyz, su in sites:
        place, moved = inverse @ (np.array(xyz) - shift), np.abs(inverse) @ np.array(su, dtype=float)
        rows.append(" ".join([label, *(number(x, s, 6) for x, s in zip(place, moved, strict=True))]))
    return cif([number(x, s, 7) for x, s in zip(numbers, found, strict=True)], texts, rows)


def number(value: float, su: float, decimals: int) -> str:
    """Return a CIF number, with its su in parentheses where that is not zero."""
    digits = round(su * 10**decimals)
    assert abs(digits - su * 10**decimals) < 1e-6
    return f"{value:.{decimals}f}" + (f"({digits})" if digits else "")
