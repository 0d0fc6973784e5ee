"""Crystals made from known heights, and changes of setting that must not matter."""

from __future__ import annotations

from itertools import pairwise, product

import numpy as np
from hypothesis import strategies as st

from polyqw.core.cell import Cell, Site


def make_cell(lattice, atoms) -> Cell:
    """Return a cell from lattice rows [Å] and (element or species dict, frac) pairs."""
    sites = []
    for k, (what, frac) in enumerate(atoms):
        species = {what: 1.0} if isinstance(what, str) else what
        name = next(iter(species))
        sites.append(Site(f"{name}{k + 1}", tuple(sorted(species.items())), tuple(float(x) for x in frac)))
    return Cell(np.array(lattice, dtype=float), tuple(sites))


def tetragonal(a, c, atoms, b=None) -> Cell:
    """Return a cell with right angles; elevations of the atoms along c are given in Å."""
    return make_cell(np.diag([a, b or a, c]), [(what, (x, y, z / c)) for what, (x, y, z) in atoms])


def cuprate_block(a, spacings, apex, gap, *, b=None, metal="Cu", inner="Ca", outer="Ba") -> Cell:
    """Return a cell with one block of planes.

    Parameters
    ----------
    spacings : list of float
        Distances between neighbouring planes [Å]; the inner cations stand half-way.
    apex : float
        Distance from the outer planes to the outer cations [Å].
    gap : float
        Distance between the outer cations of neighbouring blocks [Å].
    """
    z = np.concatenate([[0.0], np.cumsum(spacings)])
    atoms = []
    for plane in z:
        atoms += [(metal, (0, 0, plane)), ("O", (0.5, 0, plane)), ("O", (0, 0.5, plane))]
    atoms += [(inner, (0.5, 0.5, (low + high) / 2)) for low, high in pairwise(z)]
    atoms += [(outer, (0.5, 0.5, -apex)), (outer, (0.5, 0.5, z[-1] + apex))]
    c = z[-1] + 2 * apex + gap
    atoms.append(("O", (0, 0, -2.4)))
    atoms.append(("O", (0, 0, z[-1] + 2.4)))
    return tetragonal(a, c, atoms, b=b)


def iron_block(a, anion, spacer, gap, *, b=None, metal="Fe", x="As", cation="La") -> Cell:
    """Return a 1111-like cell: one Fe plane, X at +-anion, spacer cations at +-spacer, oxygen half-way beyond."""
    c = 2 * spacer + gap
    atoms = [
        (metal, (0.75, 0.25, 0)),
        (metal, (0.25, 0.75, 0)),
        (x, (0.25, 0.25, anion)),
        (x, (0.75, 0.75, -anion)),
        (cation, (0.75, 0.75, spacer)),
        (cation, (0.25, 0.25, -spacer)),
        ("O", (0.75, 0.25, c / 2)),
        ("O", (0.25, 0.75, c / 2)),
    ]
    return tetragonal(a, c, atoms, b=b)


def iron_1144(a, x1, x2, near, far) -> Cell:
    """Return a 1144 cell: Fe planes between Ca (near) and K (far), X1 towards Ca and X2 towards K [Å]."""
    c = 2 * (near + far)
    z = near
    atoms = [("Ca", (0, 0, 0)), ("K", (0.5, 0.5, c / 2))]
    for sign in (1, -1):
        atoms += [("Fe", (0, 0.5, sign * z)), ("Fe", (0.5, 0, sign * z))]
        atoms.append(("As", (0.5, 0.5, sign * (z - x1))))
        atoms.append(("As", (0, 0, sign * (z + x2))))
    return tetragonal(a, c, atoms)


# changes that must not matter


def supercell(cell: Cell, matrix) -> Cell:
    """Return the cell with lattice vectors matrix @ lattice; the determinant multiplies the sites."""
    m = np.array(matrix, dtype=int)
    size = round(abs(np.linalg.det(m)))
    inverse = np.linalg.inv(m)
    reach = range(-int(np.abs(m).sum()), int(np.abs(m).sum()) + 1)
    shifts, seen = [], set()
    for n in product(reach, repeat=3):
        frac = np.array(n) @ inverse
        frac = np.round(frac - np.floor(frac + 1e-9), 9)
        if tuple(frac) not in seen:
            seen.add(tuple(frac))
            shifts.append(np.array(n))
        if len(seen) == size:
            break
    assert len(shifts) == size
    sites = [Site(s.label, s.species, tuple((np.array(s.frac) + n) @ inverse)) for n in shifts for s in cell.sites]
    return Cell(m @ cell.lattice, tuple(sites))


def shifted(cell: Cell, shift) -> Cell:
    """Return the cell with its origin moved by a fractional shift."""
    sites = [Site(s.label, s.species, tuple(np.array(s.frac) + shift)) for s in cell.sites]
    return Cell(cell.lattice, tuple(sites))


def turned(cell: Cell, rotation) -> Cell:
    """Return the cell with its lattice turned (or reflected) in space."""
    return Cell(cell.lattice @ np.array(rotation).T, cell.sites)


def with_permuted_axes(cell: Cell, order) -> Cell:
    """Return the cell with its axes in another order."""
    order = list(order)
    sites = [Site(s.label, s.species, tuple(np.array(s.frac)[order])) for s in cell.sites]
    return Cell(cell.lattice[order], tuple(sites))


def with_permuted_sites(cell: Cell, order) -> Cell:
    """Return the cell with its sites in another order."""
    return Cell(cell.lattice, tuple(cell.sites[k] for k in order))


def scaled(cell: Cell, factor: float) -> Cell:
    """Return the cell with all lengths multiplied."""
    return Cell(cell.lattice * factor, cell.sites)


@st.composite
def rotations(draw):
    """Draw an orthogonal matrix, proper or not."""
    q = np.array([draw(st.floats(-1, 1)) for _ in range(4)])
    q[0] += 1e-3
    w, x, y, z = q / np.linalg.norm(q)
    matrix = np.array(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
            [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
            [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
        ]
    )
    return matrix * draw(st.sampled_from([1, -1]))


@st.composite
def settings_matrices(draw, largest: int = 3):
    """Draw an integer matrix with determinant 1 to `largest`: a skewed cell or a supercell."""
    diagonal = draw(st.tuples(*[st.integers(1, largest)] * 3).filter(lambda d: 1 <= d[0] * d[1] * d[2] <= largest))
    upper = np.diag(diagonal)
    lower = np.eye(3, dtype=int)
    for i, j in ((0, 1), (0, 2), (1, 2)):
        upper[i, j] = draw(st.integers(-1, 1))
        lower[j, i] = draw(st.integers(-1, 1))
    order = draw(st.permutations(range(3)))
    return (lower @ upper)[order]
