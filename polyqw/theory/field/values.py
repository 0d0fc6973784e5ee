"""What a field says at points: energy of a test electron, its gradient and its Hessian."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from polyqw.core.arrays import FloatArray

SAME_PLACE = 1e-6
"""Distance within which a point sits on an ion, whose own field is then left out [Å]."""


@dataclass(frozen=True, eq=False, slots=True)
class FieldValues:
    """Energy of a test electron at n points, with its derivatives.

    Parameters
    ----------
    energy : array, (n,)
        U [eV]; of a crystal up to a constant, so that only differences mean something.
    gradient : array, (n, 3)
        ∇U [eV/Å]; the force is its negative.
    hessian : array, (n, 3, 3)
        ∂²U/∂x∂y [eV/Å²]; its trace is zero, the law of Laplace.
    """

    energy: FloatArray
    gradient: FloatArray
    hessian: FloatArray


class CoulombField(Protocol):
    """The field of some ions on a test electron."""

    def energy(self, cart_points: FloatArray) -> FloatArray:
        """Return U at points (n, 3) [Å], an array (n,) [eV]."""
        ...

    def evaluate(self, cart_points: FloatArray) -> FieldValues:
        """Return U, its gradient and its Hessian at points (n, 3) [Å]."""
        ...
