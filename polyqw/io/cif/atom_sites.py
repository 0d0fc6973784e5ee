"""The atom sites of a CIF data block: which element, where, how much of it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from math import isfinite, ulp
from typing import TYPE_CHECKING, Final

from polyqw.errors import ReadError
from polyqw.io.cif.syntax import CifBlock, is_null
from polyqw.io.elements import element_of_label, element_of_symbol, is_vacancy, mixture_of_symbol
from polyqw.io.formula import parse_formula
from polyqw.io.reasons import Unread
from polyqw.io.standard_uncertainty import parse_apart, parse_su

if TYPE_CHECKING:
    from collections.abc import Sequence

    from polyqw.io.read_options import ReadOptions

COORDINATE_ITEMS: Final = ("_atom_site_fract_x", "_atom_site_fract_y", "_atom_site_fract_z")
SITE_ITEMS: Final = (
    *COORDINATE_ITEMS,
    "_atom_site_label",
    "_atom_site_type_symbol",
    "_atom_site_occupancy",
)

LEAST_OCCUPANCY: Final = 1e-6
"""Rows with less of an atom than this hold none; pymatgen keeps no less than 1e-8."""

FRACTION_LOST: Final = 1e-6
"""Spacing of numbers, near a coordinate, that is too wide for a position in the cell."""

_FRACTION = re.compile(r"([+-]?[0-9]{1,9})/([0-9]{1,9})")
_LONGEST_ROUGH_THIRD = 6
_ROUGH_THIRD = re.compile(r"([+-]?)0?\.(333|666|667)")


@dataclass(frozen=True, slots=True)
class AtomSite:
    """One row of the atom site loop.

    Parameters
    ----------
    frac : tuple of float, (3,)
    su : tuple of float or None, (3,)
        Standard uncertainties of the coordinates; None where the file states none.
    """

    label: str
    element: str
    frac: tuple[float, float, float]
    occupancy: float
    su: tuple[float | None, float | None, float | None] = (None, None, None)


def has_atom_sites(block: CifBlock) -> bool:
    """Whether a data block lists atoms with fractional coordinates."""
    return any(not is_null(value) for value in block.column(COORDINATE_ITEMS[0]))


def read_atom_sites(file: str, block: CifBlock, limits: ReadOptions) -> tuple[list[AtomSite], list[str]]:
    """Return the atom sites of a data block and what had to be mended."""
    columns = {name: block.column(name) for name in SITE_ITEMS}
    labels = columns["_atom_site_label"] or columns["_atom_site_type_symbol"]
    symbols = columns["_atom_site_type_symbol"] or ["?"] * len(labels)
    occupancies = columns["_atom_site_occupancy"] or ["1"] * len(labels)
    positions = list(zip(*(columns[name] for name in COORDINATE_ITEMS), strict=False))
    if not len(labels) == len(symbols) == len(occupancies) == len(positions) or not labels:
        raise ReadError(Unread.TRUNCATED, f"{file}: the atom site loop lacks labels or coordinates; complete it")
    declared = frozenset(parse_formula(block.first("_chemical_formula_sum") or "") or ())
    warnings: list[str] = []
    skipped: list[str] = []
    sites = []
    uncertainties = _uncertainties(block, positions)
    for label, symbol, occupancy, position, su in zip(
        labels, symbols, occupancies, positions, uncertainties, strict=True
    ):
        if any(is_null(text) for text in position) or is_vacancy(label if is_null(symbol) else symbol, declared):
            skipped.append(label)
            continue
        amount = 1.0 if is_null(occupancy) else _read_number(file, label, occupancy)
        if not 0 <= amount <= limits.occupancy:
            raise ReadError(
                Unread.BAD_OCCUPANCY, f"{file}: site {label} has occupancy {occupancy}; it must lie in 0 to 1"
            )
        x, y, z = (_coordinate(file, label, text) for text in position)
        for element, share in _elements(file, label, symbol, declared):
            if amount * share >= LEAST_OCCUPANCY:
                sites.append(AtomSite(label, element, (x, y, z), amount * share, su))
    if not sites:
        raise ReadError(Unread.NO_ATOMS, f"{file}: none of the atom sites has coordinates and an element")
    if skipped:
        warnings.append(f"sites: left out, without coordinates or atoms: {_some(skipped)}")
    if any(len(text) <= _LONGEST_ROUGH_THIRD and _ROUGH_THIRD.fullmatch(text) for p in positions for text in p):
        warnings.append("coordinates: 0.333 and 0.667 were read as 1/3 and 2/3")
    return _without_duplicates(sites, limits.site_occupancy, warnings), warnings


def parse_number(text: str) -> float | None:
    """Return the value of a CIF number without its standard uncertainty, None if it is no finite number."""
    try:
        value = float(text.partition("(")[0])
    except ValueError:
        fraction = _FRACTION.fullmatch(text)
        return int(fraction[1]) / int(fraction[2]) if fraction and int(fraction[2]) else None
    return value if isfinite(value) and "_" not in text else None


def _read_number(file: str, label: str, text: str) -> float:
    value = parse_number(text)
    if value is None:
        raise ReadError(Unread.BAD_NUMBER, f"{file}: site {label} has {text[:40]!r} where a number should stand")
    return value


def _coordinate(file: str, label: str, text: str) -> float:
    if len(text) <= _LONGEST_ROUGH_THIRD and (third := _ROUGH_THIRD.fullmatch(text)):
        value = 1 / 3 if third[2] == "333" else 2 / 3
        return -value if third[1] == "-" else value
    value = _read_number(file, label, text)
    if ulp(value) > FRACTION_LOST:
        raise ReadError(
            Unread.BAD_NUMBER,
            f"{file}: site {label} has {text[:40]!r}, a number too large to hold a fraction of the cell",
        )
    return value


def _uncertainties(
    block: CifBlock, positions: Sequence[tuple[str, ...]]
) -> list[tuple[float | None, float | None, float | None]]:
    """Return the uncertainties of each row's coordinates: in parentheses, or in items of their own."""
    apart = [block.column(f"{name}_su", f"{name}_esd") for name in COORDINATE_ITEMS]
    found = []
    for k, position in enumerate(positions):
        x, y, z = (
            parse_su(text) or (parse_apart(column[k]) if len(column) == len(positions) else None)
            for text, column in zip(position, apart, strict=True)
        )
        found.append((x, y, z))
    return found


def _elements(file: str, label: str, symbol: str, declared: frozenset[str]) -> Sequence[tuple[str, float]]:
    if mixture := mixture_of_symbol(symbol) or mixture_of_symbol(label):
        return mixture
    element = element_of_label(label, declared) if is_null(symbol) else element_of_symbol(symbol, declared)
    if element is None:
        shown = label if is_null(symbol) else symbol
        raise ReadError(
            Unread.UNKNOWN_ELEMENT,
            f"{file}: {shown[:40]!r} of site {label[:40]} names no element for certain; write one for each row, "
            "such as Fe, as _atom_site_type_symbol",
        )
    return [(element, 1.0)]


def _without_duplicates(sites: list[AtomSite], most: float, warnings: list[str]) -> list[AtomSite]:
    """Leave out rows that repeat an atom which fills its place; rows of one place get one label."""
    amounts: dict[tuple[str, tuple[float, ...]], float] = {}
    labels: dict[tuple[float, ...], str] = {}
    kept, repeated = [], []
    for site in sites:
        place = tuple(round(x % 1.0, 4) % 1.0 for x in site.frac)
        amount = amounts.get((site.element, place), 0.0)
        if amount + site.occupancy > most and amount:
            repeated.append(site.label)
            continue
        amounts[site.element, place] = amount + site.occupancy
        kept.append(replace(site, label=labels.setdefault(place, site.label)))
    if repeated:
        warnings.append(f"sites: left out, repeated: {_some(repeated)}")
    return kept


def _some(labels: Sequence[str]) -> str:
    more = f" and {len(labels) - 5} more" if len(labels) > 5 else ""
    return ", ".join(labels[:5]) + more
