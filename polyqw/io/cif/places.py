"""Positions that share a place, found without comparing each with all others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from polyqw.errors import ReadError
from polyqw.io.reasons import Unread

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scipy.spatial import cKDTree

    from polyqw.core.arrays import FloatArray, IntArray
    from polyqw.io.cif.atom_sites import AtomSite
    from polyqw.io.read_options import ReadOptions

SAME: Final = 1e-6
"""Fractional coordinates that differ by no more than this coincide: rounding of a double, many times over."""

APART: Final = 5e-3
"""Positions that differ by more than this in a coordinate are two; pymatgen's own tolerance is 1e-4."""


def refuse_crowded_places(file: str, sites: Sequence[AtomSite], limits: ReadOptions) -> None:
    """Check that no place holds more rows than can share one, before they are compared with each other."""
    if len(sites) <= limits.place_rows:
        return
    boxes = _boxes(np.array([site.frac for site in sites]), APART)
    _, first, counts = np.unique(boxes, return_index=True, return_counts=True)
    fullest = int(counts.argmax())
    if counts[fullest] > limits.place_rows:
        raise ReadError(
            Unread.TOO_MANY_AT_ONE_PLACE,
            f"{file}: {counts[fullest]} rows of the atom list stand at the place of {sites[first[fullest]].label}; "
            f"at most {limits.place_rows} are read (--limit place_rows=...)",
        )


def classes(frac: FloatArray) -> IntArray | None:
    """Return for each position the first that coincides with it, None where two nearly do (n,).

    Parameters
    ----------
    frac : array, (n, 3)
        Fractional; lattice translations are the same position.
    """
    wrapped = _wrapped(frac)
    _, first, box = np.unique(_boxes(wrapped, SAME / 2), return_index=True, return_inverse=True)
    pairs = _tree(wrapped[first]).query_pairs(APART, p=np.inf, output_type="ndarray")
    if len(pairs):
        one, other = first[pairs[:, 0]], first[pairs[:, 1]]
        if (_distance(wrapped[one], wrapped[other]) > SAME).any():
            return None
        lowest = first.copy()
        np.minimum.at(lowest, pairs[:, 1], one)
        np.minimum.at(lowest, pairs[:, 0], other)
        first = lowest
    return np.asarray(first[box])


def rows_near(frac: FloatArray, rows: Sequence[int], reach: float) -> list[IntArray]:
    """Return for each of some rows those whose coordinates each differ from its own by less than a reach.

    Parameters
    ----------
    frac : array, (n, 3)
    reach : float
        Fractional.
    """
    wrapped = _wrapped(frac)
    found = _tree(wrapped).query_ball_point(wrapped[list(rows)], 2 * reach, p=np.inf)
    near = [np.sort(np.asarray(hits, dtype=np.intp)) for hits in found]
    return [hits[_distance(frac[hits], frac[row]) < reach] for row, hits in zip(rows, near, strict=True)]


def _tree(wrapped: FloatArray) -> cKDTree:
    from scipy.spatial import cKDTree  # noqa: PLC0415 - a process that only stores results does without

    return cKDTree(wrapped, boxsize=np.ones(3))


def _wrapped(frac: FloatArray) -> FloatArray:
    positions = frac - np.floor(frac)
    return np.where(positions >= 1.0, 0.0, positions)


def _distance(one: FloatArray, other: FloatArray) -> FloatArray:
    """Return the largest difference of a coordinate, lattice translations apart."""
    between = one - other
    return np.asarray(np.abs(between - np.round(between)).max(axis=-1))


def _boxes(frac: FloatArray, width: float) -> IntArray:
    """Return a number for the cube of a width that each position lies in; at least 2^-21 wide."""
    x, y, z = np.floor(_wrapped(frac) / width).astype(np.int64).T
    return np.asarray(((x << 21) + y << 21) + z)
