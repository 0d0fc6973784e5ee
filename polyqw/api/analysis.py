"""Read structures and find their wells."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from polyqw.api.result import WellAnalysis
from polyqw.core.options import AnalysisOptions, OccupancyPolicy
from polyqw.errors import UsageError
from polyqw.services.structures.analyse import Guard, Limits, Reader, ReadOptions
from polyqw.services.structures.python_input import analyse_given, read_records

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable

    from ase import Atoms
    from pymatgen.core import IStructure

    from polyqw.core.cell import Cell
    from polyqw.core.record import StructureRecord
    from polyqw.core.tolerances import Tolerances

    StructureLike: TypeAlias = IStructure | Atoms | StructureRecord | Cell | os.PathLike[str] | str | bytes

_Choice = TypeVar("_Choice", OccupancyPolicy, Reader)
_SYMBOL = re.compile(r"[A-Z][a-z]?")


def find_wells(  # noqa: PLR0913 - each option is one of the command line too
    structure: StructureLike,
    *,
    block: str | None = None,
    occupancy: str = "weighted",
    oxide_metals: Iterable[str] | None = None,
    bridging_anions: Iterable[str] | None = None,
    iron_metals: Iterable[str] | None = None,
    iron_anions: Iterable[str] | None = None,
    tolerances: Tolerances | None = None,
    reader: str = "auto",
    trust: bool = False,
) -> WellAnalysis:
    """Find the quantum wells of a structure.

    Parameters
    ----------
    structure : pymatgen Structure, ase.Atoms, path, str, bytes, StructureRecord or Cell
        A ``str`` with a line break in it is the text of a CIF, any other a path. Oxidation states are left aside;
        disorder is read from pymatgen's species and from ASE's ``info["occupancy"]``.
    block : str, optional
        Name of the data block, where a CIF holds several structures.
    occupancy : {'weighted', 'majority', 'ordered'}
        How shared and partly empty sites are read: every occupancy as it is, each site to its most abundant element,
        or not at all (the structure is rejected).
    oxide_metals, bridging_anions, iron_metals, iron_anions : iterable of str, optional
        Elements of the planes; default Cu and Ni, O, Fe, and As, P, Sb, Se, Te, S, Si, Ge.
    tolerances : Tolerances, optional
        Distances [Å], angles [degrees] and occupancies that the search uses.
    reader : {'auto', 'pymatgen', 'gemmi'}
        What expands the symmetry of a CIF.
    trust : bool
        Whether you vouch for what a CIF says of its origin, its row of the papers' tables and its Tc; without that
        these are its claims, but for the reference structures.

    Returns
    -------
    WellAnalysis
        Also where there is no well: then ``status`` and ``message`` say why.

    Raises
    ------
    ReadError
        If there is no structure that can be read.
    UsageError
        If an option has no meaning, or the CIF holds several structures and no block is named.
    """
    options = analysis_options(
        occupancy=occupancy,
        oxide_metals=oxide_metals,
        bridging_anions=bridging_anions,
        iron_metals=iron_metals,
        iron_anions=iron_anions,
        tolerances=tolerances,
    )
    return WellAnalysis(
        analyse_given(structure, options, block=block, reading=read_options(reader, trusted=trust)),
        options,
    )


def read_cif(
    source: str | bytes | os.PathLike[str],
    *,
    block: str | None = None,
    reader: str = "auto",
    timeout_seconds: float | None = None,
    memory_mib: int | None = None,
    trust: bool = False,
) -> tuple[StructureRecord, ...]:
    """Read the structures of a CIF: cell, symmetry expanded, provenance and warnings.

    Parameters
    ----------
    source : path, str or bytes
        A path (also of ``.cif.gz``, ``.zip`` or a folder), or the text of a CIF.
    block : str, optional
        Only the data block of that name.
    reader : {'auto', 'pymatgen', 'gemmi'}
        What expands the symmetry.
    timeout_seconds : float, optional
        Longest time for one file [s]. With this or a limit of memory, files are read in a process of their own, which
        is ended at the limit; without, in this process.
    memory_mib : int, optional
        Most memory for one file [MiB].
    trust : bool
        As in `find_wells`.

    Raises
    ------
    ReadError
        If one of them cannot be read; the message says why.
    UsageError
        If an option has no meaning.
    """
    guard = make_guard(1, timeout_seconds, memory_mib)
    return read_records(source, block=block, reading=read_options(reader, trusted=trust), guard=guard)


def analysis_options(
    *,
    occupancy: str = "weighted",
    oxide_metals: Iterable[str] | None = None,
    bridging_anions: Iterable[str] | None = None,
    iron_metals: Iterable[str] | None = None,
    iron_anions: Iterable[str] | None = None,
    tolerances: Tolerances | None = None,
) -> AnalysisOptions:
    """Return the options of an analysis, checked; see `find_wells`."""
    default = AnalysisOptions()
    return AnalysisOptions(
        occupancy=_choice(OccupancyPolicy, "occupancy", occupancy),
        oxide_metals=_symbols("oxide_metals", oxide_metals, default.oxide_metals),
        bridging_anions=_symbols("bridging_anions", bridging_anions, default.bridging_anions),
        iron_metals=_symbols("iron_metals", iron_metals, default.iron_metals),
        iron_anions=_symbols("iron_anions", iron_anions, default.iron_anions),
        tolerances=tolerances or default.tolerances,
    )


def make_guard(n_jobs: int, timeout_seconds: float | None, memory_mib: int | None) -> Guard | None:
    """Return processes to work in; None where one process without limits, this one, is wanted."""
    if n_jobs == 1 and timeout_seconds is None and memory_mib is None:
        return None
    usual = Limits()
    limits = Limits(
        usual.seconds if timeout_seconds is None else timeout_seconds,
        usual.memory_mib if memory_mib is None else memory_mib,
    )
    return Guard(limits, n_jobs)


def read_options(reader: str, *, trusted: bool) -> ReadOptions:
    """Return how files are read, checked."""
    return ReadOptions(_choice(Reader, "reader", reader), trusted=trusted)


def _choice(kind: type[_Choice], name: str, value: str) -> _Choice:
    try:
        return kind(value)
    except ValueError as error:
        raise UsageError(f"{name}={value!r}: choose one of {', '.join(kind)}") from error


def _symbols(name: str, given: Iterable[str] | None, default: frozenset[str]) -> frozenset[str]:
    if given is None:
        return default
    symbols = frozenset([given] if isinstance(given, str) else given)
    for symbol in symbols:
        if not _SYMBOL.fullmatch(symbol):
            raise UsageError(f"{name}: {symbol!r} is not an element symbol; write e.g. {name}=('Cu', 'Ni')")
    return symbols
