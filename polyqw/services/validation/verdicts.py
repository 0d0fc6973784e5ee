"""What the numbers of a validation come to: one line for each family and kind of structure, the rest as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from polyqw.core.record import Origin
from polyqw.theory.evidence.calibration import holm
from polyqw.theory.evidence.cross_validation import FEWEST_GROUPS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

SIGNIFICANT = 0.05
"""Holm-adjusted p-value up to which the law is said to beat or to lose."""

ORIGIN_WORDS = {
    Origin.MEASURED: "measured structures",
    Origin.IDEALISED: "idealised structures",
    Origin.CONSTRUCTED: "structures made from the papers' own numbers, no evidence",
    Origin.SYNTHETIC_DOPED: "cells doped by computer",
    Origin.DFT: "cells relaxed by computer",
    Origin.UNKNOWN: "structures of unknown origin",
}


def adjust_p_values(parts: Sequence[dict[str, Any]]) -> None:
    """Write beside each p-value of law against constant what is left of it, all of them being several tests."""
    tested = [values for values in parts if values["p_law_against_constant"] is not None]
    for values, p in zip(tested, holm([v["p_law_against_constant"] for v in tested]), strict=True):
        values["p_law_against_constant_holm"] = p


def verdict(family: str, origin: str, values: Mapping[str, Any]) -> str:
    """Return one line on a family of one kind of structures."""
    what = (
        f"{family.capitalize()}, {ORIGIN_WORDS[Origin(origin)]}, {count(values['n'], 'row')} of "
        f"{count(values['n_groups'], 'parent')}"
    )
    if values["n_bounds"] == values["n"]:
        return f"{what}, bounds only: {_on_bounds(values)}."
    if values["n_bounds"]:
        what += f", {values['n_bounds']} of them bounds"
    if values["rmse_constant_kelvin"] is None:
        return f"{what}: too few to tell."
    errors = f"errs by {values['rmse_law_kelvin']:.1f} K, a constant Tc by {values['rmse_constant_kelvin']:.1f} K"
    law = f"the law with λ = {values['lambda_fixed_kelvin_angstrom2']:.0f} K Å²"
    if values["n_groups"] < FEWEST_GROUPS:
        return f"{what}: {law} {errors}; too few to tell, it takes {FEWEST_GROUPS} parents."
    low, high = values["law_less_constant_ci95_kelvin"]
    return (
        f"{what}: {law} {outcome(values)} a constant Tc: it {errors} (difference {low:+.1f} to {high:+.1f} K, "
        f"p = {values['p_law_against_constant_holm']:.3f} after Holm)."
    )


def outcome(values: Mapping[str, Any]) -> str:
    """Return whether the law beats a constant, loses to it, or is not told apart from it."""
    if values["p_law_against_constant_holm"] > SIGNIFICANT:
        return "is not told apart from"
    return "beats" if values["rmse_law_kelvin"] < values["rmse_constant_kelvin"] else "loses to"


def _on_bounds(values: Mapping[str, Any]) -> str:
    return (
        f"the law with λ = {values['lambda_fixed_kelvin_angstrom2']:.0f} K Å² gives more than was reached in "
        f"{values['n_bounds_exceeded']} of them, by {values['rmse_law_kelvin']:.1f} K (root mean square)"
    )


def zeros_sentence(family: str, zeros: Mapping[str, Any], kelvin: float) -> str:
    """Return one sentence on the structures of a family whose Tc is zero, taken both ways."""
    bounds, kept = zeros["as_bounds"], zeros["left_out"]
    left_out = f"{kept['rmse_law_kelvin']:.1f} K ({count(kept['n'], 'row')})" if kept else "nothing to say"
    return (
        f"{family.capitalize()}: {zeros['n_zeros']} structures have a Tc of zero; left out, the law errs by "
        f"{left_out}; as bounds at {kelvin:g} K by {bounds['rmse_law_kelvin']:.1f} K ({count(bounds['n'], 'row')})."
    )


def count(n: int, what: str) -> str:
    """Return a number with its noun, in the plural where there are several."""
    return f"{n} {what}{'' if n == 1 else 's'}"


def table_of_tests(family: str, origin: str, values: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return every other test of a family as rows of a table: what was asked, and what came out."""
    told = [(question, answer(values)) for question, answer in QUESTIONS.items()]
    return [
        {"family": family, "origin": origin.replace("_", " "), "question": question, "outcome": text}
        for question, text in told
        if text
    ]


def _highest(values: Mapping[str, Any]) -> str:
    best = values["highest_tc_of_each_parent"]
    if best["rmse_constant_kelvin"] is None or best["n"] == values["n"]:
        return ""
    law, constant = best["rmse_law_kelvin"], best["rmse_constant_kelvin"]
    return f"{count(best['n'], 'row')}: law {law:.1f} K, constant {constant:.1f} K"


def _shuffled(values: Mapping[str, Any]) -> str:
    return "" if values["p_choice"] is None else f"a share of {values['p_choice']:.4f} agrees as well"


def _choice(values: Mapping[str, Any]) -> str:
    share = values["choice_share"]
    if share is None:
        return ""
    part = "nothing explained" if share["share"] is None else f"share {min(max(share['share'], 0.0), 1.0):.2f}"
    return (
        f"{share['rmse_common_heights_kelvin']:.1f} K with common heights, {share['rmse_own_heights_kelvin']:.1f} K "
        f"with own, {share['rmse_constant_kelvin']:.1f} K without any: {part}; nested "
        f"{share['nested_rmse_kelvin']:.1f} K"
    )


def _bound(values: Mapping[str, Any]) -> str:
    bound = values["upper_bound"]
    if bound["ceiling"] is None:
        return f"{bound['n_above']} of {bound['n']} above λ/h²"
    (low, high), rival = bound["edge_slope_ci95_kelvin_angstrom2"], bound["ceiling"]
    return (
        f"{bound['n_above']} of {bound['n']} above λ/h²; 0.9 quantile rises by "
        f"{bound['edge_slope_kelvin_angstrom2']:.0f} K Å² ({low:.0f} to {high:.0f}); loss of λ/h² "
        f"{rival['loss_law_kelvin']:.2f} K, of a ceiling of {rival['ceiling_kelvin']:.0f} K "
        f"{rival['loss_ceiling_kelvin']:.2f} K"
    )


def _slopes(values: Mapping[str, Any]) -> str:
    return "; ".join(
        f"{row['rows']} {row['slope_kelvin_angstrom2']:.0f}"
        + (f" ({row['ci95'][0]:.0f} to {row['ci95'][1]:.0f})" if row["ci95"] else "")
        for row in values["slopes"]
        if row["wells"] == "alpha"
    )


def _coverage(values: Mapping[str, Any]) -> str:
    held = "; ".join(f"{phase} {row['n_inside']} of {row['n']}" for phase, row in values["interval_coverage"].items())
    made = "; ".join(
        f"{phase} ±{row['half_width_kelvin']:.0f} K ({row['level']:.0%})"
        for phase, row in values["calibration"].items()
    )
    return f"{held}; calibrated {made}" if held else ""


def _best(values: Mapping[str, Any]) -> str:
    return "; ".join(f"{row['title']} {row['rmse_kelvin']:.1f} K" for row in values["ranking"][:3])


def _bias(values: Mapping[str, Any]) -> str:
    bias = values["height_bias"]
    if not bias:
        return "none of these cells was also measured here" if values["n_computed"] else ""
    return (
        f"{count(bias['n_pairs'], 'height')} of {count(bias['n_compounds'], 'compound')}: "
        f"{bias['bias_min']:+.1%} to {bias['bias_max']:+.1%}, median {bias['bias_median']:+.1%}, root mean square "
        f"{bias['bias_rms']:.1%}; λ by {bias['bias_lambda_median']:+.0%}"
    )


QUESTIONS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "highest Tc of each parent alone": _highest,
    "Tc shuffled over parents": _shuffled,
    "how much is the choice of wells": _choice,
    "upper bound": _bound,
    "slope of Tc on 1/h² (K Å²), alpha wells": _slopes,
    "95 % interval of predict": _coverage,
    "best models": _best,
    "computed heights against measured": _bias,
}
