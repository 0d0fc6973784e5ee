"""The STM side peaks of papers/001 Fig. 3, from structures and from the printed depths."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from polyqw.core.options import AnalysisOptions
from polyqw.core.outside import as_row
from polyqw.core.wells import Family, Phase
from polyqw.services.drawing.section import Picture, Section, system_section
from polyqw.services.drawing.style import BLUE, GREEN, new_figure
from polyqw.services.systems.of_structure import search
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

    from polyqw.db.models import Structure
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


@dataclass(frozen=True, slots=True)
class SidePeaks:
    """The depths of two planes and the height k of the side peaks."""

    h_alpha_angstrom: float | None = None
    h_beta_angstrom: float | None = None
    peak_ratio: float | None = None
    side_peak_a0: float = SIDE_PEAK
    cleavage_elements: tuple[str, ...] = ()
    cleavage_gap_angstrom: float | None = None
    second_gap_angstrom: float | None = None
    a0_angstrom: float | None = None
    plane_spacing_over_a0: float | None = None


@dataclass(frozen=True, slots=True)
class PrintedPeaks:
    """The height k of the side peaks by printed depths, and what else those depths imply."""

    compound: str
    h_alpha_angstrom: float
    h_beta_angstrom: float
    peak_ratio: float
    printed_peak_ratio: float
    side_peak_a0: float
    measured_side_peak_a0: float
    side_peak_error: float
    implied_c_angstrom: float
    printed_c_over_a: float
    implied_a0_angstrom: float


@dataclass(frozen=True, slots=True)
class StructurePeaks:
    """A structure and its side peaks."""

    analysed: Analysed
    peaks: SidePeaks

    def row(self) -> dict[str, Any]:
        """Return its fields in ``polyqw stm --json``."""
        return self.analysed.row() | as_row(self.peaks)


def side_peaks(read: Analysed, options: AnalysisOptions) -> StructurePeaks:
    """Return the depths and the peak ratio of a structure."""
    searched = search(read, partial(plane_depths, options=options))
    found = searched.found
    if found is None or found.reason is not None:
        return StructurePeaks(searched.analysed, SidePeaks())
    h_alpha, h_beta = found.depths
    peaks = SidePeaks(
        h_alpha,
        h_beta,
        peak_ratio(h_alpha, h_beta),
        SIDE_PEAK,
        found.cleavage_elements,
        found.gap,
        found.second_gap,
        found.edge,
        (h_beta - h_alpha) / found.edge,
    )
    return StructurePeaks(read, peaks)


def printed_peaks() -> list[PrintedPeaks]:
    """Return the side peaks by the printed depths."""
    rows = []
    for name, (h_alpha, h_beta) in PRINTED_DEPTHS.items():
        c, measured = 2 * (h_beta - h_alpha), MEASURED_SIDE_PEAKS[name]
        k = peak_ratio(h_alpha, h_beta)
        error, c_over_a = SIDE_PEAK / measured - 1, PRINTED_C_OVER_A[name]
        printed = PrintedPeaks(
            name, h_alpha, h_beta, k, PRINTED_RATIOS[name], SIDE_PEAK, measured, error, c, c_over_a, c / c_over_a
        )
        rows.append(printed)
    return rows


def stm_notes() -> list[str]:
    """Return what does not agree in papers/001, Fig. 3, one sentence each."""
    alpha, beta = PLAQUETTE_WELLS
    return [
        *(
            f"{r.compound}: k = {r.h_alpha_angstrom}/{r.h_beta_angstrom} = {r.peak_ratio:.4f} (printed "
            f"{r.printed_peak_ratio}); side peaks at {r.side_peak_a0} a0 against {r.measured_side_peak_a0} a0 "
            f"measured, {r.side_peak_error:+.0%}."
            for r in printed_peaks()
        ),
        "papers/001 lays the errors of the side peaks on CCOC alone and calls Bi2201 in good agreement; the numbers "
        "of its own Fig. 3 put both outside of 10 %.",
        *(
            f"{r.compound}: the printed depths lie c/2 = {r.implied_c_angstrom / 2:.3f} Å apart; with the printed "
            f"c0/a0 = {r.printed_c_over_a} that makes a0 = {r.implied_a0_angstrom:.2f} Å."
            for r in printed_peaks()
        ),
        f"the {alpha} α- and {beta} β-wells of the 4a0 x 4b0 cluster of Fig. 3a make {alpha + beta} electrons in "
        f"{2 * PLAQUETTE_SITES} Cu, x = {(alpha + beta) / (2 * PLAQUETTE_SITES):.3f} per Cu, in samples that "
        f"the text calls extremely underdoped; Eq. 2 has one α and one β in such a cluster.",
    ]


def draw_stm(structures: Sequence[StructurePeaks], width: float) -> Figure:
    """Return the normalised density of states of each structure and of the printed depths, as Fig. 3b."""
    figure = new_figure(7.4, 4.4)
    axes = figure.subplots()
    x = np.linspace(-3, 3, 601)
    for one in structures:
        k, record = one.peaks.peak_ratio, one.analysed.record
        if k is not None and record is not None:
            label = f"{record.cell.formula_written} ({record.block}), k = {k:.3f}"
            axes.plot(x, dos_profile(x, k, width=width), label=label)
    printed = printed_peaks()
    for row, style in zip(printed, ("--", ":"), strict=True):
        label = f"{row.compound}, printed depths, k = {row.peak_ratio:.3f}"
        axes.plot(x, dos_profile(x, row.peak_ratio, width=width), f"k{style}", lw=1.2, label=label)
    for row, colour in zip(printed, (GREEN, BLUE), strict=True):
        for sign in (-1, 1):
            axes.axvline(sign * row.measured_side_peak_a0, ymax=0.55, color=colour, lw=0.8)
        axes.plot([], [], color=colour, lw=0.8, label=f"measured side peaks, {row.compound}")
    axes.set(xlabel="distance along a (a0)", ylabel="density of states / central peak", xlim=(-3, 3), ylim=(0, 1.9))
    axes.set_title(f"as papers/001 Fig. 3b; Gaussian peaks of width {width:g} a0 (our choice)", fontsize=10)
    axes.legend(frameon=False, fontsize=8, loc="upper center", ncols=2)
    return figure


def section(data: Lookup) -> Section:
    """Return the report's section."""
    found, left_out = data.with_own(IN_REPORT, _has_two_planes)
    structures = [side_peaks(a, AnalysisOptions()) for a in found]
    caption = "Density of states with side peaks of k = h_alpha/h_beta."
    picture = Picture("stm", draw_stm(structures, 0.4), caption)
    notes = [*stm_notes(), *([left_out] if left_out else [])]
    return system_section("stm", "STM side peaks", "polyqw stm FILE", notes, [picture])


def _has_two_planes(structure: Structure) -> bool:
    return structure.family == Family.CUPRATE and {Phase.ALPHA, Phase.BETA} <= {w.phase for w in structure.wells}
