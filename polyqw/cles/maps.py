"""Maps of Tc over the two couplings: papers/000, Fig. 3c."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from polyqw.cles.gaps import find_gaps
from polyqw.cles.optimum import Optimum, find_optimum
from polyqw.cles.parameters import FloatArray, Parameters, StrArray, as_finite, make_points
from polyqw.cles.temperatures import solve_tc
from polyqw.errors import UsageError

_THIN_EVEN: Final = 4
_THIN_AROUND: Final = 10
_STRIDE: Final = 15
_AGREEMENT: Final = 1e-10


@dataclass(frozen=True, slots=True, eq=False)
class TcMap:
    """Tc over a grid of couplings.

    Attributes
    ----------
    g, j : array, (n_g,), (n_j,)
        D0·λ and D0·J of the rows and columns.
    tc_kelvin : array, (n_g, n_j)
        Tc [K].
    mu_ev : array, (n_g, n_j)
        The chemical potential [eV] it belongs to.
    exponent : float
        n of the temperature ratio.
    reason : array of str, (n_g, n_j)
        "" or a `Reason` why Tc is NaN.
    """

    g: FloatArray
    j: FloatArray
    tc_kelvin: FloatArray
    mu_ev: FloatArray
    exponent: float
    reason: StrArray


def make_tc_map(g: ArrayLike, j: ArrayLike, mu: float, parameters: Parameters) -> TcMap:
    """Compute Tc over couplings at one chemical potential.

    Parameters
    ----------
    g, j : array_like, (n_g,), (n_j,)
        D0·λ and D0·J.
    mu : float
        Chemical potential μ [eV].
    parameters : Parameters
        The other constants, one number each; its own g and j are not used.

    Raises
    ------
    UsageError
        If g, j or the other constants have the wrong shape, or a value is not valid.
    """
    rows, columns, grid = _make_grid(g, j, parameters)
    if as_finite("mu", mu).ndim:
        raise UsageError("mu must be one number for a map over couplings.")
    tc = solve_tc(mu, grid)
    reason = find_gaps(make_points(mu, grid)).reason.reshape(tc.shape) if np.isnan(tc).any() else None
    return TcMap(
        g=rows,
        j=columns,
        tc_kelvin=tc,
        mu_ev=np.full(tc.shape, float(mu)),
        exponent=float(parameters.exponent),
        reason=np.full(tc.shape, "") if reason is None else reason,
    )


def make_max_tc_map(g: ArrayLike, j: ArrayLike, parameters: Parameters) -> TcMap:
    """Compute the highest Tc over 0 <= μ <= ω_c for each pair of couplings (papers/000, Fig. 3c).

    Every point is scanned thinly: 4 even chemical potentials, μ* and 20 around it, and more wherever
    the slopes suggest a hidden peak. Every fifteenth row and column, the last ones included, is scanned
    thoroughly as well; if that finds a higher Tc anywhere, the whole map is scanned thoroughly.

    Parameters
    ----------
    g, j : array_like, (n_g,), (n_j,)
        D0·λ and D0·J.
    parameters : Parameters
        The other constants, one number each; its own g and j are not used.

    Raises
    ------
    UsageError
        If g, j or the other constants have the wrong shape, or a value is not valid.
    """
    rows, columns, grid = _make_grid(g, j, parameters)
    optimum = find_optimum(grid, n_scan=_THIN_EVEN, n_around=_THIN_AROUND)
    if _misses_a_peak(optimum, rows, columns, parameters):
        optimum = find_optimum(grid)
    return TcMap(
        g=rows,
        j=columns,
        tc_kelvin=optimum.tc_kelvin,
        mu_ev=optimum.mu_ev,
        exponent=float(parameters.exponent),
        reason=optimum.reason,
    )


def _misses_a_peak(optimum: Optimum, rows: FloatArray, columns: FloatArray, parameters: Parameters) -> bool:
    """Compare a map with thorough scans at some of its points."""
    row, column = (np.unique(np.append(np.arange(0, axis.size, _STRIDE), axis.size - 1)) for axis in (rows, columns))
    thorough = find_optimum(parameters.replace(g=rows[row][:, None], j=columns[column]))
    missed = thorough.tc_kelvin > optimum.tc_kelvin[np.ix_(row, column)] * (1.0 + _AGREEMENT)
    return bool(missed.any())


def _make_grid(g: ArrayLike, j: ArrayLike, parameters: Parameters) -> tuple[FloatArray, FloatArray, Parameters]:
    rows, columns = as_finite("g", g), as_finite("j", j)
    for name, axis in (("g", rows), ("j", columns)):
        if axis.ndim != 1 or not axis.size:
            raise UsageError(f"{name} must be a list of couplings for a map, not of shape {axis.shape}.")
    others = parameters.replace(g=0.0, j=0.0)
    if others.shape:
        raise UsageError(f"a map needs one number for every other constant, not arrays of shape {others.shape}.")
    return rows, columns, parameters.replace(g=rows[:, None], j=columns)
