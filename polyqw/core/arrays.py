"""Types of arrays, and of the places of atoms in other cells."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

FloatArray: TypeAlias = NDArray[np.float64]
ComplexArray: TypeAlias = NDArray[np.complex128]
IntArray: TypeAlias = NDArray[np.intp]
BoolArray: TypeAlias = NDArray[np.bool_]
Image: TypeAlias = tuple[int, int, int]
"""Shift of a cell."""
Corner: TypeAlias = tuple[int, Image]
"""A site and the shift of its cell."""


def as_image(shift: IntArray | FloatArray) -> Image:
    """Return a cell shift (3,) as a tuple."""
    return (int(shift[0]), int(shift[1]), int(shift[2]))
