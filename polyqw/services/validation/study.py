"""What the rows of a data set say about the law: errors, tests, ranking, and a verdict computed from them."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from polyqw.core.wells import Family
from polyqw.errors import UsageError
from polyqw.services.law.coverage import calibration_rows, coverage_rows
from polyqw.services.law.fit_tests import MODELS, bound_row, choice_row, choice_share_row, ranking_row
from polyqw.services.law.heights import REFINEMENT_SU
from polyqw.services.law.predict import lambda_choices
from polyqw.services.law.printed import PRINTED_LAMBDA
from polyqw.services.law.tc_slopes import slope_rows
from polyqw.services.place.database import printed_tables
from polyqw.services.validation.bias import bias_row
from polyqw.services.validation.groups import join_kin
from polyqw.services.validation.rows import COMPUTED
from polyqw.services.validation.verdicts import adjust_p_values, table_of_tests, verdict
from polyqw.theory.evidence.bound import bound_test
from polyqw.theory.evidence.censoring import censored_lambda
from polyqw.theory.evidence.choice import choice_test
from polyqw.theory.evidence.cross_validation import difference_test, rank_models, score_model
from polyqw.theory.evidence.exponent import fit_exponent
from polyqw.theory.evidence.rivals import FAMILY_MEAN, law_with
from polyqw.theory.evidence.rows import bounds_of, heights_of, tcs_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from polyqw.services.law.predict import LambdaChoice
    from polyqw.services.validation.bias import HeightPair
    from polyqw.services.validation.rows import Gathered, ValidationRow
    from polyqw.theory.evidence.rivals import Model
    from polyqw.theory.evidence.rows import EvidenceRow

FEWEST_ROWS = 3
"""Rows below which a family is only counted."""

LAMBDAS = {str(family): lam for family, lam in PRINTED_LAMBDA.items()}

COMMON = 0.8
"""Share of a family's rows that a rival must speak of to be ranked; the ranking is over the rows that all these can
predict."""


def study(gathered: Gathered, pairs: Sequence[HeightPair], *, wells: str, seed: int = 0) -> dict[str, Any]:
    """Return what a data set says, as plain values: the fields of ``polyqw validate --json`` but for the rows."""
    rows = join_kin(gathered.rows)
    families = _families(rows, pairs, seed)
    origins = sorted({row.origin for row in rows})
    result: dict[str, Any] = {
        "n_files": gathered.n_files,
        "n_failed": gathered.n_failed,
        "n_with_well": gathered.n_with_well,
        "n_with_tc": gathered.n_with_tc,
        "n_zero_tc": gathered.n_zero_tc,
        "n_rows": len(rows),
        "wells": wells,
        "seed": seed,
        "families": families,
        "by_origin": {
            str(origin): _families(
                [row for row in rows if row.origin is origin],
                [pair for pair in pairs if pair.computed.origin is origin],
                seed,
            )
            for origin in origins
        },
    }
    result["zeros"] = _zeros(gathered, seed)
    parts = [(f, o, values) for o, families in result["by_origin"].items() for f, values in families.items()]
    adjust_p_values([values for _, _, values in parts])
    result["verdicts"] = [verdict(*part) for part in parts] or [
        "The data set holds no structure that has both a well and a Tc, so it says nothing about the law."
    ]
    result["tests"] = [row for part in parts for row in table_of_tests(*part)]
    result["verdict"] = " ".join(result["verdicts"])
    return result


def _families(rows: Sequence[ValidationRow], pairs: Sequence[HeightPair], seed: int) -> dict[str, dict[str, Any]]:
    return {
        str(family): _family(
            str(family),
            [row for row in rows if row.evidence.family == family],
            [row.evidence for row in rows if row.evidence.family != family],
            [pair for pair in pairs if pair.family == family],
            seed,
        )
        for family in Family
        if any(row.evidence.family == family for row in rows)
    }


def _family(
    family: str,
    own: Sequence[ValidationRow],
    others: Sequence[EvidenceRow],
    pairs: Sequence[HeightPair],
    seed: int,
) -> dict[str, Any]:
    rows = [row.evidence for row in own]
    lam, intervals = LAMBDAS[family], predicting_lambdas()
    law = law_with({family: lam})
    best = best_of_each_group(rows)
    ranked = rows_for_ranking(rows)
    bound = bound_test(np.array([min(r.heights_angstrom.values()) for r in best]), tcs_of(best), lam, seed=seed)
    test = (
        choice_test([r.heights_angstrom for r in best], [r.tc_kelvin for r in best], seed=seed)
        if len(best) >= FEWEST_ROWS
        else None
    )
    return {
        "n": len(rows),
        "n_groups": len({row.group for row in rows}),
        "n_bounds": int(bounds_of(rows).sum()),
        "n_bounds_exceeded": sum(r.is_bound and lam / r.height_angstrom**2 > r.tc_kelvin for r in rows),
        "n_computed": sum(row.origin in COMPUTED for row in own),
        "n_with_notes": sum(bool(row.notes) for row in own),
        "lambda_fixed_kelvin_angstrom2": lam,
        **_errors(law, rows, seed),
        "p_law_against_constant_holm": None,
        "highest_tc_of_each_parent": {"n": len(best), **_errors(law, best, seed)},
        "fraction_above_bound": bound.fraction_above,
        "upper_bound": bound_row(bound, lam),
        "p_choice": test.p_value if test else None,
        "choice_test": choice_row(test, "highest Tc of each parent") if test else None,
        "slopes": slope_rows(rows),
        "interval_coverage": coverage_rows(rows, intervals[family]),
        "calibration": calibration_rows(rows, lam),
        "choice_share": choice_share_row(best) if len(best) >= FEWEST_ROWS else None,
        **_exponent(rows),
        **_lambda(rows),
        "height_bias": bias_row(pairs) if any(row.origin in COMPUTED for row in own) else None,
        "n_ranked": len(ranked),
        "ranking": ranking_row(rank_models((*MODELS, law), ranked, others, seed=seed)) if ranked else [],
    }


@cache
def predicting_lambdas() -> dict[str, LambdaChoice]:
    """Return the λ of each family with the half width that ``predict`` gives it, from the printed tables."""
    with printed_tables() as session:
        return {str(family): lambda_choices(session, family)[0] for family in PRINTED_LAMBDA}


def best_of_each_group(rows: Sequence[EvidenceRow]) -> list[EvidenceRow]:
    """Return the row with the highest Tc of each parent; the papers speak of the highest Tc of a compound."""
    best: dict[str, EvidenceRow] = {}
    for row in rows:
        if not row.is_bound and (row.group not in best or row.tc_kelvin > best[row.group].tc_kelvin):
            best[row.group] = row
    return list(best.values()) or list(rows)


def rows_for_ranking(rows: Sequence[EvidenceRow]) -> list[EvidenceRow]:
    """Return the rows of which every widely applicable model can speak."""
    wide = [model for model in MODELS if sum(map(model.applies_to, rows)) >= COMMON * len(rows)]
    kept = [row for row in rows if all(model.applies_to(row) for model in wide)]
    return kept if len(kept) >= FEWEST_ROWS else []


def _errors(law: Model, rows: Sequence[EvidenceRow], seed: int) -> dict[str, Any]:
    """Return the errors of the law and of the mean Tc of the other parents, and the interval of their difference."""
    fixed, constant = score_model(law, rows, seed=seed), score_model(FAMILY_MEAN, rows, seed=seed)
    found = difference_test(fixed, constant, rows) if fixed and constant else None
    return {
        "rmse_law_kelvin": fixed.rmse_kelvin if fixed else None,
        "rmse_law_ci95_kelvin": list(fixed.rmse_ci95_kelvin) if fixed and fixed.rmse_ci95_kelvin else None,
        "mae_law_kelvin": fixed.mae_kelvin if fixed else None,
        "rmse_constant_kelvin": constant.rmse_kelvin if constant else None,
        "law_less_constant_ci95_kelvin": list(found.ci95) if found else None,
        "p_law_against_constant": found.p_value if found else None,
        "spearman": fixed.spearman if fixed else None,
    }


def _zeros(gathered: Gathered, seed: int) -> dict[str, Any]:
    """Return the errors with a Tc of zero as the bound that it may mean, beside those with such rows left out."""
    rows = [row.evidence for row in join_kin([*gathered.rows, *gathered.zero_rows])]
    left_out = {row.file for row in gathered.zero_rows}
    families = {}
    for family in sorted({row.evidence.family for row in gathered.zero_rows}):
        own = [row for row in rows if row.family == family]
        law = law_with({family: LAMBDAS[family]})
        families[family] = {
            "n_zeros": sum(row.label in left_out for row in own),
            "as_bounds": {"n": len(own), **_errors(law, own, seed)},
            "left_out": _left_out_of(own, left_out, law, seed),
        }
    return {"kelvin": gathered.zero_kelvin, "families": families}


def _left_out_of(rows: Sequence[EvidenceRow], labels: set[str], law: Model, seed: int) -> dict[str, Any] | None:
    kept = [row for row in rows if row.label not in labels]
    return {"n": len(kept), **_errors(law, kept, seed)} if kept else None


def _exponent(rows: Sequence[EvidenceRow]) -> dict[str, Any]:
    known = [row for row in rows if not row.is_bound]
    with_su = [row for row in known if row.tc_su_kelvin]
    try:
        if len(with_su) == len(known):
            fit = fit_exponent(
                heights_of(known),
                tcs_of(known),
                np.array([row.height_su_angstrom or REFINEMENT_SU for row in known]),
                np.array([row.tc_su_kelvin for row in known]),
            )
        else:
            fit = fit_exponent(heights_of(known), tcs_of(known))
    except UsageError:
        return {"exponent": None, "exponent_ci95": None, "exponent_errors": None}
    return {"exponent": fit.exponent, "exponent_ci95": list(fit.ci95), "exponent_errors": str(fit.errors)}


def _lambda(rows: Sequence[EvidenceRow]) -> dict[str, Any]:
    try:
        fit = censored_lambda(heights_of(rows), tcs_of(rows), bounds_of(rows))
    except UsageError:
        return {"lambda_median_kelvin_angstrom2": None, "lambda_spread_factor": None}
    return {"lambda_median_kelvin_angstrom2": fit.lambda_median, "lambda_spread_factor": fit.spread_factor}
