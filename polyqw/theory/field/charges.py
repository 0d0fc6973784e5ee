"""Formal charges of the ions of a cell: common oxidation states, the plane metal taking the balance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from polyqw.errors import UsageError
from polyqw.theory.field.ewald import NEUTRAL

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from polyqw.core.arrays import FloatArray
    from polyqw.core.cell import Cell


def _states(text: str) -> dict[str, float]:
    return {element: float(charge) for charge, *elements in map(str.split, text.splitlines()) for element in elements}


OXIDATION_STATES: Final = _states(
    """\
-4 Si Ge
-3 N P As Sb
-2 O S Se Te
-1 F Cl Br I
1  Li Na K Rb Cs Ag
2  Be Mg Ca Sr Ba Mn Fe Co Ni Cu Zn Cd Hg Pb Pd Pt
3  B Al Ga In Sc Y La Ce Pr Nd Pm Sm Eu Gd Tb Dy Ho Er Tm Yb Lu Tl Bi V Cr Rh Ir Au
4  C Ti Zr Hf Sn Ru Os Th U
5  Nb Ta
6  Mo W Re"""
)
"""Common oxidation states [e], one for each element: X of the iron planes are anions, carbon that of carbonates.

Hydrogen is left out: it is +1 in hydroxides and -1 in the hydrides of iron and nickel planes.
"""

WITHOUT_OXYGEN: Final = {"Tl": 1.0, "Eu": 2.0, "Yb": 2.0}
"""States in cells without oxygen or fluorine, where they differ: TlFe2Se2, EuFe2As2."""

PLANE_METAL_STATES: Final = (0.5, 4.0)
"""Charges that a plane metal may take by balancing the rest of the table [e]."""


@dataclass(frozen=True, eq=False, slots=True)
class FormalCharges:
    """Charges of the ions of a cell.

    Parameters
    ----------
    by_element : dict of str to float
        [e]
    of_sites : array, (n,)
        Of each site, the charges of its species weighted by their occupancies [e].
    balanced_by : tuple of str
        Plane metals whose charge was set by the neutrality of the cell; empty where all were given.
    """

    by_element: dict[str, float]
    of_sites: FloatArray
    balanced_by: tuple[str, ...]


def assign_charges(
    cell: Cell, plane_metals: Collection[str] = (), given: Mapping[str, float] | None = None
) -> FormalCharges:
    """Return charges that make a cell neutral.

    Charges that are not given come from `OXIDATION_STATES`; then all plane metals that are not given take one
    charge, which makes the cell neutral. An element has one charge in all its places, so the chain and plane copper
    of YBa2Cu3O7 share theirs: our own choice, the papers print no charges.

    Parameters
    ----------
    cell : Cell
        Shared and partly empty sites count by their occupancies.
    given : mapping of str to float, optional
        Charges by element [e].

    Raises
    ------
    UsageError
        If the charges given name an element that is not there, an element has no charge, all charges are zero, or
        their sum over the cell is not; also if, with no charge given, the plane metal would need one outside
        `PLANE_METAL_STATES`.
    """
    given = {element: float(charge) for element, charge in (given or {}).items()}
    amounts = {element: amount for element, amount in cell.composition.items() if amount > 0}
    _refuse_unusable(given, amounts)
    free = tuple(sorted(m for m in plane_metals if m in amounts and m not in given))
    charges = {e: given.get(e, _common_state(e, amounts)) for e in amounts if e not in free}
    if missing := sorted(element for element, charge in charges.items() if charge is None):
        raise UsageError(
            f"no common oxidation state of {', '.join(missing)} is known; give it, e.g. --charges {missing[0]}=1"
        )
    known = {element: charge for element, charge in charges.items() if charge is not None}
    rest = sum(amounts[element] * charge for element, charge in known.items())
    if free:
        balance = -rest / sum(amounts[element] for element in free) + 0.0
        low, high = PLANE_METAL_STATES
        if not given and not low <= balance <= high:
            raise UsageError(
                f"the charges of all but {'/'.join(free)} sum to {rest:+.4g} e in the cell, which would make "
                f"{'/'.join(free)} {balance:+.3g}; check the composition ({cell.formula}) or give charges with "
                "--charges"
            )
        known |= dict.fromkeys(free, balance)
    elif abs(rest) > NEUTRAL:
        told = ", ".join(f"{element} {known[element]:+g}" for element in sorted(known))
        raise UsageError(
            f"the cell is not neutral: its charges ({told}) sum to {rest:+.4g} e; give charges that sum to zero, or "
            "leave out the plane metal's"
        )
    if not any(known.values()):
        raise UsageError("all charges are zero, so there is no field; give charges with --charges")
    of_sites = np.array([sum(known[e] * share for e, share in site.species if share > 0) for site in cell.sites])
    return FormalCharges(dict(sorted(known.items())), of_sites, free)


def _refuse_unusable(given: Mapping[str, float], amounts: Mapping[str, float]) -> None:
    if strange := sorted(set(given) - set(amounts)):
        raise UsageError(f"charges are given for {', '.join(strange)}, but the cell holds {', '.join(amounts)}")
    if wrong := sorted(element for element, charge in given.items() if not np.isfinite(charge)):
        raise UsageError(f"the charge of {wrong[0]} must be a finite number, not {given[wrong[0]]}")


def _common_state(element: str, amounts: Mapping[str, float]) -> float | None:
    if element in WITHOUT_OXYGEN and not {"O", "F"} & set(amounts):
        return WITHOUT_OXYGEN[element]
    return OXIDATION_STATES.get(element)
