"""Cells as OPTIMADE structures and back.

The names of the properties, and what they mean, are those of the OPTIMADE specification 1.2,
https://specification.optimade.org.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from scipy.spatial import cKDTree

from polyqw.core.cell import Cell, Site
from polyqw.errors import ReadError
from polyqw.io.cif.plausible import refuse_implausible, refuse_number, spacious_warning
from polyqw.io.elements import SYMBOLS
from polyqw.io.optimade.formulae import anonymous_formula, hill_formula, reduced_formula, whole_amounts
from polyqw.io.read_options import DEFAULT
from polyqw.io.reasons import Unread
from polyqw.untrusted import one_line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from polyqw.core.arrays import FloatArray

API_VERSION: Final = "1.2.0"
"""Version of the specification that what is written here follows."""

VACANCY: Final = "vacancy"
FULL: Final = 1e-9
"""Rounding of a sum of occupancies."""

COINCIDING_ANGSTROM: Final = 0.01
"""Sites nearer than this are one place that species share."""

FRAC_DECIMALS: Final = 12
"""Decimals of a fractional coordinate: what a product with the lattice and its inverse leaves of a printed number."""

_HERMANN_MAUGUIN = re.compile(r"[PIFABCR](?:\s+(?:-?\d+(?:/[a-z])?|[a-z]))+")
_ROUGH_SUM = 0.05

Species = tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class OptimadeCell:
    """A cell that was read from an OPTIMADE structure.

    Parameters
    ----------
    warnings : tuple of str
        What had to be mended, or what a careful reader should know.
    """

    cell: Cell
    warnings: tuple[str, ...]


def structure_attributes(cell: Cell) -> dict[str, Any]:
    """Return the geometry and composition of a cell as OPTIMADE attributes.

    A site that several elements share, or that is partly empty, is a species with concentrations and, for what is
    missing to one, ``vacancy``. Formulae and ratios are those of the formula unit, the same for any size of the cell.
    """
    names = _species_names(list(dict.fromkeys(site.species for site in cell.sites)))
    composition = cell.unit_amounts
    total = sum(composition.values())
    amounts = whole_amounts(composition)
    species = [_species(name, content) for content, name in names.items()]
    disordered = any(len(one["chemical_symbols"]) > 1 for one in species)
    return {
        "elements": list(composition),
        "nelements": len(composition),
        "elements_ratios": [amount / total for amount in composition.values()],
        "chemical_formula_descriptive": cell.formula,
        "chemical_formula_reduced": reduced_formula(amounts),
        "chemical_formula_hill": hill_formula(amounts),
        "chemical_formula_anonymous": anonymous_formula(amounts),
        "dimension_types": [1, 1, 1],
        "nperiodic_dimensions": 3,
        "lattice_vectors": cell.lattice.tolist(),
        "cartesian_site_positions": (cell.frac @ cell.lattice).tolist(),
        "nsites": len(cell.sites),
        "species": species,
        "species_at_sites": [names[site.species] for site in cell.sites],
        "structure_features": ["disorder"] if disordered else [],
    }


def hermann_mauguin(symbol: str | None) -> str | None:
    """Return a space group symbol as OPTIMADE takes it, without the choice of origin; None where it is no such."""
    short = " ".join((symbol or "").partition(":")[0].split())
    return short if _HERMANN_MAUGUIN.fullmatch(short) else None


def cell_of_attributes(name: str, attributes: Mapping[str, Any]) -> OptimadeCell:
    """Return the cell in the attributes of an OPTIMADE structure.

    Correlated disorder (assemblies) is read as its average. Sites in one place become one that their species share.

    Parameters
    ----------
    attributes : mapping
        As a server gives them; nothing in them is trusted.
    """
    lattice = _lattice(name, attributes)
    positions = _positions(name, attributes)
    warnings: list[str] = []
    contents = _contents(name, attributes, len(positions), warnings)
    shares = _shares(name, attributes.get("assemblies"), len(positions), warnings)
    warnings += _features(attributes)
    frac: FloatArray = np.round(positions @ np.linalg.inv(lattice), FRAC_DECIMALS).astype(float)
    labels = _labels(attributes, contents)
    groups = _places(frac, lattice)
    sites = []
    for group in groups:
        amounts: dict[str, float] = {}
        for k in group:
            for element, amount in contents[k]:
                amounts[element] = amounts.get(element, 0.0) + amount * shares[k]
        total = sum(amounts.values())
        if total > DEFAULT.site_occupancy:
            raise ReadError(
                Unread.BAD_OCCUPANCY,
                f"{name}: site {group[0] + 1} holds {total:g} atoms in one place; one is the most",
            )
        x, y, z = frac[group[0]].tolist()
        shared = {element: amount / max(1.0, total) for element, amount in amounts.items() if amount > 0}
        if shared:
            sites.append(Site(labels[group[0]], tuple(sorted(shared.items())), (x, y, z)))
    if not sites:
        raise ReadError(Unread.NO_ATOMS, f"{name}: none of its sites holds an atom")
    if len(groups) < len(positions):
        warnings.append(f"sites: {len(positions) - len(groups)} stand where another does and share its place")
    cell = Cell(lattice, tuple(sites))
    refuse_implausible(name, cell, DEFAULT)
    if spacious := spacious_warning(cell):
        warnings.append(spacious)
    return OptimadeCell(cell, tuple(warnings))


def _species_names(contents: Sequence[Species]) -> dict[Species, str]:
    """Return a name for each content of a site: the element alone where it fills the site, else with amounts."""
    names: dict[Species, str] = {}
    for content in contents:
        plain = len(content) == 1 and abs(content[0][1] - 1.0) <= FULL
        base = content[0][0] if plain else "".join(f"{element}{amount:.6g}" for element, amount in content)
        taken = set(names.values())
        names[content] = next(
            n for n in (base, *(f"{base}-{k}" for k in range(2, len(contents) + 2))) if n not in taken
        )
    return names


def _species(name: str, content: Species) -> dict[str, Any]:
    symbols = [element for element, _ in content]
    concentration = [amount for _, amount in content]
    missing = 1.0 - sum(concentration)
    if missing > FULL:
        symbols.append(VACANCY)
        concentration.append(round(missing, 12))
    return {"name": name, "chemical_symbols": symbols, "concentration": concentration}


def _lattice(name: str, attributes: Mapping[str, Any]) -> FloatArray:
    vectors = attributes.get("lattice_vectors")
    if vectors is None:
        raise ReadError(Unread.NO_STRUCTURE, f"{name}: the provider gives no lattice vectors")
    kinds = attributes.get("dimension_types")
    periodic = attributes.get("nperiodic_dimensions")
    if (isinstance(kinds, list) and 0 in kinds) or (periodic is not None and periodic != 3):
        raise ReadError(Unread.NOT_PERIODIC, f"{name}: not periodic in three directions, so no crystal")
    lattice = _numbers(name, "lattice_vectors", vectors)
    if lattice.shape != (3, 3) or abs(np.linalg.det(lattice)) < 1e-3:
        raise ReadError(Unread.BAD_CELL, f"{name}: its lattice vectors do not span a cell")
    return lattice


def _positions(name: str, attributes: Mapping[str, Any]) -> FloatArray:
    rows = attributes.get("cartesian_site_positions")
    if not rows or not isinstance(rows, list):
        raise ReadError(Unread.NO_STRUCTURE, f"{name}: the provider gives no positions of sites")
    refuse_number(name, len(rows), DEFAULT)
    positions = _numbers(name, "cartesian_site_positions", rows)
    if positions.ndim != 2 or positions.shape[1] != 3:
        raise ReadError(Unread.BAD_NUMBER, f"{name}: a position of a site is not three numbers")
    return positions


def _numbers(name: str, what: str, rows: Any) -> FloatArray:
    try:
        values = np.array(rows, dtype=float)
    except (TypeError, ValueError, OverflowError) as error:
        raise ReadError(Unread.BAD_NUMBER, f"{name}: {what} holds something that is not a number") from error
    if not np.isfinite(values).all():
        raise ReadError(Unread.BAD_NUMBER, f"{name}: {what} holds something that is not a finite number")
    return values


def _contents(name: str, attributes: Mapping[str, Any], n_sites: int, warnings: list[str]) -> list[Species]:
    at_sites = attributes.get("species_at_sites")
    if not isinstance(at_sites, list) or len(at_sites) != n_sites:
        raise ReadError(
            Unread.NO_STRUCTURE, f"{name}: the provider does not say which species stands at each of its sites"
        )
    rows = attributes.get("species")
    known = {}
    for row in rows if isinstance(rows, list) else []:
        if isinstance(row, dict) and isinstance(row.get("name"), str):
            known[row["name"]] = _read_species(name, row, warnings)
    if missing := next((s for s in at_sites if not isinstance(s, str) or s not in known), None):
        raise ReadError(Unread.UNKNOWN_ELEMENT, f"{name}: species {one_line(str(missing), 40)!r} is not described")
    return [known[species] for species in at_sites]


def _read_species(name: str, row: Mapping[str, Any], warnings: list[str]) -> Species:
    symbols, concentration = row.get("chemical_symbols"), row.get("concentration")
    shown = one_line(str(row["name"]), 40)
    if not isinstance(symbols, list) or not isinstance(concentration, list) or len(symbols) != len(concentration):
        raise ReadError(
            Unread.BAD_OCCUPANCY, f"{name}: species {shown!r} does not give a concentration for each symbol"
        )
    amounts: dict[str, float] = {}
    for symbol, value in zip(symbols, concentration, strict=True):
        if not isinstance(value, int | float) or not 0 <= value <= DEFAULT.site_occupancy:  # NaN is not either
            raise ReadError(Unread.BAD_OCCUPANCY, f"{name}: species {shown!r} has a concentration outside of 0 to 1")
        if not isinstance(symbol, str) or (symbol != VACANCY and symbol not in SYMBOLS):
            raise ReadError(Unread.UNKNOWN_ELEMENT, f"{name}: species {shown!r} holds {one_line(str(symbol), 20)!r}")
        amounts[symbol] = amounts.get(symbol, 0.0) + float(value)
    total = sum(amounts.values())
    if total > DEFAULT.site_occupancy or total == 0:
        raise ReadError(Unread.BAD_OCCUPANCY, f"{name}: the concentrations of species {shown!r} sum to {total:g}")
    if abs(total - 1.0) > FULL and (total > 1.0 or (VACANCY not in amounts and total > 1.0 - _ROUGH_SUM)):
        amounts = {symbol: amount / total for symbol, amount in amounts.items()}
        if abs(total - 1.0) > 1e-3:
            warnings.append(f"occupancies: those of species {shown} sum to {total:g} and were scaled to 1")
    elif total < 1.0 - FULL and VACANCY not in amounts:
        warnings.append(f"occupancies: those of species {shown} sum to {total:g}; the rest is taken for empty")
    if row.get("attached"):
        warnings.append(f"sites: atoms attached to {shown} have no positions and are left out")
    return tuple(sorted((symbol, amount) for symbol, amount in amounts.items() if symbol != VACANCY and amount > 0))


def _shares(name: str, assemblies: Any, n_sites: int, warnings: list[str]) -> list[float]:
    """Return the probability that each site is there."""
    shares = [1.0] * n_sites
    if not assemblies:
        return shares
    try:
        for assembly in assemblies:
            groups = zip(assembly["sites_in_groups"], assembly["group_probabilities"], strict=True)
            for sites, probability in groups:
                if not 0 <= float(probability) <= DEFAULT.site_occupancy:
                    raise ValueError
                for site in sites:
                    if not 0 <= site < n_sites:
                        raise ValueError
                    shares[site] = min(1.0, float(probability))
    except (TypeError, ValueError, OverflowError, KeyError, IndexError) as error:
        raise ReadError(Unread.BAD_OCCUPANCY, f"{name}: its assemblies of sites cannot be read") from error
    warnings.append("disorder: correlated sites (assemblies) were read as their average")
    return shares


def _features(attributes: Mapping[str, Any]) -> list[str]:
    features = attributes.get("structure_features")
    if isinstance(features, list) and "implicit_atoms" in features:
        return ["sites: the provider says that some atoms have no known place"]
    return []


def _labels(attributes: Mapping[str, Any], contents: Sequence[Species]) -> list[str]:
    """Return labels of sites: those that polyqw gave along, else the main element with a number."""
    given = attributes.get("_polyqw_site_labels")
    if isinstance(given, list) and len(given) == len(contents):
        return [one_line(str(label), 40) for label in given]
    mains = [min(content, key=lambda pair: (-pair[1], pair[0]))[0] if content else "X" for content in contents]
    return [f"{main}{k + 1}" for k, main in enumerate(mains)]


def _places(frac: FloatArray, lattice: FloatArray) -> list[list[int]]:
    """Return the sites gathered by place, in the order of their first one."""
    wrapped = frac - np.floor(frac)
    wrapped[wrapped >= 1.0] = 0.0
    reach = COINCIDING_ANGSTROM * float(np.linalg.norm(np.linalg.inv(lattice), axis=0).max())
    pairs = cKDTree(wrapped, boxsize=np.ones(3)).query_pairs(min(0.5, reach * 3**0.5), output_type="ndarray")
    first = list(range(len(frac)))
    for i, j in sorted(map(tuple, np.sort(pairs, axis=1).tolist())):
        difference = frac[i] - frac[j]
        if np.linalg.norm((difference - np.rint(difference)) @ lattice) < COINCIDING_ANGSTROM:
            first[j] = min(first[j], first[i])
    groups: dict[int, list[int]] = {}
    for k, leader in enumerate(first):
        groups.setdefault(leader, []).append(k)
    return list(groups.values())
