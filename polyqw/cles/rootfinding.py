"""Safeguarded Newton's method for many independent, increasing equations at once."""

from collections.abc import Callable
from typing import Final, NamedTuple

import numpy as np

from polyqw.cles.parameters import BoolArray, FloatArray, IntArray

MAX_ITERATIONS: Final = 400
BLOCK: Final = 16384
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
    equation: Equation,
    start: FloatArray,
    lower: FloatArray,
    upper: FloatArray,
    arguments: tuple[FloatArray, ...],
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
        x, low, high, last_step, before_last = (item[going] for item in (x, low, high, last_step, before_last))
        arguments = tuple(item[going] for item in arguments)
    else:
        result[active] = x
    return Roots(result, iterations, converged)


def solve_bracketed(
    function: Callable[[FloatArray, IntArray], FloatArray],
    bracket: tuple[FloatArray, FloatArray],
    values: tuple[FloatArray, FloatArray],
    index: IntArray,
    precision: float = 0.0,
) -> FloatArray:
    """Return one zero of each continuous function between two points where it differs in sign.

    Chandrupatla's method: inverse quadratic interpolation where it is safe, else bisection.

    Parameters
    ----------
    function : callable
        ``function(x, index) -> value``, flat; `index` says which function each x belongs to.
    bracket : pair of array, (n,)
        The two points.
    values : pair of array, (n,)
        The function there.
    index : array of int, (n,)
        Passed to the function.
    precision : float
        Largest uncertainty of a zero in units of its bracket; 0 asks for the last bits.
    """
    zeros = np.empty_like(bracket[0])
    for first in range(0, zeros.size, BLOCK):
        block = slice(first, first + BLOCK)
        zeros[block] = _solve_bracketed_block(
            function,
            (bracket[0][block], bracket[1][block]),
            (values[0][block], values[1][block]),
            index[block],
            precision,
        )
    return zeros


def _solve_bracketed_block(
    function: Callable[[FloatArray, IntArray], FloatArray],
    bracket: tuple[FloatArray, FloatArray],
    values: tuple[FloatArray, FloatArray],
    index: IntArray,
    precision: float,
) -> FloatArray:
    a, b = bracket
    margin = precision * np.abs(b - a) + 1e-300
    f_a, f_b = values
    zeros = np.where(np.abs(f_a) < np.abs(f_b), a, b)
    where = np.arange(a.size)
    fraction = np.full(a.shape, 0.5)
    for _ in range(MAX_ITERATIONS):
        x = a + fraction * (b - a)
        f_x = function(x, index)
        same = np.sign(f_x) == np.sign(f_a)
        c, f_c = np.where(same, a, b), np.where(same, f_a, f_b)
        b, f_b = np.where(same, b, a), np.where(same, f_b, f_a)
        a, f_a = x, f_x
        best = np.where(np.abs(f_a) < np.abs(f_b), a, b)
        tolerance = (2e-16 * np.abs(best) + margin) / np.abs(b - a)
        zeros[where] = best
        going = ~((tolerance > 0.5) | (f_a == 0))
        if not going.any():
            break
        a, b, c, f_a, f_b, f_c = (item[going] for item in (a, b, c, f_a, f_b, f_c))
        tolerance, margin = tolerance[going], margin[going]
        where, index = where[going], index[going]
        fraction = np.clip(_interpolated_fraction(a, b, c, f_a, f_b, f_c), tolerance, 1.0 - tolerance)
    return zeros


def _interpolated_fraction(
    a: FloatArray, b: FloatArray, c: FloatArray, f_a: FloatArray, f_b: FloatArray, f_c: FloatArray
) -> FloatArray:
    """Return where between a (0) and b (1) to look next."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        xi = (a - b) / (c - b)
        phi = (f_a - f_b) / (f_c - f_b)
        safe = (phi * phi < xi) & ((1.0 - phi) ** 2 < 1.0 - xi)
        quadratic = f_a / (f_b - f_a) * (f_c / (f_b - f_c)) + (c - a) / (b - a) * (
            f_a / (f_c - f_a) * (f_b / (f_c - f_b))
        )
        return np.where(safe & np.isfinite(quadratic), quadratic, 0.5)
