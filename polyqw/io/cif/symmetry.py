"""The symmetry a CIF states: its operations, its space group, and whether they agree."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from polyqw.errors import ReadError
from polyqw.io.cif.syntax import CifBlock, is_null
from polyqw.io.read_options import DEFAULT
from polyqw.io.reasons import Unread

if TYPE_CHECKING:
    from polyqw.io.read_options import ReadOptions

NAME_ITEMS: Final = (
    "_symmetry_space_group_name_h-m",
    "_space_group_name_h-m_alt",
    "_symmetry_space_group_name_h_m",
    "_space_group_name_h-m_full",
)
_REFERENCE_NAME_ITEM = "_space_group_name_h-m_ref"
"""Names the standard setting, whichever the coordinates have; so it says no more than a number."""
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
_CODE_ITEM = "_space_group_it_coordinate_system_code"
_UNUSED_PREFIXES = ("_space_group_magn", "_space_group_ssg", "_parent_space_group")
"""Magnetic and superspace groups, and the parent of a magnetic one: of a cell that need not be this one."""

_IT_NUMBER = re.compile(r"[0-9]{1,3}")
_NUMBER = r"(?:\d+(?:\.\d*)?|\.\d+)(?:/\d+)?"
_TERM = rf"[+-]?(?:{_NUMBER}\*?)?[xyz]|[+-]?{_NUMBER}"
_COMPONENT = re.compile(rf"(?:{_TERM})(?:(?=[+-])(?:{_TERM}))*")


@dataclass(frozen=True, slots=True)
class Symmetry:
    """What a data block says about its symmetry.

    Parameters
    ----------
    operations : tuple of str
        Distinct operations as ``x,y,z`` strings; empty where the block lists none.
    names : tuple of str
        Hermann-Mauguin symbols as given, the first the one to show; more than one where items differ.
    code : str
        Coordinate system code of International Tables A, such as ``2``, ``h`` or ``cab``; empty for none.
    """

    operations: tuple[str, ...]
    names: tuple[str, ...] = ()
    number: int | None = None
    hall: str | None = None
    code: str = ""
    warnings: tuple[str, ...] = ()

    @property
    def name(self) -> str | None:
        """Hermann-Mauguin symbol to show; None where there is none."""
        return self.names[0] if self.names else None

    @property
    def is_stated(self) -> bool:
        """Whether the block says anything of its symmetry."""
        return bool(self.operations or self.names or self.number or self.hall)


def read_symmetry(file: str, block: CifBlock, limits: ReadOptions = DEFAULT) -> Symmetry:
    """Return the symmetry of a data block; of magnetic and modulated ones, that of the average structure.

    Raises
    ------
    ReadError
        ``bad_operation`` for an operation that is not three sums of x, y, z and fractions; ``duplicate_item`` for two
        different lists of operations; ``unknown_space_group`` where there is nothing but a number that is none, or a
        magnetic or superspace group without its operations; ``too_many_operations`` for a magnetic group with more
        than the limits allow.
    """
    warnings = []
    _refuse_many_magnetic(file, block, limits.operations)
    texts = _listed_operations(file, block)
    if not texts and (texts := _without_time_reversal(block)):
        warnings.append("symmetry: magnetic operations read without time reversal")
    if not texts and (texts := _without_modulation(block)):
        warnings.append("symmetry: modulated structure, its average is read")
    operations = tuple(dict.fromkeys(_operation(file, text) for text in texts if not is_null(text)))
    symmetry = Symmetry(
        operations,
        _names(block),
        _number(block),
        block.first(*HALL_ITEMS),
        (block.first(_CODE_ITEM) or "").strip().lower(),
        tuple(warnings),
    )
    if not symmetry.is_stated:
        _refuse_what_is_not_read(file, block)
    return symmetry


def _listed_operations(file: str, block: CifBlock) -> list[str]:
    """Return the operations of the first item that lists them, and check that no other item lists others."""
    lists = {name: block.column(name) for name in OPERATION_ITEMS if block.column(name)}
    sets = {frozenset("".join(text.split()).lower() for text in texts) for texts in lists.values()}
    if len(sets) > 1:
        raise ReadError(Unread.DUPLICATE_ITEM, f"{file}: {' and '.join(lists)} list different operations; keep one")
    return next(iter(lists.values()), [])


def _names(block: CifBlock) -> tuple[str, ...]:
    given = [block.first(item) for item in NAME_ITEMS]
    if not any(given) and block.first(*HALL_ITEMS) is None:
        given = [block.first(_REFERENCE_NAME_ITEM)]
    return tuple(dict.fromkeys(" ".join(name.split()) for name in given if name and name.strip()))


def _refuse_what_is_not_read(file: str, block: CifBlock) -> None:
    """Refuse a block that says something of its symmetry, but nothing that can be used."""
    number = block.first(*NUMBER_ITEMS)
    if number is not None:
        raise ReadError(
            Unread.UNKNOWN_SPACE_GROUP, f"{file}: there is no space group number {number[:20]}; 1 to 230 exist"
        )
    for item in (*block.items, *block.columns):
        if item.startswith(_UNUSED_PREFIXES) and (value := block.first(item)) is not None:
            raise ReadError(
                Unread.UNKNOWN_SPACE_GROUP,
                f"{file}: {item} is {value[:40]}, but no operations are listed; "
                "list those of the magnetic or superspace group, or of the space group of this cell",
            )


def _operation(file: str, text: str) -> str:
    compact = _compact_operation(text)
    if compact is None:
        raise ReadError(
            Unread.BAD_OPERATION, f"{file}: {text[:60]!r} is not a symmetry operation such as 'x,-y,z+1/2'"
        )
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
            Unread.TOO_MANY_OPERATIONS,
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
