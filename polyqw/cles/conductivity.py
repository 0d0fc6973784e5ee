"""σ0 of papers/000, Eq. 8, so that a resistivity is one and not a ratio.

    σ0 = 4π e²ħ D0² E_J² / (3 m V_g [D0 E_J² + 2β]),   E_J = J Nd - λE1/J = j/DN + (g/j)·w,   2β = 4(μ - E0/2).

The paper gives neither the sample's volume V_g nor its number Nd of localized sites. V_g/Nd is the volume of one
site, which a crystal has. Nd itself stays in D0 E_J² = DN·Nd·E_J²: for a sample of many sites σ0 is 4πe²ħD0/(3mV_g),
the same at every doping; only for a few sites does it fall where β opens.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from polyqw.cles.binding import PairEnergy, find_pair
from polyqw.cles.parameters import FloatArray, Parameters, as_finite, make_points
from polyqw.cles.resistivity import solve_resistivity
from polyqw.constants import ELECTRON_MASS_KG, ELEMENTARY_CHARGE_C, PLANCK_J_S
from polyqw.errors import UsageError

_MICROOHM_CM_PER_OHM_M: Final = 1e8
_ANGSTROM3: Final = 1e-30


@dataclass(frozen=True, slots=True)
class Sample:
    """What Eq. 8 needs of a sample: the volume of one localized site [Å³] and their number (inf for a crystal)."""

    site_volume_angstrom3: float
    n_sites: float = float("inf")

    def __post_init__(self) -> None:
        """Refuse what is no sample."""
        if not (0 < self.site_volume_angstrom3 < np.inf and self.n_sites >= 1):
            raise UsageError(
                f"a sample needs a volume per site above 0 Å³ and at least one site, not "
                f"{self.site_volume_angstrom3} Å³ and {self.n_sites} sites."
            )


def solve_sigma0(
    mu: ArrayLike, parameters: Parameters, sample: Sample, e0: PairEnergy = PairEnergy.PRINTED
) -> FloatArray:
    """Return σ0 of Eq. 8 [S/m]; NaN outside the band and without J."""
    points = make_points(mu, parameters)
    pair = find_pair(points, e0)
    with np.errstate(divide="ignore", invalid="ignore"):
        e_j = points.j / points.dn + points.g / points.j * pair.w
        share = 1.0 / (1.0 + 2.0 * pair.beta / (points.dn * sample.n_sites * e_j**2))
    per_joule = points.dn / ELEMENTARY_CHARGE_C
    hbar = PLANCK_J_S / (2.0 * np.pi)
    front = 4.0 * np.pi * ELEMENTARY_CHARGE_C**2 * hbar / (3.0 * ELECTRON_MASS_KG)
    return points.reshape(front * per_joule / (sample.site_volume_angstrom3 * _ANGSTROM3) * share)


def solve_resistivity_of_sample(
    temperature_kelvin: ArrayLike,
    mu: ArrayLike,
    parameters: Parameters,
    sample: Sample,
    e0: PairEnergy = PairEnergy.PRINTED,
) -> FloatArray:
    """Return ρ = Θ/σ0 [μΩ cm] (papers/000, Eq. 8).

    Raises
    ------
    UsageError
        If a temperature is not positive.
    """
    theta = solve_resistivity(as_finite("temperature_kelvin", temperature_kelvin), mu, parameters, e0).theta
    return np.asarray(theta / solve_sigma0(mu, parameters, sample, e0) * _MICROOHM_CM_PER_OHM_M)
