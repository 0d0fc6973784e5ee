"""Resistivity ratio of the normal state: papers/000, Eq. 8 and Fig. 3d.

With t = kB·T, x = (μ - E0/2)/t = β/2t and Ẽn(x) = e^x·En(x) the printed conductivity is

    σ/σ0 = (μ/t)·Ẽ2(x) + x·[Ẽ1(x) - Ẽ2(x)],

a sum of positive terms: Θ = σ0/σ = ρ/ρ0. The paper gives no value to the constants in σ0.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import exp1, expn

from polyqw.cles.binding import PairEnergy, find_pair
from polyqw.cles.parameters import (
    BoolArray,
    FloatArray,
    Parameters,
    StrArray,
    as_finite,
    broadcast_shape,
    make_points,
)
from polyqw.constants import BOLTZMANN_EV_PER_K
from polyqw.errors import UsageError

_FRACTION_BEGINS: Final = 5.0
_FRACTION_LEVELS: Final = 24


@dataclass(frozen=True, slots=True, eq=False)
class Resistivity:
    """Resistivity ratios; all arrays have the broadcast shape of temperature, mu and parameters.

    Attributes
    ----------
    temperature_kelvin, mu_ev, p : array
        Temperature [K], chemical potential μ [eV], doping p = (D0/Nd)·μ.
    theta : array
        Θ = ρ/ρ0; infinite only where μ = 0 and β underflows a double.
    residual_theta : array
        Θ at T → 0: (β/2)/μ.
    converged : array
        Whether the iteration for β ended.
    reason : array of str
        "" or a `Reason` why Θ is NaN.
    """

    temperature_kelvin: FloatArray
    mu_ev: FloatArray
    p: FloatArray
    theta: FloatArray
    residual_theta: FloatArray
    converged: BoolArray
    reason: StrArray


def solve_resistivity(
    temperature_kelvin: ArrayLike, mu: ArrayLike, parameters: Parameters, e0: PairEnergy = PairEnergy.PRINTED
) -> Resistivity:
    """Compute Θ = ρ/ρ0 (papers/000, Eq. 8) with E0 from the pairing instability (Eq. 3).

    Parameters
    ----------
    temperature_kelvin : array_like
        Temperature [K], > 0.
    mu : array_like
        Chemical potential μ [eV], 0 <= μ < ω_c; elsewhere the result is NaN with a reason.
    parameters : Parameters
        The model; all three broadcast against each other.
    e0 : PairEnergy
        E0 of region 1, as printed or as derived.

    Returns
    -------
    Resistivity

    Raises
    ------
    UsageError
        If a temperature is not positive, a value is not finite, or the shapes do not broadcast.
    """
    temperature = as_finite("temperature_kelvin", temperature_kelvin)
    if (temperature <= 0).any():
        raise UsageError(f"temperature_kelvin must be > 0, but holds {temperature.min()}.")
    points = make_points(mu, parameters)
    pair = find_pair(points, e0)
    mu_array, beta = points.reshape(points.mu), points.reshape(pair.beta)
    shape = broadcast_shape(temperature, mu_array)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore", under="ignore"):
        spread = [np.broadcast_to(item, shape) for item in (temperature * BOLTZMANN_EV_PER_K, mu_array, beta)]
        theta = np.asarray(1.0 / conductivity_ratio(*spread))
        residual_theta = 0.5 * beta / mu_array
    return Resistivity(
        temperature_kelvin=np.broadcast_to(temperature, shape),
        mu_ev=np.broadcast_to(mu_array, shape),
        p=np.broadcast_to(points.reshape(points.dn * points.mu), shape),
        theta=theta,
        residual_theta=np.broadcast_to(residual_theta, shape),
        converged=np.broadcast_to(pair.converged.reshape(points.shape), shape),
        reason=np.broadcast_to(pair.reason.reshape(points.shape), shape),
    )


def conductivity_ratio(t: FloatArray, mu: FloatArray, beta: FloatArray) -> FloatArray:
    """Return σ/σ0 for t = kB·T > 0, μ >= 0 and β = 2μ - E0 >= 0, all [eV] and of one shape."""
    e2, x_difference = _scaled_integrals(np.ravel(0.5 * beta / t))
    return mu / t * e2.reshape(t.shape) + x_difference.reshape(t.shape)


def _scaled_integrals(x: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return Ẽ2(x) and x·[Ẽ1(x) - Ẽ2(x)] for flat x >= 0.

    For large x the latter is 2Ẽ3 - Ẽ2, which spares the difference of nearly equal terms.
    """
    near = np.minimum(x, _FRACTION_BEGINS)
    scale = np.exp(near)
    e2 = scale * expn(2, near)
    x_difference = np.where(near > 0, near * (scale * exp1(np.maximum(near, 1e-300)) - e2), 0.0)
    far = x > _FRACTION_BEGINS
    if far.any():
        e2_far = _continued_fraction(2, x[far])
        e2[far] = e2_far
        x_difference[far] = 2.0 * _continued_fraction(3, x[far]) - e2_far
    return np.where(np.isnan(x), np.nan, e2), x_difference


def _continued_fraction(n: int, x: FloatArray) -> FloatArray:
    """Return Ẽn(x) = 1/(x + n - 1·n/(x + n + 2 - 2(n + 1)/(x + n + 4 - ...))) for large x."""
    tail = np.zeros_like(x)
    for level in range(_FRACTION_LEVELS, 0, -1):
        tail = level * (n + level - 1) / (x + n + 2 * level - tail)
    result: FloatArray = 1.0 / (x + n - tail)
    return result
