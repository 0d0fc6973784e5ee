"""What pymatgen, ASE and gemmi each make of a CIF, left to themselves, and where they differ."""

from __future__ import annotations

import math
import warnings
from collections import defaultdict
from dataclasses import dataclass
from importlib.metadata import version
from io import StringIO
from typing import TYPE_CHECKING, Any, Final

from polyqw.errors import ReadError
from polyqw.io.inputs import Source, names_something
from polyqw.io.other_files import other_format
from polyqw.untrusted import one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from polyqw.io.read_options import ReadOptions
    from polyqw.services.structures.analyse import Analysed

MOST_SITES: Final = 2000
"""Of a larger cell the libraries are not asked."""

SAME_EDGE: Final = 1e-3
"""Edges [Å] and angles [degrees] closer than this are the same."""

SAME_AMOUNT: Final = 0.01
"""Amounts of an element in the cell closer than this are the same."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A file as a library reads it.

    Parameters
    ----------
    n_atoms : int
        Sites of the cell.
    amounts : dict of str to float
        Elements of the cell, by occupancy where the library keeps it.
    cell : tuple of float
        Edges [Å] and angles [degrees].
    space_group_number : int or None
        As declared (ASE, gemmi), or as the atoms have it within 0.01 Å (pymatgen).
    """

    n_atoms: int
    amounts: dict[str, float]
    cell: tuple[float, ...]
    space_group_number: int | None

    @property
    def formula(self) -> str:
        """Elements of the cell in alphabetical order."""
        return " ".join(f"{element}{round(n, 3):g}" for element, n in sorted(self.amounts.items()))

    @property
    def row(self) -> dict[str, Any]:
        """As plain values."""
        edges = dict(zip(("a_angstrom", "b_angstrom", "c_angstrom"), self.cell[:3], strict=True))
        angles = dict(zip(("alpha_degrees", "beta_degrees", "gamma_degrees"), self.cell[3:], strict=True))
        own = {"n_atoms": self.n_atoms, "formula_cell": self.formula}
        return {**own, **edges, **angles, "space_group_number": self.space_group_number}


def with_readers(analysed: Analysed, reading: ReadOptions) -> tuple[dict[str, Any], ...]:
    """Return what each library makes of the data block of a file, as plain values with ``reader`` and ``error``.

    Empty for members of archives, standard input, files that are no CIF or could not be read, and large cells.
    """
    record = analysed.record
    if record is None or len(record.cell.sites) > MOST_SITES or other_format(analysed.file):
        return ()
    if analysed.file == "-" or not names_something(analysed.file):
        return ()
    try:
        text = _block_text(Source(analysed.file).read(reading), analysed.block.partition("#")[0])
    except ReadError:
        return ()
    return tuple(_row(name, read, text) for name, read in _READERS.items()) if text else ()


def differences(rows: Sequence[dict[str, Any]]) -> list[str]:
    """Return where libraries that could read a file differ, as sentences."""
    read = [row for row in rows if row["error"] is None]
    found = [f"{row['reader'].split()[0]} cannot read it: {row['error']}" for row in rows if row["error"] is not None]
    for key, noun in (("n_atoms", "number of atoms"), ("space_group_number", "space group")):
        if len({row[key] for row in read}) > 1:
            found.append(f"{noun}: {_each(read, key)}")
    if any(not _same_amounts(read[0], row) for row in read[1:]):
        found.append(f"formula: {_each(read, 'formula_cell')}")
    for key in ("a_angstrom", "b_angstrom", "c_angstrom", "alpha_degrees", "beta_degrees", "gamma_degrees"):
        if any(abs(row[key] - read[0][key]) > SAME_EDGE for row in read[1:]):
            found.append(f"{key.partition('_')[0]}: {_each(read, key)}")
    return found


def _each(rows: Iterable[dict[str, Any]], key: str) -> str:
    return ", ".join(
        f"{row['reader'].split()[0]} {f'{row[key]:.4f}' if isinstance(row[key], float) else row[key] or 'none'}"
        for row in rows
    )


def _same_amounts(one: dict[str, Any], other: dict[str, Any]) -> bool:
    from polyqw.io.formula import parse_any_formula  # noqa: PLC0415 - only where libraries are compared

    first, second = (parse_any_formula(row["formula_cell"]) or {} for row in (one, other))
    return first.keys() == second.keys() and all(abs(first[e] - second[e]) <= SAME_AMOUNT for e in first)


def _block_text(data: bytes, block: str) -> str:
    import gemmi  # noqa: PLC0415

    try:
        document = gemmi.cif.read_string(data.decode("utf-8", "replace"))
    except (ValueError, RuntimeError):
        return data.decode("utf-8", "replace")
    found = document.find_block(block)
    return "" if found is None else found.as_string()


def _row(name: str, read: Callable[[str], Reading], text: str) -> dict[str, Any]:
    reader = f"{name} {version(name)}"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return {"reader": reader, "error": None, **read(text).row}
    except MemoryError:
        raise
    except Exception as error:  # each raises whatever its parser stumbles over
        return {"reader": reader, "error": one_line(f"{type(error).__name__}: {error}", 160)}


def _sum(pairs: Iterable[tuple[str, float]]) -> dict[str, float]:
    amounts: dict[str, float] = defaultdict(float)
    for element, amount in pairs:
        amounts[element] += float(amount)
    return dict(amounts)


def _by_pymatgen(text: str) -> Reading:
    from pymatgen.io.cif import CifParser  # noqa: PLC0415
    from pymatgen.symmetry.analyzer import SpacegroupAnalyzer  # noqa: PLC0415

    structure = CifParser(StringIO(text)).parse_structures(primitive=False)[0]
    number = SpacegroupAnalyzer(structure, 0.01).get_space_group_number()
    amounts = _sum((species.symbol, n) for site in structure for species, n in site.species.items())
    return Reading(len(structure), amounts, tuple(map(float, structure.lattice.parameters)), int(number))


def _by_ase(text: str) -> Reading:
    from ase.io import read  # noqa: PLC0415

    atoms: Any = read(StringIO(text), format="cif")
    table, kinds = atoms.info.get("occupancy"), atoms.arrays.get("spacegroup_kinds")
    if table and kinds is not None:
        amounts = _sum(pair for kind in kinds for pair in table[str(kind)].items())
    else:
        amounts = _sum((symbol, 1.0) for symbol in atoms.get_chemical_symbols())
    group = atoms.info.get("spacegroup")
    return Reading(len(atoms), amounts, tuple(map(float, atoms.cell.cellpar())), None if group is None else group.no)


def _by_gemmi(text: str) -> Reading:
    import gemmi  # noqa: PLC0415

    small = gemmi.make_small_structure_from_block(gemmi.cif.read_string(text).sole_block())
    sites = small.get_all_unit_cell_sites()
    if not sites or math.isclose(small.cell.volume, 1.0):
        raise ValueError("no atoms or no cell")
    group = small.spacegroup
    amounts = _sum((site.element.name, site.occ) for site in sites)
    return Reading(len(sites), amounts, tuple(small.cell.parameters), None if group is None else group.number)


_READERS: Final = {"pymatgen": _by_pymatgen, "ase": _by_ase, "gemmi": _by_gemmi}
