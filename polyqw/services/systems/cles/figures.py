"""The figures of papers/000, drawn from the solver, and the data behind them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from polyqw.cles import PairEnergy, Parameters, make_max_tc_map, solve_binding, solve_resistivity
from polyqw.cles.phases import PhaseLabel, derivation_holds, label_phases
from polyqw.errors import UsageError
from polyqw.services.drawing.style import BLUE, GREEN, RED, YELLOW, new_figure
from polyqw.services.systems.cles.solve import point_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from polyqw.cles.parameters import FloatArray, IntArray


@dataclass(frozen=True, slots=True)
class Axis:
    """An axis of a map: a name, what it is called in the figure, and its range."""

    name: str
    label: str
    low: float
    high: float


MAPS: dict[str, tuple[Axis, Axis, str, str]] = {
    "2a": (Axis("u_ev", "U (eV)", 0.0, 2.0), Axis("omega_c_ev", "ωc (eV)", 0.2, 2.0), "binding_ev", "E_b (eV)"),
    "2b": (Axis("u_ev", "U (eV)", 0.0, 2.0), Axis("mu_ev", "μ (eV)", 0.0, 0.5), "binding_ev", "E_b (eV)"),
    "2c": (Axis("u_ev", "U (eV)", 0.0, 2.0), Axis("epsilon_l_ev", "εL (eV)", -1.0, 0.0), "binding_ev", "E_b (eV)"),
    "2d": (Axis("d0_lambda", "D0·λ", 0.005, 0.3), Axis("d0_j", "D0·J", 0.005, 0.3), "binding_ev", "E_b (eV)"),
    "3c": (Axis("d0_lambda", "D0·λ", 0.0, 0.12), Axis("d0_j", "D0·J", 0.0, 0.12), "tc_max_kelvin", "highest Tc (K)"),
    "3d": (Axis("p", "doping p", 0.02, 0.3), Axis("temperature_kelvin", "T (K)", 1.0, 300.0), "theta", "σ0/σ"),
}
"""Maps of papers/000 by the number of their figure: axes, quantity and its label. Ranges are ours where the paper
prints none; Figs. 2a, 2c and 2d are at μ = 0."""


@dataclass(frozen=True, slots=True, eq=False)
class MapData:
    """A map: its axes, (n,) and (m,), and its values (m, n); NaN where there is no answer.

    Maps of binding energies have the region of Eq. 3 at each point, (m, n), and the E0 of region 1.
    """

    figure: str
    x: FloatArray
    y: FloatArray
    values: FloatArray
    x_axis: Axis
    y_axis: Axis
    quantity: str
    label: str
    region: IntArray | None = None
    e0: PairEnergy = PairEnergy.PRINTED

    def rows(self) -> list[dict[str, float]]:
        """Return one row per point."""
        return [
            {self.x_axis.name: float(x), self.y_axis.name: float(y), self.quantity: float(self.values[j, i])}
            | ({} if self.region is None else {"region": int(self.region[j, i])})
            for j, y in enumerate(self.y)
            for i, x in enumerate(self.x)
        ]

    def share_of_region_2(self) -> float:
        """Return the share of its points that lie in region 2."""
        assert self.region is not None
        return float((self.region == 2).mean())


def compute_map(figure: str, parameters: Parameters, n: int, e0: str = PairEnergy.PRINTED) -> MapData:
    """Compute a map of papers/000 on n x n points.

    Raises
    ------
    UsageError
        If there is no such figure, or n is below 2.
    """
    if figure not in MAPS:
        raise UsageError(f"there is no map {figure!r}; choose among {', '.join(MAPS)}")
    if n < 2:
        raise UsageError(f"a map needs at least two points to a side, not {n}")
    x_axis, y_axis, quantity, label = MAPS[figure]
    x, y = np.linspace(x_axis.low, x_axis.high, n), np.linspace(y_axis.low, y_axis.high, n)
    columns, rows = np.meshgrid(x, y)
    region, energy = None, PairEnergy(e0)
    if figure == "3c":
        values = make_max_tc_map(x, y, parameters).tc_kelvin.T
    elif figure == "3d":
        values = solve_resistivity(rows, parameters.chemical_potential(columns), parameters, energy).theta
    else:
        mu = rows if figure == "2b" else np.zeros(1)
        found = solve_binding(mu, _varied(figure, parameters, columns, rows), energy)
        values, region = found.binding_ev, np.broadcast_to(found.region, columns.shape)
    return MapData(figure, x, y, np.asarray(values), x_axis, y_axis, quantity, label, region, energy)


def _varied(figure: str, parameters: Parameters, columns: FloatArray, rows: FloatArray) -> Parameters:
    if figure == "2a":
        return parameters.replace(u=columns, omega_c=rows)
    if figure == "2b":
        return parameters.replace(u=columns)
    if figure == "2c":
        return parameters.replace(u=columns, epsilon_l=rows)
    return parameters.replace(g=columns, j=rows)


def draw_map(data: MapData) -> Figure:
    """Return a map as a figure; a line marks where a binding energy changes its sign."""
    figure = new_figure(6.2, 4.8)
    _draw_map_in(figure, figure.subplots(), data)
    return figure


def draw_binding_maps(maps: Sequence[MapData]) -> Figure:
    """Return several maps of binding energies, two to a row."""
    n_rows = (len(maps) + 1) // 2
    figure = new_figure(9.6, 3.6 * n_rows)
    for axes, data in zip(figure.subplots(n_rows, 2).flat, maps, strict=False):
        _draw_map_in(figure, axes, data)
    return figure


def _draw_map_in(figure: Figure, axes: Axes, data: MapData) -> None:
    signed = data.quantity == "binding_ev"
    bound = float(np.nanmax(np.abs(data.values))) if np.isfinite(data.values).any() else 1.0
    shades: dict[str, Any] = {"cmap": "RdBu_r", "vmin": -bound, "vmax": bound} if signed else {"cmap": "viridis"}
    half_x, half_y = 0.5 * (data.x[1] - data.x[0]), 0.5 * (data.y[1] - data.y[0])
    edges = (data.x[0] - half_x, data.x[-1] + half_x, data.y[0] - half_y, data.y[-1] + half_y)
    image = axes.imshow(data.values, origin="lower", extent=edges, aspect="auto", interpolation="none", **shades)
    figure.colorbar(image, ax=axes, label=data.label)
    if signed:
        _mark_signs(axes, data)
    if not np.isfinite(data.values).all():
        axes.set_facecolor("0.85")
    _mark_regions(axes, data)
    title = f"as papers/000 Fig. {data.figure}" + (f", {data.e0} E0" if signed else "")
    axes.set(xlabel=data.x_axis.label, ylabel=data.y_axis.label, title=title)


def _mark_signs(axes: Axes, data: MapData) -> None:
    """Draw where E_b changes its sign within a region, between which it may jump; or say that it does not."""
    finite = data.values[np.isfinite(data.values)]
    if finite.size and not finite.min() < 0 < finite.max():
        axes.text(0.5, 0.03, f"no change of sign: {finite.min():.3f} to {finite.max():.3f} eV", ha="center",
                  transform=axes.transAxes, bbox={"fc": "white", "ec": "none", "alpha": 0.8})  # fmt: skip
        return
    for region in (1, 2):
        here = np.where(data.region == region, data.values, np.nan)
        if np.isfinite(here).any() and np.nanmin(here) < 0 < np.nanmax(here):
            axes.contour(data.x, data.y, here, levels=[0.0], colors="black", linewidths=1.2)


def _mark_regions(axes: Axes, data: MapData) -> None:
    """Name the regions of Eq. 3 in their middle, with a dashed border between them."""
    if data.region is None:
        return
    if (data.region == 1).any() and (data.region == 2).any():
        axes.contour(data.x, data.y, data.region, levels=[1.5], colors=GREEN, linestyles="dashed", linewidths=1.2)
    for region in (1, 2):
        rows, columns = np.nonzero(data.region == region)
        if rows.size:
            middle = (float(np.mean(data.x[columns])), float(np.mean(data.y[rows])))
            axes.annotate(f"region {region}", middle, ha="center", va="bottom", color=GREEN, fontweight="bold",
                          bbox={"boxstyle": "round", "fc": "white", "ec": "none", "alpha": 0.8})  # fmt: skip


def curve_rows(parameters: Parameters, *, from_p: float, to_p: float, n: int) -> list[dict[str, Any]]:
    """Return the solver's answers along the doping.

    Raises
    ------
    UsageError
        If the range is empty or n is below 2.
    """
    if n < 2 or not to_p > from_p:
        raise UsageError(f"a curve needs a range with at least two points, not {n} from {from_p} to {to_p}")
    return point_rows(np.asarray(parameters.chemical_potential(np.linspace(from_p, to_p, n))), parameters)


def draw_temperatures(rows: Sequence[dict[str, Any]], crossings: dict[str, Any]) -> Figure:
    """Return Tc, T* and the node against doping, as Fig. 3a, with Tc for both exponents and linearised."""
    figure = new_figure(7, 4.6)
    axes = figure.subplots()
    p = [r["p"] for r in rows]
    axes.plot(p, [r["tc_exponent_2_kelvin"] for r in rows], "k-", label="Tc, exponent 2 (as printed)")
    axes.plot(p, [r["tc_exponent_1_kelvin"] for r in rows], color=BLUE, label="Tc, exponent 1")
    axes.plot(p, [r["tc_linearised_kelvin"] for r in rows], ":", color=BLUE, label="Tc, linearised gap equation")
    axes.plot(p, [r["tstar_kelvin"] for r in rows], color=RED, label=f"T*, exponent {rows[0]['exponent']}")
    axes.plot(p, [r["tstar_node_kelvin"] for r in rows], "k--", lw=1, label="T* with ΔJ = 0 (node)")
    for name in ("p1", "p2", "p_star"):
        value = crossings[name]
        if value is not None and np.isfinite(value) and p[0] <= value <= p[-1]:
            axes.axvline(value, color="0.6", lw=0.8)
            label = "p*" if name == "p_star" else name
            axes.annotate(f" {label} = {value:.3f}", (value, 0.97), xycoords=("data", "axes fraction"), fontsize=7,
                          rotation=90, va="top")  # fmt: skip
    tops = [r[k] for r in rows for k in ("tc_exponent_2_kelvin", "tc_exponent_1_kelvin") if np.isfinite(r[k])]
    axes.set(
        xlabel="doping p = (D0/Nd)·μ", ylabel="T (K)", xlim=(p[0], p[-1]), ylim=(0, 2.2 * max(tops, default=1.0))
    )
    axes.legend(frameon=False, fontsize=8)
    return figure


COLOUR_OF_PHASE = {
    PhaseLabel.SUPERCONDUCTOR: BLUE,
    PhaseLabel.ANTIFERROMAGNET: RED,
    PhaseLabel.PSEUDOGAP: YELLOW,
    PhaseLabel.METAL: "0.8",
}


def draw_phases(parameters: Parameters, *, to_p: float, to_kelvin: float, n: int = 121) -> Figure:
    """Return the phases over doping and temperature, hatched where |δ| is below 10 kT."""
    from matplotlib.patches import Patch  # noqa: PLC0415 - slow to import

    p, t = np.linspace(-0.02, to_p, n), np.linspace(1.0, to_kelvin, n)
    columns, rows = np.meshgrid(parameters.chemical_potential(p), t)
    labels = label_phases(rows, columns, parameters)
    number = np.select([labels == phase.value for phase in COLOUR_OF_PHASE], range(len(COLOUR_OF_PHASE)), np.nan)
    figure = new_figure(7, 4.4)
    axes = figure.subplots()
    edges = np.arange(len(COLOUR_OF_PHASE) + 1) - 0.5
    axes.contourf(p, t, number, levels=edges, colors=list(COLOUR_OF_PHASE.values()), alpha=0.65)
    holds = derivation_holds(rows, columns, parameters).astype(float)
    axes.contourf(p, t, holds, levels=[-0.5, 0.5], colors="none", hatches=["//"])
    named = [Patch(fc=colour, alpha=0.65, label=phase.value) for phase, colour in COLOUR_OF_PHASE.items()]
    hatched = Patch(fc="none", ec="0.3", hatch="//", label="|δ| < 10 kT")
    axes.legend(handles=[*named, hatched], fontsize=8, loc="upper right")
    axes.set(xlabel="doping p = (D0/Nd)·μ", ylabel="T (K)")
    return figure


def draw_pairs(rows: Sequence[dict[str, Any]]) -> Figure:
    """Return the numbers of pairs against doping, as Fig. 3b."""
    figure = new_figure(7, 4.2)
    axes = figure.subplots()
    p = np.array([r["p"] for r in rows])
    axes.plot(p, [r["n_e"] for r in rows], color=RED, label="extended pairs N_E")
    axes.plot(p, [r["n_l"] for r in rows], color=BLUE, label="localized pairs N_L")
    axes.plot(p, [r["n_p"] for r in rows], "k-", label="all pairs N_p")
    axes.plot(p, p, ":", color="0.5", lw=1, label="p")
    axes.plot(p, 1 + p, "--", color=RED, lw=1, label="1 + p")
    axes.set(xlabel="doping p", ylabel="pairs per impurity", xlim=(p[0], p[-1]))
    axes.legend(frameon=False, fontsize=8)
    return figure


def draw_couplings(rows: Sequence[dict[str, Any]]) -> Figure:
    """Return the fitted coupling D0·J of each compound against the height of its chosen well."""
    figure = new_figure(7, 4.2)
    axes = figure.subplots()
    for family, colour in (("cuprate", BLUE), ("iron", RED)):
        here = [r for r in rows if r["family"] == family]
        heights = [r["height_angstrom"] for r in here]
        axes.plot(heights, [r["d0_j_exponent_2"] for r in here], "o", color=colour, label=f"{family}, exponent 2")
        axes.plot(
            heights,
            [r["d0_j_exponent_1"] for r in here],
            "o",
            mfc="none",
            color=colour,
            label=f"{family}, exponent 1",
        )
    axes.set(xlabel="printed height h of the chosen well (Å)", ylabel="D0·J fitted to Tc at μ*")
    axes.legend(frameon=False, fontsize=8)
    return figure
