"""Safeguarded Newton's method for many independent, increasing equations at once."""

from collections.abc import Callable
from typing import Final, NamedTuple

import numpy as np

from polyqw.cles.parameters import BoolArray, FloatArray, IntArray

MAX_ITERATIONS: Final = 400
BLOCK: Final = 8192
"""Equations treated together: small enough for their work arrays to stay in the processor's cache."""

QUADRATIC_STEP: Final = 1e-9
"""A Newton step this small (absolute, the unknowns are logarithms) leaves an error near its square."""

Equation = Callable[..., tuple[FloatArray, FloatArray]]


class Roots(NamedTuple):
    """Roots, the iterations each took, and whether it converged."""

    x: FloatArray
    iterations: IntArray
    converged: BoolArray


def solve_increasing(
    equation: Equation,
    start: FloatArray,
    lower: FloatArray,
    upper: FloatArray,
    arguments: tuple[FloatArray, ...],
) -> Roots:
    """Return the roots of increasing equations f(x, *arguments) = 0 with brackets lower <= x <= upper.

    Newton's step is taken while it stays in the bracket and at least halves every second time; otherwise
    the bracket is bisected. Converged elements are frozen and leave the working set, so that their
    result does not depend on their neighbours.

    Parameters
    ----------
    equation : callable
        ``equation(x, *arguments) -> (value, slope)`` for flat arrays; the value increases with x.
    start, lower, upper : array, (n,)
        First guess and bracket, finite.
    arguments : tuple of array, (n,)
        What the equation needs besides x.
    """
    x = np.clip(start, lower, upper)
    iterations = np.zeros(x.shape, dtype=np.int64)
    converged = np.zeros(x.shape, dtype=np.bool_)
    for first in range(0, x.size, BLOCK):
        block = slice(first, first + BLOCK)
        x[block], iterations[block], converged[block] = _solve_block(
            equation, x[block], lower[block], upper[block], tuple(item[block] for item in arguments)
        )
    return Roots(x, iterations, converged)


def _solve_block(
    equation: Equation, start: FloatArray, lower: FloatArray, upper: FloatArray, arguments: tuple[FloatArray, ...]
) -> Roots:
    result = start.copy()
    iterations = np.full(start.shape, MAX_ITERATIONS, dtype=np.int64)
    converged = np.zeros(start.shape, dtype=np.bool_)
    active = np.arange(start.size)
    x, low, high = start, lower, upper
    last_step = before_last = high - low
    for iteration in range(1, MAX_ITERATIONS + 1):
        value, slope = equation(x, *arguments)
        low = np.where(value < 0, x, low)
        high = np.where(value > 0, x, high)
        step = -value / slope
        newton = x + step
        bisect = ~((newton >= low) & (newton <= high) & (np.abs(step) <= 0.5 * np.abs(before_last)))
        if bisect.any():
            newton = np.where(bisect, 0.5 * (low + high), newton)
            step = newton - x
        small = ~bisect & (np.abs(step) <= QUADRATIC_STEP)
        done = small | (high - low <= 4e-16 * np.abs(x)) | (value == 0)
        x, before_last, last_step = newton, last_step, step
        if not done.any():
            continue
        finished = active[done]
        result[finished] = x[done]
        iterations[finished] = iteration
        converged[finished] = True
        going = ~done
        active = active[going]
        if not active.size:
            break
        x, low, high, last_step, before_last = (
            item[going] for item in (x, low, high, last_step, before_last)
        )
        arguments = tuple(item[going] for item in arguments)
    else:
        result[active] = x
    return Roots(result, iterations, converged)
