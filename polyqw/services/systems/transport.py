"""Potentials, resistance and capacities over temperature by the picture of papers/002, Fig. 13 and 003, Fig. 2."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from polyqw.errors import UsageError
from polyqw.services.drawing.section import Picture, Section, system_section
from polyqw.services.drawing.style import BLUE, GREEN, RED, new_figure
from polyqw.theory.transport import Transport, transport_at

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure

    from polyqw.services.structures.lookup import Lookup

N_TEMPERATURES, ELECTRONS, SAMPLES, SEED = 41, 2_000, 100, 0
UP_TO = 3.0
"""The highest temperature [Tc]."""

TC_KELVIN, FIELD, THERMAL = 93.0, 1.0, 0.3
"""Defaults: Tc of YBa2Cu3O7-d (Table I of papers/002) and displacements [Å], for which the papers have no number."""

COLUMNS = (
    "temperature_kelvin", "is_superconducting", "phi1", "phi2", "voltage", "current", "resistance", "c_x", "c_yz",
    "e_out_over_e_in",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class TransportCurve:
    """The picture over temperature, and what it says."""

    tc_kelvin: float
    field_displacement_angstrom: float
    thermal_displacement_angstrom: float
    seed: int
    points: tuple[Transport, ...]
    notes: tuple[str, ...]


def transport_curve(tc: float, field: float, thermal: float, seed: int) -> TransportCurve:
    """Return the picture from 0 to 3 Tc; lengths in Å, the thermal one at Tc.

    Raises
    ------
    UsageError
        If Tc or the field's displacement is not positive, or the thermal one is negative.
    """
    if not (0 < tc < np.inf and 0 < field < np.inf and 0 <= thermal < np.inf):
        raise UsageError(f"Tc and Δ are positive and σ at least 0, not {tc:g} K, {field:g} Å and {thermal:g} Å")
    temperatures = np.linspace(0.0, UP_TO * tc, N_TEMPERATURES)
    points = tuple(_at(float(t), tc, field, thermal, seed) for t in temperatures)
    return TransportCurve(tc, field, thermal, seed, points, tuple(_notes(tc, field, thermal, seed)))


def _at(t: float, tc: float, field: float, thermal: float, seed: int) -> Transport:
    return transport_at(t, tc, field, thermal, ELECTRONS, SAMPLES, seed)


def _notes(tc: float, field: float, thermal: float, seed: int) -> list[str]:
    above, twice, strong = (_at(t, tc, f, thermal, seed) for t, f in ((1.001 * tc, field), (2 * tc, field),
                                                                     (1.001 * tc, 2 * field)))  # fmt: skip
    sentences = [
        f"R is 0 below Tc because the heat is put to 0 there, and jumps to {above.resistance:.4f} at Tc: the papers "
        "derive neither that end of the random displacements nor a Tc.",
        "assumed here, as the papers have no number: σ ~ √T above Tc, and the share σ²/(Δ² + 2σ²) of the field lost "
        "from end to end.",
    ]
    if above.resistance > 0:
        sentences.append(
            f"what can be tested: R at 2 Tc is {twice.resistance / above.resistance:.2f} times that at Tc, and a "
            f"field that displaces twice as far leaves {strong.resistance / above.resistance:.2f} of it: the picture "
            "is not Ohm's law, in which R does not depend on the field."
        )
    sentences.append(
        "what cannot be tested: potentials and capacities in units of Δ, without a charge, a length of the sample or "
        "a carrier density; C_x is largest below Tc, as the papers say, since only heat lowers it."
    )
    return sentences


def draw_transport(curve: TransportCurve) -> Figure:
    """Return potentials and voltage, resistance, capacities and the ratio of fields over temperature."""
    figure = new_figure(11, 3.6)
    left, middle, right = figure.subplots(1, 3)
    t = np.array([p.temperature_kelvin for p in curve.points])
    for panel, lines, title in (
        (left, (("phi1", "φ1", RED), ("phi2", "φ2", BLUE), ("voltage", "V = φ1 - φ2", "k")), "potentials (of Δ)"),
        (middle, (("resistance", "R = V/I", "k"), ("e_out_over_e_in", "E_out/E_in", GREEN)), "resistance, field"),
        (right, (("c_x", "C_x, along", RED), ("c_yz", "C_yz, across", BLUE)), "capacities (of Δ)"),
    ):
        for key, label, colour in lines:
            panel.plot(t, [getattr(p, key) for p in curve.points], ".-", ms=3, lw=1, color=colour, label=label)
        panel.axvline(curve.tc_kelvin, color="0.6", lw=0.8, ls="--")
        panel.set(xlabel="T (K)", title=title, ylim=(-0.05, 1.25))
        panel.legend(frameon=False, fontsize=8, ncols=3, loc="upper center")
    return figure


def section(_: Lookup) -> Section:
    """Return the report's section."""
    curve = transport_curve(TC_KELVIN, FIELD, THERMAL, SEED)
    notes: Sequence[str] = curve.notes
    caption = f"papers/002, Fig. 13 and papers/003, Fig. 2 as a model: Δ {FIELD:g} Å, σ(Tc) {THERMAL:g} Å."
    return system_section(
        "transport",
        "Transport by displacements",
        "polyqw transport -o transport.png",
        notes,
        [Picture("transport", draw_transport(curve), caption)],
    )
