"""How long a value may be that stands for something short: a number, a label, an operation, a symbol, a formula."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from polyqw.errors import ReadError
from polyqw.io.cif.atom_sites import COORDINATE_ITEMS, SITE_ITEMS
from polyqw.io.cif.symmetry import (
    HALL_ITEMS,
    MAGNETIC_CENTRING_ITEM,
    MAGNETIC_ITEM,
    NAME_ITEMS,
    NUMBER_ITEMS,
    OPERATION_ITEMS,
    SUPERSPACE_ITEM,
)
from polyqw.io.reasons import Unread

if TYPE_CHECKING:
    from polyqw.io.cif.syntax import CifBlock
    from polyqw.io.read_options import ReadOptions

CELL_ITEMS: Final = (
    "_cell_length_a",
    "_cell_length_b",
    "_cell_length_c",
    "_cell_angle_alpha",
    "_cell_angle_beta",
    "_cell_angle_gamma",
)
_WITH_SU = (*CELL_ITEMS, *COORDINATE_ITEMS)
_VALUES = (
    *CELL_ITEMS,
    *SITE_ITEMS,
    *(f"{name}_{su}" for name in _WITH_SU for su in ("su", "esd")),
    *NAME_ITEMS,
    *NUMBER_ITEMS,
    *HALL_ITEMS,
    "_chemical_formula_sum",
    "_cell_formula_units_z",
)
_OPERATIONS = (*OPERATION_ITEMS, MAGNETIC_ITEM, MAGNETIC_CENTRING_ITEM, SUPERSPACE_ITEM)
_SHOWN = 40


def refuse_long_values(file: str, block: CifBlock, limits: ReadOptions) -> None:
    """Check the lengths of the values that a structure is made of, before any is taken apart."""
    for names, limit in ((_VALUES, "characters"), (_OPERATIONS, "operation_characters")):
        most = getattr(limits, limit)
        for name in names:
            for value in block.column(name):
                if len(value) > most:
                    raise ReadError(
                        Unread.TOO_LONG,
                        f"{file}: {name} has the value {value[:_SHOWN]}... of {len(value)} characters, at most "
                        f"{most} are read (--limit {limit}=...)",
                    )
