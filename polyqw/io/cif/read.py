"""Read CIF files: syntax is read here, what matters of it is built into a cell by `polyqw.io.cif.building`.

Each data block is read once. Cell, symmetry and atom sites are cleaned of what strangers' files bring (see
`atom_sites`, `symmetry`) before anything is built of them.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, replace
from functools import cache
from math import cos, radians
from typing import TYPE_CHECKING, Final

from polyqw.core.record import StructureRecord, structure_digest
from polyqw.errors import ReadError
from polyqw.io.cif.atom_sites import (
    SITE_ITEMS,
    has_atom_sites,
    parse_number,
    read_atom_sites,
)
from polyqw.io.cif.building import build_cell
from polyqw.io.cif.idealised import idealised_warning
from polyqw.io.cif.operations import refuse_what_is_no_group
from polyqw.io.cif.places import refuse_crowded_places
from polyqw.io.cif.plausible import ImageBudget, refuse_implausible, refuse_size, spacious_warning
from polyqw.io.cif.provenance import read_provenance
from polyqw.io.cif.reference_set import trust_in
from polyqw.io.cif.setting import fit_symmetry
from polyqw.io.cif.symmetry import HALL_ITEMS, NAME_ITEMS, NUMBER_ITEMS, OPERATION_ITEMS, read_symmetry
from polyqw.io.cif.syntax import NULL, CifBlock, read_blocks, unquote
from polyqw.io.cif.text import decode_cif
from polyqw.io.cif.uncertainties import make_parameters
from polyqw.io.cif.value_lengths import CELL_ITEMS, refuse_long_values
from polyqw.io.formula import element_difference, formula_difference
from polyqw.io.read_options import DEFAULT, Allowance, ReadOptions
from polyqw.io.reasons import Unread
from polyqw.io.standard_uncertainty import parse_apart, parse_su

if TYPE_CHECKING:
    from collections.abc import Sequence

    from polyqw.core.cell import Cell

__all__ = ["BlockError", "parser_name", "read_cif"]

FORMULA_ITEMS: Final = ("_chemical_formula_sum", "_cell_formula_units_z")
_LEAST_RELATIVE_VOLUME = 1e-3


@dataclass(frozen=True, slots=True)
class BlockError:
    """A data block whose structure cannot be read."""

    file: str
    block: str
    file_sha256: str
    reason: str
    message: str


def read_cif(name: str, data: bytes, options: ReadOptions = DEFAULT) -> list[StructureRecord | BlockError]:
    """Return the structure, or what is wrong with it, of each data block that lists atoms.

    Returns
    -------
    list of StructureRecord or BlockError
        In the order of the file, never empty. Data blocks without atoms are skipped.

    Raises
    ------
    ReadError
        If the file is not a CIF, or no data block lists atoms.
    """
    text, mended = decode_cif(name, data)
    blocks = read_blocks(text, name, options)
    del text
    if not blocks:
        raise ReadError(Unread.NOT_CIF, f"{name}: there is no 'data_' line, so this is not a CIF")
    digest = hashlib.sha256(data).hexdigest()
    left = ImageBudget(options.file_atoms)
    results = [
        _read_block(name, title, block, digest, mended, options, left)
        for block, title in zip(blocks, _titles(blocks), strict=True)
        if has_atom_sites(block)
    ]
    if not results:
        raise _without_structure(name, blocks)
    return results


@cache
def parser_name(library: str = "pymatgen") -> str:
    """Return a reader and its version, e.g. ``pymatgen 2025.1.9``, the reference reader."""
    from importlib.metadata import version  # noqa: PLC0415

    return f"{library} {version(library)}"


def _titles(blocks: Sequence[CifBlock]) -> list[str]:
    seen: Counter[str] = Counter()
    titles = []
    for block in blocks:
        seen[block.name] += 1
        titles.append(block.name if seen[block.name] == 1 else f"{block.name}#{seen[block.name]}")
    return titles


def _read_block(
    file: str,
    title: str,
    block: CifBlock,
    digest: str,
    mended: Sequence[str],
    options: ReadOptions,
    left: ImageBudget,
) -> StructureRecord | BlockError:
    try:
        return _record(file, title, block, digest, mended, options, left)
    except ReadError as error:
        return BlockError(file, title, digest, error.reason, str(error))


def _record(
    file: str,
    title: str,
    block: CifBlock,
    digest: str,
    mended: Sequence[str],
    options: ReadOptions,
    left: ImageBudget,
) -> StructureRecord:
    _refuse_contradictions(file, block)
    refuse_long_values(file, block, options)
    lengths_angles = _read_cell(file, block, options)
    symmetry = read_symmetry(file, block, options)
    refuse_what_is_no_group(file, symmetry.operations, options.operations)
    refuse_size(file, len(block.column(SITE_ITEMS[0])), 1, options)
    sites, site_warnings = read_atom_sites(file, block, options)
    refuse_size(file, len(sites), max(1, len(symmetry.operations)), options)
    refuse_crowded_places(file, sites, options)
    symmetry = fit_symmetry(file, block, lengths_angles, symmetry, sites, options, left)
    built = build_cell(file, lengths_angles, symmetry, sites, options)
    refuse_implausible(file, built.cell, options)
    parameters = make_parameters(built, sites, _cell_su(block))
    cell = replace(built.cell, parameters=parameters)
    declared = block.first("_chemical_formula_sum")
    units = parse_number(block.first("_cell_formula_units_z") or "?")
    if declared and Allowance.FORMULA not in options.allow:
        _refuse_other_elements(file, declared, cell, units)
    findings = [
        *mended,
        *block.warnings,
        *symmetry.warnings,
        *site_warnings,
        *built.findings,
        formula_difference(declared, cell.composition, units) if declared else None,
        idealised_warning(site.frac for site in sites),
        spacious_warning(cell),
    ]
    return StructureRecord(
        file=file,
        block=title,
        cell=cell,
        formula_declared=unquote(declared) if declared else None,
        space_group=symmetry.name,
        space_group_number=symmetry.number,
        file_sha256=digest,
        structure_sha256=structure_digest(cell),
        parser=parser_name(built.library),
        warnings=tuple(dict.fromkeys(finding for finding in findings if finding)),
        provenance=read_provenance(block).weighed(trust_in(digest, user_vouches=options.trusted)),
    )


def _refuse_contradictions(file: str, block: CifBlock) -> None:
    if block.has_frames:
        raise ReadError(
            Unread.SAVE_FRAME, f"{file}: save frames do not belong into a structure; take them out of the block"
        )
    needed: tuple[str, ...] = (*CELL_ITEMS, *SITE_ITEMS, *OPERATION_ITEMS, *FORMULA_ITEMS)
    if not any(block.column(*OPERATION_ITEMS)):
        needed = (*needed, *NAME_ITEMS, *NUMBER_ITEMS, *HALL_ITEMS)
    if twice := [name for name in needed if name in block.conflicts]:
        raise ReadError(Unread.DUPLICATE_ITEM, f"{file}: {twice[0]} is given twice with different values; keep one")
    for name in set(needed) - {*SITE_ITEMS, *OPERATION_ITEMS}:
        if len(values := set(block.column(name)) - NULL) > 1:
            raise ReadError(
                Unread.DUPLICATE_ITEM, f"{file}: {name} has {len(values)} different values in one loop; keep one"
            )
    if cut := [name for name in needed if name in block.truncated]:
        raise ReadError(
            Unread.TRUNCATED, f"{file}: the last row of the loop with {cut[0]} is incomplete; complete it"
        )


def _refuse_other_elements(file: str, declared: str, cell: Cell, units: float | None) -> None:
    if difference := element_difference(declared, cell.composition, units):
        raise ReadError(
            Unread.FORMULA_ELEMENTS,
            f"{file}: the declared formula {' '.join(unquote(declared).split())[:80]} and the atoms differ; "
            f"{difference} (--allow formula reads it all the same)",
        )


def _read_cell(file: str, block: CifBlock, limits: ReadOptions) -> tuple[float, ...]:
    values = []
    for name in CELL_ITEMS:
        text = block.first(name)
        value = None if text is None else parse_number(text)
        if value is None:
            raise ReadError(Unread.BAD_CELL, f"{file}: {name} is {text or 'missing'}; a number is needed")
        values.append(value)
    least, largest = limits.edge_min_angstrom, limits.edge_max_angstrom
    if not all(least <= edge <= largest for edge in values[:3]):
        raise ReadError(
            Unread.BAD_CELL, f"{file}: cell edges {values[:3]} Å, plausible ones are {least:g} to {largest:g} Å"
        )
    if not all(0 < angle < 180 for angle in values[3:]) or _relative_volume(values[3:]) < _LEAST_RELATIVE_VOLUME:
        raise ReadError(Unread.BAD_CELL, f"{file}: cell angles {values[3:]} do not span a cell")
    return tuple(values)


def _cell_su(block: CifBlock) -> list[float | None]:
    """Return the uncertainties of the edges [Å] and angles [degrees]: in parentheses, or in items of their own."""
    return [
        parse_su(block.first(name) or "") or parse_apart(block.first(f"{name}_su", f"{name}_esd"))
        for name in CELL_ITEMS
    ]


def _relative_volume(angles: Sequence[float]) -> float:
    """Return the squared volume of the cell over that of a box with the same edges."""
    a, b, c = (cos(radians(angle)) for angle in angles)
    return 1 - a * a - b * b - c * c + 2 * a * b * c


def _without_structure(name: str, blocks: Sequence[CifBlock]) -> ReadError:
    items = {item for block in blocks for item in (*block.items, *block.columns)}
    if any(block.has_frames for block in blocks) or any(item.startswith("_dictionary_") for item in items):
        return ReadError(Unread.DICTIONARY, f"{name}: this is a CIF dictionary, it holds no structure")
    if "_atom_site_cartn_x" in items:
        return ReadError(Unread.MMCIF, f"{name}: only Cartesian coordinates (mmCIF); give fractional ones")
    if any(item.startswith("_refln_") for item in items):
        return ReadError(Unread.REFLECTIONS_ONLY, f"{name}: reflections only; give the CIF that has the atoms")
    return ReadError(Unread.NO_STRUCTURE, f"{name}: no data block lists atoms with fractional coordinates")
