"""Read CIF files: syntax is read here, pymatgen builds the structure from what matters.

Each data block is read once. Cell, symmetry and atom sites are cleaned of what strangers' files
bring (see `atom_sites`, `symmetry`) and handed to pymatgen's `CifParser`, the reader of record, as
a CIF that holds nothing else.
"""

from __future__ import annotations

import hashlib
import warnings
from collections import Counter
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from math import cos, radians
from typing import TYPE_CHECKING, Final

import numpy as np

from polyqw.core.record import StructureRecord, structure_digest
from polyqw.errors import ReadError
from polyqw.io.atom_sites import (
    MAX_SITE_OCCUPANCY,
    SITE_ITEMS,
    AtomSite,
    has_atom_sites,
    parse_number,
    read_atom_sites,
)
from polyqw.io.cif_syntax import CifBlock, read_blocks, unquote
from polyqw.io.cif_text import decode_cif
from polyqw.io.expansion import expand
from polyqw.io.formula import formula_difference
from polyqw.io.idealised import idealised_warning
from polyqw.io.operations import pymatgen_operations, refuse_what_is_no_group
from polyqw.io.origin import choose_origin
from polyqw.io.plausible import refuse_implausible, refuse_size, spacious_warning
from polyqw.io.provenance import read_provenance
from polyqw.io.pymatgen import cell_from_structure
from polyqw.io.symmetry import OPERATION_ITEMS, Symmetry, read_symmetry
from polyqw.io.uncertainties import make_parameters, parse_apart, parse_su

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pymatgen.core import Structure
    from pymatgen.core.operations import SymmOp

    from polyqw.core.cell import Cell, FloatArray

CELL_ITEMS: Final = (
    "_cell_length_a",
    "_cell_length_b",
    "_cell_length_c",
    "_cell_angle_alpha",
    "_cell_angle_beta",
    "_cell_angle_gamma",
)
EDGE_ANGSTROM: Final = (1.0, 500.0)
"""Shortest and longest plausible cell edge."""

_LEAST_RELATIVE_VOLUME = 1e-3


class Reader(StrEnum):
    """Which library expands the symmetry.

    ``pymatgen`` is the reader of record; ``gemmi`` reads operations with gemmi and expands directly, only where that
    is provably the same; ``auto`` does so where it can and leaves the rest to pymatgen.
    """

    PYMATGEN = "pymatgen"
    GEMMI = "gemmi"
    AUTO = "auto"


@dataclass(frozen=True, slots=True)
class BlockError:
    """A data block whose structure cannot be read.

    Parameters
    ----------
    file, block : str
        As in `StructureRecord`.
    file_sha256 : str
    reason : str
        Reason code of `ReadError`.
    message : str
        One sentence for people.
    """

    file: str
    block: str
    file_sha256: str
    reason: str
    message: str


def read_cif(name: str, data: bytes, reader: Reader = Reader.AUTO) -> list[StructureRecord | BlockError]:
    """Return the structure, or what is wrong with it, of each data block that lists atoms.

    Parameters
    ----------
    name : str
        Name of the file, for records and messages.
    data : bytes
        The uncompressed file.
    reader : Reader
        Which library expands the symmetry.

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
    blocks = read_blocks(text)
    if not blocks:
        raise ReadError("not_cif", f"{name}: there is no 'data_' line, so this is not a CIF")
    digest = hashlib.sha256(data).hexdigest()
    results = [
        _read_block(name, title, block, digest, mended, reader)
        for block, title in zip(blocks, _titles(blocks), strict=True)
        if has_atom_sites(block)
    ]
    if not results:
        raise _without_structure(name, blocks)
    return results


@cache
def parser_name(library: str = "pymatgen") -> str:
    """Return a reader and its version, e.g. ``pymatgen 2025.1.9``, the reader of record."""
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
    file: str, title: str, block: CifBlock, digest: str, mended: Sequence[str], reader: Reader
) -> StructureRecord | BlockError:
    try:
        return _record(file, title, block, digest, mended, reader)
    except ReadError as error:
        return BlockError(file, title, digest, error.reason, str(error))


def _record(
    file: str, title: str, block: CifBlock, digest: str, mended: Sequence[str], reader: Reader
) -> StructureRecord:
    _refuse_contradictions(file, block)
    lengths_angles = _read_cell(file, block)
    symmetry = read_symmetry(file, block)
    refuse_what_is_no_group(file, symmetry.operations)
    sites, site_warnings = read_atom_sites(file, block)
    refuse_size(file, len(sites), max(1, len(symmetry.operations)))
    lattice = _lattice(lengths_angles)
    symmetry = choose_origin(block, lattice, symmetry, sites)
    cell_su = _cell_su(block)
    has_su = any(value is not None for value in (*cell_su, *(su for site in sites for su in site.su)))
    built = _expanded(lattice, symmetry, sites, has_su) if reader is not Reader.PYMATGEN else None
    if built is None:
        if reader is Reader.GEMMI:
            raise ReadError("not_provable", f"{file}: only pymatgen can read this with certainty; use --reader auto")
        built = _built(file, lengths_angles, symmetry, sites)
    refuse_implausible(file, built.cell)
    parameters = make_parameters(built.cell, sites, built.row_of, cell_su, built.operations)
    cell = replace(built.cell, parameters=parameters)
    declared = block.first("_chemical_formula_sum")
    units = parse_number(block.first("_cell_formula_units_z") or "?")
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
        provenance=read_provenance(block),
    )


@dataclass(frozen=True, slots=True)
class _Built:
    """A cell with the row of the atom list that each of its sites is an image of."""

    cell: Cell
    row_of: list[int]
    operations: Sequence[SymmOp]
    findings: list[str]
    library: str


def _expanded(lattice: FloatArray, symmetry: Symmetry, sites: Sequence[AtomSite], has_su: bool) -> _Built | None:
    found = expand(lattice, symmetry, sites)
    if found is None:
        return None
    cell, row_of = found
    told = bool(symmetry.operations or symmetry.name or symmetry.number)
    stated = symmetry.operations or ("x,y,z",)
    operations = pymatgen_operations(stated) if has_su else ()
    findings = _by_name(symmetry) if told else ["symmetry: none is stated, read as P 1"]
    return _Built(cell, row_of, operations, findings, "gemmi")


def _built(file: str, lengths_angles: Sequence[float], symmetry: Symmetry, sites: Sequence[AtomSite]) -> _Built:
    structure, operations, raised = _build(file, _minimal_cif(lengths_angles, symmetry, sites))
    row_of = [int(label[1:]) for label in structure.labels]
    cell = cell_from_structure(structure, [sites[row].label for row in row_of])
    return _Built(cell, row_of, operations, _condense(file, raised, symmetry), "pymatgen")


def _lattice(lengths_angles: Sequence[float]) -> FloatArray:
    from pymatgen.core import Lattice  # noqa: PLC0415

    return np.array(Lattice.from_parameters(*lengths_angles).matrix, dtype=float)


def _refuse_contradictions(file: str, block: CifBlock) -> None:
    needed = (*CELL_ITEMS, *SITE_ITEMS, *OPERATION_ITEMS)
    if twice := [name for name in needed if name in block.conflicts]:
        raise ReadError("duplicate_item", f"{file}: {twice[0]} is given twice with different values; keep one")
    if cut := [name for name in needed if name in block.truncated]:
        raise ReadError("truncated", f"{file}: the last row of the loop with {cut[0]} is incomplete; complete it")


def _read_cell(file: str, block: CifBlock) -> tuple[float, ...]:
    values = []
    for name in CELL_ITEMS:
        text = block.first(name)
        value = None if text is None else parse_number(text)
        if value is None:
            raise ReadError("bad_cell", f"{file}: {name} is {text or 'missing'}; a number is needed")
        values.append(value)
    if not all(EDGE_ANGSTROM[0] <= edge <= EDGE_ANGSTROM[1] for edge in values[:3]):
        raise ReadError(
            "bad_cell", f"{file}: cell edges {values[:3]} Å, plausible ones are {EDGE_ANGSTROM[0]:g} to 500 Å"
        )
    if not all(0 < angle < 180 for angle in values[3:]) or _relative_volume(values[3:]) < _LEAST_RELATIVE_VOLUME:
        raise ReadError("bad_cell", f"{file}: cell angles {values[3:]} do not span a cell")
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


def _minimal_cif(lengths_angles: Sequence[float], symmetry: Symmetry, sites: Sequence[AtomSite]) -> str:
    lines = ["data_minimal"]
    names = ("length_a", "length_b", "length_c", "angle_alpha", "angle_beta", "angle_gamma")
    lines += [f"_cell_{name} {value!r}" for name, value in zip(names, lengths_angles, strict=True)]
    if symmetry.operations:
        lines += ["loop_", "_symmetry_equiv_pos_as_xyz", *symmetry.operations]
    else:
        if symmetry.name and not set('"#') & set(symmetry.name):
            lines.append(f'_symmetry_space_group_name_H-M "{symmetry.name}"')
        if symmetry.number:
            lines.append(f"_symmetry_Int_Tables_number {symmetry.number}")
    lines += ["loop_", "_atom_site_label", "_atom_site_type_symbol"]
    lines += ["_atom_site_fract_x", "_atom_site_fract_y", "_atom_site_fract_z", "_atom_site_occupancy"]
    for index, site in enumerate(sites):
        x, y, z = site.frac
        lines.append(f"s{index} {site.element} {x!r} {y!r} {z!r} {site.occupancy!r}")
    return "\n".join(lines) + "\n"


def _build(file: str, minimal: str) -> tuple[Structure, Sequence[SymmOp], list[str]]:
    """Let pymatgen build the structure; return it with the operations it used and the warnings it gave."""
    from pymatgen.io.cif import CifParser  # noqa: PLC0415

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        # pymatgen fails in many ways on strange input (AssertionError, KeyError, ZeroDivisionError, ...);
        # none of them may cost more than this block, so all become a reason in the report.
        try:
            parser = CifParser.from_str(minimal, occupancy_tolerance=MAX_SITE_OCCUPANCY, check_cif=False)
            (structure,) = parser.parse_structures(primitive=False, on_error="raise")
        except Exception as error:
            reason = "bad_occupancy" if "exceeded tolerance" in str(error) else "parse_error"
            detail = " ".join(str(error).replace("No structure parsed for section 1 in CIF.", "").split())
            raise ReadError(reason, f"{file}: pymatgen refuses it: {type(error).__name__}: {detail[:200]}") from error
    return structure, parser.symmetry_operations, [str(warning.message) for warning in caught]


def _condense(file: str, raised: Sequence[str], symmetry: Symmetry) -> list[str]:
    """Say in few words what pymatgen warned of; what was already said here, or moves nothing, is left out."""
    findings = []
    by_name = False
    stated = symmetry.name or symmetry.number
    for message in raised:
        if "rounded to ideal values" in message:
            continue
        if "sum to > 1" in message:
            findings.append("occupancies: some sites are more than full and were scaled down to 1")
        elif "Defaulting to P1" in message:
            if stated:
                raise ReadError(
                    "unknown_space_group",
                    f"{file}: space group {stated} is not known and no operations are listed; list them",
                )
            findings.append("symmetry: none is stated, read as P 1")
        elif "Spacegroup from" in message:
            by_name = True
        else:
            findings.append("pymatgen: " + " ".join(message.split())[:200])
    return findings + _by_name(symmetry, by_name=by_name)


def _by_name(symmetry: Symmetry, *, by_name: bool = True) -> list[str]:
    """Say which group's operations were used where none are listed."""
    if symmetry.operations or not (symmetry.name or symmetry.number):
        return []
    used = symmetry.name if by_name and symmetry.name else f"number {symmetry.number} in its standard setting"
    return [f"symmetry: no operations are listed, those of {used} were used"]


def _without_structure(name: str, blocks: Sequence[CifBlock]) -> ReadError:
    items = {item for block in blocks for item in (*block.items, *block.columns)}
    if any(block.has_frames for block in blocks) or any(item.startswith("_dictionary_") for item in items):
        return ReadError("dictionary", f"{name}: this is a CIF dictionary, it holds no structure")
    if "_atom_site_cartn_x" in items:
        return ReadError("mmcif", f"{name}: only Cartesian coordinates (mmCIF); give fractional ones")
    if any(item.startswith("_refln_") for item in items):
        return ReadError("reflections_only", f"{name}: reflections only; give the CIF that has the atoms")
    return ReadError("no_structure", f"{name}: no data block lists atoms with fractional coordinates")
