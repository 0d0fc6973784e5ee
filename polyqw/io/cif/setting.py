"""Fit the stated symmetry to the cell and its atoms: the setting of a symbol, the operations that fit the cell."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from polyqw.errors import ReadError
from polyqw.io.cif.atom_sites import parse_number
from polyqw.io.cif.building import build_cell, lattice_of
from polyqw.io.cif.metric import NOTEWORTHY, metric_changes
from polyqw.io.cif.operations import refuse_what_is_no_group
from polyqw.io.cif.plausible import least_contact, refuse_size
from polyqw.io.cif.space_group import type_of_operations
from polyqw.io.cif.space_group_symbols import setting_of_hall, settings_of_number, settings_of_symbol
from polyqw.io.cif.symmetry import Symmetry
from polyqw.io.formula import formula_difference
from polyqw.io.read_options import Reader
from polyqw.io.reasons import Unread

if TYPE_CHECKING:
    from collections.abc import Sequence

    from polyqw.core.cell import Cell
    from polyqw.io.cif.atom_sites import AtomSite
    from polyqw.io.cif.plausible import ImageBudget
    from polyqw.io.cif.space_group_symbols import Setting
    from polyqw.io.cif.syntax import CifBlock
    from polyqw.io.read_options import ReadOptions

PLAUSIBLE: Final = 0.75
"""Shortest contact over the sum of covalent radii that needs no excuse; 1 in 50 public structures has less."""

POSSIBLE: Final = 0.6
"""The same below which no structure of them lies."""

CLEARLY_LESS: Final = 0.9
"""A setting with contacts so much shorter than those of another is the wrong one, if they are not plausible."""

_MONOCLINIC: Final = range(3, 16)


def fit_symmetry(
    file: str,
    block: CifBlock,
    lengths_angles: Sequence[float],
    symmetry: Symmetry,
    sites: Sequence[AtomSite],
    options: ReadOptions,
    left: ImageBudget,
) -> Symmetry:
    """Return the symmetry with the operations to use, and a warning for whatever had to be decided.

    Listed operations win over symbols. Where none are listed, those of the symbol in its own setting are taken; what
    the symbol leaves open is decided by the cell, the declared formula and the contacts between the atoms, in this
    order.

    Parameters
    ----------
    lengths_angles : sequence of float, (6,)
        Edges [Å] and angles [degrees].
    left : ImageBudget
        What the data blocks of the file may still have.
    """
    if symmetry.operations or not symmetry.is_stated:
        left.take(file, len(sites) * max(1, len(symmetry.operations)))
    if symmetry.operations:
        return _fit_listed(file, lengths_angles, symmetry, sites, options)
    if not symmetry.is_stated:
        return symmetry
    settings = _fitting(file, lengths_angles, settings_meant(file, symmetry), options)
    most = max(len(setting.operations) for setting in settings)
    refuse_size(file, len(sites), most, options)
    left.take(file, len(sites) * most)
    used = settings[0]
    if len(settings) > 1:
        used, why = _by_content(file, block, lengths_angles, settings, sites, options)
        stated = symmetry.name or f"number {symmetry.number}"
        said = f"symmetry: {stated} leaves the origin open; choice {why} and was used"
    else:
        by_symbol = symmetry.names or symmetry.hall
        name = used.symbol if by_symbol else f"number {symmetry.number} in its standard setting"
        said = f"symmetry: no operations are listed, those of {name} were used"
    return replace(symmetry, operations=used.operations, warnings=(*symmetry.warnings, said))


def settings_meant(file: str, symmetry: Symmetry) -> tuple[Setting, ...]:
    """Return the settings that symbols and number agree on."""
    choices = []
    for name in symmetry.names:
        if not (found := settings_of_symbol(name)):
            raise _unknown(file, name)
        choices.append(found)
    if symmetry.hall and (hall := setting_of_hall(symmetry.hall)):
        choices.append((hall,))
    elif symmetry.hall and not choices and not symmetry.number:
        raise _unknown(file, symmetry.hall)
    if not choices and symmetry.number:
        choices.append(settings_of_number(symmetry.number))
    meant = choices[0]
    for others in choices[1:]:
        meant = tuple(one for one in meant if any(one.is_same(other) for other in others))
    if symmetry.number:
        meant = tuple(setting for setting in meant if setting.number == symmetry.number)
    if not meant:
        stated = (*symmetry.names, symmetry.hall, symmetry.number and f"number {symmetry.number}")
        raise ReadError(
            Unread.SPACE_GROUP_CONFLICT,
            f"{file}: {' and '.join(str(said) for said in stated if said)} are not one space group in one setting, "
            "and no operations are listed; list them",
        )
    coded = tuple(setting for setting in meant if setting.code.lower() == symmetry.code)
    return coded if symmetry.code and coded else meant


def _unknown(file: str, symbol: str) -> ReadError:
    return ReadError(
        Unread.UNKNOWN_SPACE_GROUP,
        f"{file}: space group {symbol[:40]} is not known and no operations are listed; list them",
    )


def _fitting(
    file: str, lengths_angles: Sequence[float], settings: tuple[Setting, ...], options: ReadOptions
) -> tuple[Setting, ...]:
    """Return the settings that fit the cell; of the axes of a monoclinic group the first."""
    lattice = lattice_of(lengths_angles)
    fitting = tuple(s for s in settings if metric_changes(lattice, s.operations).max() <= options.metric)
    if not fitting:
        raise ReadError(
            Unread.SYMMETRY_METRIC,
            f"{file}: no cell with edges and angles {_cell_words(lengths_angles)} has the symmetry "
            f"{settings[0].symbol}; check both",
        )
    return fitting[:1] if fitting[0].number in _MONOCLINIC else fitting


def _cell_words(lengths_angles: Sequence[float]) -> str:
    return ", ".join(f"{value:g}" for value in lengths_angles)


def _by_content(
    file: str,
    block: CifBlock,
    lengths_angles: Sequence[float],
    settings: Sequence[Setting],
    sites: Sequence[AtomSite],
    options: ReadOptions,
) -> tuple[Setting, str]:
    """Return the one setting whose atoms fit, and why.

    Files give ``P 4/n m m`` without operations and without saying which of two origins is meant; the wrong one
    doubles atoms. Where both would do, none is taken: the structures differ, and a height may.
    """
    cells = []
    for number, setting in enumerate(settings, start=1):
        cell = _cell_in(file, lengths_angles, setting.operations, sites, options)
        if cell is not None:
            cells.append((number, setting, cell))
    if declared := block.first("_chemical_formula_sum"):
        units = parse_number(block.first("_cell_formula_units_z") or "?")
        right = [found for found in cells if formula_difference(declared, found[2].composition, units) is None]
        if len(right) == 1:
            number, setting, _ = right[0]
            return setting, f"{setting.code or number} fits the declared formula"
        cells = right or cells
    contacts = sorted(((least_contact(cell), -number, setting) for number, setting, cell in cells), reverse=True)
    best = contacts[0][0] if contacts else 0.0
    most = min(PLAUSIBLE, CLEARLY_LESS * best)
    if best >= POSSIBLE and all(contact < most for contact, _, _ in contacts[1:]):
        setting = contacts[0][2]
        return setting, f"{setting.code or -contacts[0][1]} alone has plausible contacts"
    standard = [(k, s) for k, s in enumerate(settings, start=1) if s in settings_of_number(s.number)]
    if len(standard) == 1:
        return standard[0][1], f"{standard[0][0]} is the standard setting"
    raise ReadError(
        Unread.AMBIGUOUS_ORIGIN,
        f"{file}: the symbol leaves the origin open, and the atoms do not say which is meant; "
        f"write one of {', '.join(dict.fromkeys(s.symbol for s in settings))}, or list the operations",
    )


def _cell_in(
    file: str,
    lengths_angles: Sequence[float],
    operations: tuple[str, ...],
    sites: Sequence[AtomSite],
    options: ReadOptions,
) -> Cell | None:
    """Return the cell that operations make, None where it cannot be built."""
    try:
        anyway = replace(options, reader=Reader.AUTO)
        return build_cell(file, lengths_angles, Symmetry(operations), sites, anyway).cell
    except ReadError:
        return None


def _fit_listed(
    file: str,
    lengths_angles: Sequence[float],
    symmetry: Symmetry,
    sites: Sequence[AtomSite],
    options: ReadOptions,
) -> Symmetry:
    lattice = lattice_of(lengths_angles)
    operations = symmetry.operations
    changes = metric_changes(lattice, operations)
    said = []
    if changes.max() > options.metric:
        operations = tuple(np.array(operations)[changes <= options.metric].tolist())
        _refuse_lost_atoms(file, lengths_angles, operations, symmetry.operations, sites, options)
        said.append(
            f"symmetry: {len(changes) - len(operations)} of {len(changes)} operations do not fit the cell; "
            "they add no atoms and were left out"
        )
    elif changes.max() > NOTEWORTHY:
        said.append(f"symmetry: the cell is {50 * changes.max():.1f} % off the symmetry of the listed operations")
    if conflict := _conflict(symmetry, type_of_operations(symmetry.operations, lattice)):
        said.append(conflict)
    return replace(symmetry, operations=operations, warnings=(*symmetry.warnings, *said))


def _refuse_lost_atoms(
    file: str,
    lengths_angles: Sequence[float],
    fitting: tuple[str, ...],
    listed: tuple[str, ...],
    sites: Sequence[AtomSite],
    options: ReadOptions,
) -> None:
    """Check that the operations which fit the cell are a group, and make all atoms that the listed ones make."""
    try:
        refuse_what_is_no_group(file, fitting, options.operations)
        few, all_ = (_cell_in(file, lengths_angles, operations, sites, options) for operations in (fitting, listed))
        if few is not None and all_ is not None and len(few.sites) == len(all_.sites):
            return
    except ReadError:
        pass
    worst = next(operation for operation in listed if operation not in fitting)
    raise ReadError(
        Unread.SYMMETRY_METRIC,
        f"{file}: the operation {worst} does not belong to a cell with edges and angles "
        f"{_cell_words(lengths_angles)}; check both",
    )


def _conflict(symmetry: Symmetry, found: int | None) -> str | None:
    """Say that symbol or number name another group than the listed operations make."""
    named = {setting.number: name for name in symmetry.names for setting in settings_of_symbol(name)[:1]}
    if symmetry.number:
        named.setdefault(symmetry.number, symmetry.name or "")
    others = [(number, name) for number, name in named.items() if number != found]
    if found is None or not others:
        return None
    number, name = others[0]
    stated = f"{name} (number {number})" if name else f"number {number}"
    return (
        f"symmetry: the listed operations are those of space group number {found}, but the file names {stated}; "
        "the operations were used"
    )
