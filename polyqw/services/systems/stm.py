"""The STM side peaks of papers/001 Fig. 3, from structures and from the printed depths."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from polyqw.core.options import AnalysisOptions
from polyqw.core.wells import Status
from polyqw.services.drawing.section import Picture, Section, system_section
from polyqw.services.drawing.style import BLUE, GREEN, new_figure
from polyqw.theory.stm import (
    MEASURED_SIDE_PEAKS,
    PRINTED_DEPTHS,
    SIDE_PEAK,
    dos_profile,
    peak_ratio,
    plane_depths,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure

    from polyqw.services.structures.analyse import Analysed
    from polyqw.services.structures.lookup import Lookup

IN_REPORT = ("bi2201_amaa",)

PRINTED_RATIOS = {"CCOC": 0.267, "Bi2201": 0.271}
"""k as papers/001 prints it."""

PRINTED_C_OVER_A = {"CCOC": 3.89, "Bi2201": 4.13}
"""c0/a0 as papers/001 prints it, the trailing digits read as the numbers of references."""

PLAQUETTE_SITES = 16
"""Sites of the 4 x 4 cluster of papers/001, Fig. 3a in one plane."""

PLAQUETTE_WELLS = (3, 8)
"""Wells that hold electrons in that cluster: three α, and two bars of four β."""


def stm_row(read: Analysed, options: AnalysisOptions) -> dict[str, Any]:
    """Return the depths and the peak ratio of a data block as plain values."""
    row = {
        **read.row(),
        "h_alpha_angstrom": None,
        "h_beta_angstrom": None,
        "peak_ratio": None,
        "side_peak_a0": SIDE_PEAK,
        "cleavage_elements": [],
        "cleavage_gap_angstrom": None,
        "second_gap_angstrom": None,
        "a0_angstrom": None,
        "plane_spacing_over_a0": None,
    }
    if read.record is None:
        return row
    found = plane_depths(read.record.cell, options)
    if found.reason is not None:
        return row | {"status": str(Status.NO_WELL), "reason": found.reason.code, "message": found.reason.message}
    h_alpha, h_beta = found.depths
    return row | {
        "h_alpha_angstrom": h_alpha,
        "h_beta_angstrom": h_beta,
        "peak_ratio": peak_ratio(h_alpha, h_beta),
        "cleavage_elements": list(found.cleavage_elements),
        "cleavage_gap_angstrom": found.gap,
        "second_gap_angstrom": found.second_gap,
        "a0_angstrom": found.edge,
        "plane_spacing_over_a0": (h_beta - h_alpha) / found.edge,
    }


def printed_rows() -> list[dict[str, Any]]:
    """Return the peak ratios of the printed depths, and what else those depths imply."""
    rows = []
    for name, (h_alpha, h_beta) in PRINTED_DEPTHS.items():
        c = 2 * (h_beta - h_alpha)
        rows.append(
            {
                "compound": name,
                "h_alpha_angstrom": h_alpha,
                "h_beta_angstrom": h_beta,
                "peak_ratio": peak_ratio(h_alpha, h_beta),
                "printed_peak_ratio": PRINTED_RATIOS[name],
                "side_peak_a0": SIDE_PEAK,
                "measured_side_peak_a0": MEASURED_SIDE_PEAKS[name],
                "side_peak_error": SIDE_PEAK / MEASURED_SIDE_PEAKS[name] - 1,
                "implied_c_angstrom": c,
                "printed_c_over_a": PRINTED_C_OVER_A[name],
                "implied_a0_angstrom": c / PRINTED_C_OVER_A[name],
            }
        )
    return rows


def stm_notes(printed: Sequence[dict[str, Any]]) -> list[str]:
    """Return what does not agree in papers/001, Fig. 3, one sentence each."""
    told = [
        f"{r['compound']}: k = {r['h_alpha_angstrom']}/{r['h_beta_angstrom']} = {r['peak_ratio']:.4f} (printed "
        f"{r['printed_peak_ratio']}); side peaks at {r['side_peak_a0']} a0 against {r['measured_side_peak_a0']} a0 "
        f"measured, {r['side_peak_error']:+.0%}."
        for r in printed
    ]
    told.append(
        "papers/001 lays the errors of the side peaks on CCOC alone and calls Bi2201 in good agreement; the numbers "
        "of its own Fig. 3 put both outside of 10 %."
    )
    told += [
        f"{r['compound']}: the printed depths lie c/2 = {r['implied_c_angstrom'] / 2:.3f} Å apart; with the printed "
        f"c0/a0 = {r['printed_c_over_a']} that makes a0 = {r['implied_a0_angstrom']:.2f} Å."
        for r in printed
    ]
    alpha, beta = PLAQUETTE_WELLS
    told.append(
        f"the {alpha} α- and {beta} β-wells of the 4a0 x 4b0 cluster of Fig. 3a make {alpha + beta} electrons in "
        f"{2 * PLAQUETTE_SITES} Cu, x = {(alpha + beta) / (2 * PLAQUETTE_SITES):.3f} per Cu, in samples that "
        f"the text calls extremely underdoped; Eq. 2 has one α and one β in such a cluster."
    )
    return told


def stm_result(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the rows of structures with those of the printed depths and the notes."""
    printed = printed_rows()
    return {"structures": rows, "printed": printed, "notes": stm_notes(printed)}


def draw_stm(result: dict[str, Any], width: float) -> Figure:
    """Return the normalised density of states of each structure and of the printed depths, as Fig. 3b."""
    figure = new_figure(7.4, 4.4)
    axes = figure.subplots()
    x = np.linspace(-3, 3, 601)
    for row in result["structures"]:
        if row["peak_ratio"] is not None:
            label = f"{row['formula']} ({row['block']}), k = {row['peak_ratio']:.3f}"
            axes.plot(x, dos_profile(x, row["peak_ratio"], width=width), label=label)
    for row, style in zip(result["printed"], ("--", ":"), strict=True):
        label = f"{row['compound']}, printed depths, k = {row['peak_ratio']:.3f}"
        axes.plot(x, dos_profile(x, row["peak_ratio"], width=width), f"k{style}", lw=1.2, label=label)
    for row, colour in zip(result["printed"], (GREEN, BLUE), strict=True):
        for sign in (-1, 1):
            axes.axvline(sign * row["measured_side_peak_a0"], ymax=0.55, color=colour, lw=0.8)
        axes.plot([], [], color=colour, lw=0.8, label=f"measured side peaks, {row['compound']}")
    axes.set(xlabel="distance along a (a0)", ylabel="density of states / central peak", xlim=(-3, 3), ylim=(0, 1.9))
    axes.set_title(f"as papers/001 Fig. 3b; Gaussian peaks of width {width:g} a0 (our choice)", fontsize=10)
    axes.legend(frameon=False, fontsize=8, loc="upper center", ncols=2)
    return figure


def section(data: Lookup) -> Section:
    """Return the report's section."""
    result = stm_result([stm_row(a, AnalysisOptions()) for a in data.analysed(IN_REPORT)])
    caption = "Density of states with side peaks of k = h_alpha/h_beta."
    picture = Picture("stm", draw_stm(result, 0.4), caption)
    return system_section("stm", "STM side peaks", "polyqw stm FILE", result["notes"], [picture])
