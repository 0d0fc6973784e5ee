"""Series against doping: measured dTc/dx beside the law's."""

from __future__ import annotations

import csv
from collections import defaultdict
from dataclasses import dataclass
from itertools import groupby
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

from polyqw.core.options import AnalysisOptions
from polyqw.core.wells import Family
from polyqw.errors import UsageError
from polyqw.resources import resource_path
from polyqw.services.law.printed import PRINTED_LAMBDA
from polyqw.services.structures.analyse import analyse_inputs
from polyqw.theory.series_slopes import ISOTOPE_EXPONENT_OF_LAW, MeasuredPoint, side_slopes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from polyqw.core.wells import Analysis
    from polyqw.theory.series import Slope
    from polyqw.theory.series_slopes import SideSlopes

NEEDED = ("series", "quantity", "x", "tc_kelvin", "structure", "source")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a table of series.

    Parameters
    ----------
    quantity : str
        What x is, with its unit.
    structure : Path or None
    """

    series: str
    quantity: str
    x: float
    tc_kelvin: float
    structure: Path | None
    source: str


def series_table() -> Path:
    """Return the table of series that travels with the program."""
    return resource_path("db", "series", "slopes.csv")


def read_lines(path: Path) -> list[Line]:
    """Return the lines of a table of series; structures stand beside it, or are named from the two folders above.

    Raises
    ------
    UsageError
        If the file cannot be read, lacks a column, or holds a number that is none.
    """
    try:
        with path.open(encoding="utf-8", newline="") as stream:
            reader = csv.DictReader(stream)
            missing = [name for name in NEEDED if name not in (reader.fieldnames or ())]
            if missing:
                raise UsageError(f"{path}: no column {', '.join(missing)}; a table of series has {', '.join(NEEDED)}")
            return [_line(path, number, row) for number, row in enumerate(reader, 2)]
    except (OSError, UnicodeError, csv.Error) as error:
        raise UsageError(f"{path}: cannot be read as CSV ({error}); save it as CSV in UTF-8") from error


def _line(path: Path, number: int, row: Mapping[str, str | None]) -> Line:
    try:
        x, tc = float(row["x"] or ""), float(row["tc_kelvin"] or "")
    except ValueError as error:
        raise UsageError(f"{path}: line {number}: x and tc_kelvin must be numbers") from error
    if not (isfinite(x) and isfinite(tc)) or tc < 0:
        raise UsageError(f"{path}: line {number}: x must be finite and tc_kelvin no less than 0")
    name = (row["structure"] or "").strip()
    places = [folder / name for folder in (path.parent, *path.resolve().parents[1:3])]
    structure = next((place for place in places if place.is_file()), None) if name else None
    if name and structure is None:
        raise UsageError(f"{path}: line {number}: there is no file {name} beside the table or above it")
    return Line(row["series"] or "", row["quantity"] or "", x, tc, structure, row["source"] or "")


def measured_slopes(path: Path | None = None) -> dict[str, Any]:
    """Return the slopes of every series of a table, default the one that travels with the program, as values."""
    lines = read_lines(path or series_table())
    analyses = _analyses({line.structure for line in lines if line.structure})
    by_series: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        by_series[line.series].append(line)
    found = [_series_row(name, own, analyses) for name, own in by_series.items()]
    rows = [row for series in found for row in series["slopes"]]
    return {
        "isotope_exponent_law": ISOTOPE_EXPONENT_OF_LAW,
        "n_series": len(found),
        "n_points": len(lines),
        "series": found,
        "verdict": _verdict(rows),
    }


def _analyses(paths: set[Path]) -> dict[Path, Analysis]:
    found = {}
    for analysed in analyse_inputs([str(path) for path in sorted(paths)], AnalysisOptions()):
        if analysed.analysis is not None:
            found[Path(analysed.file)] = analysed.analysis
    return found


def _series_row(name: str, lines: Sequence[Line], analyses: Mapping[Path, Analysis]) -> dict[str, Any]:
    structures = [analyses.get(line.structure) if line.structure else None for line in lines]
    known = [analysis for analysis in structures if analysis is not None]
    family = next((a.family for a in known if a.family in PRINTED_LAMBDA), None)
    lam = PRINTED_LAMBDA[family or Family.CUPRATE]
    points = [
        MeasuredPoint(line.x, line.tc_kelvin, {} if analysis is None else analysis.phase_heights)
        for line, analysis in zip(lines, structures, strict=True)
    ]
    return {
        "series": name,
        "quantity": lines[0].quantity,
        "family": None if family is None else str(family),
        "lambda_kelvin_angstrom2": None if family is None else lam,
        "points": [
            {
                "x": line.x,
                "tc_kelvin": line.tc_kelvin,
                "structure": line.structure.name if line.structure else None,
                "heights_angstrom": dict(point.heights_angstrom),
                "source": line.source,
            }
            for line, point in zip(lines, points, strict=True)
        ],
        "slopes": [row for side in side_slopes(points, lam) for row in _side_rows(name, lines[0].quantity, side)],
    }


def _side_rows(name: str, quantity: str, side: SideSlopes) -> list[dict[str, Any]]:
    shared = {
        "series": name,
        "quantity": quantity,
        "side": side.side,
        "x_from": min(p.x for p in side.points),
        "x_to": max(p.x for p in side.points),
    }
    if not side.law:
        return [{**shared, "phase": None, "n": len(side.points), **_pair(side.measured, None)}]
    return [
        {
            **shared,
            "phase": phase,
            "n": sum(phase in p.heights_angstrom for p in side.points),
            **_pair(side.measured_there[phase], law),
        }
        for phase, law in side.law.items()
    ]


def _pair(measured: Slope | None, law: Slope | None) -> dict[str, Any]:
    return {
        "tc_slope_measured_kelvin_per_unit": measured.value if measured else None,
        "tc_slope_measured_kelvin_per_unit_standard_error": measured.standard_error if measured else None,
        "tc_slope_law_kelvin_per_unit": law.value if law else None,
        "tc_slope_law_kelvin_per_unit_standard_error": law.standard_error if law else None,
        "same_sign": measured.value * law.value > 0 if measured and law else None,
        "ratio": law.value / measured.value if measured and law and measured.value else None,
    }


def _verdict(rows: Sequence[Mapping[str, Any]]) -> str:
    judged = [row for row in rows if row["phase"] == "alpha"]
    isotope = "The law knows no mass: its isotope exponent is 0."
    if not judged:
        return f"No series here has three structures on a side, so nothing can be said of its slopes. {isotope}"
    right = sum(row["same_sign"] for row in judged)
    ratios = sorted(abs(row["ratio"]) for row in judged if row["ratio"] is not None)
    domes = sum(
        len({row["tc_slope_law_kelvin_per_unit"] > 0 for row in own}) == 1
        for own in (list(group) for _, group in groupby(judged, key=lambda row: row["series"]))
        if len(own) == 2
    )
    return (
        f"In {right} of {len(judged)} sides of doping series the alpha well of the law changes Tc in the measured "
        f"direction; its slopes are {ratios[0]:.2g} to {ratios[-1]:.2g} times the measured ones "
        f"(median {ratios[len(ratios) // 2]:.2g}), and in {domes} series with a measured maximum it goes the same "
        f"way on both sides of it. {isotope}"
    )
