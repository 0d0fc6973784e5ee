"""The parameters of the CLES model: validated once, broadcast everywhere.

Source: papers/000 ("CLES"), Eqs 1, 6, 7 and the caption of Fig. 3. Energies in eV.
"""

from dataclasses import dataclass
from typing import Final, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from polyqw.errors import UsageError

FloatArray: TypeAlias = NDArray[np.float64]
BoolArray: TypeAlias = NDArray[np.bool_]
IntArray: TypeAlias = NDArray[np.int64]
StrArray: TypeAlias = NDArray[np.str_]

PRINTED_PREFACTOR: Final = 3.51
"""The BCS ratio 2E_G/(kB·T) as papers/000 prints it."""

EXACT_PREFACTOR: Final = 2.0 * np.pi / np.exp(np.euler_gamma)
"""2π/e^γ = 3.527754..., the weak-coupling BCS ratio that 3.51 abbreviates."""

PARAMETER_NAMES: Final = ("g", "j", "epsilon_l", "u", "dn", "omega_c", "prefactor", "exponent")


def as_finite(name: str, value: ArrayLike) -> FloatArray:
    """Return `value` as an array of finite doubles.

    Parameters
    ----------
    name : str
        What the value is called in the message.
    value : array_like
        Any shape, any unit.

    Raises
    ------
    UsageError
        If the value is not numeric, or holds NaN or an infinity.
    """
    try:
        array = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise UsageError(f"{name} must be a number or an array of numbers, not {value!r}.") from error
    finite = np.isfinite(array)
    if not finite.all():
        raise UsageError(f"{name} must be finite, but holds {array[~finite].flat[0]}.")
    return array


@dataclass(frozen=True, slots=True, init=False, eq=False)
class Parameters:
    """The constants of one CLES model, or of a whole array of models.

    Every field may be a number or an array; they broadcast against each other and against the chemical
    potentials they are used with. The defaults are the paper's set (Fig. 3); its "0.09 eV" for D0·J is
    a misprint of the dimensionless 0.09.

    Parameters
    ----------
    g : array_like
        D0·λ, conventional pairing, dimensionless, >= 0.
    j : array_like
        D0·J, coupling of localized to extended pairs, dimensionless, >= 0.
    epsilon_l : array_like
        ε_L, energy of the localized state [eV].
    u : array_like
        U, Hubbard repulsion on that state [eV].
    dn : array_like
        D0/Nd, density of states per impurity [1/eV], > 0.
    omega_c : array_like
        ω_c, upper end of the band, which begins at 0 [eV], > 0.
    prefactor : array_like
        The BCS ratio of the critical temperatures, > 0; 3.51 as printed, or ``EXACT_PREFACTOR``.
    exponent : array_like
        n in 2E_G/(kB·T) = prefactor·exp(n/K0 - n/K): 2 as printed, 1 as Eqs 6-7 themselves demand.

    Raises
    ------
    UsageError
        If a value is not finite or out of range, or if the shapes do not broadcast.
    """

    g: FloatArray
    j: FloatArray
    epsilon_l: FloatArray
    u: FloatArray
    dn: FloatArray
    omega_c: FloatArray
    prefactor: FloatArray
    exponent: FloatArray

    def __init__(
        self,
        *,
        g: ArrayLike = 0.05,
        j: ArrayLike = 0.09,
        epsilon_l: ArrayLike = -0.5,
        u: ArrayLike = 1.4,
        dn: ArrayLike = 0.804,
        omega_c: ArrayLike = 1.0,
        prefactor: ArrayLike = PRINTED_PREFACTOR,
        exponent: ArrayLike = 2,
    ) -> None:
        values = (g, j, epsilon_l, u, dn, omega_c, prefactor, exponent)
        for name, value in zip(PARAMETER_NAMES, values, strict=True):
            array = as_finite(name, value).copy()
            array.setflags(write=False)
            object.__setattr__(self, name, array)
        self._check()

    def _check(self) -> None:
        for name in ("g", "j"):
            value: FloatArray = getattr(self, name)
            if (value < 0).any():
                raise UsageError(f"{name} is a coupling strength and must be >= 0, but holds {value.min()}.")
        for name in ("dn", "omega_c", "prefactor"):
            value = getattr(self, name)
            if (value <= 0).any():
                raise UsageError(f"{name} must be > 0, but holds {value.min()}.")
        odd = (self.exponent != 1) & (self.exponent != 2)
        if odd.any():
            raise UsageError(
                f"exponent must be 2 (as printed) or 1 (as the gap equations demand), "
                f"not {self.exponent[odd].flat[0]:g}."
            )
        _ = self.shape

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape that all parameters broadcast to."""
        return broadcast_shape(*(getattr(self, name) for name in PARAMETER_NAMES))

    @property
    def mu_star(self) -> FloatArray:
        """μ* = ε_L + U/2 [eV], where the localized pair is degenerate with the chemical potential."""
        return np.asarray(self.epsilon_l + 0.5 * self.u)

    @property
    def p_star(self) -> FloatArray:
        """p* = (D0/Nd)·μ*, the doping of the node of the pseudogap (papers/000, Fig. 3a)."""
        return np.asarray(self.dn * self.mu_star)

    def doping(self, mu: ArrayLike) -> FloatArray:
        """Return the doping p = (D0/Nd)·μ of a chemical potential `mu` [eV]."""
        return np.asarray(self.dn * as_finite("mu", mu))

    def chemical_potential(self, p: ArrayLike) -> FloatArray:
        """Return the chemical potential μ = p/(D0/Nd) [eV] of a doping `p`."""
        return np.asarray(as_finite("p", p) / self.dn)

    def replace(self, **changes: ArrayLike) -> "Parameters":
        """Return a copy with some parameters changed."""
        values: dict[str, ArrayLike] = {name: getattr(self, name) for name in PARAMETER_NAMES}
        unknown = sorted(set(changes) - set(values))
        if unknown:
            raise UsageError(f"{unknown[0]} is not a CLES parameter; choose among {', '.join(PARAMETER_NAMES)}.")
        return Parameters(**(values | changes))


class Points(NamedTuple):
    """Models and chemical potentials side by side: flat arrays of one length, and the shape they came from.

    `delta` is δ = ε_L + U/2 - μ correct to the last bit: where δ is small it decides both gaps, and the
    plain sum loses as many digits as it cancels. `a` = j²/DN = D0·J²·Nd [eV].
    """

    shape: tuple[int, ...]
    mu: FloatArray
    g: FloatArray
    j: FloatArray
    epsilon_l: FloatArray
    u: FloatArray
    dn: FloatArray
    omega_c: FloatArray
    prefactor: FloatArray
    exponent: FloatArray
    delta: FloatArray
    a: FloatArray

    @property
    def above_mu(self) -> FloatArray:
        """ω_c - μ [eV], what the band offers above the chemical potential."""
        return self.omega_c - self.mu

    @property
    def no_coupling(self) -> BoolArray:
        """Whether g = j = 0, so that nothing pairs."""
        return np.asarray((self.g == 0) & (self.j == 0))

    @property
    def out_of_range(self) -> BoolArray:
        """Whether A for j > 0, or g for j = 0, is not a normal double."""
        strength = np.where(self.j > 0, self.a, self.g)
        normal = (strength >= np.finfo(np.float64).tiny) & (strength < np.inf)
        return np.asarray(~(normal | self.no_coupling))

    def take(self, index: IntArray, mu: FloatArray) -> "Points":
        """Return the models with these indices at other chemical potentials `mu` [eV]."""
        g, j, epsilon_l, u, dn, omega_c, prefactor, exponent, a = (
            item[index]
            for item in (
                self.g, self.j, self.epsilon_l, self.u, self.dn, self.omega_c, self.prefactor, self.exponent,
                self.a,
            )
        )  # fmt: skip
        delta = _distance_to_level(epsilon_l, u, mu)
        return Points(mu.shape, mu, g, j, epsilon_l, u, dn, omega_c, prefactor, exponent, delta, a)

    def reshape(self, flat: FloatArray) -> FloatArray:
        """Return a flat result in the shape of the question."""
        return flat.reshape(self.shape)


def make_points(mu: ArrayLike, parameters: Parameters) -> Points:
    """Return `mu` [eV] and `parameters` broadcast against each other and flattened.

    Raises
    ------
    UsageError
        If `mu` is not finite or does not broadcast with the parameters.
    """
    mu_array = as_finite("mu", mu)
    values = [mu_array, *(getattr(parameters, name) for name in PARAMETER_NAMES)]
    shape = broadcast_shape(*values)
    flat = [np.broadcast_to(value, shape).ravel() for value in values]
    mu_flat, g, j, epsilon_l, u, dn, omega_c, prefactor, exponent = flat
    delta = _distance_to_level(epsilon_l, u, mu_flat)
    with np.errstate(over="ignore", under="ignore"):
        a = j * (j / dn)
    return Points(shape, mu_flat, g, j, epsilon_l, u, dn, omega_c, prefactor, exponent, delta, a)


def broadcast_shape(*arrays: FloatArray) -> tuple[int, ...]:
    """Return the common shape of `arrays`.

    Raises
    ------
    UsageError
        If there is none.
    """
    try:
        return np.broadcast_shapes(*(array.shape for array in arrays))
    except ValueError as error:
        shapes = ", ".join(sorted({str(array.shape) for array in arrays if array.shape}))
        raise UsageError(f"the shapes {shapes} of mu and the parameters do not broadcast.") from error


def _distance_to_level(epsilon_l: FloatArray, u: FloatArray, mu: FloatArray) -> FloatArray:
    level, level_error = _two_sum(epsilon_l, 0.5 * u)
    delta, delta_error = _two_sum(level, -mu)
    return delta + (level_error + delta_error)


def _two_sum(x: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Knuth's exact sum: x + y = total + error."""
    total = x + y
    part = total - x
    return total, (x - (total - part)) + (y - part)
