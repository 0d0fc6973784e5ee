"""Other programs on the same files: how fast, how many they read, and whether they read the same."""

from __future__ import annotations

import json
import os
import subprocess
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import polyqw
from benchmarks.measure import seconds
from polyqw.core.analysis import find_wells
from polyqw.core.record import StructureRecord
from polyqw.io.cif.read import read_cif
from polyqw.io.elements import element_of_symbol
from polyqw.io.pymatgen import structure_from_cell

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from polyqw.core.cell import Cell

    Composition = dict[str, float]

SAME_ATOMS = 0.02
"""Largest difference in the number of atoms of an element that counts as the same."""


class Peer(NamedTuple):
    """What a program came to.

    Parameters
    ----------
    name : str
    milliseconds : float
        For each input [ms].
    n_done : int
    n_other : int
        Those whose atoms differ from those of the reference reader.
    """

    name: str
    milliseconds: float
    n_done: int
    n_other: int = 0


def readers(files: list[Path]) -> list[Peer]:
    """Return what reading alone takes; the numbers of atoms are held against those that pymatgen finds."""
    record = [_tried(_by_pymatgen, file) for file in files]
    found = []
    for name, read in {
        "polyqw (with its checks)": _by_polyqw,
        "pymatgen": _by_pymatgen,
        "gemmi": _by_gemmi,
        "ASE": _by_ase,
    }.items():
        compositions: list[Composition | None] = []
        took = seconds(lambda r=read, c=compositions: c.extend(_tried(r, file) for file in files))
        other = sum(
            one is not None and known is not None and not _alike(one, known)
            for one, known in zip(compositions, record, strict=True)
        )
        done = sum(one is not None for one in compositions)
        found.append(Peer(name, 1000 * took / len(files), done, other))
    return found


def analysers(files: Sequence[Path]) -> list[Peer]:
    """Return what looking at the surroundings of atoms takes, for structures that are read already."""
    cells = [record.cell for file in files for record in read_cif(file.name, file.read_bytes()) if _is_read(record)]
    structures = [structure_from_cell(cell) for cell in cells]
    actions: dict[str, tuple[Callable[..., object], Sequence[object]]] = {
        "polyqw, wells": (find_wells, cells),
        "polyqw, text": (_by_description, structures),
        "CrystalNN, bonds of every atom": (_by_crystal_nn, structures),
    }
    found = []
    for name, (action, inputs) in actions.items():
        done: list[object] = []
        took = seconds(lambda a=action, i=inputs, d=done: d.extend(_tried(a, one) for one in i))
        found.append(Peer(name, 1000 * took / len(inputs), sum(one is not None for one in done)))
    return [*found, *_robocrystallographer(files)]


def _by_description(structure: object) -> str:
    return polyqw.find_wells(structure).describe()


def _robocrystallographer(files: Sequence[Path]) -> list[Peer]:
    """Return what robocrystallographer takes, run by the Python that $POLYQW_PEERS names; nothing without it."""
    python = os.environ.get("POLYQW_PEERS")
    if not python:
        return []
    script = Path(__file__).with_name("robocrys_peer.py")
    done = subprocess.run(
        [python, str(script), *map(str, files)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False
    )
    if done.returncode:
        return [Peer("robocrystallographer, text: does not start there", float("nan"), 0)]
    found = json.loads(done.stdout)
    return [Peer("robocrystallographer, text", 1000 * found["seconds"] / len(files), found["done"])]


def _is_read(record: object) -> bool:
    return isinstance(record, StructureRecord)


def _tried(action: Callable[..., object], one: object) -> object:
    """Return what an action comes to, None where it fails in whatever way."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return action(one)
        except Exception:
            return None


def _alike(one: Composition, other: Composition) -> bool:
    return all(abs(one.get(e, 0.0) - other.get(e, 0.0)) <= SAME_ATOMS for e in one.keys() | other.keys())


def _by_polyqw(file: Path) -> Composition:
    (record,) = read_cif(str(file), file.read_bytes())
    cell: Cell = record.cell
    return cell.composition


def _by_pymatgen(file: Path) -> Composition:
    from pymatgen.io.cif import CifParser  # noqa: PLC0415

    (structure,) = CifParser(file, occupancy_tolerance=1.05).parse_structures(primitive=False)
    return _summed((species.symbol, amount) for species, amount in structure.composition.items())


def _by_gemmi(file: Path) -> Composition:
    import gemmi  # noqa: PLC0415

    structure = gemmi.read_small_structure(str(file))
    return _summed((site.element.name, site.occ) for site in structure.get_all_unit_cell_sites())


def _by_ase(file: Path) -> Composition:
    from ase.io import read  # noqa: PLC0415

    atoms = read(file, format="cif", fractional_occupancies=True)
    kinds = atoms.arrays.get("spacegroup_kinds")
    shares = atoms.info.get("occupancy")
    if kinds is None or shares is None:
        return _summed((symbol, 1.0) for symbol in atoms.get_chemical_symbols())
    return _summed(pair for kind in kinds for pair in shares[str(kind)].items())


def _by_crystal_nn(structure: object) -> object:
    from pymatgen.analysis.local_env import CrystalNN  # noqa: PLC0415

    return CrystalNN().get_all_nn_info(structure)


def _summed(pairs: Iterable[tuple[str, float]]) -> Composition:
    total: Composition = {}
    for symbol, amount in pairs:
        element = element_of_symbol(symbol) or symbol
        total[element] = total.get(element, 0.0) + amount
    return total
