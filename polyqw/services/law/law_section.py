"""The report's section on the law: λ of each family, its rows, and what the choice of the well does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from markupsafe import Markup

from polyqw.core.record import Origin
from polyqw.services.drawing.columns import LAW_ROW, OF_WELL, columns_of
from polyqw.services.drawing.section import Paragraph, Picture, Section, Table
from polyqw.services.drawing.style import COLOURS, MARKERS, new_figure
from polyqw.services.law.evidence_words import choice_sentence
from polyqw.services.law.fit import FAMILIES_WITH_TABLE, WellChoice, fit_family, fit_row
from polyqw.services.law.heights_section import comparisons
from polyqw.theory.scaling import law_constant

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure

    from polyqw.services.structures.lookup import Lookup

CHOICES = (
    "family", "wells", "n", "lambda_mean", "lambda_sd", "exponent", "correlation", "loo_rmse_kelvin",
    "baseline_rmse_kelvin",
)  # fmt: skip

FITTED_HTML = Markup(
    "<b>{family}</b>, {n} rows, {wells} wells: λ = {lambda_mean:.1f} ± {lambda_sd:.1f} K Å² (mean ± standard "
    "deviation); 95 % interval of the mean {lambda_ci95[0]:.0f} to {lambda_ci95[1]:.0f}; least squares "
    "{lambda_least_squares:.1f}. Free exponent {exponent:.2f} (95 % {exponent_ci95[0]:.2f} to "
    "{exponent_ci95[1]:.2f}). Leaving one compound out at a time, the law errs by {loo_rmse_kelvin:.1f} K, a "
    "constant T<sub>c</sub> by {baseline_rmse_kelvin:.1f} K."
)
FITTED_MARKDOWN = (
    "**{family}**, {n} rows, {wells} wells: λ = {lambda_mean:.1f} ± {lambda_sd:.1f} K Å² (95 % interval of the mean "
    "{lambda_ci95[0]:.0f} to {lambda_ci95[1]:.0f}; least squares {lambda_least_squares:.1f}); free exponent "
    "{exponent:.2f} (95 % {exponent_ci95[0]:.2f} to {exponent_ci95[1]:.2f}); leave-one-out error "
    "{loo_rmse_kelvin:.1f} K, of a constant Tc {baseline_rmse_kelvin:.1f} K."
)
CAPTION = Markup(
    "Left: T<sub>c</sub> against well height; filled marks are the heights and T<sub>c</sub> that the papers print "
    "bold, open marks the heights that measured structures of the same row give, with the same T<sub>c</sub>. Lines: "
    "mean λ, bands: one standard deviation. Right: λ of each row over the mean of its family."
)
ALT = (
    "Tc against well height h with the law of each family, and lambda of each row over the mean of its family; the "
    "numbers stand in the next table."
)


def chosen_fits(data: Lookup) -> list[dict[str, Any]]:
    """Return the fit of each family to the wells that the papers choose, the fields of ``polyqw fit --json``."""
    return data.once("fits", lambda: [fit_row(fit_family(data.session, family)) for family in FAMILIES_WITH_TABLE])


def choice_fits(data: Lookup) -> list[dict[str, Any]]:
    """Return the same for every choice of wells, without the tests of it."""

    def make() -> list[dict[str, Any]]:
        return [
            fit_row(fit_family(data.session, family, wells, with_tests=False))
            for family in FAMILIES_WITH_TABLE
            for wells in WellChoice
        ]

    return data.once("choices", make)


def section(data: Lookup) -> Section:
    """Return the section on the law."""
    fits, choices, measured = chosen_fits(data), choice_fits(data), measured_heights(comparisons(data))
    rows = [{"family": fit["family"], **row} for fit in fits for row in fit["rows"]]
    question = "What the choice of the well does:"
    figure = law_figure(fits, measured)
    return Section(
        "law",
        "The law",
        [
            *(Paragraph(FITTED_HTML.format(**fit), FITTED_MARKDOWN.format(**fit)) for fit in fits),
            Picture(
                "law",
                figure,
                CAPTION,
                ALT,
                "Tc against h and λ compound by compound",
                law_view(figure, fits, measured),
            ),
            Table(
                rows,
                columns_of(("family", *LAW_ROW, "source"), OF_WELL),
                "Rows of the fits, as the papers print them.",
                "",
            ),
            Paragraph("", question),
            Table(choices, CHOICES, f"{question} the same rows with other wells.", ""),
        ],
        verdicts=[_verdict(fit, choices) for fit in fits],
    )


def measured_heights(compared: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the heights of measured structures for the wells that the papers choose, with the printed Tc."""
    return [
        {
            **c,
            "family": "iron" if c["table"] == "iron" else "cuprate",
            "height_angstrom": c["height_structure_angstrom"],
            "tc_kelvin": c["tc_printed_kelvin"],
        }
        for c in compared
        if c["chosen"] and c["origin"] == Origin.MEASURED and c["height_structure_angstrom"] is not None
    ]


def _verdict(fit: dict[str, Any], choices: Sequence[dict[str, Any]]) -> str:
    law, constant = fit["loo_rmse_kelvin"], fit["baseline_rmse_kelvin"]
    beats = "less than" if law < constant else "no less than"
    always, best = (
        next(c for c in choices if c["family"] == fit["family"] and c["wells"] == wells)
        for wells in (WellChoice.ALPHA, WellChoice.BEST)
    )
    same = [r["phase"] for r in best["rows"]] == [r["phase"] for r in fit["rows"]]
    inside = fit["exponent_ci95"][0] <= 2 <= fit["exponent_ci95"][1]
    return (
        f"On the {fit['n']} printed {fit['family']} rows with the wells that the papers choose, λ = "
        f"{fit['lambda_mean']:.0f} ± {fit['lambda_sd']:.0f} K Å² and the law errs by {law:.1f} K, {beats} a "
        f"constant Tc ({constant:.1f} K); a free exponent comes to {fit['exponent']:.2f}, its 95 % interval "
        f"{'holds' if inside else 'excludes'} 2. With the alpha well always, the same rows give an error of "
        f"{always['loo_rmse_kelvin']:.1f} K and a correlation of {always['correlation']:.2f} between Tc and h "
        f"(chosen wells {fit['correlation']:.2f}). The chosen wells are {'' if same else 'not '}those that agree "
        f"best with one common λ. {choice_sentence(fit['family'], fit['choice_share'])}"
    )


def law_figure(fits: Sequence[dict[str, Any]], measured: Sequence[dict[str, Any]]) -> Figure:
    """Return the figure of Tc against h with the law of each family, and of λ = Tc h² compound by compound.

    Parameters
    ----------
    fits : sequence of dict
        As ``polyqw fit --json`` gives them.
    measured : sequence of dict
        Rows with ``family``, ``phase``, ``height_angstrom``, ``tc_kelvin``: heights that structures give, paired
        with the Tc of the row they stand for.
    """
    figure = new_figure(11, 5.2, layout=None)
    left, right = figure.subplots(1, 2, width_ratios=(1, 1.15))
    for fit in fits:
        colour, rows = COLOURS[fit["family"]], fit["rows"]
        heights = [r["height_angstrom"] for r in rows]
        span = np.linspace(min(heights) - 0.15, max(heights) + 0.15, 100)
        mean, sd = fit["lambda_mean"], fit["lambda_sd"]
        left.plot(span, mean / span**2, color=colour, label=f"{fit['family']}: λ = {mean:.0f} ± {sd:.0f} K Å²")
        left.fill_between(span, (mean - sd) / span**2, (mean + sd) / span**2, color=colour, alpha=0.12, lw=0)
        for row in rows:
            left.plot(row["height_angstrom"], row["tc_kelvin"], MARKERS[row["phase"]], color=colour, ms=6)
    for row in measured:
        left.plot(
            row["height_angstrom"], row["tc_kelvin"], MARKERS[row["phase"]], mfc="none", ms=8, mew=1,
            color=COLOURS[row["family"]],
        )  # fmt: skip
    left.plot([], [], "o", color="0.3", label="printed: α circle, β square, γ triangle")
    left.plot([], [], "o", color="0.3", mfc="none", ms=8, label="height from a measured structure, same Tc")
    left.set(xlabel="well height h (Å)", ylabel="Tc (K)", title="Tc against h, and λ/h²")
    left.legend(frameon=False, fontsize=8)
    _lambda_panel(right, fits)
    figure.tight_layout()
    return figure


def law_view(figure: Figure, fits: Sequence[dict[str, Any]], measured: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return the names of the points of `law_figure`, each with its place in the figure, from its left top corner."""
    points = [_named(r, r["compound"], r["source"]) for fit in fits for r in fit["rows"]]
    points += [
        _named(m, f"{m['compound']} [{m['structure']}]", "height of the structure, Tc as printed") for m in measured
    ]
    axes = figure.axes[0]
    in_axes = axes.transData + axes.figure.transFigure.inverted()
    for point in points:
        x, y = in_axes.transform((point["height_angstrom"], point["tc_kelvin"]))
        point["place"] = [round(float(x), 4), round(1 - float(y), 4)]
    return {"points": points}


def _named(row: dict[str, Any], name: str, source: str) -> dict[str, Any]:
    height, tc = row["height_angstrom"], row["tc_kelvin"]
    return {
        "name": name,
        "phase": row["phase"],
        "height_angstrom": round(height, 4),
        "tc_kelvin": tc,
        "lambda": round(law_constant(tc, height), 1),
        "source": source,
    }


def _lambda_panel(axes: Any, fits: Sequence[dict[str, Any]]) -> None:
    names, position = [], 0
    for fit in fits:
        colour, mean, sd = COLOURS[fit["family"]], fit["lambda_mean"], fit["lambda_sd"]
        first = position
        for row in fit["rows"]:
            axes.plot(row["lambda_kelvin_angstrom2"] / mean, position, MARKERS[row["phase"]], color=colour)
            names.append(f"{row['compound']} ({row['phase']})")
            position += 1
        axes.fill_betweenx(
            [first - 0.5, position - 0.5], 1 - sd / mean, 1 + sd / mean, color=colour, alpha=0.12, lw=0
        )
    axes.axvline(1, color="0.4", lw=0.8)
    axes.set_yticks(range(position), names, fontsize=7)
    axes.invert_yaxis()
    axes.set(xlabel="λ = Tc h² over the family's mean", title="How constant is λ?")
