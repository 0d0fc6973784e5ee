"""Fit the law to rows of the papers' tables with wells of the reader's own choice, and hold rivals against it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from polyqw.errors import UsageError
from polyqw.services.law.fit_tests import MODELS, printed_evidence, ranking_row
from polyqw.services.law.printed import choose_wells, printed_points, table_rows
from polyqw.theory.evidence.cross_validation import influences, rank_models
from polyqw.theory.evidence.exponent import fit_exponent
from polyqw.theory.evidence.rows import heights_of, tcs_of
from polyqw.theory.scaling import LawFit, fit_law

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.orm import Session

    from polyqw.core.wells import Family
    from polyqw.db.models import PublishedHeight, WellChoice
    from polyqw.theory.evidence.cross_validation import Influence
    from polyqw.theory.evidence.exponent import ExponentFit

NO_WELL = "none"
"""Stands for a row that takes no part."""


@dataclass(frozen=True, slots=True)
class PrintedRow:
    """A row of a printed table: its heights by phase, and the one that is taken."""

    number: int
    compound: str
    tc_kelvin: float
    heights: Mapping[str, PublishedHeight]
    taken: PublishedHeight | None


@dataclass(frozen=True, slots=True)
class OwnFit:
    """The law on the rows that take part.

    Parameters
    ----------
    printed : tuple of PublishedHeight
        In the order of the fit's residuals and influences.
    ranking : list of dict
        Models by their error on rows left out, best first.
    """

    printed: tuple[PublishedHeight, ...]
    law: LawFit
    exponent: ExponentFit
    influences: tuple[Influence, ...]
    ranking: list[dict[str, Any]]


def choose_rows(
    session: Session, family: Family, wells: WellChoice, own: Mapping[int, str] | None = None
) -> list[PrintedRow]:
    """Return the rows of a family's table, each with the well that a choice takes.

    Parameters
    ----------
    own : mapping of int to str, optional
        Phase that the reader takes instead for a row by its number, or `NO_WELL`.

    Raises
    ------
    UsageError
        For a family without a table, a row that is not there, or a well that a row has not.
    """
    rows = table_rows(session, family)
    by_number = {row[0].row_number: {h.phase: h for h in row} for row in rows}
    chosen: dict[int, PublishedHeight | None] = {h.row_number: h for h in choose_wells(rows, wells)}
    for number, phase in (own or {}).items():
        heights = by_number.get(number, {})
        if phase != NO_WELL and phase not in heights:
            there = ", ".join(heights) or "no such row"
            raise UsageError(f"row {number} of the {family} table has no well {phase!r} ({there})")
        chosen[number] = heights.get(phase)
    return [
        PrintedRow(n, row[0].formula_printed, row[0].tc_kelvin, by_number[n], chosen.get(n))
        for row in rows
        if (n := row[0].row_number)
    ]


def fit_rows(session: Session, rows: Sequence[PrintedRow], *, seed: int = 0) -> OwnFit:
    """Fit the law to rows with the wells that are taken.

    Raises
    ------
    UsageError
        With fewer than three rows.
    """
    printed = [row.taken for row in rows if row.taken is not None]
    law = fit_law(printed_points(printed), seed=seed)
    evidence = printed_evidence(session, [list(row.heights.values()) for row in rows], printed)
    exponent = fit_exponent(heights_of(evidence), tcs_of(evidence), None, None)
    ranking = ranking_row(rank_models(MODELS, evidence, seed=seed))
    return OwnFit(tuple(printed), law, exponent, tuple(influences(evidence)), ranking)
