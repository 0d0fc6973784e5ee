"""Subfamilies: compounds of one kind, within which the law must hold too if it holds."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from polyqw.core.wells import Family

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

RARE_EARTHS = frozenset("Y La Ce Pr Nd Pm Sm Eu Gd Tb Dy Ho Er Tm Yb Lu".split())
ALKALINE = frozenset("Na K Rb Cs Ca Sr Ba".split())
CHALCOGENS = frozenset(("S", "Se", "Te"))
PNICTOGENS = frozenset(("P", "As"))
SMALL_ANIONS = frozenset(("O", "F", "H"))

NEAR = 0.25
"""Amounts per metal of the net that differ from a whole number by less than this count as it."""


class Subfamily(StrEnum):
    """Kinds of cuprates and of iron compounds."""

    R123 = "R123"
    T214 = "214"
    HG = "Hg"
    TL = "Tl"
    BI = "Bi"
    I1111 = "1111"
    I122 = "122/1144"
    CHALCOGENIDE = "chalcogenide"


def subfamily(family: str, amounts: Mapping[str, float]) -> Subfamily | None:
    """Return the subfamily of a composition, or None where it is of none of these.

    Parameters
    ----------
    amounts : mapping of str to float
        Atoms of each element, in any unit.
    """
    rule = RULES.get(family)
    return rule(amounts) if rule else None


def _cuprate(amounts: Mapping[str, float]) -> Subfamily | None:
    heavy = {Subfamily.HG: "Hg", Subfamily.TL: "Tl", Subfamily.BI: "Bi"}
    most = max(heavy, key=lambda kind: amounts.get(heavy[kind], 0.0))
    if amounts.get(heavy[most], 0.0) > NEAR * amounts.get("Cu", 0.0) / 3:
        return most
    rare, alkaline = (_per("Cu", amounts, kind) for kind in (RARE_EARTHS, ALKALINE))
    if abs(3 * (rare + alkaline) - 3) < NEAR and 3 * rare > 0.5:
        return Subfamily.R123
    return Subfamily.T214 if abs(rare + alkaline - 2) < NEAR and rare > 0.5 else None


def _iron(amounts: Mapping[str, float]) -> Subfamily | None:
    chalcogens, pnictogens, others = (_per("Fe", amounts, kind) for kind in (CHALCOGENS, PNICTOGENS, SMALL_ANIONS))
    if chalcogens > pnictogens and others < NEAR:
        return Subfamily.CHALCOGENIDE
    cations = _per("Fe", amounts, RARE_EARTHS | ALKALINE)
    if abs(pnictogens - 1) >= NEAR:
        return None
    if abs(cations - 1) < NEAR and abs(others - 1) < 2 * NEAR:
        return Subfamily.I1111
    return Subfamily.I122 if abs(cations - 0.5) < NEAR and others < NEAR else None


def _per(metal: str, amounts: Mapping[str, float], elements: frozenset[str]) -> float:
    nets = sum(amounts.get(m, 0.0) for m in SUBSTITUTES[metal])
    return sum(amount for element, amount in amounts.items() if element in elements) / nets if nets else 0.0


SUBSTITUTES = {"Cu": ("Cu", "Zn", "Ni"), "Fe": ("Fe", "Co", "Ni", "Ru", "Rh", "Pd", "Ir", "Mn")}
"""Metals of a net, with what is put on its sites."""

RULES: dict[str, Callable[[Mapping[str, float]], Subfamily | None]] = {Family.CUPRATE: _cuprate, Family.IRON: _iron}
