"""Chemical potentials at which a model is looked at before an extremum or a crossing is refined.

Two scales matter: the band, and the neighbourhood of μ* where E_D ≈ |Δ_J|, which can be narrower than
any uniform grid. The scan covers the first evenly and closes in on μ* in geometric steps.
"""

from typing import Final

import numpy as np

from polyqw.cles.gaps import find_gaps
from polyqw.cles.parameters import FloatArray, IntArray, Points
from polyqw.errors import UsageError

N_SCAN: Final = 200
"""Evenly spaced chemical potentials of a thorough scan."""

N_AROUND: Final = 20
"""Geometric steps from μ* to either edge of the band in a thorough scan."""

_NEAREST: Final = 0.05  # of |Δ_J(μ*)|


def make_scan(models: Points, n_scan: int, n_around: int = N_AROUND) -> FloatArray:
    """Return ascending chemical potentials in the band [eV], (n_models, n_scan + 2·n_around + 1).

    Parameters
    ----------
    models : Points
        The models; their own chemical potentials do not matter.
    n_scan : int
        Evenly spaced points from 0 to ω_c, >= 2.
    n_around : int
        Geometric steps from μ* to either edge of the band, the first 0.05·|Δ_J(μ*)| wide, >= 2.

    Raises
    ------
    UsageError
        If a number is too small.
    """
    if n_scan < 2:
        raise UsageError(f"n_scan must be at least 2, not {n_scan}.")
    if n_around < 2:
        raise UsageError(f"n_around must be at least 2, not {n_around}.")
    index = np.arange(models.mu.size)
    omega_c = models.omega_c[:, None]
    mu_star = models.epsilon_l + 0.5 * models.u
    width = np.nan_to_num(find_gaps(models.take(index, mu_star)).delta_j)[:, None]
    centre = np.clip(mu_star[:, None], 0.0, omega_c)
    nearest = np.clip(_NEAREST * width, 1e-12 * omega_c, 0.01 * omega_c)
    fractions = np.linspace(0.0, 1.0, n_around)
    below = centre - nearest * (np.maximum(centre, nearest) / nearest) ** fractions
    above = centre + nearest * (np.maximum(omega_c - centre, nearest) / nearest) ** fractions
    even = omega_c * np.linspace(0.0, 1.0, n_scan)
    scan = np.concatenate([even, below, centre, above], axis=1)
    return np.sort(np.clip(scan, 0.0, omega_c), axis=1)


def spread(models: Points, mu: FloatArray) -> tuple[Points, IntArray]:
    """Return the models at each column of `mu`, (n_models, m), flattened, and which model each point is."""
    index = np.repeat(np.arange(mu.shape[0]), mu.shape[1])
    return models.take(index, mu.ravel()), index
