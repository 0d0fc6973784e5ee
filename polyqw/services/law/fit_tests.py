"""What a referee would ask of a fit to a printed table: rivals, influence, the choice of wells, the upper bound."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from polyqw.core.record import Origin
from polyqw.core.wells import Family, Status
from polyqw.db.models import Structure
from polyqw.services.law.heights import stands_for
from polyqw.services.law.tc_slopes import slope_rows
from polyqw.services.structures.stored import amounts_of, elements_of
from polyqw.theory.evidence.bound import bound_test
from polyqw.theory.evidence.choice import choice_test
from polyqw.theory.evidence.choice_share import choice_share
from polyqw.theory.evidence.cross_validation import rank_models
from polyqw.theory.evidence.rivals import CONSTANT, LAW, LAW_ALPHA, RIVALS
from polyqw.theory.evidence.rows import EvidenceRow, heights_of, tcs_of
from polyqw.theory.evidence.subfamilies import subfamily

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.orm import Session

    from polyqw.db.models import PublishedHeight
    from polyqw.theory.evidence.bound import BoundTest, CeilingTest
    from polyqw.theory.evidence.choice import ChoiceTest
    from polyqw.theory.evidence.cross_validation import Score

MODELS = (LAW, LAW_ALPHA, CONSTANT, *RIVALS)
"""Models that are ranked; each says for itself which rows it can speak of."""

NOT_EVIDENCE = frozenset({Origin.CONSTRUCTED})
"""Origins of structures made from the papers' own numbers."""


def printed_evidence(
    session: Session, rows: Sequence[list[PublishedHeight]], chosen: Sequence[PublishedHeight]
) -> list[EvidenceRow]:
    """Return printed rows as evidence, each with the descriptors of a structure that stands for it.

    Parameters
    ----------
    session : Session
    rows : sequence of list of PublishedHeight
        All printed heights of each row.
    chosen : sequence of PublishedHeight
        The one height of a row that the law takes; rows without one are left out.
    """
    structures = _structures_beside_rows(session)
    kinds = {height.formula_printed: _kind(height) for height in chosen}
    heights_of_row = {(row[0].table_name, row[0].row_number): row for row in rows}
    evidence = []
    for height in chosen:
        beside = [s for s in structures if stands_for(s, height)]
        row = heights_of_row[height.table_name, height.row_number]
        evidence.append(
            EvidenceRow(
                name=height.formula_printed,
                family="iron" if height.table_name == "iron" else "cuprate",
                group=f"{height.table_name} row {height.row_number}",
                tc_kelvin=height.tc_kelvin,
                heights_angstrom={h.phase: h.height_angstrom for h in row},
                phase=height.phase,
                descriptors={d.name: d.value for d in beside[0].descriptors} if beside else {},
                label=beside[0].block if beside else "",
                subfamily=kinds[height.formula_printed],
            )
        )
    return evidence


def _kind(height: PublishedHeight) -> str:
    family = Family.IRON if height.table_name == "iron" else Family.CUPRATE
    return subfamily(family, amounts_of(height.formula_printed)) or ""


def _structures_beside_rows(session: Session) -> list[Structure]:
    """Return the structures that stand for rows, those at ambient pressure first."""
    found = session.scalars(
        select(Structure)
        .where(
            Structure.superseded_by.is_(None),
            Structure.status == Status.OK,
            Structure.table_row.is_not(None),
            Structure.origin.not_in(NOT_EVIDENCE),
        )
        .options(selectinload(Structure.descriptors))
    ).all()
    return sorted(found, key=lambda s: (s.pressure_gpa or 0.0, s.origin != Origin.MEASURED, s.block))


def ranking_row(scores: Sequence[Score]) -> list[dict[str, Any]]:
    """Return scores as plain values, in their order."""
    return [
        {
            "model": score.model.name,
            "title": score.model.title,
            "source": score.model.source,
            "n": score.n,
            "n_groups": score.n_groups,
            "rmse_kelvin": score.rmse_kelvin,
            "ci95": list(score.rmse_ci95_kelvin) if score.rmse_ci95_kelvin else None,
            "mae_kelvin": score.mae_kelvin,
            "spearman": score.spearman,
        }
        for score in scores
    ]


def with_ends(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row of `ranking_row` with the ends of its interval apart, None where there is none."""
    low, high = row["ci95"] or (None, None)
    return {**row, "low": low, "high": high}


def choice_row(test: ChoiceTest, rows: str) -> dict[str, Any]:
    """Return a permutation test as plain values; ``rows`` says which rows it is of."""
    return {
        "rows": rows,
        "n": test.n,
        "n_with_choice": test.n_with_choice,
        "p_value": test.p_value,
        "rmse_kelvin": test.rmse_kelvin,
        "rmse_permuted_median_kelvin": test.rmse_permuted_median_kelvin,
        "n_permutations": test.n_permutations,
        "exact": test.exact,
        "seed": test.seed,
    }


def choice_share_row(rows: Sequence[EvidenceRow]) -> dict[str, Any]:
    """Return what the choice of wells alone explains of at least three rows, as plain values."""
    found = choice_share([row.heights_angstrom for row in rows], [row.tc_kelvin for row in rows])
    return {
        "n": found.n,
        "common_heights_angstrom": dict(found.common_heights_angstrom),
        "rmse_own_heights_kelvin": found.rmse_own_kelvin,
        "rmse_common_heights_kelvin": found.rmse_common_kelvin,
        "rmse_constant_kelvin": found.rmse_constant_kelvin,
        "share": found.share,
        "nested_rmse_kelvin": found.nested_rmse_kelvin,
        "nested_constant_rmse_kelvin": found.nested_constant_rmse_kelvin,
    }


def bound_row(test: BoundTest, lam: float) -> dict[str, Any]:
    """Return a test of the upper bound as plain values."""
    return {
        "lambda_kelvin_angstrom2": lam,
        "n": test.n,
        "n_above": test.n_above,
        "fraction_above": test.fraction_above,
        "fraction_ci95": list(test.fraction_ci95),
        "excess_max_kelvin": test.excess_max_kelvin,
        "lambda_needed_kelvin_angstrom2": test.lambda_needed,
        "quantile": test.quantile,
        "edge_slope_kelvin_angstrom2": test.edge_slope,
        "edge_intercept_kelvin": test.edge_intercept,
        "edge_slope_ci95_kelvin_angstrom2": list(test.edge_slope_ci95) if test.edge_slope_ci95 else None,
        "ceiling": _ceiling_row(test.rival) if test.rival else None,
    }


def _ceiling_row(rival: CeilingTest) -> dict[str, Any]:
    return {
        "ceiling_kelvin": rival.ceiling_kelvin,
        "lambda_edge_kelvin_angstrom2": rival.lambda_edge,
        "loss_law_kelvin": rival.loss_law_kelvin,
        "loss_printed_kelvin": rival.loss_printed_kelvin,
        "loss_ceiling_kelvin": rival.loss_ceiling_kelvin,
        "law_less_ceiling_ci95_kelvin": list(rival.law_less_ceiling_ci95_kelvin),
    }


def fit_tests(
    evidence: Sequence[EvidenceRow],
    everything: Sequence[EvidenceRow],
    others: Sequence[EvidenceRow],
    lam: float,
    seed: int,
) -> dict[str, Any]:
    """Return the tests of one family's rows as plain values.

    Parameters
    ----------
    evidence : sequence of EvidenceRow
        Rows with the well that the fit takes.
    everything : sequence of EvidenceRow
        All rows of the family, whatever well the fit takes: the freedom to choose is that of all of them.
    others : sequence of EvidenceRow
        Rows of other families, from which a constant Tc for all learns too.
    lam : float
        λ that the papers print [K Å²].
    seed : int
        Of all random numbers.
    """
    measured = [row for row in evidence if row.descriptors]
    return {
        "ranking": ranking_row(rank_models(MODELS, evidence, others, seed=seed)),
        "ranking_with_structures": {
            "n": len(measured),
            "compounds": [f"{row.name} ({row.label})" for row in measured],
            "ranking": ranking_row(rank_models(MODELS, measured, others, seed=seed)) if len(measured) > 2 else [],
        },
        "choice_tests": _choice_tests(everything, seed),
        "choice_share": choice_share_row(everything),
        "slopes": slope_rows(evidence),
        "upper_bound": bound_row(bound_test(heights_of(evidence), tcs_of(evidence), lam, seed=seed), lam),
    }


def _choice_tests(evidence: Sequence[EvidenceRow], seed: int) -> list[dict[str, Any]]:
    subsets = {"all": list(evidence), "1111": [row for row in evidence if is_1111(row.name)]}
    return [
        choice_row(choice_test([r.heights_angstrom for r in rows], [r.tc_kelvin for r in rows], seed=seed), name)
        for name, rows in subsets.items()
        if len(rows) > 2
    ]


def is_1111(formula: str) -> bool:
    """Whether a printed formula is of the 1111 type: iron, arsenic and oxygen, such as LaFeAsO."""
    return {"Fe", "As", "O"} <= elements_of(formula)
