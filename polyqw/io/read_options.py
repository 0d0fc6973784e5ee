"""How files are read: which library expands the symmetry, and the limits within which a file can be a crystal."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from enum import StrEnum
from math import isfinite
from typing import TYPE_CHECKING, Final

from polyqw.errors import UsageError
from polyqw.suggest import or_else

if TYPE_CHECKING:
    from collections.abc import Iterable


class Reader(StrEnum):
    """Which library expands the symmetry.

    ``pymatgen`` is the reference reader; ``gemmi`` reads operations with gemmi and expands directly, only where that
    is provably the same; ``auto`` does so where it can and leaves the rest to pymatgen.
    """

    PYMATGEN = "pymatgen"
    GEMMI = "gemmi"
    AUTO = "auto"


class Allowance(StrEnum):
    """What is refused, and read all the same where the user allows it.

    ``formula``: a declared formula that has an element the atoms lack, or lacks one that they have.
    """

    FORMULA = "formula"


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """Choices of the user on reading; what lies outside the limits is refused.

    Parameters
    ----------
    file_mb : float
        Largest file as it lies on the disk [MiB].
    unpacked_mb : float
        Largest file after decompression [MiB].
    ratio : float
        Largest ratio of unpacked to packed size; ordinary CIFs stay below 20.
    members : int
        Most CIFs of one archive.
    words : int
        Most names, keywords and values of one file; a text field is one of them.
    blocks : int
        Most data blocks of one file.
    characters : int
        Most characters of a name, and of a value that is a number, a label, an element, a symbol or a formula.
    operations : int
        Most symmetry operations; the largest space groups have 192.
    operation_characters : int
        Most characters of one symmetry operation; ``-x+1/2,-y+1/2,-z+1/2`` has 20.
    atoms : int
        Most sites of a cell after expansion.
    file_atoms : int
        Most sites of all data blocks of a file, counted before coinciding images are merged.
    place_rows : int
        Most rows of the atom list at one place.
    pymatgen_images : int
        Most rows times operations that are expanded by pymatgen, which compares each with all others.
    edge_min_angstrom, edge_max_angstrom : float
        Shortest and longest cell edge.
    plane_spacing_angstrom : float
        Least distance between neighbouring lattice planes (100), (010) and (001).
    volume_min_angstrom3, volume_max_angstrom3 : float
        Least and largest volume for each site; dense hydrides have 1.86 Å³.
    occupancy : float
        Largest occupancy of one row of the atom list.
    site_occupancy : float
        Largest total occupancy of a site; up to here it is scaled down to one.
    metric : float
        Largest relative change of the metric tensor under a symmetry operation: 0.02 for edges that differ by 1 %.
    allow : frozenset of Allowance
        What is read although it would be refused.
    trusted : bool
        Whether the user vouches for what the files say of their origin, table row and Tc; without that these are
        claims of the files, but for the files that travel with the program.
    """

    reader: Reader = Reader.AUTO
    file_mb: float = 10.0
    unpacked_mb: float = 32.0
    ratio: float = 100.0
    members: int = 25_000
    words: int = 1_000_000
    blocks: int = 1_000
    characters: int = 500
    operations: int = 192
    operation_characters: int = 120
    atoms: int = 20_000
    file_atoms: int = 400_000
    place_rows: int = 32
    pymatgen_images: int = 3_000
    edge_min_angstrom: float = 1.0
    edge_max_angstrom: float = 500.0
    plane_spacing_angstrom: float = 0.8
    volume_min_angstrom3: float = 1.8
    volume_max_angstrom3: float = 10_000.0
    occupancy: float = 1.01
    site_occupancy: float = 1.05
    metric: float = 0.02
    allow: frozenset[Allowance] = frozenset()
    trusted: bool = False

    @property
    def file_bytes(self) -> int:
        """Largest file as it lies on the disk, in bytes."""
        return int(self.file_mb * 2**20)

    @property
    def unpacked_bytes(self) -> int:
        """Largest file after decompression, in bytes."""
        return int(self.unpacked_mb * 2**20)

    def with_limits(self, words: Iterable[str]) -> ReadOptions:
        """Return the options with limits changed as a user says it."""
        changed: dict[str, float] = {}
        for word in words:
            name, _, text = word.partition("=")
            if name not in LIMIT_NAMES:
                otherwise = f"; there are {', '.join(LIMIT_NAMES)}"
                raise UsageError(f"--limit {word}: there is no limit {name!r}{or_else(name, LIMIT_NAMES, otherwise)}")
            changed[name] = _positive(word, text, whole=isinstance(getattr(DEFAULT, name), int))
        return replace(self, **changed)  # type: ignore[arg-type]


DEFAULT: Final = ReadOptions()
"""How files are read where nothing else is said."""

LIMIT_NAMES: Final = tuple(
    field.name for field in fields(ReadOptions) if field.name not in ("reader", "allow", "trusted")
)
"""Names of the limits that a user can change."""


def _positive(word: str, text: str, *, whole: bool) -> float:
    try:
        value = int(text) if whole else float(text)
    except ValueError:
        value = 0
    if not (value > 0 and isfinite(value)):
        raise UsageError(f"--limit {word}: a {'whole ' if whole else ''}number above zero is needed after '='")
    return value
