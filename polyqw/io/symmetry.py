"""The symmetry a CIF states: its operations, its space group, and whether they agree."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from polyqw.errors import ReadError
from polyqw.io.cif_syntax import CifBlock, is_null
from polyqw.io.read_options import DEFAULT

if TYPE_CHECKING:
    from polyqw.io.read_options import ReadOptions

NAME_ITEMS: Final = (
    "_symmetry_space_group_name_h-m",
    "_space_group_name_h-m_alt",
    "_symmetry_space_group_name_h_m",
    "_space_group_name_h-m_full",
    "_space_group_name_h-m_ref",
)
NUMBER_ITEMS: Final = ("_space_group_it_number", "_symmetry_int_tables_number")

OPERATION_ITEMS: Final = (
    "_symmetry_equiv_pos_as_xyz",
    "_space_group_symop_operation_xyz",
    "_space_group_symop_xyz",
)
HALL_ITEMS: Final = ("_space_group_name_hall", "_symmetry_space_group_name_hall")
MAGNETIC_ITEM: Final = "_space_group_symop_magn_operation_xyz"
MAGNETIC_CENTRING_ITEM: Final = "_space_group_symop_magn_centering_xyz"
SUPERSPACE_ITEM: Final = "_space_group_symop_ssg_operation_algebraic"

_IT_NUMBER = re.compile(r"[0-9]{1,3}")
_NUMBER = r"(?:\d+(?:\.\d*)?|\.\d+)(?:/\d+)?"
_TERM = rf"[+-]?(?:{_NUMBER}\*?)?[xyz]|[+-]?{_NUMBER}"
_COMPONENT = re.compile(rf"(?:{_TERM})(?:(?=[+-])(?:{_TERM}))*")

# Order of the point group up to each number of International Tables A.
_POINT_GROUP_ORDERS = (
    *((1, 1), (2, 2), (9, 2), (15, 4), (46, 4), (74, 8), (80, 4), (82, 4), (88, 8), (122, 8), (142, 16)),
    *((146, 3), (148, 6), (161, 6), (167, 12), (173, 6), (174, 6), (176, 12), (190, 12), (194, 24)),
    *((199, 12), (206, 24), (220, 24), (230, 48)),
)
_CENTRINGS = {
    "P": (1,),
    "A": (1, 2),
    "B": (1, 2),
    "C": (1, 2),
    "I": (1, 2),
    "F": (1, 4),
    "R": (1, 3),
    "H": (1, 3),
}


@dataclass(frozen=True, slots=True)
class Symmetry:
    """What a data block says about its symmetry.

    Parameters
    ----------
    operations : tuple of str
        Distinct operations as ``x,y,z`` strings; empty where the block lists none.
    name : str or None
        Hermann-Mauguin symbol as given.
    number : int or None
        Number of International Tables A.
    warnings : tuple of str
    """

    operations: tuple[str, ...]
    name: str | None
    number: int | None
    warnings: tuple[str, ...] = ()


def read_symmetry(file: str, block: CifBlock, limits: ReadOptions = DEFAULT) -> Symmetry:
    """Return the symmetry of a data block; of magnetic and modulated ones, that of the average structure.

    Raises
    ------
    ReadError
        ``bad_operation`` for an operation that is not three sums of x, y, z and fractions;
        ``too_many_operations`` for a magnetic group with more than the limits allow; ``unknown_space_group`` where
        there is nothing but a Hall symbol.
    """
    warnings = []
    _refuse_many_magnetic(file, block, limits.operations)
    texts = block.column(*OPERATION_ITEMS)
    if not texts and (texts := _without_time_reversal(block)):
        warnings.append("symmetry: magnetic operations read without time reversal")
    if not texts and (texts := _without_modulation(block)):
        warnings.append("symmetry: modulated structure, its average is read")
    operations = tuple(dict.fromkeys(_operation(file, text) for text in texts if not is_null(text)))
    name = " ".join((block.first(*NAME_ITEMS) or "").split()) or None
    number = _number(block)
    if operations and (conflict := _conflict(operations, name, number)):
        warnings.append(conflict)
    hall = block.first(*HALL_ITEMS)
    if not operations and name is None and number is None and hall not in (None, "P 1", "p 1"):
        raise ReadError(
            "unknown_space_group",
            f"{file}: only a Hall symbol ({hall}) tells the symmetry; list the operations",
        )
    return Symmetry(operations, name, number, tuple(warnings))


def _operation(file: str, text: str) -> str:
    compact = _compact_operation(text)
    if compact is None:
        raise ReadError("bad_operation", f"{file}: {text[:60]!r} is not a symmetry operation such as 'x,-y,z+1/2'")
    return compact


@lru_cache(maxsize=4096)  # the same few hundred operations fill all files
def _compact_operation(text: str) -> str | None:
    compact = "".join(text.split()).lower()
    components = compact.split(",")
    return compact if len(components) == 3 and all(map(_COMPONENT.fullmatch, components)) else None


def _refuse_many_magnetic(file: str, block: CifBlock, most: int) -> None:
    """Check the number of operations before each is joined with every centring, twice for time reversal."""
    operations, centrings = len(block.column(MAGNETIC_ITEM)), len(block.column(MAGNETIC_CENTRING_ITEM))
    if operations * max(1, centrings) > 2 * most:
        raise ReadError(
            "too_many_operations",
            f"{file}: {operations} magnetic operations with {centrings} centrings, at most {2 * most} together are "
            "read (--limit operations=...)",
        )


def _without_time_reversal(block: CifBlock) -> list[str]:
    operations = [text.rsplit(",", 1)[0] for text in block.column(MAGNETIC_ITEM)]
    centrings = [text.split(",")[:3] for text in block.column(MAGNETIC_CENTRING_ITEM)] or [["x", "y", "z"]]
    shifts = [[part.strip().lower().lstrip("xyz") for part in centring] for centring in centrings]
    return [
        ",".join(part + move for part, move in zip(text.split(","), shift, strict=False))
        for text in operations
        for shift in shifts
    ]


def _without_modulation(block: CifBlock) -> list[str]:
    texts = []
    for text in block.column(SUPERSPACE_ITEM):
        parts = text.lower().replace("x1", "x").replace("x2", "y").replace("x3", "z").split(",")[:3]
        texts.append(",".join(parts))
    return texts


def _number(block: CifBlock) -> int | None:
    text = block.first(*NUMBER_ITEMS)
    if text is None or not _IT_NUMBER.fullmatch(text) or not 1 <= int(text) <= 230:
        return None
    return int(text)


def _conflict(operations: tuple[str, ...], name: str | None, number: int | None) -> str | None:
    if number is None or not name:
        return None
    point_order = next(order for last, order in _POINT_GROUP_ORDERS if number <= last)
    expected = [point_order * factor for factor in _CENTRINGS.get(name.lstrip(" '\"")[:1].upper(), (1, 2, 3, 4))]
    if len(operations) in expected:
        return None
    return (
        f"symmetry: {len(operations)} operations are listed, but space group {name} (number {number}) "
        f"has {expected[-1]}; the operations were used"
    )
