"""Doping and Tc of one system, from a table of formulae or of dopings, or from the numbers that travel along."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from polyqw.errors import UsageError
from polyqw.io.formula import parse_formula
from polyqw.io.tables.csv_tables import open_csv
from polyqw.io.tables.tc_rows import RefusedRow, TcReading, Zero, read_tc_rows
from polyqw.resources import resource_path

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from polyqw.io.tables.tc_rows import TcRow

LIANG_C0: Final = 11.8447
"""c of undoped YBa2Cu3O6 at 22 °C [Å]: Liang, Bonn & Hardy, Phys. Rev. B 73, 180505(R) (2006)."""

FULL: Final = 0.02
"""How far a content may lie from a whole number of atoms."""

AMBIENT_GPA: Final = 0.01


@dataclass(frozen=True, slots=True)
class DopedPoint:
    """A measured Tc at a doping.

    Parameters
    ----------
    p : float
        Holes per copper of a plane.
    tc_kelvin : float
    table : str
        Where it was measured.
    """

    name: str
    p: float
    tc_kelvin: float
    table: str


@dataclass(frozen=True, slots=True)
class DomeData:
    """The points of one system.

    Parameters
    ----------
    relation : str
        How the doping was found.
    n_left_out : int
        Lines of the table that say nothing of it.
    """

    system: str
    relation: str
    points: Sequence[DopedPoint]
    n_left_out: int = 0


@dataclass(frozen=True, slots=True)
class MeasuredAlong:
    """Pairs of doping and T* [K], and of doping and Hall number per copper."""

    tstar_kelvin: Sequence[tuple[float, float]]
    n_hall: Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class System:
    """A compound whose formula says its doping.

    Parameters
    ----------
    doping : callable
        From the atoms per formula to p; None for another compound.
    """

    name: str
    alias: str
    relation: str
    doping: Callable[[Mapping[str, float]], float | None]


def liang_doping(c_angstrom: float) -> float:
    """Return p of YBa2Cu3Ox from c [Å] at room temperature (Liang, Bonn & Hardy 2006)."""
    y = 1.0 - c_angstrom / LIANG_C0
    return 11.491 * y + 5.17e9 * y**6


@cache
def c_of_oxygen() -> tuple[float, float]:
    """Return offset and slope [Å] of the straight line through the cells that travel along, c over oxygen content."""
    cells = [(float(r["x_or_o"]), float(r["c"])) for r in _rows() if r["name"] == "YBa2Cu3Ox" and r["c"]]
    slope, offset = np.polyfit(np.array([x for x, _ in cells]), np.array([c for _, c in cells]), 1)
    return float(offset), float(slope)


def oxygen_doping(oxygen: float) -> float:
    """Return p of YBa2Cu3Ox from its oxygen content: c from the line of `c_of_oxygen`, p from c."""
    offset, slope = c_of_oxygen()
    return liang_doping(offset + slope * oxygen)


def _strontium(atoms: Mapping[str, float]) -> float | None:
    if set(atoms) - {"Sr"} != {"La", "Cu", "O"} or abs(atoms["O"] - 4.0 * atoms["Cu"]) > FULL * atoms["Cu"]:
        return None
    x = atoms.get("Sr", 0.0) / atoms["Cu"]
    return x if abs(atoms["La"] / atoms["Cu"] + x - 2.0) <= FULL else None


def _oxygen(atoms: Mapping[str, float]) -> float | None:
    if set(atoms) != {"Y", "Ba", "Cu", "O"}:
        return None
    per = atoms["Cu"] / 3.0
    if abs(atoms["Y"] / per - 1.0) > FULL or abs(atoms["Ba"] / per - 2.0) > FULL:
        return None
    content = atoms["O"] / per
    return oxygen_doping(content) if 6.0 <= content <= 7.05 else None


SYSTEMS: Final = (
    System("La2-xSrxCuO4", "LSCO", "p = x, the strontium per copper", _strontium),
    System(
        "YBa2Cu3Ox",
        "YBCO",
        "p from c by Liang, Bonn & Hardy, Phys. Rev. B 73, 180505(R) (2006): p = 11.491y + 5.17e9 y⁶, y = 1 - "
        "c/11.8447 Å; c from the oxygen content by a straight line through the cells of Phys. Rev. B 41, 1863",
        _oxygen,
    ),
)
"""Systems whose doping is told from a formula."""


def _rows() -> list[dict[str, str]]:
    with resource_path("db", "series", "doping.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def read_dome(word: str) -> list[DomeData]:
    """Return the systems behind a word: LSCO or YBCO for the points that travel along, else a CSV of Tc.

    Raises
    ------
    UsageError
        If there is no such file, or nothing in it tells a doping.
    """
    known = [s for s in SYSTEMS if word.casefold() in (s.name.casefold(), s.alias.casefold())]
    if known and not Path(word).exists():
        return [_shipped(known[0])]
    if not Path(word).is_file():
        names = ", ".join(s.alias for s in SYSTEMS)
        raise UsageError(f"{word}: no such file; name a CSV of formula and Tc, or one of {names}")
    return _from_table(Path(word))


def read_measured_along(path: Path) -> MeasuredAlong:
    """Return T* and Hall numbers of a CSV with the columns doping and tstar_kelvin or n_hall.

    Raises
    ------
    UsageError
        If columns are missing or a cell is no number.
    """
    with open_csv(path) as table:
        if "doping" not in table.header or not {"tstar_kelvin", "n_hall"} & set(table.header):
            raise UsageError(f"{path.name}: needs the columns doping and tstar_kelvin or n_hall")
        lines = [(line, dict(zip(table.header, cells, strict=False))) for line, cells in table.lines]
    return MeasuredAlong(*(_pairs(path, lines, name) for name in ("tstar_kelvin", "n_hall")))


def _pairs(path: Path, lines: Sequence[tuple[int, Mapping[str, str]]], name: str) -> list[tuple[float, float]]:
    found = []
    for line, cells in lines:
        if cells.get(name):
            try:
                pair = float(cells["doping"]), float(cells[name])
            except ValueError as error:
                raise UsageError(f"{path.name}, line {line}: doping and {name} must be numbers") from error
            if not np.isfinite(pair).all():
                raise UsageError(f"{path.name}, line {line}: doping and {name} must be finite")
            found.append(pair)
    return found


def _shipped(system: System) -> DomeData:
    doping = oxygen_doping if system.alias == "YBCO" else float
    points = [
        DopedPoint(f"{r['name']} {r['x_or_o']}", doping(float(r["x_or_o"])), float(r["tc_kelvin"]), r["table"])
        for r in _rows()
        if r["name"] == system.name and r["tc_kelvin"]
    ]
    return DomeData(system.name, system.relation, points)


def _from_table(path: Path) -> list[DomeData]:
    lines = read_tc_rows(path, TcReading(zero=Zero.SKIP)).rows
    rows = [
        r
        for r in lines
        if not isinstance(r, RefusedRow) and not r.is_bound and not (r.pressure_gpa or 0) > AMBIENT_GPA
    ]
    stated = [_point(row, row.doping, path) for row in rows if row.doping is not None]
    if stated:
        return [DomeData(path.name, "p as the table states it", stated, len(lines) - len(stated))]
    found = [(s, [_point(row, p, path) for row in rows if (p := _doping_of(row, s)) is not None]) for s in SYSTEMS]
    domes = [DomeData(s.name, s.relation, points, len(lines) - len(points)) for s, points in found if points]
    if not domes:
        names = ", ".join(s.name for s in SYSTEMS)
        raise UsageError(f"{path.name}: none of its {len(lines)} lines tells a doping; it needs a column doping, or "
                         f"formulae of {names} with numbers")  # fmt: skip
    return domes


def _doping_of(row: TcRow, system: System) -> float | None:
    atoms = parse_formula(row.subject.formula or "")
    return system.doping(atoms) if atoms and atoms.get("Cu") else None


def _point(row: TcRow, p: float | None, path: Path) -> DopedPoint:
    assert p is not None
    return DopedPoint(row.subject.name, p, row.tc_kelvin, row.source or row.doi or path.name)
