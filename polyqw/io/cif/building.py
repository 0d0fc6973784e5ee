"""Build a cell of what a CIF says: with pymatgen, or directly where that is provably the same."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from polyqw.errors import ReadError
from polyqw.io.cif.expansion import expand, operations_of
from polyqw.io.cif.operations import pymatgen_operations
from polyqw.io.cif.plausible import refuse_number
from polyqw.io.pymatgen import cell_from_structure
from polyqw.io.read_options import Reader
from polyqw.io.reasons import Unread

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pymatgen.core import Structure
    from pymatgen.core.operations import SymmOp

    from polyqw.core.arrays import FloatArray
    from polyqw.core.cell import Cell
    from polyqw.io.cif.atom_sites import AtomSite
    from polyqw.io.cif.symmetry import Symmetry
    from polyqw.io.read_options import ReadOptions


@dataclass(frozen=True)
class Built:
    """A cell that was built of a list of atoms and a symmetry.

    Parameters
    ----------
    row_of : list of int
        For each site, the row of the atom list that it is an image of.
    operation_texts : tuple of str
        Operations used, such as ``x,-y,z+1/2``; empty where `used` holds them.
    used : tuple of SymmOp
        Operations as pymatgen gave them.
    """

    cell: Cell
    row_of: list[int]
    operation_texts: tuple[str, ...]
    used: Sequence[SymmOp]
    findings: list[str]
    library: str

    @cached_property
    def operations(self) -> Sequence[SymmOp]:
        """The operations used; made when asked for, as few files need them."""
        return self.used or pymatgen_operations(self.operation_texts)


def build_cell(
    file: str, lengths_angles: Sequence[float], symmetry: Symmetry, sites: Sequence[AtomSite], options: ReadOptions
) -> Built:
    """Return the cell of some atom sites.

    Parameters
    ----------
    lengths_angles : sequence of float, (6,)
        Edges [Å] and angles [degrees].

    Raises
    ------
    ReadError
        ``not_provable`` where the direct way was asked for and may differ; ``too_large`` where pymatgen would take
        long; ``bad_occupancy`` or ``parse_error`` where pymatgen refuses.
    """
    is_large = len(sites) * len(symmetry.operations) > options.atoms  # counted first, as pymatgen takes long for it
    wanted = options.reader is not Reader.PYMATGEN
    built = _expanded(lattice_of(lengths_angles), symmetry, sites) if wanted or is_large else None
    if built is not None:
        refuse_number(file, len(built.cell.sites), options)
        built = built if wanted else None
    if built is None and options.reader is Reader.GEMMI:
        raise ReadError(Unread.NOT_PROVABLE, f"{file}: only pymatgen can read this with certainty; use --reader auto")
    if built is None:
        _refuse_slow(file, len(sites) * max(1, len(symmetry.operations)), options)
    return built or _built(file, lengths_angles, symmetry, sites, options)


def _refuse_slow(file: str, n_images: int, options: ReadOptions) -> None:
    """Check the number of images that pymatgen would compare with each other."""
    if n_images > options.pymatgen_images:
        raise ReadError(
            Unread.TOO_LARGE,
            f"{file}: {n_images} images of atoms that only pymatgen can expand with certainty, which takes long; at "
            f"most {options.pymatgen_images} are given to it (--limit pymatgen_images=...)",
        )


def lattice_of(lengths_angles: Sequence[float]) -> FloatArray:
    """Return the lattice vectors as rows [Å], oriented as pymatgen does."""
    from pymatgen.core import Lattice  # noqa: PLC0415

    return np.array(Lattice.from_parameters(*lengths_angles).matrix, dtype=float)


def _expanded(lattice: FloatArray, symmetry: Symmetry, sites: Sequence[AtomSite]) -> Built | None:
    found = expand(lattice, symmetry, sites)
    if found is None:
        return None
    cell, row_of = found
    return Built(cell, row_of, operations_of(symmetry), (), _not_stated(symmetry), "gemmi")


def _built(
    file: str, lengths_angles: Sequence[float], symmetry: Symmetry, sites: Sequence[AtomSite], options: ReadOptions
) -> Built:
    minimal = _minimal_cif(lengths_angles, symmetry, sites)
    structure, operations, raised = _build(file, minimal, options.site_occupancy)
    row_of = [int(label[1:]) for label in structure.labels]
    cell = cell_from_structure(structure, [sites[row].label for row in row_of])
    return Built(cell, row_of, (), operations, [*_condense(raised), *_not_stated(symmetry)], "pymatgen")


def _minimal_cif(lengths_angles: Sequence[float], symmetry: Symmetry, sites: Sequence[AtomSite]) -> str:
    lines = ["data_minimal"]
    names = ("length_a", "length_b", "length_c", "angle_alpha", "angle_beta", "angle_gamma")
    lines += [f"_cell_{name} {value!r}" for name, value in zip(names, lengths_angles, strict=True)]
    lines += ["loop_", "_symmetry_equiv_pos_as_xyz", *operations_of(symmetry)]
    lines += ["loop_", "_atom_site_label", "_atom_site_type_symbol"]
    lines += ["_atom_site_fract_x", "_atom_site_fract_y", "_atom_site_fract_z", "_atom_site_occupancy"]
    for index, site in enumerate(sites):
        x, y, z = site.frac
        lines.append(f"s{index} {site.element} {x!r} {y!r} {z!r} {site.occupancy!r}")
    return "\n".join(lines) + "\n"


def _build(file: str, minimal: str, site_occupancy: float) -> tuple[Structure, Sequence[SymmOp], list[str]]:
    """Let pymatgen build the structure; return it with the operations it used and the warnings it gave."""
    from pymatgen.io.cif import CifParser  # noqa: PLC0415

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        # pymatgen fails in many ways on strange input (AssertionError, KeyError, ZeroDivisionError, ...);
        # none of them may cost more than this block, so all become a reason in the report.
        try:
            parser = CifParser.from_str(minimal, occupancy_tolerance=site_occupancy, check_cif=False)
            (structure,) = parser.parse_structures(primitive=False, on_error="raise")
        except Exception as error:
            reason = Unread.BAD_OCCUPANCY if "exceeded tolerance" in str(error) else Unread.PARSE_ERROR
            detail = " ".join(str(error).replace("No structure parsed for section 1 in CIF.", "").split())
            raise ReadError(reason, f"{file}: pymatgen refuses it: {type(error).__name__}: {detail[:200]}") from error
    return structure, parser.symmetry_operations, [str(warning.message) for warning in caught]


def _condense(raised: Sequence[str]) -> list[str]:
    """Say in few words what pymatgen warned of; what was already said here, or moves nothing, is left out."""
    findings = []
    for message in raised:
        if "rounded to ideal values" in message:
            continue
        if "sum to > 1" in message:
            findings.append("occupancies: some sites are more than full and were scaled down to 1")
        else:
            findings.append("pymatgen: " + " ".join(message.split())[:200])
    return findings


def _not_stated(symmetry: Symmetry) -> list[str]:
    return [] if symmetry.operations else ["symmetry: none is stated, read as P 1"]
