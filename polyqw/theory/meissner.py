"""A magnet over a superconductor, or a superconductor under a magnet: dipole and image (papers/002, V.B, Eq. 10).

The paper balances F = mg (repelled) and F = Mg (attracted) by a depth λ of broken symmetry that adjusts itself. As a
model: a dipole at height z over the plane in which its image is mirrored, at depth λ; two coaxial dipoles at the
distance d = 2(z + λ) act on each other with 3μ0 m²/(2π d⁴). London's plane is the same with a λ that stays.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import pi, sqrt
from typing import Final

from polyqw.constants import ELEMENTARY_CHARGE_C as E
from polyqw.constants import FINE_STRUCTURE, LIGHT_SPEED_M_PER_S, PLANCK_J_S

MU0: Final = 2.0 * FINE_STRUCTURE * PLANCK_J_S / (E**2 * LIGHT_SPEED_M_PER_S)
"""μ0 [N/A²], from α as everything of CODATA since 2019."""

STANDARD_GRAVITY: Final = 9.80665
"""g [m/s²], 3rd CGPM (1901)."""


@dataclass(frozen=True, slots=True)
class Levitation:
    """A dipole and its image.

    Parameters
    ----------
    moment : float
        Of the magnet [A m²].
    is_attracted : bool
        Whether the superconductor hangs under the magnet, as in papers/002, Fig. 15d.
    """

    moment: float
    is_attracted: bool

    def force(self, height_m: float, depth_m: float) -> float:
        """Return the force against the weight [N]."""
        distance = 2.0 * (height_m + depth_m)
        return 3.0 * MU0 * self.moment**2 / (2.0 * pi * distance * distance * distance * distance)

    def height(self, weight_newton: float, depth_m: float) -> float:
        """Return the height at which the force balances a weight [m]; negative where no height does."""
        return self._reach(weight_newton) - depth_m

    def depth(self, weight_newton: float, height_m: float) -> float:
        """Return the depth that balances a weight at a height [m], as papers/002 has it; negative where none does."""
        return self._reach(weight_newton) - height_m

    def _reach(self, weight_newton: float) -> float:
        return 0.5 * sqrt(sqrt(3.0 * MU0 * self.moment**2 / (2.0 * pi * weight_newton)))

    def stiffness(self, height_m: float, depth_m: float, depth_slope: float = 0.0) -> float:
        """Return the restoring force per displacement [N/m]: stable where it is positive.

        Parameters
        ----------
        depth_slope : float
            dλ/dz, how the depth adjusts itself; -1 keeps the force, and so balances every height alike.
        """
        reach = height_m + depth_m
        along = -4.0 * self.force(height_m, depth_m) / reach * (1.0 + depth_slope)
        return along if self.is_attracted else -along
