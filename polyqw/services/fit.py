"""Fit Tc = λ/h² to the tables of the papers, or to structures in the database."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from polyqw.constants import LAMBDA_CUPRATE_002, LAMBDA_IRON
from polyqw.core.wells import Family
from polyqw.db.find import published_heights
from polyqw.db.models import HeightUse, PublishedHeight, WellChoice
from polyqw.errors import UsageError
from polyqw.theory.scaling import LawFit, LawPoint, choose_best, fit_law, law_tc

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

__all__ = ["FamilyFit", "Paper", "WellChoice", "fit_family", "fit_row", "table_rows"]

TABLES = {Family.CUPRATE: "cuprates", Family.IRON: "iron"}
"""Table of the papers that holds each family."""

FAMILIES_WITH_TABLE = tuple(TABLES)

PRINTED_LAMBDA = {Family.CUPRATE: LAMBDA_CUPRATE_002, Family.NICKELATE: LAMBDA_CUPRATE_002, Family.IRON: LAMBDA_IRON}
"""λ from which the choice of the best wells starts [K Å²]."""


class Paper(StrEnum):
    """The texts that print the tables."""

    P001 = "001"
    P002 = "002"
    P004 = "004"


@dataclass(frozen=True, slots=True)
class FamilyFit:
    """A fit and the rows behind it.

    Parameters
    ----------
    family : Family
    wells : WellChoice
    points : tuple of LawPoint
    printed : tuple of PublishedHeight or None
        Table rows, in the order of the points.
    law : LawFit
    """

    family: Family
    wells: WellChoice
    points: tuple[LawPoint, ...]
    printed: tuple[PublishedHeight, ...]
    law: LawFit


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


def fit_family(
    session: Session,
    family: Family,
    wells: WellChoice = WellChoice.CHOSEN,
    *,
    paper: Paper | None = None,
    seed: int = 0,
) -> FamilyFit:
    """Fit the law to one family's table.

    Parameters
    ----------
    session : Session
    family : Family
        ``cuprate`` or ``iron``.
    wells : WellChoice
        ``chosen`` as the papers print bold; ``alpha`` or ``beta`` always (rows without one are left out); ``best``
        the well that agrees best with a common λ.
    paper : Paper, optional
        Only the rows that this paper prints.
    seed : int
        Of the bootstrap.

    Raises
    ------
    UsageError
        For a family without a table, or with fewer than three rows.
    """
    rows = table_rows(session, family, paper)
    printed = _choose(rows, wells, PRINTED_LAMBDA[family])
    points = tuple(LawPoint(p.formula_printed, p.phase, p.height_angstrom, p.tc_kelvin) for p in printed)
    return FamilyFit(family, wells, points, tuple(printed), fit_law(points, seed=seed))


def _choose(rows: Sequence[list[PublishedHeight]], wells: WellChoice, start: float) -> list[PublishedHeight]:
    if wells is WellChoice.CHOSEN:
        return [height for row in rows for height in row if height.chosen]
    if wells is WellChoice.BEST:
        compounds = [
            (row[0].formula_printed, row[0].tc_kelvin, {h.phase: h.height_angstrom for h in row}) for row in rows
        ]
        best = choose_best(compounds, start)
        return [next(h for h in row if h.phase == point.phase) for row, point in zip(rows, best, strict=True)]
    return [height for row in rows for height in row if height.phase == wells.value]


def fit_row(fit: FamilyFit) -> dict[str, Any]:
    """Return a fit as plain values, the fields of ``polyqw fit --json``."""
    law = fit.law
    return {
        "family": str(fit.family),
        "wells": str(fit.wells),
        "n": law.n,
        "lambda_mean": law.lambda_mean,
        "lambda_sd": law.lambda_sd,
        "lambda_ci95": list(law.lambda_ci95),
        "lambda_least_squares": law.lambda_least_squares,
        "lambda_unit": "K Å²",
        "exponent": law.exponent,
        "exponent_ci95": list(law.exponent_ci95),
        "correlation": law.correlation,
        "loo_rmse_kelvin": law.loo_rmse_kelvin,
        "baseline_rmse_kelvin": law.baseline_rmse_kelvin,
        "bootstrap_seed": law.seed,
        "rows": [
            {
                "id": printed.id,
                "compound": point.compound,
                "phase": point.phase,
                "height_angstrom": point.height_angstrom,
                "tc_kelvin": point.tc_kelvin,
                "lambda_kelvin_angstrom2": point.lam,
                "lambda_printed_kelvin_angstrom2": printed.lambda_printed_kelvin_angstrom2,
                "tc_law_kelvin": law_tc(point.height_angstrom, law.lambda_mean),
                "residual_kelvin": residual,
                "source": f"{printed.reference.key}, {printed.source}",
            }
            for point, printed, residual in zip(fit.points, fit.printed, law.residuals_kelvin, strict=True)
        ],
    }
