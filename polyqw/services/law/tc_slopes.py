"""Slopes of Tc on 1/h² of a family: pooled, with parents as random effects, and within subfamilies."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from polyqw.theory.evidence.slopes import mixed_slope, tc_slope
from polyqw.theory.evidence.subfamilies import Subfamily

if TYPE_CHECKING:
    from collections.abc import Sequence

    from polyqw.theory.evidence.rows import EvidenceRow
    from polyqw.theory.evidence.slopes import TcSlope


def slope_rows(rows: Sequence[EvidenceRow]) -> list[dict[str, Any]]:
    """Return the slopes with the wells that the law takes, and with the alpha wells, which no Tc has chosen."""
    alpha = [replace(row, phase="alpha") for row in rows if "alpha" in row.heights_angstrom]
    return [*_slopes(rows, "taken"), *_slopes(alpha, "alpha")]


def _slopes(rows: Sequence[EvidenceRow], wells: str) -> list[dict[str, Any]]:
    mixed = mixed_slope(rows)
    found = [("all rows", tc_slope(rows)), ("mixed model", mixed.slope if mixed else None)]
    found += [(f"within {kind}", tc_slope([r for r in rows if r.subfamily == kind])) for kind in Subfamily]
    named = [_row(name, wells, slope) for name, slope in found if slope is not None]
    for row in named:
        if mixed and row["rows"] == "mixed model":
            row["sd_parents_kelvin"] = mixed.sd_parents_kelvin
            row["sd_rest_kelvin"] = mixed.sd_rest_kelvin
    return named


def _row(name: str, wells: str, slope: TcSlope) -> dict[str, Any]:
    return {
        "rows": name,
        "wells": wells,
        "n": slope.n,
        "n_groups": slope.n_groups,
        "slope_kelvin_angstrom2": slope.slope,
        "ci95": list(slope.ci95) if slope.ci95 else None,
        "intercept_kelvin": slope.intercept,
    }
