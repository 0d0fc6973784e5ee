"""What the rows of a data set say about the law: errors, tests, ranking, and a verdict computed from them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from polyqw.core.record import Origin
from polyqw.core.wells import Family
from polyqw.errors import UsageError
from polyqw.services.law.fit import PRINTED_LAMBDA
from polyqw.services.law.fit_tests import MODELS, bound_row, choice_row, choice_share_row, ranking_row
from polyqw.services.validation.bias import bias_row
from polyqw.services.validation.rows import COMPUTED
from polyqw.theory.evidence.bound import bound_test
from polyqw.theory.evidence.censoring import censored_lambda
from polyqw.theory.evidence.choice import choice_test
from polyqw.theory.evidence.cross_validation import difference_interval, rank_models, score_model
from polyqw.theory.evidence.exponent import fit_exponent
from polyqw.theory.evidence.rivals import FAMILY_MEAN, LAW_ALPHA, law_with
from polyqw.theory.evidence.rows import bounds_of, heights_of, tcs_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from polyqw.services.validation.bias import HeightPair
    from polyqw.services.validation.rows import Gathered, ValidationRow
    from polyqw.theory.evidence.rivals import Model
    from polyqw.theory.evidence.rows import EvidenceRow

FEWEST_ROWS = 3
"""Rows below which a family is only counted."""

LAMBDAS = {str(family): lam for family, lam in PRINTED_LAMBDA.items()}

ORIGIN_WORDS = {
    Origin.MEASURED: "measured structures",
    Origin.IDEALISED: "idealised structures",
    Origin.CONSTRUCTED: "structures made from the papers' own numbers, no evidence",
    Origin.SYNTHETIC_DOPED: "cells doped by computer",
    Origin.DFT: "cells relaxed by computer",
    Origin.UNKNOWN: "structures of unknown origin",
}

COMMON = 0.8
"""Share of a family's rows that a rival must speak of to be ranked; the ranking is over the rows that all these can
predict."""


def study(gathered: Gathered, pairs: Sequence[HeightPair], *, wells: str, seed: int = 0) -> dict[str, Any]:
    """Return what a data set says, as plain values: the fields of ``polyqw validate --json`` but for the rows."""
    rows = gathered.rows
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
    result["verdicts"] = _verdicts(result) or [
        "The data set holds no structure that has both a well and a Tc, so it says nothing about the law."
    ]
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
    lam = LAMBDAS[family]
    law = law_with({family: lam})
    best = best_of_each_group(rows)
    ranked = rows_for_ranking(rows)
    bound = bound_test(np.array([min(r.heights_angstrom.values()) for r in best]), tcs_of(best), lam)
    test = (
        choice_test([r.heights_angstrom for r in best], [r.tc_kelvin for r in best], seed=seed)
        if len(best) >= FEWEST_ROWS
        else None
    )
    return {
        "n": len(rows),
        "n_groups": len({row.group for row in rows}),
        "n_bounds": int(bounds_of(rows).sum()),
        "n_computed": sum(row.origin in COMPUTED for row in own),
        "n_with_notes": sum(bool(row.notes) for row in own),
        "lambda_fixed_kelvin_angstrom2": lam,
        **_errors(law, rows, seed),
        "highest_tc_of_each_parent": {"n": len(best), **_errors(law, best, seed)},
        "fraction_above_bound": bound.fraction_above,
        "upper_bound": bound_row(bound, lam),
        "p_choice": test.p_value if test else None,
        "choice_test": choice_row(test, "highest Tc of each parent") if test else None,
        "choice_share": choice_share_row(best) if len(best) >= FEWEST_ROWS else None,
        **_exponent(rows),
        **_lambda(rows),
        "height_bias": bias_row(pairs) if any(row.origin in COMPUTED for row in own) else None,
        "n_ranked": len(ranked),
        "ranking": ranking_row(rank_models((*MODELS, law), ranked, others, seed=seed)) if ranked else [],
    }


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
    interval = difference_interval(fixed, constant, rows, seed=seed) if fixed and constant else None
    return {
        "rmse_law_kelvin": fixed.rmse_kelvin if fixed else None,
        "rmse_law_ci95_kelvin": list(fixed.rmse_ci95_kelvin) if fixed else None,
        "mae_law_kelvin": fixed.mae_kelvin if fixed else None,
        "rmse_constant_kelvin": constant.rmse_kelvin if constant else None,
        "law_less_constant_ci95_kelvin": list(interval) if interval else None,
        "spearman": fixed.spearman if fixed else None,
    }


def _exponent(rows: Sequence[EvidenceRow]) -> dict[str, Any]:
    known = [row for row in rows if not row.is_bound]
    with_su = [row for row in known if row.height_su_angstrom and row.tc_su_kelvin]
    try:
        if len(with_su) == len(known):
            fit = fit_exponent(
                heights_of(known),
                tcs_of(known),
                np.array([row.height_su_angstrom for row in known]),
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


def _verdicts(result: dict[str, Any]) -> list[str]:
    return [
        " ".join(_family_verdict(family, origin, values))
        for origin, families in result["by_origin"].items()
        for family, values in families.items()
    ]


def _family_verdict(family: str, origin: str, values: dict[str, Any]) -> list[str]:
    what = f"{values['n']} {family} rows of {values['n_groups']} parents ({ORIGIN_WORDS[Origin(origin)]})"
    if values["n"] < FEWEST_ROWS or values["rmse_constant_kelvin"] is None:
        return [f"{what}: too few to tell."]
    sentences = [
        f"On {what} the law with λ = {values['lambda_fixed_kelvin_angstrom2']:.0f} K Å² {_against_constant(values)}."
    ]
    best = values["highest_tc_of_each_parent"]
    if FEWEST_ROWS <= best["n"] < values["n"] and best["rmse_constant_kelvin"] is not None:
        sentences.append(f"With the highest Tc of each parent alone ({best['n']} rows) it {_against_constant(best)}.")
    if values["p_choice"] is not None:
        sentences.append(
            f"Tc shuffled over the parents agree as well with their own best wells and λ in a share of "
            f"{values['p_choice']:.4f}; {values['fraction_above_bound']:.0%} of the highest Tc lie above λ/h²."
        )
    if values["ranking"]:
        sentences.append(_ranking_clause(values["ranking"]))
    if bias := values["height_bias"]:
        sentences.append(
            f"These cells are computed: on {_count(bias['n_pairs'], 'height')} of "
            f"{_count(bias['n_compounds'], 'compound')} that a measured structure also gives, they err by "
            f"{bias['bias_min']:+.1%} to {bias['bias_max']:+.1%} (median {bias['bias_median']:+.1%}), which moves λ "
            f"by {bias['bias_lambda_median']:+.0%} in the middle."
        )
    elif values["n_computed"]:
        sentences.append("These cells are computed, and none of them was also measured here.")
    return sentences


def _count(n: int, what: str) -> str:
    return f"{n} {what}{'' if n == 1 else 's'}"


def _against_constant(values: dict[str, Any]) -> str:
    low, high = values["law_less_constant_ci95_kelvin"]
    outcome = "beats" if high < 0 else "loses to" if low > 0 else "is not told apart from"
    rank = "" if values["spearman"] is None else f"; rank correlation {values['spearman']:.2f}"
    return (
        f"errs by {values['rmse_law_kelvin']:.1f} K and {outcome} a constant Tc "
        f"({values['rmse_constant_kelvin']:.1f} K; difference {low:+.1f} to {high:+.1f} K){rank}"
    )


def _ranking_clause(ranking: Sequence[dict[str, Any]]) -> str:
    best = ranking[0]
    alpha = next((row for row in ranking[1:] if row["model"] == LAW_ALPHA.name), None)
    tail = f"; the law of the alpha wells, its λ so fitted, errs by {alpha['rmse_kelvin']:.1f} K" if alpha else ""
    return (
        f"Best on the same rows, what a model fits being fitted to the other parents: {best['title']} "
        f"({best['rmse_kelvin']:.1f} K){tail}."
    )
