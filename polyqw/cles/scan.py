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

_WIDTHS: Final = 10.0 ** np.linspace(-1.5, 3.0, 19)
"""Distances from μ* in units of |Δ_J(μ*)|."""


def make_scan(models: Points, n_scan: int) -> FloatArray:
    """Return ascending chemical potentials in the band [eV], (n_models, n_scan + 39).

    Parameters
    ----------
    models : Points
        The models; their own chemical potentials do not matter.
    n_scan : int
        Evenly spaced points from 0 to ω_c, >= 2.

    Raises
    ------
    UsageError
        If `n_scan` is too small.
    """
    if n_scan < 2:
        raise UsageError(f"n_scan must be at least 2, not {n_scan}.")
    index = np.arange(models.mu.size)
    mu_star = models.epsilon_l + 0.5 * models.u
    at_level = find_gaps(models.take(index, mu_star))
    width = np.nan_to_num(at_level.delta_j)
    even = models.omega_c[:, None] * np.linspace(0.0, 1.0, n_scan)
    steps = width[:, None] * _WIDTHS
    centre = mu_star[:, None]
    scan = np.concatenate([even, centre - steps, centre, centre + steps], axis=1)
    return np.sort(np.clip(scan, 0.0, models.omega_c[:, None]), axis=1)


def spread(models: Points, mu: FloatArray) -> tuple[Points, IntArray]:
    """Return the models at each column of `mu`, (n_models, m), flattened, and which model each point is."""
    index = np.repeat(np.arange(mu.shape[0]), mu.shape[1])
    return models.take(index, mu.ravel()), index
