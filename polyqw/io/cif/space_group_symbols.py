"""The operations that a space group's symbol or number stands for, in each setting that may be meant.

The settings are those of gemmi's table: the 530 of International Tables B, Table A1.4.2.7, and some beyond. Full
symbols are spglib's. Symbols of tetragonal groups in the C or F cell with edges a - b and a + b are made here after
International Tables A, Table 1.5.4.4.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np

from polyqw.io.cif.space_group import quiet_spglib, type_of_operations

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import gemmi

    from polyqw.core.arrays import IntArray

_MONOCLINIC: Final = range(3, 16)
_TETRAGONAL: Final = range(75, 143)

_ODD_ENTRY: Final = "P 42 21 2a"
"""An entry of gemmi's table for another origin, which International Tables do not have."""

_SCREW = re.compile(r"(?<=\d)_(?=\d)")
_CHOICE = re.compile(r"(?P<symbol>.{2,}?)(?::(?P<choice>[12hr])|o(?P<origin>[12])|(?P<axes>[hr])|[sz])")
"""``:2``, ``:H``, ``O2``, ``H`` and ``R`` say the choice; of ICSD's ``S`` and ``Z`` the atoms decide."""

_E_GLIDES: Final = {
    "cmme": ("C m m a", "C m m b"),
    "aemm": ("A b m m", "A c m m"),
    "bmem": ("B m c m", "B m a m"),
    "ccce": ("C c c a", "C c c b"),
    "aeaa": ("A b a a", "A c a a"),
    "bbeb": ("B b c b", "B b a b"),
}
"""Symbols with an e that stands for two settings whose origins differ; the other symbols with one stand for one."""

_TURNS: Final = (((1, 1, 0), (-1, 1, 0), (0, 0, 1)), ((1, -1, 0), (1, 1, 0), (0, 0, 1)))
"""Columns are the edges of the C or F cell of a tetragonal group: a - b, a + b or a + b, b - a."""


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting of a space group.

    Parameters
    ----------
    symbol : str
        Hermann-Mauguin symbol with the choice of origin or axes, such as ``P 4/n m m:2``.
    operations : tuple of str
        Such as ``x,-y,z+1/2``, centring included.
    code : str
        Choice or change of axes, such as ``2``, ``H``, ``cab`` or ``c1``; empty for the only or first one.
    """

    symbol: str
    number: int
    operations: tuple[str, ...]
    code: str = ""

    def is_same(self, other: Setting) -> bool:
        """Whether both are one group of operations."""
        return frozenset(self.operations) == frozenset(other.operations)


@lru_cache(maxsize=512)
def settings_of_symbol(symbol: str) -> tuple[Setting, ...]:
    """Return the settings that a Hermann-Mauguin symbol may mean; empty for an unknown symbol.

    There is more than one where the symbol leaves the choice of origin open (``P 4/n m m``, ``C m m e``), that of
    hexagonal or rhombohedral axes (``R -3 m``), or that of the unique axis (``P 21/c``: b, c and a in this order).
    """
    key = _compact(symbol)
    if ":" not in key and (found := _settings_of_key(key)):
        return found
    match = _CHOICE.fullmatch(key)
    if match is None:
        return ()
    choice = (match["choice"] or match["origin"] or match["axes"] or "").upper()
    found = _settings_of_key(match["symbol"])
    if not choice or (choice == "H" and not any(setting.code == "R" for setting in found)):
        return found
    return tuple(setting for setting in found if setting.code == choice)


@lru_cache(maxsize=256)
def settings_of_number(number: int) -> tuple[Setting, ...]:
    """Return the standard setting of a space group, with each choice of origin or of rhombohedral axes."""
    import gemmi  # noqa: PLC0415 - compiled, and needed by few files

    group = gemmi.find_spacegroup_by_number(number)
    return tuple(_setting(other) for other in _groups_of_symbol(group.hm)) if group else ()


@lru_cache(maxsize=256)
def setting_of_hall(symbol: str) -> Setting | None:
    """Return the setting of a Hall symbol, which leaves nothing open; None for what is no Hall symbol."""
    import gemmi  # noqa: PLC0415

    try:
        texts = _texts(gemmi.symops_from_hall(symbol.replace("_", " ")))
    except (RuntimeError, ValueError):
        return None
    number = type_of_operations(texts)
    return None if number is None else Setting(symbol, number, texts)


def _compact(symbol: str) -> str:
    return _SCREW.sub("", "".join(symbol.split())).lower()


def _settings_of_key(key: str) -> tuple[Setting, ...]:
    import gemmi  # noqa: PLC0415

    if found := _short_monoclinic().get(key):
        return found
    if key in _E_GLIDES:
        return _different([_setting(group) for hm in _E_GLIDES[key] for group in _groups_of_symbol(hm)])
    group = None if key.isdigit() else gemmi.find_spacegroup_by_name(key)
    if group is None and (short := _full_symbols().get(key)):
        group = gemmi.find_spacegroup_by_name(short)
    if group is None:
        return _multiple_cells().get(key, ()) if key[:1] in ("c", "f") else ()
    if key.startswith("h"):  # the hexagonal axes of a rhombohedral group, as in the Protein Data Bank
        return (_setting(group),)
    return tuple(_setting(other) for other in _groups_of_symbol(group.hm))


def _different(settings: Sequence[Setting]) -> tuple[Setting, ...]:
    return tuple(one for k, one in enumerate(settings) if not any(one.is_same(other) for other in settings[:k]))


@cache
def _groups() -> tuple[gemmi.SpaceGroup, ...]:
    import gemmi  # noqa: PLC0415

    return tuple(gemmi.spacegroup_table())


def _groups_of_symbol(hm: str) -> list[gemmi.SpaceGroup]:
    return [group for group in _groups() if group.hm == hm]


def _setting(group: gemmi.SpaceGroup) -> Setting:
    code = group.ext if group.ext in ("1", "2", "H", "R") else group.qualifier
    return Setting(group.xhm(), group.number, _texts(group.operations()), code)


def _texts(operations: Iterable[gemmi.Op]) -> tuple[str, ...]:
    return tuple(operation.wrap().triplet() for operation in operations)


@cache
def _short_monoclinic() -> dict[str, tuple[Setting, ...]]:
    """Return the settings of symbols that say one direction of three, as ``P 21/c`` does."""
    found: dict[str, list[Setting]] = {}
    for place in (2, 3, 1):
        for group in _groups():
            parts = group.hm.split()
            if group.number in _MONOCLINIC and len(parts) == 4 and parts[place] != "1":
                found.setdefault(_compact(parts[0] + parts[place]), []).append(_setting(group))
    return {key: tuple(settings) for key, settings in found.items()}


@cache
def _full_symbols() -> dict[str, str]:
    """Return the short symbol of each full one, such as ``i4/m2/m2/m``."""
    import spglib  # noqa: PLC0415

    with quiet_spglib():
        kinds = [spglib.get_spacegroup_type(hall) for hall in range(1, 531)]
    shorts = {kind.international_full: kind.international.split("=")[:2][-1] for kind in kinds if kind is not None}
    return {_compact(full): _compact(short) for full, short in shorts.items()}


@cache
def _multiple_cells() -> dict[str, tuple[Setting, ...]]:
    """Return the settings of tetragonal groups in cells of twice the volume: C for P, F for I."""
    found: dict[str, list[Setting]] = {}
    for group in _groups():
        parts = group.hm.split()
        if group.number not in _TETRAGONAL or parts[0] not in "PI" or group.hm == _ODD_ENTRY:
            continue
        for symbol in _symbols_of_multiple_cell(parts):
            same = found.setdefault(_compact(symbol), [])
            same += [new for new in _turned(symbol, group) if not any(new.is_same(other) for other in same)]
    return {key: tuple(settings) for key, settings in found.items()}


def _symbols_of_multiple_cell(parts: list[str]) -> set[str]:
    """Return the symbols in the larger cell: second and third direction change places, n becomes a, a becomes d."""
    rest = [parts[3], parts[2]] if len(parts) == 4 else parts[2:]
    if parts[0] == "I":
        return {" ".join(["F", parts[1].replace("/a", "/d"), *rest])}
    return {" ".join(["C", axis, *rest]) for axis in (parts[1], parts[1].replace("/n", "/a"))}


def _turned(symbol: str, group: gemmi.SpaceGroup) -> list[Setting]:
    given = [(np.array(op.rot) // op.DEN, np.array(op.tran)) for op in group.operations()]
    code = group.ext if group.ext in ("1", "2") else ""
    name = f"{symbol}:{code}" if code else symbol
    made = [Setting(name, group.number, _in_cell(given, np.array(turn)), code) for turn in _TURNS]
    return made[:1] if made[0].is_same(made[1]) else made


def _in_cell(given: Sequence[tuple[IntArray, IntArray]], edges: IntArray) -> tuple[str, ...]:
    """Return operations in a cell of twice the volume, each also with its shift by the edge a of the smaller cell."""
    import gemmi  # noqa: PLC0415

    den = gemmi.Op.DEN
    inverse = np.linalg.inv(edges)
    texts = []
    for rotation, shift in given:
        turned = np.rint(inverse @ rotation @ edges).astype(int) * den
        for extra in (0, den):
            moved = np.rint(inverse @ (shift + np.array([extra, 0, 0]))).astype(int)
            operation = gemmi.Op("x,y,z")
            operation.rot, operation.tran = turned.tolist(), moved.tolist()
            texts.append(operation.wrap().triplet())
    return tuple(texts)
