"""The free parameters of a crystal, their standard uncertainties, and how the cell moves with each of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from polyqw.core.arrays import FloatArray, IntArray

CELL_NAMES: Final = ("a", "b", "c", "alpha", "beta", "gamma")
SAME_PLACE: Final = 5e-4
"""Fractional distance within which an operation is said to leave a site in its place."""

_MANY = 4096
_PIVOT_SHARE = 0.1


@dataclass(frozen=True, slots=True)
class ListedSite:
    """A site of the asymmetric unit as a file lists it.

    Parameters
    ----------
    frac : tuple of float, (3,)
    su : tuple of float or None, (3,)
        Standard uncertainties of the three coordinates; None where the file states none.
    """

    label: str
    frac: tuple[float, float, float]
    su: tuple[float | None, float | None, float | None]


@dataclass(frozen=True, slots=True, eq=False)
class FreeParameters:
    """Independent parameters p_k of a crystal and what one unit of each does to the cell.

    Parameters
    ----------
    names : tuple of str, (k,)
        E.g. ``c`` or ``z of La1``.
    su : array, (k,)
        Standard uncertainties [Å for edges, degrees for angles, fractions for coordinates]; NaN where the file states
        none although symmetry leaves the parameter free.
    usual_su : array, (k,)
        What such an uncertainty is commonly worth, to tell which missing ones matter.
    strain : array, (k, 3, 3)
        Symmetric strain of space per unit of the parameter; zero for coordinates.
    owner, site : array of int, (m,)
        Parameter and site of each of the shifts, in ascending order of the parameter.
    shift : array, (m, 3)
        Fractional shift of that site per unit of that parameter.
    """

    names: tuple[str, ...]
    su: FloatArray
    usual_su: FloatArray
    strain: FloatArray
    owner: IntArray
    site: IntArray
    shift: FloatArray


def free_parameters(
    lattice: FloatArray,
    frac: FloatArray,
    listed: Sequence[ListedSite],
    listed_of: IntArray,
    cell_su: Sequence[float | None],
    rotations: FloatArray,
    translations: FloatArray,
) -> FreeParameters:
    """Return the parameters that symmetry leaves free, each with all that moves together with it.

    An operation x -> R x + t carries a shift dx of a listed site to R dx at its image. The operations that leave
    the site in its place must leave dx alone, so the allowed shifts are the range of the projector P, the mean of
    their R. In the same way the allowed changes of the metric tensor M are those that the mean of R^T dM R leaves
    alone. The reduced row echelon form of either range makes one parameter of each pivot coordinate: on a site
    (x, x, 0) it is x alone, with the shift (1, 1, 0) and the su printed for x, however often the file prints it; in
    a tetragonal cell a moves b along. Coordinates with an su are taken as pivots first.

    Parameters
    ----------
    lattice : array, (3, 3)
        Lattice vectors as rows [Å].
    frac : array, (n, 3)
        Fractional positions of all sites of the cell.
    listed_of : array of int, (n,)
        For each site of the cell, the listed site it is an image of.
    cell_su : sequence of float or None, (6,)
        Standard uncertainties of the edges [Å] and angles [degrees].
    rotations, translations : array, (o, 3, 3) and (o, 3)
        All operations of the space group on fractional columns; the identity alone where no symmetry is known.
    """
    names, su, strains, usual = _cell_parameters(lattice, cell_su, rotations)
    is_alone = len(rotations) == 1 and np.array_equal(rotations[0], np.eye(3))  # the identity
    owner: list[int] = []
    moved: list[int] = []
    shifts: list[FloatArray] = []
    members: list[list[int]] = [[] for _ in listed]
    for index, number in enumerate(listed_of):
        members[number].append(index)
    for site, indices in zip(listed, members, strict=True):
        if not indices:
            continue
        projector, carried = np.eye(3), rotations[[0] * len(indices)]
        if not is_alone:
            images = rotations @ np.array(site.frac) + translations
            stays = _distance(images, np.array(site.frac)) < SAME_PLACE
            projector = _projector(rotations[stays].mean(axis=0)) if stays.any() else np.eye(3)
            carried = rotations[[int(np.argmin(_distance(images, frac[k]))) for k in indices]]
        for pivot, vector in independent_directions(projector, [value is not None for value in site.su]):
            owner += [len(names)] * len(indices)
            moved += indices
            shifts.append(carried @ vector)
            names.append(f"{'xyz'[pivot]} of {site.label}")
            su.append(site.su[pivot])
            usual.append(0.001)
    strain = np.zeros((len(names), 3, 3))
    strain[: len(strains)] = strains
    return FreeParameters(
        tuple(names),
        np.array([np.nan if value is None else value for value in su], dtype=float),
        np.array(usual, dtype=float),
        strain,
        np.array(owner, dtype=np.intp),
        np.array(moved, dtype=np.intp),
        np.concatenate(shifts) if shifts else np.zeros((0, 3)),
    )


def _distance(images: FloatArray, place: FloatArray) -> FloatArray:
    """Return the largest difference of a coordinate, lattice translations apart."""
    between = images - place
    return np.asarray(np.abs(between - np.round(between)).max(axis=-1))


def _cell_parameters(
    lattice: FloatArray, su: Sequence[float | None], rotations: FloatArray
) -> tuple[list[str], list[float | None], list[FloatArray], list[float]]:
    metric = lattice @ lattice.T
    edges = np.sqrt(np.diag(metric))
    changes = _metric_changes(metric, edges)
    inverse = np.linalg.inv(lattice)
    upper = np.triu_indices(3)
    jacobian = changes[:, upper[0], upper[1]].T
    turned = rotations.transpose(0, 2, 1)[:, None] @ changes[None] @ rotations[:, None]
    averaged = turned.mean(axis=0)
    projector = _projector(np.linalg.solve(jacobian, averaged[:, upper[0], upper[1]].T))
    names, found, strains, usual = [], [], [], []
    for pivot, vector in independent_directions(projector, [value is not None for value in su]):
        unit = edges[pivot] if pivot < 3 else np.degrees(1.0)
        # one unit of the pivot in Å or degrees; the changes are relative for edges and in radians for angles
        change = np.tensordot(vector, changes, axes=1) / unit
        names.append(CELL_NAMES[pivot])
        found.append(su[pivot])
        strains.append(inverse @ change @ inverse.T / 2)
        usual.append(0.001 if pivot < 3 else 0.01)
    return names, found, strains, usual


def _projector(mean: FloatArray) -> FloatArray:
    """Return the projector on what all operations leave alone, from their mean.

    The mean of a group is that projector. Files also list generators alone, whose mean has the same fixed vectors
    and comes to the projector in its powers; of operations that are no symmetry at all nothing is made.
    """
    if np.abs(mean @ mean - mean).max() < 1e-9:
        return mean
    with np.errstate(all="ignore"):
        power = np.linalg.matrix_power(mean, _MANY)
        is_projector = bool(np.abs(power @ power - power).max() < 1e-6)
    return power if is_projector else np.eye(len(mean))


def _metric_changes(metric: FloatArray, edges: FloatArray) -> FloatArray:
    """Return the change of the metric tensor per relative change of each edge and per radian of each angle."""
    changes = np.zeros((6, 3, 3))
    for k in range(3):
        changes[k, k, :] += metric[k]
        changes[k, :, k] += metric[:, k]
        i, j = (k + 1) % 3, (k + 2) % 3
        cosine = metric[i, j] / (edges[i] * edges[j])
        changes[3 + k, i, j] = changes[3 + k, j, i] = -edges[i] * edges[j] * np.sqrt(1 - cosine**2)
    return changes


def independent_directions(projector: FloatArray, preferred: Sequence[bool]) -> list[tuple[int, FloatArray]]:
    """Return the reduced row echelon form of a projector's range: pivot and direction, one at the pivot.

    Parameters
    ----------
    projector : array, (n, n)
    preferred : sequence of bool, (n,)
        Components to be taken as pivots before the others.
    """
    n = len(projector)
    rank = round(float(projector.trace()))
    if rank == n:
        return list(enumerate(np.eye(n)))
    order = sorted(range(n), key=lambda k: not preferred[k])
    rest = projector.T.copy()  # its rows span the range
    found: list[tuple[int, FloatArray]] = []
    for _ in range(rank):
        size = np.abs(rest)
        largest = size.max(axis=0)
        pivot = next(k for k in order if largest[k] >= _PIVOT_SHARE * largest.max())
        row = rest[size[:, pivot].argmax()]
        row = row / row[pivot]
        rest -= np.outer(rest[:, pivot], row)
        found = [(known, vector - vector[pivot] * row) for known, vector in found]
        found.append((pivot, row))
    return sorted(found, key=lambda pair: pair[0])
