"""The report's section on whether the law holds: what it explains, against what, and how sure one can be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from polyqw.core.record import Origin
from polyqw.services.drawing.columns import Column
from polyqw.services.drawing.section import Bullets, Heading, Paragraph, Picture, Section, Table
from polyqw.services.law.evidence_words import bound_sentence, choice_sentence
from polyqw.services.law.fit import WellChoice
from polyqw.services.law.law_section import choice_fits, chosen_fits
from polyqw.services.validation.dataset import database_data
from polyqw.services.validation.figures import ranking_figure
from polyqw.services.validation.page import RIVALS, TESTS, ranked
from polyqw.services.validation.run import validate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from polyqw.services.structures.lookup import Lookup
    from polyqw.services.validation.run import Validation

SIGNIFICANT = 0.05
"""Share of shuffled tables below which agreement is not put down to the choice of wells."""

INFLUENTIAL = 0.4
"""Cook's distance from which a row is named."""

RANKING = (*(column for column in RIVALS if column != "n_groups"), "source")
SHUFFLES = (
    "family", "rows", Column("n", "compounds", decimals=0), "n_with_choice", "p_value",
    Column("rmse_kelvin", "error of the best choice", "K", 2), "rmse_permuted_median_kelvin", "n_permutations",
    Column("seed", "seed", decimals=0),
)  # fmt: skip
CAPTION = (
    "Errors of models on printed rows, each row predicted without itself; bars: 95 % intervals. All take "
    "the wells that the papers choose, but for the one that says otherwise."
)
ALT = "Errors of all models on the printed rows with intervals; the numbers stand in the next table."
WITH_TC = Markup(
    "Structures of this database with a T<sub>c</sub>, each with the well nearest to it, λ as printed; parents left "
    "out in turn (<code>polyqw validate</code>)."
)


def section(data: Lookup) -> Section:
    """Return the section on the evidence."""
    fits, choices = chosen_fits(data), choice_fits(data)
    held = validate(database_data(data.session, "the database"), WellChoice.BEST, Origin.UNKNOWN)
    figure = ranking_figure({fit["family"]: fit for fit in fits})
    printed = [ranked(row, fit["family"]) for fit in fits for row in fit["ranking"]]
    rivals = [ranked(row, fit["family"]) for fit in fits for row in fit["ranking_with_structures"]["ranking"]]
    shuffles = [{**test, "family": fit["family"]} for fit in fits for test in fit["choice_tests"]]
    beside = "rows beside which a structure stands, with rivals from the literature that need one."
    return Section(
        "evidence",
        "Does it hold?",
        [
            Bullets([sentence for fit in fits for sentence in _plain_words(fit, choices)]),
            Picture("evidence", figure, CAPTION, ALT, "Errors of models on the printed rows"),
            Table(printed, RANKING, "Models on the printed rows, best first."),
            Table(rivals, RANKING, f"The same on those printed {beside}", f"The same on {beside}"),
            Table(shuffles, SHUFFLES, "Shuffled Tc, each order with its own best wells and λ."),
            Heading(
                Markup("On structures with a T<sub>c</sub> of their own"), "On structures with a Tc of their own"
            ),
            Paragraph(WITH_TC),
            Bullets(held.result["verdicts"]),
            Table(held.result["tests"], TESTS, "The other tests, by family and kind of structure."),
            Heading("What would change this", "What would change this"),
            Bullets(_would_change(fits, held)),
        ],
    )


def _plain_words(fit: dict[str, Any], choices: Sequence[dict[str, Any]]) -> list[str]:
    return [
        f"{fit['family'].capitalize()}, {fit['n']} printed rows: {_explained(fit)}",
        _against_rivals(fit),
        choice_sentence(fit["family"], fit["choice_share"]),
        _choice(fit, choices),
        bound_sentence(fit["upper_bound"]),
    ]


def _explained(fit: dict[str, Any]) -> str:
    share = 1 - (fit["loo_rmse_kelvin"] / fit["baseline_rmse_kelvin"]) ** 2
    told = f"{share:.0%} of the squared error of a constant Tc goes away" if share > 0 else "nothing is explained"
    return (
        f"told one λ and the well that the papers choose, the law predicts a compound left out to "
        f"{fit['loo_rmse_kelvin']:.1f} K, a constant Tc to {fit['baseline_rmse_kelvin']:.1f} K: {told}."
    )


def _against_rivals(fit: dict[str, Any]) -> str:
    law = _of(fit, "law")
    line = _of(fit, "line_in_h")
    order = "less than" if law["rmse_kelvin"] < line["rmse_kelvin"] else "no less than"
    low, high = law["ci95"] or (0.0, float("inf"))
    overlap = low <= line["rmse_kelvin"] <= high
    told = (
        "within its interval, so that these rows do not tell 1/h² from a line" if overlap else "outside its interval"
    )
    return (
        f"The same rows and wells with a straight line in h instead of 1/h²: {line['rmse_kelvin']:.1f} K; the law "
        f"errs {order} that ({low:.1f} to {high:.1f} K), {told}. The free exponent is "
        f"{fit['exponent']:.2f} ({fit['exponent_ci95'][0]:.2f} to {fit['exponent_ci95'][1]:.2f})."
    )


def _choice(fit: dict[str, Any], choices: Sequence[dict[str, Any]]) -> str:
    alpha = next(c for c in choices if c["family"] == fit["family"] and c["wells"] == WellChoice.ALPHA)
    parts = []
    for test in fit["choice_tests"]:
        rows = "all rows" if test["rows"] == "all" else f"the {test['n']} rows of the {test['rows']} type"
        verdict = (
            "more than the choice of wells explains"
            if test["p_value"] < SIGNIFICANT
            else "no more than the choice of wells explains"
        )
        parts.append(f"on {rows} a share of {test['p_value']:.4f} agrees as well, {verdict}")
    return (
        "The well is chosen after Tc is known. Shuffle Tc over the compounds and let each order choose its best "
        f"wells: {'; '.join(parts)}. With the alpha well always, r(Tc, h) is {alpha['correlation']:.2f} instead of "
        f"{fit['correlation']:.2f}, and the error {alpha['loo_rmse_kelvin']:.1f} K instead of "
        f"{fit['loo_rmse_kelvin']:.1f} K."
    )


def _of(fit: dict[str, Any], model: str) -> dict[str, Any]:
    return next(row for row in fit["ranking"] if row["model"] == model)


def _would_change(fits: Sequence[dict[str, Any]], held: Validation) -> list[str]:
    sentences = []
    for fit in fits:
        strong = [row for row in fit["rows"] if row["cook_distance"] >= INFLUENTIAL]
        if strong:
            told = ", ".join(
                f"{row['compound']} (λ {row['lambda_without_kelvin_angstrom2']:.0f} without it)" for row in strong
            )
            sentences.append(f"{fit['family'].capitalize()}: λ rests most on {told}.")
    apart = sum(bool(row["notes"]) for row in held.rows)
    sentences.append(
        f"{apart} of the {len(held.rows)} structures here that have a Tc carry a note that the two may not belong "
        "together; heights measured at the pressure and doping of Tc would replace them."
    )
    sentences.append(
        "A rule that names the well before Tc is known would take the freedom away; with it, the permutation test "
        "falls to that of a plain correlation."
    )
    sentences.append("A corpus of one's own: polyqw validate FOLDER.")
    return sentences
