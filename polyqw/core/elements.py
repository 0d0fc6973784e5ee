"""Sets of element symbols that the definitions of the wells speak of."""

from typing import Final

NONMETALS: Final = frozenset("H D He B C N O F Ne P S Cl Ar As Se Br Kr Te I Xe At".split())
"""Elements that never stand as an apex or a spacer.

The definitions name O, F, Cl, S, N, C and H; the list is carried on to the other elements that are anions or
covalent partners in layered superconductors, and to the noble gases.
"""

OXIDE_METALS: Final = frozenset({"Cu", "Ni"})
"""Plane metals of the oxide wells."""

BRIDGING_ANIONS: Final = frozenset({"O"})
"""Anions that bridge the edges of an oxide plane."""

ANIONS: Final = frozenset({"O", "F", "Cl", "S", "Se", "N", "Br", "H"})
"""Anions whose occupancy counts on a shared bridging site."""

IRON_METALS: Final = frozenset({"Fe"})
"""Plane metals of the iron wells."""

IRON_ANIONS: Final = frozenset({"As", "P", "Sb", "Se", "Te", "S", "Si", "Ge"})
"""Elements X of the iron wells."""

HYDROGEN: Final = frozenset({"H", "D"})
"""Left out of the check for atoms that stand too close."""

MULTIPLE_BONDS: Final = frozenset({"C", "N", "O"})
"""Elements whose bonds among themselves may be shorter than any other contact."""
