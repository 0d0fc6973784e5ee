"""Checks before geometry: a cell whose atoms stand too close is no crystal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from polyqw.core.elements import HYDROGEN, MULTIPLE_BONDS, NONMETALS
from polyqw.core.tolerances import SITES

if TYPE_CHECKING:
    from polyqw.core.cell import Cell
    from polyqw.core.neighbors import Surroundings
    from polyqw.core.tolerances import Tolerances


def close_contact(cell: Cell, around: Surroundings, tolerances: Tolerances) -> str | None:
    """Return one sentence on the shortest impossible contact, or None.

    Split positions of one atom, within 0.5 Å of each other, may hold one atom in all. Of full sites, two metals may
    not stand closer than 1.75 Å, any two atoms other than hydrogen not closer than 1.2 Å; carbon, nitrogen and oxygen
    among themselves may, down to 1.0 Å (N2 is 1.10 Å long, CO 1.13 Å).
    """
    if crowd := _crowded(cell, around):
        return crowd
    full = [k for k, s in enumerate(cell.sites) if s.is_full and s.main_element not in HYDROGEN]
    sites = np.array(full, dtype=np.intp)
    worst: tuple[float, int, int] | None = None
    for k, contacts in around.contacts(sites, sites, tolerances.metal_contact).items():
        for contact in contacts:
            elements = {cell.sites[k].main_element, cell.sites[contact.site].main_element}
            limit = tolerances.contact
            if elements.isdisjoint(NONMETALS):
                limit = tolerances.metal_contact
            elif elements <= MULTIPLE_BONDS:
                limit = tolerances.multiple_bond
            if contact.length < limit and (worst is None or contact.length < worst[0]):
                worst = (contact.length, k, contact.site)
    if worst is None:
        return None
    length, k, other = worst
    return f"{cell.sites[k].label} and {cell.sites[other].label} are {length:.3f} Å apart"


def _crowded(cell: Cell, around: Surroundings) -> str | None:
    """Return one sentence on positions that hold more than one atom within one place, full sites left to others."""
    sites = np.arange(len(cell.sites), dtype=np.intp)
    for k, contacts in around.contacts(sites, sites, SITES.one_place).items():
        total = cell.sites[k].occupancy + sum(cell.sites[contact.site].occupancy for contact in contacts)
        if (
            contacts
            and total > SITES.one_atom
            and not (cell.sites[k].is_full and cell.sites[contacts[0].site].is_full)
        ):
            labels = f"{cell.sites[k].label} and {cell.sites[contacts[0].site].label}"
            return f"{labels} are {contacts[0].length:.3f} Å apart and hold {total:.2f} atoms"
    return None
