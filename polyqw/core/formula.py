"""Formulae as the field writes them, and the parent compound of a composition."""

from __future__ import annotations

import re
from collections import defaultdict
from math import gcd
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

RARE_EARTHS: Final = ("La", "Ce", "Pr", "Nd", "Pm", "Sm", "Eu", "Gd", "Tb", "Dy", "Ho", "Er", "Tm", "Yb", "Lu")
TRIVALENT: Final = frozenset((*RARE_EARTHS, "Y", "Th"))
ALKALI: Final = frozenset(("Li", "Na", "K", "Rb", "Cs", "Fr"))
ALKALINE_EARTH: Final = frozenset(("Mg", "Ca", "Sr", "Ba", "Ra"))
RESERVOIR: Final = frozenset(("Hg", "Tl", "Bi", "Pb", "Ru"))
"""Cations of charge reservoirs: a cuprate that has one is written from it on, HgBa2Ca2Cu3O8."""
PNICTOGENS: Final = frozenset(("As", "P", "Sb", "N"))
CHALCOGENS: Final = frozenset(("S", "Se", "Te"))
HALOGENS: Final = frozenset(("F", "Cl", "Br", "I"))
LIGHT: Final = frozenset(("B", "C"))

DIGITS: Final = 4
_TERM = re.compile(r"([A-Z][a-z]?)([0-9.]+)")

WHOLE: Final = 0.005
"""Largest distance of an amount from a whole number that is still counted as one."""
NEARLY_WHOLE: Final = 0.12
"""The same for a parent: Bi1.97Sr1.97Ca0.985Cu1.97O8 is Bi2Sr2CaCu2O8 with vacancies, no mixture of Sr and Ca."""


def amounts_in(formula: str) -> dict[str, float]:
    """Return the atoms of each element in a formula in alphabetical order, as `polyqw.core.cell.Cell.formula`."""
    return {element: float(amount) for element, amount in _TERM.findall(formula)}


def written_formula(amounts: Mapping[str, float]) -> str:
    """Return a formula as the field writes it: cations by the order of their blocks, then the anions.

    ``HgBa2Ca2Cu3O8.16``, ``YBa2Cu3O6.91``, ``La1.85Sr0.15CuO4``, ``Ba0.6K0.4Fe2As2``, ``KCa2Fe4As4F2``.
    """
    terms = [(element, round(amounts[element], DIGITS)) for element in written_order(amounts)]
    return "".join(element if amount == 1 else f"{element}{amount:g}" for element, amount in terms if amount > 0)


def written_order(amounts: Mapping[str, float]) -> list[str]:
    """Return the elements in the order in which `written_formula` has them."""
    is_layered_oxide = "Cu" in amounts and "O" in amounts and bool(RESERVOIR & amounts.keys())
    places = {e: _place(e, amounts, is_layered_oxide=is_layered_oxide) for e in amounts}
    for element in sorted(amounts, key=lambda e: amounts[e]):  # what shares a site is written beside its host
        if host := _host(element, amounts):
            places[element] = places[host]
    blocks = [e for e in amounts if e in ALKALI or e in ALKALINE_EARTH]
    is_ordered = all(_is_whole(amounts[e]) for e in blocks)

    def rank(element: str) -> tuple[int, bool, float, str]:
        is_last = element == "Fe" and all(_is_whole(amounts[e]) for e in amounts if places[e] == places[element])
        rising = is_ordered and element in blocks
        return places[element], is_last, amounts[element] if rising else -amounts[element], element

    return sorted(amounts, key=rank)


def _place(element: str, amounts: Mapping[str, float], *, is_layered_oxide: bool) -> int:
    if is_layered_oxide and element in RESERVOIR:
        return 0
    if element in TRIVALENT or element == "Ca":
        late = element == "Ca" or is_layered_oxide
        return 3 if late else 1
    if element in ALKALI:
        return 1 if HALOGENS & amounts.keys() and "Fe" in amounts else 3
    if element in ALKALINE_EARTH:
        return 2
    for place, group in ((6, LIGHT), (7, PNICTOGENS), (8, CHALCOGENS), (10, HALOGENS)):
        if element in group:
            return place
    return {"O": 9, "H": 11}.get(element, 4 if element in RESERVOIR or element == "Sc" else 5)


def _host(element: str, amounts: Mapping[str, float]) -> str | None:
    """Return the element of an A site that another one, of less amount, fills up to a whole number."""
    own, cations = amounts[element], TRIVALENT | ALKALINE_EARTH | ALKALI
    if element not in cations or _is_whole(own):
        return None
    hosts = [e for e in amounts if e in cations and e != element and amounts[e] > own]
    filled = [e for e in hosts if not _is_whole(amounts[e]) and _is_whole(amounts[e] + own)]
    return max(filled, key=lambda e: amounts[e]) if filled else None


def _is_whole(amount: float, within: float = WHOLE) -> bool:
    return round(amount) >= 1 and abs(amount - round(amount)) <= within


_SITES: Final[Sequence[frozenset[str]]] = (
    RESERVOIR,
    TRIVALENT | ALKALINE_EARTH | ALKALI,
    PNICTOGENS,
    CHALCOGENS,
    HALOGENS | {"O", "H"},
)
"""Elements that share a site; the metals of the planes are what is left."""


def parent_formula(amounts: Mapping[str, float]) -> str:
    """Return the parent compound of a composition: dopants count as their hosts, amounts are whole.

    ``La1.85Sr0.15CuO4`` and ``La2CuO4.01`` are ``La2CuOx``: how much oxygen a cuprate holds is left open, for it
    dopes. ``Ba0.6K0.4Fe2As2`` is ``BaFe2As2``, ``LaFeAsO0.9F0.1`` is ``LaFeAsO``.
    """
    sums: dict[str, float] = defaultdict(float)
    for members in _shared(amounts):
        sums[min(members, key=lambda e: (-amounts[e], e))] += sum(amounts[e] for e in members)
    is_cuprate = "Cu" in amounts and "O" in amounts and bool(amounts.keys() & _SITES[1])
    whole = {e: round(x) for e, x in sums.items() if round(x) and not (is_cuprate and e == "O")}
    if not whole:
        return written_formula(amounts)
    unit = gcd(*whole.values())
    units = {e: x / unit for e, x in whole.items()}
    if not is_cuprate:
        return written_formula(units)
    return "".join("Ox" if e == "O" else written_formula({e: units[e]}) for e in written_order({**units, "O": 1}))


def _shared(amounts: Mapping[str, float]) -> list[list[str]]:
    """Return the elements by the site they are taken to share: those of one kind whose amounts are not whole."""
    groups: dict[int, list[str]] = defaultdict(list)
    for element in amounts:
        kind = next((k for k, site in enumerate(_SITES) if element in site), len(_SITES))
        groups[100 + len(groups) if _is_whole(amounts[element], NEARLY_WHOLE) else kind].append(element)
    return list(groups.values())
