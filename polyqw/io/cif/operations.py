"""Symmetry operations as numbers, and whether they are a group."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np

from polyqw.errors import ReadError
from polyqw.io.reasons import Unread

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pymatgen.core.operations import SymmOp

    from polyqw.core.arrays import BoolArray, FloatArray, IntArray

_SAME_SHIFT: Final = 2e-3
"""Translations that differ by no more than this are one; files write thirds as 0.333."""

_DECIMALS = re.compile(r"\.(\d+)")

_HUGE = re.compile(r"(?<![\d.])0*[1-9]\d{6,}")
"""A number of this many digits before the point leaves too few for a fraction, or is none that a group needs."""

_LARGEST: Final = 4
"""Largest coefficient of x, y and z that is read; in reduced cells it is 1, in very skew ones a little more."""

_WHOLE: Final = 1e-6
"""Coefficients of x, y and z that differ from whole numbers by more than this scale or shear."""

_GRID: Final = 24
"""gemmi counts translations in twenty-fourths, exactly."""


class _NoOperationError(ValueError):
    """An operation whose numbers make no sense."""


@dataclass(frozen=True, slots=True)
class Operations:
    """Symmetry operations x' = R x + t.

    Parameters
    ----------
    rotations : array of int, (n, 3, 3)
    shifts : array, (n, 3)
        In [0, 1).
    is_exact : bool
        Whether all shifts are twenty-fourths, known without rounding.
    """

    rotations: IntArray
    shifts: FloatArray
    is_exact: bool

    def __len__(self) -> int:
        """Return the number of operations."""
        return len(self.rotations)


@lru_cache(maxsize=512)  # the same few groups fill all files
def make_operations(texts: tuple[str, ...]) -> Operations:
    """Return operations as numbers.

    Parameters
    ----------
    texts : tuple of str
        Such as ``x,-y,z+1/2``, each a well-formed operation.
    """
    parsed = [_parse(text) for text in texts]
    shifts = np.array([shift for _, shift, _ in parsed])
    return Operations(
        np.array([rotation for rotation, _, _ in parsed]),
        shifts - np.floor(shifts + 1e-9),
        all(exact for _, _, exact in parsed),
    )


def refuse_what_is_no_group(file: str, texts: tuple[str, ...], most: int) -> None:
    """Check that operations can be inverted and that any two after each other are one of them."""
    if len(texts) > most:
        raise ReadError(
            Unread.TOO_MANY_OPERATIONS,
            f"{file}: {len(texts)} symmetry operations, at most {most} are read; no space group has more than 192",
        )
    try:
        fault = _fault(texts) if texts else None
    except ZeroDivisionError:
        fault = "a symmetry operation divides by zero"
    except _NoOperationError as error:
        fault = str(error)
    if fault:
        raise ReadError(Unread.BAD_OPERATION, f"{file}: {fault}")


@lru_cache(maxsize=512)
def _fault(texts: tuple[str, ...]) -> str | None:
    operations = make_operations(texts)
    large = np.flatnonzero(np.abs(operations.rotations).max(axis=(1, 2)) > _LARGEST)
    if len(large):
        return f"the operation {texts[large[0]][:60]} scales the cell; 1 is what mostly stands before x, y and z"
    determinants = np.rint(np.linalg.det(operations.rotations)).astype(int)
    singular = np.flatnonzero(np.abs(determinants) != 1)
    if len(singular):
        return f"the operation {texts[singular[0]]} cannot be undone; a symmetry operation keeps the volume"
    one, other = _products(operations)
    missing = np.flatnonzero(~_contains(operations, one, other))
    if len(missing):
        first, second = divmod(int(missing[0]), len(texts))
        return f"{texts[second]} followed by {texts[first]} is not among the {len(texts)} operations; list them all"
    return None


def _products(operations: Operations) -> tuple[IntArray, FloatArray]:
    """Return the rotations and shifts of every operation after every other (n * n, ...)."""
    rotations = np.einsum("aij,bjk->abik", operations.rotations, operations.rotations)
    shifts = operations.shifts[:, None, :] + np.einsum("aij,bj->abi", operations.rotations, operations.shifts)
    return rotations.reshape(-1, 3, 3), shifts.reshape(-1, 3)


def _contains(operations: Operations, rotations: IntArray, shifts: FloatArray) -> BoolArray:
    """Whether each of some operations is, up to a lattice translation, among the given ones (m,)."""
    largest = 3 * _LARGEST**2  # of an element of a product
    weights = (2 * largest + 1) ** np.arange(9)
    keys = (operations.rotations.reshape(-1, 9) + largest) @ weights
    wanted = (rotations.reshape(-1, 9) + largest) @ weights
    found = np.zeros(len(wanted), dtype=bool)
    for key, shift in zip(keys, operations.shifts, strict=True):
        rows = np.flatnonzero((wanted == key) & ~found)
        difference = shifts[rows] - shift
        found[rows] = (np.abs(difference - np.rint(difference)) <= _SAME_SHIFT).all(axis=1)
    return found


@lru_cache(maxsize=8192)
def _parse(text: str) -> tuple[list[list[int]], list[float], bool]:
    import gemmi  # noqa: PLC0415 - compiled, and needed by files alone

    if _HUGE.search(text):
        raise _NoOperationError(f"the operation {text[:60]} has a number too large to hold a fraction")
    try:
        operation = gemmi.Op(text)
    except (RuntimeError, ValueError):
        return _parse_any(text)
    rotation = [[element // _GRID for element in row] for row in operation.rot]
    if any(element % _GRID for row in operation.rot for element in row) or not _is_exact(text):
        return _parse_any(text)
    return rotation, [number / _GRID for number in operation.tran], True


def _is_exact(text: str) -> bool:
    """Whether an operation says its shifts in fractions, or in decimals that are exact."""
    return "." not in text or all(
        part.rstrip("0") in ("5", "25", "75", "125", "375", "625", "875") for part in _DECIMALS.findall(text)
    )


def _parse_any(text: str) -> tuple[list[list[int]], list[float], bool]:
    """Parse an operation whose denominators gemmi does not know."""
    from pymatgen.core.operations import SymmOp  # noqa: PLC0415

    matrix = SymmOp.from_xyz_str(text).affine_matrix
    rotation = np.rint(matrix[:3, :3]).astype(int)
    if np.abs(matrix[:3, :3] - rotation).max() > _WHOLE:
        raise _NoOperationError(
            f"the operation {text[:60]} scales the cell; only a whole number may stand before x, y and z"
        )
    return rotation.tolist(), matrix[:3, 3].tolist(), False


def pymatgen_operations(texts: tuple[str, ...]) -> Sequence[SymmOp]:
    """Return operations as pymatgen has them."""
    from pymatgen.core.operations import SymmOp  # noqa: PLC0415

    return [SymmOp.from_xyz_str(text) for text in texts]
