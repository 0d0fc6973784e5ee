"""The printed tables of the papers: their rows, the wells chosen in them, and the mean λ."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from polyqw.constants import LAMBDA_CUPRATE_002, LAMBDA_IRON
from polyqw.core.wells import Family
from polyqw.db.look.find import published_heights
from polyqw.db.models import HeightUse, PublishedHeight, WellChoice
from polyqw.errors import UsageError
from polyqw.theory.scaling import LawPoint

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

TABLES = {Family.CUPRATE: "cuprates", Family.IRON: "iron"}
"""Table of the papers that holds each family."""

FAMILIES_WITH_TABLE = tuple(TABLES)

PRINTED_LAMBDA = {Family.CUPRATE: LAMBDA_CUPRATE_002, Family.NICKELATE: LAMBDA_CUPRATE_002, Family.IRON: LAMBDA_IRON}
"""λ that the papers print, fixed before any other compound is looked at [K Å²]."""


class Paper(StrEnum):
    """The texts that print the tables."""

    P001 = "001"
    P002 = "002"
    P004 = "004"


def table_rows(
    session: Session, family: Family, paper: Paper | None = None, *, held_out: bool = False
) -> list[list[PublishedHeight]]:
    """Return the printed heights of a family's table, row by row.

    Without a paper, the rows are those from which the papers draw λ; the rows that they predict from λ
    (K0.8FeySe2) are left out unless ``held_out``. With a paper, the rows are those that it prints.
    """
    if family not in TABLES:
        raise UsageError(f"the papers print no table for {family}; choose {' or '.join(TABLES)}")
    found = published_heights(
        session,
        table_name=TABLES[family],
        use=HeightUse.FIT if paper is None and not held_out else None,
        paper=None if paper is None else paper.value,
    )
    rows: dict[int, list[PublishedHeight]] = {}
    for height in found:
        rows.setdefault(height.row_number, []).append(height)
    return list(rows.values())


def choose_wells(rows: Sequence[list[PublishedHeight]], wells: WellChoice) -> list[PublishedHeight]:
    """Return the height of each row that a choice of wells takes; rows without one are left out."""
    if wells is WellChoice.CHOSEN:
        return [height for row in rows for height in row if height.chosen]
    if wells is WellChoice.BEST:
        from polyqw.theory.evidence.choice import best_choice  # noqa: PLC0415 - loads what tests of evidence need

        best = best_choice(
            [{h.phase: h.height_angstrom for h in row} for row in rows], [row[0].tc_kelvin for row in rows]
        )
        return [next(h for h in row if h.phase == phase) for row, phase in zip(rows, best.phases, strict=True)]
    return [height for row in rows for height in row if height.phase == wells.value]


def printed_points(printed: Sequence[PublishedHeight]) -> tuple[LawPoint, ...]:
    """Return printed heights as points of the law."""
    return tuple(LawPoint(p.formula_printed, p.phase, p.height_angstrom, p.tc_kelvin) for p in printed)
