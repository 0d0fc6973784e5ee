"""The order parameter of papers/002, Eq. 9, in the four condensed states of its Fig. 13, by simulation.

P = (e/N) Σ r_j exp(iθ_j) over the displacements of N electrons, as complex numbers: the real axis along the applied
field. With a displacement Δ by the field and a random one δ by heat, equal in both directions:

- insulating: none; normal: δ; metallic: Δ + δ; superconducting: Δ.

The mean is then 0, 0, eΔ, eΔ: it tells two pairs of states apart, not four states. What differs is the spread: the
standard deviation of P over samples is eσ/√N for each component, σ that of δ, and vanishes for large N.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import numpy as np

from polyqw.errors import UsageError

if TYPE_CHECKING:
    from polyqw.core.arrays import ComplexArray, FloatArray


class Condensed(StrEnum):
    """The four states of papers/002, Fig. 13."""

    INSULATING = "insulating"
    NORMAL = "normal"
    METALLIC = "metallic"
    SUPERCONDUCTING = "superconducting"


HAS_FIELD: Final = frozenset({Condensed.METALLIC, Condensed.SUPERCONDUCTING})
"""States in which the field displaces the electrons."""

HAS_HEAT: Final = frozenset({Condensed.NORMAL, Condensed.METALLIC})
"""States with random displacements."""


@dataclass(frozen=True, slots=True)
class Displacements:
    """What the simulation takes for granted; papers/002 gives no numbers.

    Parameters
    ----------
    field : float
        Δ, displacement by the field [Å].
    thermal : float
        Standard deviation of δ along each direction [Å].
    attenuation : float
        Share of Δ that the metallic state loses from one end of the sample to the other (papers/002, V.A speaks of
        an attenuation along x and gives no number); 0 to 1.

    Raises
    ------
    UsageError
        If a length is negative or not a number, or the attenuation lies outside of 0 to 1.
    """

    field: float = 1.0
    thermal: float = 0.3
    attenuation: float = 0.0

    def __post_init__(self) -> None:
        for name, value in (("field", self.field), ("thermal", self.thermal)):
            if not 0.0 <= value < np.inf:
                raise UsageError(f"the {name} displacement is a length of at least 0 Å, not {value}")
        if not 0.0 <= self.attenuation <= 1.0:
            raise UsageError(f"the attenuation lies between 0 and 1, not {self.attenuation}")


@dataclass(frozen=True, slots=True)
class OrderParameter:
    """The order parameter of one state over many samples.

    Parameters
    ----------
    mean : complex
        Mean of P over the samples [e Å].
    sd : float
        Standard deviation of one component of P over the samples, root mean square over both [e Å].
    sd_expected : float
        eσ/√N [e Å].
    mean_modulus : float
        Mean of abs(P) [e Å].
    rms_displacement : float
        Root mean square displacement of the electrons [Å].
    coherence : float or None
        abs(Σ r exp(iθ)) / Σ r, mean over the samples: 1 when all displacements agree; None when there are none.
    """

    state: Condensed
    mean: complex
    sd: float
    sd_expected: float
    mean_modulus: float
    rms_displacement: float
    coherence: float | None


def order_parameter(displacements: ComplexArray) -> ComplexArray:
    """Return P = (e/N) Σ r_j exp(iθ_j) of each sample [e Å] (papers/002, Eq. 9).

    Parameters
    ----------
    displacements : array of complex, (samples, N)
        r exp(iθ) of each electron [Å].

    Returns
    -------
    array of complex, (samples,)
        With the sign of Eq. 9, that of the displacement. The dipole of a displaced electron points the other way,
        and so does P_A = -e r exp(iθ), from which papers/002 says that Eq. 9 is made.
    """
    return np.asarray(displacements.mean(axis=-1))


def cell_dipole(displacement: complex, charge_per_corner: float) -> complex:
    """Return the sum of the four dipoles from a displaced electron to the corners of its square [e Å].

    papers/002, Fig. 12 gives -e r for it, which is its value when each corner pairs with a quarter of the electron;
    with a whole elementary charge for each of the four pairs it is four times that.

    Parameters
    ----------
    displacement : complex
        r exp(iθ) [Å].
    charge_per_corner : float
        Charge of each of the four pairs [e].
    """
    corners = np.array([1, 1j, -1, -1j])  # of any size: they cancel
    return complex(charge_per_corner * (corners - displacement).sum())


def simulate(
    state: Condensed, displacements: Displacements, n_electrons: int, n_samples: int, rng: np.random.Generator
) -> ComplexArray:
    """Return displacements of the electrons of many samples in one state, (n_samples, n_electrons) [Å].

    The electrons stand in order along the field, so that an attenuation runs from the first to the last.

    Raises
    ------
    UsageError
        If there is no electron or no sample.
    """
    if n_electrons < 1 or n_samples < 1:
        raise UsageError(f"a simulation needs electrons and samples, not {n_electrons} and {n_samples}")
    r = np.zeros((n_samples, n_electrons), dtype=complex)
    if state in HAS_FIELD:
        lost = displacements.attenuation if state is Condensed.METALLIC else 0.0
        r += displacements.field * (1 - lost * (np.arange(n_electrons) + 0.5) / n_electrons)
    if state in HAS_HEAT:
        r += displacements.thermal * (rng.standard_normal(r.shape) + 1j * rng.standard_normal(r.shape))
    return r


def measure(state: Condensed, r: ComplexArray, displacements: Displacements) -> OrderParameter:
    """Return the order parameter of one state from the displacements of its samples, (samples, N) [Å]."""
    p = order_parameter(r)
    lengths: FloatArray = np.abs(r)
    total = lengths.sum(axis=1)
    coherence = float((np.abs(r.sum(axis=1)) / total).mean()) if np.all(total > 0) else None
    thermal = displacements.thermal if state in HAS_HEAT else 0.0
    return OrderParameter(
        state,
        complex(p.mean()),
        float(np.sqrt((p.real.var() + p.imag.var()) / 2)),
        float(thermal / np.sqrt(r.shape[1])),
        float(np.abs(p).mean()),
        float(np.sqrt((lengths**2).mean())),
        coherence,
    )


def share_above(r: ComplexArray, field: float) -> float:
    """Return the share of samples whose order parameter along the field exceeds eΔ.

    papers/002, V.A calls eΔ, that of the superconducting state, the largest; about half of the samples of an
    unattenuated metallic state lie above it.
    """
    return float((order_parameter(r).real > field).mean())
