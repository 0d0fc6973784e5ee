"""What the tests of the law come to, in sentences computed from their numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def choice_sentence(family: str, share: Mapping[str, Any]) -> str:
    """Return in one sentence how much of a family's agreement is the choice of wells."""
    told = "nothing is explained with either" if share["share"] is None else f"{_part(share['share'])} is the choice"
    return (
        f"{family.capitalize()}: with the median heights of the family in place of each compound's own, the best "
        f"choice of wells errs by {share['rmse_common_heights_kelvin']:.2f} K, with real heights by "
        f"{share['rmse_own_heights_kelvin']:.2f} K, the mean Tc by {share['rmse_constant_kelvin']:.2f} K, so that of "
        f"what the law explains {told}; with wells and λ chosen without the compound that is left out, the law errs "
        f"by {share['nested_rmse_kelvin']:.1f} K, the mean of the others by "
        f"{share['nested_constant_rmse_kelvin']:.1f} K."
    )


def share_sentence(share: Mapping[str, Any]) -> str:
    """Return in one short sentence what part of a family's agreement is the choice of wells."""
    if share["share"] is None:
        return "The law explains nothing on these rows, whichever wells are chosen."
    return (
        f"Of what the law explains on these rows, {_part(share['share'])} is the choice of the well (common heights "
        f"for all compounds: {share['rmse_common_heights_kelvin']:.1f} K)."
    )


def _part(share: float) -> str:
    return "all" if share > 0.995 else "nothing" if share < 0.005 else f"{share:.0%}"


def slopes_sentence(slopes: Sequence[Mapping[str, Any]]) -> str:
    """Return the slopes of Tc on 1/h² of printed rows in one sentence."""
    told = []
    for row in slopes:
        ends = "" if row["ci95"] is None else ", 95 % {:.0f} to {:.0f}".format(*row["ci95"])
        wells = "the wells taken" if row["wells"] == "taken" else "alpha wells"
        told.append(f"{row['rows']}, {wells} {row['slope_kelvin_angstrom2']:.0f} ({row['n']} rows{ends})")
    return f"Slope of Tc on 1/h² in K Å², under the law λ everywhere: {'; '.join(told)}." if told else ""


def bound_sentence(bound: Mapping[str, Any]) -> str:
    """Return in one sentence or two how λ/h² does as an upper bound, and a ceiling without heights beside it."""
    counted = (
        f"As an upper bound with λ = {bound['lambda_kelvin_angstrom2']:.0f} K Å², {bound['n_above']} of "
        f"{bound['n']} Tc lie above it, by up to {max(bound['excess_max_kelvin'], 0):.1f} K; "
        f"λ = {bound['lambda_needed_kelvin_angstrom2']:.0f} would bound all."
    )
    if bound["ceiling"] is None:
        return counted
    (slope_low, slope_high), rival = bound["edge_slope_ci95_kelvin_angstrom2"], bound["ceiling"]
    low, high = rival["law_less_ceiling_ci95_kelvin"]
    outcome = "does better than" if high < 0 else "does worse than" if low > 0 else "is not told apart from"
    return (
        f"{counted} The {bound['quantile']:g} quantile of Tc rises with 1/h² by "
        f"{bound['edge_slope_kelvin_angstrom2']:.0f} K Å² (95 % {slope_low:.0f} to {slope_high:.0f}; under the law "
        f"λ); as an edge λ/h² (loss {rival['loss_law_kelvin']:.2f} K, as printed "
        f"{rival['loss_printed_kelvin']:.2f} K) {outcome} "
        f"one ceiling of {rival['ceiling_kelvin']:.0f} K for all ({rival['loss_ceiling_kelvin']:.2f} K)."
    )
