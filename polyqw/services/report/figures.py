"""The figures of the report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from polyqw.services.drawing.style import COLOURS, MARKERS, new_figure
from polyqw.theory.scaling import law_constant

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure


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
    figure = new_figure(11, 5.2)
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


def law_data(fits: Sequence[dict[str, Any]], measured: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return what the page draws of the law with the name of each point: the points and lines of `law_figure`."""
    families = []
    for fit in fits:
        mean, sd, rows = fit["lambda_mean"], fit["lambda_sd"], fit["rows"]
        heights = [r["height_angstrom"] for r in rows]
        span = np.linspace(min(heights) - 0.15, max(heights) + 0.15, 60)
        families.append(
            {
                "name": fit["family"],
                "colour": COLOURS[fit["family"]],
                "label": f"{fit['family']}: λ = {mean:.0f} ± {sd:.0f} K Å²",
                "curve": [[round(float(h), 4), round(float(mean / h**2), 3)] for h in span],
                "rows": [_named(r, r["compound"], r["source"]) for r in rows],
                "measured": [
                    _named(m, f"{m['compound']} [{m['structure']}]", "height of the structure, Tc as printed")
                    for m in measured
                    if m["family"] == fit["family"]
                ],
            }
        )
    return {"families": families}


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


def height_figure(comparisons: Sequence[dict[str, Any]]) -> Figure:
    """Return the figure of printed heights less those that structures give, row by row."""
    rows = [c for c in comparisons if c["difference_angstrom"] is not None and c["origin"] != "constructed"]
    figure = new_figure(8, 0.26 * len(rows) + 1.4)
    axes = figure.subplots()
    for position, row in enumerate(rows):
        family = "iron" if row["table"] == "iron" else "cuprate"
        under_pressure = bool(row["pressure_gpa"])
        axes.plot([0, row["difference_angstrom"]], [position, position], color=COLOURS[family], lw=1)
        axes.plot(
            row["difference_angstrom"], position, MARKERS[row["phase"]], color=COLOURS[family],
            mfc="none" if under_pressure else COLOURS[family],
        )  # fmt: skip
    axes.axvline(0, color="0.3", lw=0.8)
    axes.axvspan(-0.02, 0.02, color="0.5", alpha=0.2, lw=0)
    labels = [f"{r['compound']}  {r['phase']}  [{r['structure']}]" for r in rows]
    axes.set_yticks(range(len(rows)), labels, fontsize=7)
    axes.set_ylim(max(len(rows), 1) - 0.5, -0.5)
    axes.set(xlabel="printed h less h of the structure (Å)")
    figure.tight_layout()
    return figure
