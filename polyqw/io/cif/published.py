"""Published structural parameters, digit by digit, and the CIF that carries them.

Numbers stay the strings that were printed, standard uncertainties included: ``3.82030(8)``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from polyqw.core.record import Provenance
from polyqw.errors import ReadError
from polyqw.io.cif.provenance import provenance_items, read_provenance
from polyqw.io.cif.syntax import CifBlock, quote, read_blocks, unquote
from polyqw.io.reasons import Unread

if TYPE_CHECKING:
    from collections.abc import Iterator

_CELL_ITEMS = (
    "_cell_length_a",
    "_cell_length_b",
    "_cell_length_c",
    "_cell_angle_alpha",
    "_cell_angle_beta",
    "_cell_angle_gamma",
)
_SITE_ITEMS = (
    "_atom_site_label",
    "_atom_site_type_symbol",
    "_atom_site_fract_x",
    "_atom_site_fract_y",
    "_atom_site_fract_z",
    "_atom_site_occupancy",
)
_OPERATION_ITEM = "_space_group_symop_operation_xyz"
_NAME_ITEM = "_space_group_name_H-M_alt"
_NUMBER_ITEM = "_space_group_IT_number"
_FAMILY_ITEM = "_polyqw_family"
_WIDTH = 30
_HEADER = "#\\#CIF_1.1\n# Written by polyqw from published parameters; every digit as printed.\n"


@dataclass(frozen=True, slots=True)
class PublishedSite:
    """One row of a published table of sites.

    Parameters
    ----------
    frac : tuple of str, (3,)
        Fractional coordinates as printed.
    occupancy : str
        As printed.
    """

    label: str
    element: str
    frac: tuple[str, str, str]
    occupancy: str


@dataclass(frozen=True, slots=True)
class PublishedStructure:
    """A structure as its source prints it.

    Parameters
    ----------
    name : str
        Name of the data block and stem of the file; letters, digits and ``_``.
    formula : str
        Declared formula, of one unit or of the cell.
    cell : tuple of str, (6,)
        a, b, c [Å], alpha, beta, gamma [degrees] as printed.
    space_group : str or None
        Hermann-Mauguin symbol of the setting used, None where the source gives none.
    operations : tuple of str
        Symmetry operations; they decide where symbol and operations disagree.
    """

    name: str
    formula: str
    cell: tuple[str, str, str, str, str, str]
    space_group: str | None
    space_group_number: int | None
    operations: tuple[str, ...]
    sites: tuple[PublishedSite, ...]
    family: str | None = None
    provenance: Provenance = field(default_factory=Provenance)


def to_cif(structure: PublishedStructure) -> str:
    """Return a published structure as CIF 1.1 in ASCII; `from_cif` gives the same structure again."""
    return _HEADER + "\n".join(_lines(structure)) + "\n"


def from_cif(text: str) -> PublishedStructure:
    """Return the published structure in a CIF that `to_cif` wrote.

    Raises
    ------
    ReadError
        ``no_structure`` if there is not exactly one data block with cell, operations and sites.
    """
    blocks = read_blocks(text)
    if len(blocks) != 1:
        raise ReadError(Unread.NO_STRUCTURE, f"{len(blocks)} data blocks where one published structure should stand")
    block = blocks[0]
    columns = [block.column(item) for item in _SITE_ITEMS]
    a, b, c, alpha, beta, gamma = (_required(block, item) for item in _CELL_ITEMS)
    number = block.first(_NUMBER_ITEM.lower())
    name = block.first(_NAME_ITEM.lower())
    family = block.first(_FAMILY_ITEM)
    return PublishedStructure(
        name=block.name,
        formula=unquote(_required(block, "_chemical_formula_sum")),
        cell=(a, b, c, alpha, beta, gamma),
        space_group=None if name is None else unquote(name),
        space_group_number=None if number is None else int(number),
        operations=tuple(block.column(_OPERATION_ITEM)),
        sites=tuple(
            PublishedSite(unquote(label), unquote(element), (x, y, z), occupancy)
            for label, element, x, y, z, occupancy in zip(*columns, strict=True)
        ),
        family=None if family is None else unquote(family),
        provenance=read_provenance(block),
    )


def _lines(structure: PublishedStructure) -> Iterator[str]:
    yield f"data_{structure.name}"
    yield _item("_chemical_formula_sum", structure.formula)
    if structure.family is not None:
        yield _item(_FAMILY_ITEM, structure.family)
    for item, value in provenance_items(structure.provenance):
        yield _item(item, value)
    yield ""
    for item, value in zip(_CELL_ITEMS, structure.cell, strict=True):
        yield _item(item, value)
    yield f"{_NAME_ITEM:<{_WIDTH}} " + ("?" if structure.space_group is None else quote(structure.space_group))
    number = structure.space_group_number
    yield f"{_NUMBER_ITEM:<{_WIDTH}} " + ("?" if number is None else str(number))
    yield from ("", "loop_", _OPERATION_ITEM)
    for operation in structure.operations:
        yield f"  {quote(operation)}"
    yield from ("", "loop_", *_SITE_ITEMS)
    rows = [(site.label, site.element, *site.frac, site.occupancy) for site in structure.sites]
    quoted = [[quote(value) for value in row] for row in rows]
    widths = [max((len(row[i]) for row in quoted), default=0) for i in range(len(_SITE_ITEMS))]
    for row in quoted:
        yield ("  " + "  ".join(f"{value:<{width}}" for value, width in zip(row, widths, strict=True))).rstrip()


def _item(name: str, value: str) -> str:
    return f"{name:<{_WIDTH}} {quote(value)}".replace(" \n;", "\n;")


def _required(block: CifBlock, item: str) -> str:
    value = block.first(item)
    if value is None:
        raise ReadError(Unread.NO_STRUCTURE, f"data block {block.name} has no {item}")
    return value
