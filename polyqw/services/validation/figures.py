"""The figures of a validation: Tc against h, predicted against observed, and the ranking."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from polyqw.services.drawing.style import COLOURS, new_figure

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

ORIGIN_FILL = {"measured": 1.0}
"""Measured structures are drawn full, all others faint."""

FAINT = 0.35


def law_figure(rows: Sequence[Mapping[str, Any]], families: Mapping[str, Mapping[str, Any]]) -> Figure:
    """Return Tc against h, a panel per family, with the law as printed and the spread of λ found here.

    Parameters
    ----------
    rows : sequence of mapping
        As `polyqw.services.validation.rows.row_values` gives them.
    families : mapping
        Results by family.
    """
    figure, panels = _panels(families)
    for axes, (family, values) in zip(panels, families.items(), strict=True):
        own = [row for row in rows if row["family"] == family]
        _points(axes, own, "height_angstrom", "tc_kelvin", family)
        heights = [row["height_angstrom"] for row in own]
        span = np.linspace(min(heights) - 0.1, max(heights) + 0.1, 200)
        lam = values["lambda_fixed_kelvin_angstrom2"]
        axes.plot(span, lam / span**2, color="0.2", lw=1.3, label=f"λ/h², λ = {lam:.0f} K Å² as printed")
        median, factor = values["lambda_median_kelvin_angstrom2"], values["lambda_spread_factor"]
        if median is not None:
            axes.plot(span, median / span**2, color="0.2", lw=1, ls="--", label=f"median λ here {median:.0f} K Å²")
            low, high = median / factor, median * factor
            axes.fill_between(
                span, low / span**2, high / span**2, color="0.5", alpha=0.15, lw=0, label="68 % of λ here"
            )
        axes.set(xlabel="well height h (Å)", ylabel="Tc (K)", title=f"{family}, {len(own)} rows")
        axes.set_ylim(0, max(axes.get_ylim()[1], 1.1 * max(row["tc_kelvin"] for row in own)))
        axes.legend(frameon=False, fontsize=8, loc="upper center", bbox_to_anchor=(0.5, -0.13), ncols=2)
    figure.tight_layout()
    return figure


def prediction_figure(rows: Sequence[Mapping[str, Any]], families: Mapping[str, Mapping[str, Any]]) -> Figure:
    """Return the Tc of the law as printed against the Tc of the table, a panel per family."""
    figure, panels = _panels(families)
    for axes, (family, values) in zip(panels, families.items(), strict=True):
        lam = values["lambda_fixed_kelvin_angstrom2"]
        own = [{**row, "tc_law_kelvin": lam / row["height_angstrom"] ** 2} for row in rows if row["family"] == family]
        _points(axes, own, "tc_kelvin", "tc_law_kelvin", family)
        top = 1.08 * max(max(row["tc_kelvin"], row["tc_law_kelvin"]) for row in own)
        axes.plot([0, top], [0, top], color="0.4", lw=0.8)
        axes.set(
            xlabel="Tc of the table (K)",
            ylabel="Tc by the law (K)",
            xlim=(0, top),
            ylim=(0, top),
            title=f"{family}: law errs by {_told(values['rmse_law_kelvin'])}",
        )
        axes.set_aspect("equal")
    figure.tight_layout()
    return figure


def _told(error: float | None) -> str:
    return "-" if error is None else f"{error:.1f} K"


def ranking_figure(families: Mapping[str, Mapping[str, Any]]) -> Figure:
    """Return the errors of all models with their intervals, a panel per family."""
    ranked = {family: values["ranking"] for family, values in families.items() if values["ranking"]}
    figure = new_figure(8, 1.0 + sum(0.32 * len(ranking) + 0.9 for ranking in ranked.values()), layout=None)
    if not ranked:
        return figure
    panels = np.atleast_1d(
        figure.subplots(len(ranked), 1, sharex=True, height_ratios=[len(r) + 1.5 for r in ranked.values()])
    )
    for axes, (family, ranking) in zip(panels, ranked.items(), strict=True):
        for position, row in enumerate(ranking):
            is_law = row["model"].startswith("law")
            colour = COLOURS[family] if is_law else "0.45"
            ends = row["ci95"] or []
            axes.plot(ends, [position] * len(ends), color=colour, lw=2, solid_capstyle="butt")
            axes.plot(row["rmse_kelvin"], position, "o" if is_law else "s", color=colour)
        axes.set_yticks(range(len(ranking)), [row["title"] for row in ranking], fontsize=8)
        axes.set_ylim(len(ranking) - 0.4, -0.6)
        axes.set_title(f"{family}, {ranking[0]['n']} rows of {ranking[0]['n_groups']} parents", fontsize=10)
        axes.grid(axis="x", color="0.9")
    panels[-1].set_xlabel("error on parents left out (K), 95 % interval")
    panels[-1].set_xlim(left=0)
    figure.tight_layout()
    return figure


def _points(axes: Axes, rows: Sequence[Mapping[str, Any]], x: str, y: str, family: str) -> None:
    for origin in sorted({row["origin"] for row in rows}):
        for is_bound in (False, True):
            own = [row for row in rows if row["origin"] == origin and row["is_bound"] is is_bound]
            if own:
                axes.plot(
                    [row[x] for row in own],
                    [row[y] for row in own],
                    "v" if is_bound else "o",
                    color=COLOURS[family],
                    alpha=ORIGIN_FILL.get(origin, FAINT),
                    mfc="none" if origin == "synthetic_doped" else COLOURS[family],
                    ms=5,
                    ls="none",
                    label=f"{origin.replace('_', ' ')}{', Tc below' if is_bound else ''} ({len(own)})",
                )


def _panels(families: Mapping[str, Any]) -> tuple[Figure, Sequence[Axes]]:
    figure = new_figure(5.2 * max(len(families), 1), 4.6, layout=None)
    if not families:
        return figure, []
    return figure, list(np.atleast_1d(figure.subplots(1, len(families))))
