"""Fit Tc = λ/h² to the tables of the papers, or to structures in the database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from polyqw.db.models import WellChoice
from polyqw.services.law.fit_tests import fit_tests, printed_evidence
from polyqw.services.law.heights import REFINEMENT_SU
from polyqw.services.law.printed import (
    FAMILIES_WITH_TABLE,
    PRINTED_LAMBDA,
    TABLES,
    Paper,
    choose_wells,
    printed_points,
    table_rows,
)
from polyqw.theory.evidence.cross_validation import influences
from polyqw.theory.evidence.exponent import fit_exponent
from polyqw.theory.evidence.rows import heights_of, tcs_of
from polyqw.theory.scaling import LawFit, LawPoint, fit_law, law_tc

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from polyqw.core.wells import Family
    from polyqw.db.models import PublishedHeight
    from polyqw.theory.evidence.cross_validation import Influence
    from polyqw.theory.evidence.exponent import ExponentFit
    from polyqw.theory.evidence.rows import EvidenceRow

__all__ = ["FAMILIES_WITH_TABLE", "FamilyFit", "Paper", "WellChoice", "fit_family", "fit_row", "table_rows"]


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
    exponent : ExponentFit
        The free exponent, with the uncertainties that were given.
    influences : tuple of Influence
        What each point does to λ.
    tests : dict
        What a referee would ask, see `polyqw.services.law.fit_tests`; empty where it was not looked at.
    """

    family: Family
    wells: WellChoice
    points: tuple[LawPoint, ...]
    printed: tuple[PublishedHeight, ...]
    law: LawFit
    exponent: ExponentFit
    influences: tuple[Influence, ...]
    tests: dict[str, Any]


def fit_family(
    session: Session,
    family: Family,
    wells: WellChoice = WellChoice.CHOSEN,
    *,
    paper: Paper | None = None,
    height_su_angstrom: float | None = None,
    tc_su_kelvin: float | None = None,
    seed: int = 0,
    with_tests: bool = True,
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
    height_su_angstrom, tc_su_kelvin : float, optional
        Standard uncertainties of every printed height and Tc, which the papers do not state; with that of Tc, the
        free exponent allows for both, the height's being that of refinements unless given.
    seed : int
        Of all random numbers.
    with_tests : bool
        Whether rivals, the choice of wells and the upper bound are looked at, which takes a second.

    Raises
    ------
    UsageError
        For a family without a table, with fewer than three rows, or with an uncertainty of heights alone.
    """
    if height_su_angstrom is None and tc_su_kelvin is not None:
        height_su_angstrom = REFINEMENT_SU
    rows = table_rows(session, family, paper)
    printed = choose_wells(rows, wells)
    points = printed_points(printed)
    law = fit_law(points, seed=seed)
    evidence = printed_evidence(session, rows, printed)
    tests = {}
    if with_tests:
        everything = printed_evidence(session, rows, [row[0] for row in rows])
        others = _other_rows(session, family, wells, paper)
        tests = fit_tests(evidence, everything, others, PRINTED_LAMBDA[family], seed)
    return FamilyFit(
        family,
        wells,
        points,
        tuple(printed),
        law,
        fit_exponent(
            heights_of(evidence),
            tcs_of(evidence),
            None if height_su_angstrom is None else np.full(len(evidence), height_su_angstrom),
            None if tc_su_kelvin is None else np.full(len(evidence), tc_su_kelvin),
        ),
        tuple(influences(evidence)),
        tests,
    )


def _other_rows(session: Session, family: Family, wells: WellChoice, paper: Paper | None) -> list[EvidenceRow]:
    """Return the rows of the other tables, from which a Tc that is one for all families is learnt."""
    found = []
    for other in TABLES:
        if other is not family:
            rows = table_rows(session, other, paper)
            found += printed_evidence(session, rows, choose_wells(rows, wells)) if rows else []
    return found


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
        "exponent": fit.exponent.exponent,
        "exponent_ci95": list(fit.exponent.ci95),
        "exponent_errors": str(fit.exponent.errors),
        "exponent_reduced_chi2": fit.exponent.reduced_chi2,
        "correlation": law.correlation,
        "loo_rmse_kelvin": law.loo_rmse_kelvin,
        "baseline_rmse_kelvin": law.baseline_rmse_kelvin,
        "seed": law.seed,
        **fit.tests,
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
                "lambda_without_kelvin_angstrom2": influence.lambda_without,
                "cook_distance": influence.cook,
                "source": f"{printed.reference.key}, {printed.source}",
            }
            for point, printed, residual, influence in zip(
                fit.points, fit.printed, law.residuals_kelvin, fit.influences, strict=True
            )
        ],
    }
