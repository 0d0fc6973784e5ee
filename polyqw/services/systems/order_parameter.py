"""The order parameter of papers/002 Eq. 9 in four states, and the units of its Eqs. 4 to 6."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from polyqw.constants import ELEMENTARY_CHARGE_C, LIGHT_SPEED_M_PER_S
from polyqw.errors import UsageError
from polyqw.services.drawing.section import Picture, Section, system_section
from polyqw.services.drawing.style import BLUE, RED, new_figure
from polyqw.theory.monopole import eq6_dimensions, field_of_pair_tesla, magnetic_charges
from polyqw.theory.order_parameter import (
    Condensed,
    Displacements,
    OrderParameter,
    cell_dipole,
    measure,
    order_parameter,
    share_above,
    simulate,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure

    from polyqw.core.arrays import ComplexArray
    from polyqw.services.structures.lookup import Lookup

DEBYE_PER_E_ANGSTROM = ELEMENTARY_CHARGE_C * LIGHT_SPEED_M_PER_S * 1e11
"""1 e Å in debye; a debye is 1e-21 C m²/s over c."""

MAX_DRAWN = 5_000_000
"""Most displacements that one state is simulated with."""

SIZES = (10, 100, 1000)
"""Numbers of electrons that show how the spread falls, besides the one asked for."""

ELECTRONS, SAMPLES, SEED = 2_000, 200, 0
"""Of the simulation in the report."""


@dataclass(frozen=True, slots=True)
class Spread:
    """The spread of the metallic state's order parameter over samples of so many electrons."""

    n_electrons: int
    sd_e_angstrom: float
    sd_expected_e_angstrom: float


@dataclass(frozen=True, slots=True)
class SimulatedState:
    """The order parameter of a state, as `polyqw.theory.order_parameter.OrderParameter` describes it."""

    state: Condensed
    mean_x_e_angstrom: float
    mean_y_e_angstrom: float
    mean_modulus_e_angstrom: float
    mean_modulus_debye: float
    sd_e_angstrom: float
    sd_expected_e_angstrom: float
    rms_displacement_angstrom: float
    coherence: float | None


@dataclass(frozen=True, slots=True)
class ChargeReading:
    """The magnetic charge for n = 1 by one reading of Eqs. 4 and 5, its dimensions in words."""

    reading: str
    g: float
    unit: str
    dimension: str
    g_over_e: float
    g_over_e_dimension: str
    is_magnetic_charge: bool


@dataclass(frozen=True, slots=True)
class Simulation:
    """The order parameter of the four states, how its spread falls with N, and Eqs. 4 to 6."""

    seed: int
    n_electrons: int
    n_samples: int
    field_displacement_angstrom: float
    thermal_displacement_angstrom: float
    attenuation: float
    states: tuple[SimulatedState, ...]
    metallic_share_above_superconducting: float
    scaling: tuple[Spread, ...]
    magnetic_charge: tuple[ChargeReading, ...]
    notes: tuple[str, ...]


def make_displacements(field: float, thermal: float, attenuation: float) -> Displacements:
    """Return what a simulation takes for granted: lengths in Å, the attenuation as a share."""
    return Displacements(field, thermal, attenuation)


def simulate_order(displacements: Displacements, n_electrons: int, n_samples: int, seed: int) -> Simulation:
    """Return the order parameter of the four states; the same seed gives the same numbers."""
    if n_electrons * n_samples > MAX_DRAWN:
        raise UsageError(f"electrons times samples is at most {MAX_DRAWN:,}, not {n_electrons * n_samples:,}")
    samples = simulate_states(displacements, n_electrons, n_samples, seed)
    states = [measure(state, r, displacements) for state, r in samples.items()]
    above = share_above(samples[Condensed.METALLIC], displacements.field)
    return Simulation(
        seed,
        n_electrons,
        n_samples,
        displacements.field,
        displacements.thermal,
        displacements.attenuation,
        tuple(map(_state, states)),
        above,
        spreads(displacements, n_electrons, n_samples, seed),
        tuple(
            ChargeReading(
                g.reading, g.value, g.unit, str(g.dimension), g.over_e, str(g.ratio_dimension), g.is_magnetic_charge
            )
            for g in magnetic_charges()
        ),
        (*state_notes(states, displacements, above), *equation_notes()),
    )


def simulate_states(
    displacements: Displacements, n_electrons: int, n_samples: int, seed: int
) -> dict[Condensed, ComplexArray]:
    """Return the displacements of every state; each state has a random stream of its own."""
    return {
        state: simulate(state, displacements, n_electrons, n_samples, np.random.default_rng([seed, k]))
        for k, state in enumerate(Condensed)
    }


def spreads(displacements: Displacements, n_electrons: int, n_samples: int, seed: int) -> tuple[Spread, ...]:
    """Return the spread of the metallic state's order parameter for several numbers of electrons."""
    found = []
    for n in sorted({*(s for s in SIZES if s < n_electrons), n_electrons}):
        rng = np.random.default_rng([seed, len(Condensed), n])
        r = simulate(Condensed.METALLIC, displacements, n, n_samples, rng)
        measured = measure(Condensed.METALLIC, r, displacements)
        found.append(Spread(n, measured.sd, measured.sd_expected))
    return tuple(found)


def _state(found: OrderParameter) -> SimulatedState:
    return SimulatedState(
        found.state,
        found.mean.real,
        found.mean.imag,
        found.mean_modulus,
        found.mean_modulus * DEBYE_PER_E_ANGSTROM,
        found.sd,
        found.sd_expected,
        found.rms_displacement,
        found.coherence,
    )


def state_notes(states: Sequence[OrderParameter], displacements: Displacements, above: float) -> list[str]:
    """Return what the simulation says of Eq. 9 as an order parameter."""
    by = {s.state: s for s in states}
    metal, superconductor = by[Condensed.METALLIC], by[Condensed.SUPERCONDUCTING]
    insulator, normal = by[Condensed.INSULATING], by[Condensed.NORMAL]
    sentences = [
        f"the mean of Eq. 9 is {abs(insulator.mean):.4f} and {abs(normal.mean):.4f} e Å in the insulating and normal "
        f"states, {metal.mean.real:.4f} and {superconductor.mean.real:.4f} e Å in the metallic and superconducting "
        f"ones: it tells two pairs apart, not four states (papers/002, V).",
    ]
    if displacements.attenuation == 0:
        sentences.append(
            f"papers/002 calls eΔ of the superconducting state the largest value; {above:.0%} of the metallic "
            f"samples lie above it. The paper's attenuation along x would lower the metallic mean; it has no number."
        )
    else:
        sentences.append(
            f"with {displacements.attenuation:.0%} of Δ lost along the sample the metallic mean is "
            f"{metal.mean.real:.4f} e Å; a superconductor of that smaller Δ has the same."
        )
    r = complex(displacements.field)
    quarter, whole = cell_dipole(r, 0.25).real, cell_dipole(r, 1.0).real
    sentences += [
        "what differs between the states is the spread of the displacements, which Eq. 9 averages away: its standard "
        "deviation over samples falls as eσ/√N.",
        f"Fig. 12's four dipoles add up to {quarter:g} e Å when each holds e/4 and {whole:g} e Å when each holds e, "
        f"the text giving {-displacements.field:g} e Å as P_A; Eq. 9, said to be made from P_A, has the other sign.",
    ]
    return sentences


def equation_notes() -> list[str]:
    """Return what the units of Eqs. 4 to 6 say of them."""
    gaussian, _, eq4, eq5, weber, _ = magnetic_charges()
    sides = {system: (str(left), str(right)) for system, (left, right) in eq6_dimensions().items()}
    pair = field_of_pair_tesla(1.0, 10.0)
    return [
        f"Eq. 5 is what Eq. 4 gives when the SI form of α is put into it: {eq5.value:.6g} and {eq4.value:.6g} "
        f"{eq5.unit} with the letters read in SI. That unit is no magnetic charge (Wb or A m), and g/e is no number "
        f"but has the dimension {eq5.ratio_dimension}: Eq. 4 is Gaussian, Eq. 5 mixes both systems.",
        f"in Gaussian units both give g = n e/(2α) = {gaussian.over_e:.4f} n e; in SI Dirac's charge is "
        f"{weber.value:.6g} Wb. Π_n is fixed by n and α, not adjustable as papers/002 has it.",
        f"Eq. 6: both sides have the dimension {sides['SI'][0]} in SI; in Gaussian units B has "
        f"{sides['Gaussian'][0]} and E/c {sides['Gaussian'][1]}. Eqs. 4 and 6 are in different systems.",
        f"Eq. 6 gives a resting pair, 1 Å apart, a field of {pair:.3f} T at 1 nm on its axis, where Maxwell's "
        "equations give 0 T.",
        "with B = E/c, the third of Eq. 8 reads curl E = -(1/c) ∂E/∂t and the fourth curl E = +(1/c) ∂E/∂t: both "
        "hold only where ∂E/∂t = 0, which leaves no electromagnetic wave.",
    ]


def draw_order_parameter(displacements: Displacements, n_electrons: int, n_samples: int, seed: int) -> Figure:
    """Return the displacements in the four states, their mean, and the spread of Eq. 9 against N."""
    samples = simulate_states(displacements, n_electrons, n_samples, seed)
    reach = 1.15 * (displacements.field + 3.5 * displacements.thermal) or 1.0
    figure = new_figure(12, 7)
    grid = figure.add_gridspec(2, 4, height_ratios=[1, 1])
    for k, (state, r) in enumerate(samples.items()):
        panel = figure.add_subplot(grid[0, k])
        shown = r[0, :: max(1, n_electrons // 500)]
        panel.plot(shown.real, shown.imag, ".", color=BLUE, ms=3, alpha=0.5, rasterized=True)
        p = complex(order_parameter(r).mean())
        panel.plot(0, 0, "k+", ms=10)
        panel.plot(p.real, p.imag, "x", color=RED, ms=10, mew=2)
        panel.set(title=f"{state}\nmean P = {p.real:z.3f} e Å", aspect="equal", xlim=(-reach, reach),
                  ylim=(-reach, reach), xlabel="along the field (Å)")  # fmt: skip
        if k == 0:
            panel.set_ylabel("across (Å)")
    left = figure.add_subplot(grid[1, :2])
    for k, r in enumerate(samples.values()):
        along = order_parameter(r).real
        left.plot(
            np.linspace(k - 0.3, k + 0.3, len(along)), along - along.mean(), ".", color=BLUE, ms=3,
            rasterized=True,
        )  # fmt: skip
        left.errorbar(k, 0, yerr=along.std(), fmt="x", color=RED, capsize=8, ms=8)
        left.annotate(f"mean {along.mean():z.3f}", (k, 0.97), xycoords=("data", "axes fraction"), ha="center",
                      va="top", fontsize=8)  # fmt: skip
    left.margins(y=0.15)
    left.set_xticks(range(len(Condensed)), [str(state) for state in Condensed])
    left.set(ylabel="P of a sample minus the mean (e Å)", title=f"{n_samples} samples of {n_electrons} electrons")
    right = figure.add_subplot(grid[1, 2:])
    found = spreads(displacements, n_electrons, n_samples, seed)
    sizes = [spread.n_electrons for spread in found]
    right.plot(sizes, [spread.sd_e_angstrom for spread in found], "o", color=BLUE, label="metallic, simulated")
    right.plot(sizes, [spread.sd_expected_e_angstrom for spread in found], "k-", lw=1, label="eσ/√N")
    if displacements.thermal > 0:
        right.set(xscale="log", yscale="log")
    right.set(xlabel="electrons N", ylabel="standard deviation of P (e Å)", title="the spread vanishes with N")
    right.legend(frameon=False, fontsize=8)
    figure.suptitle("P = (e/N) Σ r exp(iθ), papers/002 Eq. 9: + equilibrium, × mean P", fontsize=10)
    return figure


def section(_: Lookup) -> Section:
    """Return the report's section."""
    chosen = (Displacements(), ELECTRONS, SAMPLES, SEED)
    caption = f"Eq. 9 in the four states, {SAMPLES} samples of {ELECTRONS} electrons, seed {SEED}."
    return system_section(
        "order-parameter",
        "Order parameter, and the units of Eqs. 4-6",
        "polyqw order-parameter",
        simulate_order(*chosen).notes,
        [Picture("order_parameter", draw_order_parameter(*chosen), caption)],
    )
