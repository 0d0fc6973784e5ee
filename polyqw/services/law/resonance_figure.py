"""The figure of resonance modes: energies, modulation, intensities (papers/001, Fig. 5h-i; 002, 8e; 004, 6e)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from polyqw.services.drawing.style import MARKERS, OF_PHASE, new_figure
from polyqw.theory.resonance import modulation, resonance_constant

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LETTERS = {"alpha": "α", "beta": "β", "gamma": "γ"}

ZONES = 6.0
"""L is drawn up to here [2π/c]."""


def draw_resonance(result: Mapping[str, Any]) -> Figure:
    """Return the figure of `polyqw.services.law.resonance.resonance_rows`: one column for each origin of the heights.

    Above the energies with the modulation of each mode along L, by its own η; below the measured energies beside
    those computed.
    """
    origins = list(dict.fromkeys(m["heights_from"] for m in result["modes"]))
    figure = new_figure(3.6 * len(origins), 7.0)
    grid = figure.subplots(2, len(origins), squeeze=False, sharey="row")
    for above, below, origin in zip(*grid, origins, strict=True):
        modes = [m for m in result["modes"] if m["heights_from"] == origin]
        _draw_modulation(above, modes)
        _draw_energies(below, modes, result["anchor"]["phase"])
        above.set_title(origin, fontsize=10)
    grid[0, 0].set_ylabel("intensity ~ 1/η², of the weakest")
    grid[1, 0].set_ylabel("E_R (meV)")
    grid[1, 0].legend(frameon=False, fontsize=8, loc="upper right")
    law = "E_R = Θ/h²; odd sin²(πzL), even cos²(πzL); zc the spacing of planes across the smaller spacer"
    figure.suptitle(f"{result['compound']}: {law}", fontsize=10)
    return figure


def _draw_modulation(panel: Axes, modes: list[dict[str, Any]]) -> None:
    along = np.linspace(0.0, ZONES, 241)
    for m in modes:
        z = m["spacing_over_c"]
        curve = m["relative_intensity"] * modulation(m["parity"], along, z)
        label = f"{LETTERS[m['phase']]} {m['parity']}, η {m['pair_distance_angstrom']:.2f} Å"
        panel.plot(along, curve, color=OF_PHASE[m["phase"]], label=label)
    panel.set(xlabel="L (2π/c)", xlim=(0, ZONES))
    panel.margins(y=0.3)
    panel.set_ylim(bottom=0)
    panel.legend(frameon=False, fontsize=8, loc="upper right")


def _draw_energies(panel: Axes, modes: list[dict[str, Any]], anchor: str) -> None:
    for m in modes:
        colour, mark = OF_PHASE[m["phase"]], MARKERS[m["phase"]]
        panel.plot(m["height_angstrom"], m["energy_mev"], mark, color=colour, ms=8)
        if m["measured_mev"] is not None:
            panel.plot(m["height_angstrom"], m["measured_mev"], mark, color=colour, ms=8, mfc="none")
        told = f" {LETTERS[m['phase']]} {m['energy_mev']:.2f}" + (" (anchor)" if m["phase"] == anchor else "")
        panel.annotate(told, (m["height_angstrom"], m["energy_mev"]), xytext=(6, 4), textcoords="offset points",
                       fontsize=8)  # fmt: skip
    theta = resonance_constant(modes[0]["energy_mev"], modes[0]["height_angstrom"])
    heights = np.linspace(2.3, 4.0, 100)
    panel.plot(heights, theta / heights**2, "k-", lw=0.8, label="Θ/h²")
    panel.plot([], [], "o", color="0.4", label="computed")
    panel.plot([], [], "o", color="0.4", mfc="none", label="measured (xie2018)")
    panel.set(xlabel="h (Å)", xlim=(heights[0], heights[-1]))
