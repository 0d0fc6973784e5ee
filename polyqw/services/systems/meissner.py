"""A magnet and a superconductor held by a dipole and its image: papers/002, V.B, Figs. 14-15 and Eq. 10."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from polyqw.errors import UsageError
from polyqw.services.drawing.section import Picture, Section, system_section
from polyqw.services.drawing.style import BLUE, RED, new_figure
from polyqw.theory.meissner import STANDARD_GRAVITY, Levitation

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from polyqw.services.structures.lookup import Lookup

MOMENT, MAGNET_KG, SAMPLE_KG, LONDON_NM = 1.0, 0.01, 0.02, 150.0
"""A magnet [A m²], its mass and that of the superconductor, and a depth: assumptions, the paper has no number."""

COLUMNS = (
    "balance", "mass_kilogram", "weight_newton", "height_mm", "stiffness_london_newton_per_m",
    "stiffness_adjusting_newton_per_m", "depth_1_mm_higher_mm", "depth_1_mm_lower_mm",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Balance:
    """One of the two balances of Eq. 10: with London's depth, and with one that adjusts itself to keep the force."""

    balance: str
    mass_kilogram: float
    weight_newton: float
    height_mm: float
    stiffness_london_newton_per_m: float
    stiffness_adjusting_newton_per_m: float
    depth_1_mm_higher_mm: float
    depth_1_mm_lower_mm: float


@dataclass(frozen=True, slots=True)
class Suspension:
    """Both balances of Eq. 10, and what they say."""

    moment_ampere_m2: float
    london_depth_nm: float
    balances: tuple[Balance, ...]
    notes: tuple[str, ...]


def suspend(moment: float, magnet_mass: float, sample_mass: float, london_nm: float) -> Suspension:
    """Return both balances of Eq. 10: moment in A m², masses in kg, the depth in nm.

    Raises
    ------
    UsageError
        If one of them is not positive.
    """
    values = (moment, magnet_mass, sample_mass, london_nm)
    if not all(0 < v < np.inf for v in values):
        raise UsageError(f"moment, masses and depth are positive, not {', '.join(f'{v:g}' for v in values)}")
    repelled = _balance("F = mg, repelled", Levitation(moment, is_attracted=False), magnet_mass, london_nm)
    attracted = _balance("F = Mg, attracted", Levitation(moment, is_attracted=True), sample_mass, london_nm)
    return Suspension(moment, london_nm, (repelled, attracted), tuple(_notes(repelled, attracted, london_nm)))


def _balance(name: str, model: Levitation, mass: float, london_nm: float) -> Balance:
    weight, depth = mass * STANDARD_GRAVITY, london_nm * 1e-9
    height = model.height(weight, depth)
    if height <= 0:
        raise UsageError(f"{name}: no height holds {mass:g} kg; take a stronger magnet than {model.moment:g} A m²")
    higher, lower = (1e3 * model.depth(weight, height + step) for step in (1e-3, -1e-3))
    stiff, soft = model.stiffness(height, depth), model.stiffness(height, depth, -1.0)
    return Balance(name, mass, weight, 1e3 * height, stiff, soft, higher, lower)


def _notes(repelled: Balance, attracted: Balance, london_nm: float) -> list[str]:
    return [
        f"with a depth that stays, as London's, the magnet floats at {repelled.height_mm:.1f} mm and is pushed back "
        f"({repelled.stiffness_london_newton_per_m:+.1f} N/m); a superconductor that hangs at "
        f"{attracted.height_mm:.1f} mm falls or jumps ({attracted.stiffness_london_newton_per_m:+.1f} N/m).",
        "a depth that adjusts itself to keep F = mg or F = Mg at every height leaves no restoring force at all: "
        f"{abs(repelled.stiffness_adjusting_newton_per_m):g} and {abs(attracted.stiffness_adjusting_newton_per_m):g} "
        "N/m. Stable hanging needs a depth that shrinks faster than the height grows.",
        f"1 mm higher that depth would have to be {attracted.depth_1_mm_higher_mm:.3f} mm, below zero, and 1 mm "
        f"lower {attracted.depth_1_mm_lower_mm:.3f} mm, {attracted.depth_1_mm_lower_mm * 1e6 / london_nm:.0f} times "
        f"the {london_nm:g} nm assumed for London's.",
        "what can be tested: the penetration depth under a load, the stiffness of a floating magnet, the height over "
        "weight (z + λ ~ weight^(-1/4)). What cannot: the paper's adjustment has no equation; flux pinned in the "
        "sample, which holds hanging superconductors in the usual account, is in neither model.",
    ]


def draw_suspension(found: Suspension) -> Figure:
    """Return force over height with both weights, height over weight, and the depth that keeps the force."""
    figure = new_figure(12.5, 4)
    left, middle, right = figure.subplots(1, 3)
    london, model = found.london_depth_nm * 1e-9, Levitation(found.moment_ampere_m2, is_attracted=False)
    reach = max(b.height_mm for b in found.balances)
    z = np.linspace(0.5 * reach, 1.6 * reach, 200)
    for depth, label in (
        (london, f"λ = {found.london_depth_nm:g} nm (London)"),
        (1e-3, "λ = 1 mm"),
        (3e-3, "λ = 3 mm"),
    ):
        left.plot(z, [model.force(h / 1e3, depth) for h in z], lw=1.2, label=label)
    weights = np.geomspace(0.1, 10, 100) * found.balances[0].weight_newton
    middle.plot(
        weights, [1e3 * model.height(w, london) for w in weights], "k-", lw=1.2, label="London, F ~ (z + λ)⁻⁴"
    )
    for one, colour, mark in zip(found.balances, (BLUE, RED), "os", strict=True):
        left.axhline(one.weight_newton, color=colour, lw=0.8, ls="--")
        left.plot(one.height_mm, one.weight_newton, mark, color=colour, mfc="none", label=one.balance)
        middle.plot(one.weight_newton, one.height_mm, mark, color=colour, mfc="none", label=one.balance)
        near = one.height_mm + np.linspace(-2, 2, 50)
        right.plot(
            near, [1e3 * model.depth(one.weight_newton, h / 1e3) for h in near], color=colour, label=one.balance
        )
    right.axhline(1e3 * london, color="k", lw=1, label="London")
    right.axhspan(-2, 0, color="0.9", label="below zero")
    left.set(xlabel="height z (mm)", ylabel="force (N)", title="force of the image", yscale="log")
    middle.set(xlabel="weight (N)", ylabel="height z (mm)", title="height over weight", xscale="log")
    right.set(xlabel="height z (mm)", ylabel="depth λ (mm)", title="depth that keeps the force",
              ylim=(-2, 2))  # fmt: skip
    for panel in (left, middle, right):
        panel.legend(frameon=False, fontsize=8)
    return figure


def section(_: Lookup) -> Section:
    """Return the report's section."""
    found = suspend(MOMENT, MAGNET_KG, SAMPLE_KG, LONDON_NM)
    caption = (
        f"A dipole of {MOMENT:g} A m² and its image; a magnet of {1e3 * MAGNET_KG:g} g and a superconductor of "
        f"{1e3 * SAMPLE_KG:g} g. The papers give no number."
    )
    return system_section(
        "meissner",
        "Levitation and suspension (Eq. 10)",
        "polyqw meissner -o meissner.png",
        found.notes,
        [Picture("meissner", draw_suspension(found), caption)],
    )
