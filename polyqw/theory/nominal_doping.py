"""Holes per plane metal that a composition gives with the usual valences of everything else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

VALENCES: Final = {
    **dict.fromkeys("Li Na K Rb Cs Ag".split(), 1),
    **dict.fromkeys("Mg Ca Sr Ba Zn Cd Hg Pb Eu".split(), 2),
    **dict.fromkeys("Sc Y La Pr Nd Pm Sm Gd Tb Dy Ho Er Tm Yb Lu Al Ga In Tl Bi B".split(), 3),
    **dict.fromkeys("Ce Th Ti Zr Hf Sn".split(), 4),
    **dict.fromkeys("F Cl Br I H".split(), -1),
    **dict.fromkeys("O S Se Te".split(), -2),
    **dict.fromkeys("N P As Sb".split(), -3),
}
"""Usual valences; of Ce that of electron-doped cuprates, of Tl, Bi and Pb those of cuprates."""

PARENT_VALENCE: Final = {"Cu": 2, "Ni": 2, "Fe": 2}
"""Valence of a plane metal without carriers; nickelates of infinite layers begin at 1 and are not told apart here."""

UNDOPED: Final = 0.02
"""Holes or electrons per metal up to which a composition counts as undoped."""


def nominal_holes(composition: Mapping[str, float], metal: str) -> float | None:
    """Return nominal holes per plane metal, electrons negative; None where an element has no usual valence.

    Parameters
    ----------
    composition : mapping of str to float
        Atoms of each element.
    metal : str
        Cu, Ni or Fe.
    """
    others = {element: amount for element, amount in composition.items() if element != metal}
    if not composition.get(metal) or metal not in PARENT_VALENCE or not others.keys() <= VALENCES.keys():
        return None
    charge = -sum(VALENCES[element] * amount for element, amount in others.items())
    return charge / composition[metal] - PARENT_VALENCE[metal]


def is_undoped(holes: float | None) -> bool:
    """Whether nominal holes are none; not known counts as doped."""
    return holes is not None and abs(holes) <= UNDOPED
