"""The dome of Tc over doping: the CLES model fitted to measured points, beside a parabola and a Gaussian."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from polyqw.cles import Parameters, find_optimum, solve_carriers, solve_temperatures
from polyqw.cles.temperatures import solve_tc
from polyqw.errors import UsageError
from polyqw.services.drawing.columns import Column
from polyqw.services.drawing.style import BLUE, GREEN, RED, new_figure
from polyqw.services.systems.cles.dome_data import read_dome
from polyqw.theory.dome import GAUSSIAN, PARABOLA, PRESLAND, Curve, CurveFit, fit_curve, shape_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure

    from polyqw.cles.parameters import FloatArray
    from polyqw.services.systems.cles.dome_data import DomeData, MeasuredAlong

DOME_COLUMNS: Final = (
    Column("title", "curve"), Column("n_free", "free", decimals=0), Column("rmse_kelvin", "error", "K", 2),
    Column("left_out_rmse_kelvin", "left out", "K", 2), Column("aicc", "AICc", decimals=1),
    Column("highest_kelvin", "highest", "K", 1), Column("centre", "centre", decimals=4),
    Column("width", "width", decimals=4), Column("parameters", "parameters (95 %)", joint="; "),
)  # fmt: skip
"""Columns of the comparison of curves."""

FEWEST: Final = 6
"""Points that three free parameters need."""

_COLOURS = {"cles": "black", "presland": GREEN, "parabola": BLUE, "gaussian": RED, "printed": "0.5"}


@dataclass(frozen=True, slots=True, eq=False)
class Dome:
    """Measured points, the curves fitted to them, and the shape of the paper's own set.

    Attributes
    ----------
    printed : tuple of float
        Highest Tc [K], centre and width of the set that is not fitted.
    """

    data: DomeData
    fits: Sequence[CurveFit]
    parameters: Parameters
    printed: tuple[float, float, float]

    @property
    def p(self) -> FloatArray:
        """Measured dopings."""
        return np.array([point.p for point in self.data.points])

    @property
    def tc_kelvin(self) -> FloatArray:
        """Measured Tc [K]."""
        return np.array([point.tc_kelvin for point in self.data.points])


def cles_curve(parameters: Parameters) -> Curve:
    """Return the model's Tc(p) with D0·J, p* and D0/Nd free; the rest as given.

    Tc depends on εL and U through p* alone, and only products of energies with D0/Nd can be told from p.
    """

    def predict(values: FloatArray, p: FloatArray) -> FloatArray:
        j, p_star, dn = values[0], values[1], max(values[2], 1e-3)
        model = model_with(parameters, abs(j), p_star, dn)
        return np.nan_to_num(solve_tc(p / dn, model))

    def starts(p: FloatArray, tc: FloatArray) -> Sequence[Sequence[float]]:
        centre = float(p[tc.argmax()])
        return [(j, centre, dn) for j in (0.06, 0.1, 0.2) for dn in (0.8, 2.0)]

    return Curve(
        "cles", f"CLES, exponent {int(parameters.exponent)}", ("d0_j", "p_star", "d0_over_nd_per_ev"), predict,
        starts,
        "papers/000, below Eq. 7",
    )  # fmt: skip


def model_with(parameters: Parameters, j: float, p_star: float, dn: float) -> Parameters:
    """Return a model with p* = (D0/Nd)(εL + U/2) by its U."""
    u = 2.0 * (p_star / dn - float(parameters.epsilon_l))
    return parameters.replace(j=j, u=u, dn=dn)


def fit_dome(data: DomeData, parameters: Parameters) -> Dome:
    """Fit all curves to the points of one system.

    Raises
    ------
    UsageError
        If there are too few points.
    """
    p, tc = np.array([x.p for x in data.points]), np.array([x.tc_kelvin for x in data.points])
    curves = (cles_curve(parameters), PRESLAND, PARABOLA, GAUSSIAN)
    if len(p) < FEWEST:
        raise UsageError(f"{data.system}: {len(p)} points with a doping and a Tc; a dome needs at least {FEWEST}")
    printed = shape_of(lambda x: np.asarray(solve_tc(parameters.chemical_potential(x), parameters)))
    return Dome(data, [fit_curve(curve, p, tc) for curve in curves], parameters, printed)


@cache
def shipped_dome(alias: str, exponent: int = 2) -> Dome:
    """Return the fits to LSCO or YBCO that start from the paper's own set; no database changes them."""
    return fit_dome(read_dome(alias)[0], Parameters(exponent=exponent))


def dome_row(dome: Dome) -> dict[str, Any]:
    """Return the fields of ``polyqw cles dome --json``."""
    return {
        "system": dome.data.system,
        "relation": dome.data.relation,
        "n": len(dome.data.points),
        "n_left_out": dome.data.n_left_out,
        "curves": [curve_row(fit) for fit in dome.fits],
        "set_not_fitted": dict(zip(("highest_kelvin", "centre", "width"), dome.printed, strict=True)),
        "points": [
            {"name": x.name, "p": x.p, "tc_kelvin": x.tc_kelvin, "table": x.table}
            | {f"left_out_{fit.curve.name}_kelvin": float(fit.left_out_kelvin[i]) for fit in dome.fits}
            for i, x in enumerate(dome.data.points)
        ],
        "notes": dome_notes(dome),
    }


def curve_row(fit: CurveFit) -> dict[str, Any]:
    """Return a fitted curve as plain values."""
    named = zip(fit.curve.names, fit.values, fit.ci95, strict=True)
    return {
        "name": fit.curve.name,
        "title": fit.curve.title,
        "source": fit.curve.source,
        "n_free": len(fit.values),
        "rmse_kelvin": fit.rmse_kelvin,
        "left_out_rmse_kelvin": fit.left_out_rmse_kelvin,
        "aicc": fit.aicc,
        "highest_kelvin": fit.highest_kelvin,
        "centre": fit.centre,
        "width": fit.width,
        "parameters": [f"{name} {x:.4g} ({low:.4g} to {high:.4g})" for name, x, (low, high) in named],
    }


def dome_notes(dome: Dome) -> list[str]:
    """Return what the comparison says."""
    fits = {fit.curve.name: fit for fit in dome.fits}
    cles, rivals = fits["cles"], [fits["parabola"], fits["gaussian"]]
    best = min(dome.fits, key=lambda fit: fit.left_out_rmse_kelvin)
    measured = min(rivals, key=lambda fit: fit.aicc)
    top, centre, width = dome.printed
    return [
        f"{dome.data.system}, {len(dome.data.points)} points, {dome.data.relation}.",
        f"Points left out one at a time are predicted best by {best.curve.title}: "
        + ", ".join(f"{fit.curve.title} {fit.left_out_rmse_kelvin:.2f} K" for fit in dome.fits)
        + "; AICc "
        + ", ".join(f"{fit.aicc:.1f}" for fit in dome.fits)
        + ".",
        f"With three free parameters each, CLES has an AICc {cles.aicc - measured.aicc:+.1f} against "
        f"{measured.curve.title}, the better of the two yardsticks of as many.",
        _range_note(dome, measured),
        f"The measured dome is {measured.width:.3f} wide at half height around p = {measured.centre:.3f}; the "
        f"paper's own set gives {width:.3f} around {centre:.3f} and {top:.0f} K, the fitted one {cles.width:.3f} "
        f"around {cles.centre:.3f}.",
        coupling_note(dome),
    ]


def _range_note(dome: Dome, measured: CurveFit) -> str:
    low, high = float(dome.p.min()), float(dome.p.max())
    inside = low < measured.centre < high
    beyond = int((dome.p > measured.centre).sum())
    told = (
        f"{beyond} of them beyond the top"
        if inside and beyond >= 3
        else "too few beyond the top to measure centre and width, which the curves extrapolate"
    )
    return f"The points reach from p = {low:.3f} to {high:.3f}, {told}."


def coupling_note(dome: Dome) -> str:
    """Return what the fitted constants mean."""
    cles = next(fit for fit in dome.fits if fit.curve.name == "cles")
    j, p_star, dn = (float(x) for x in cles.values)
    best = find_optimum(model_with(dome.parameters, abs(j), p_star, dn))
    return (
        f"Fitted: D0·J = {abs(j):.4f}, p* = {p_star:.4f}, D0/Nd = {dn:.3f} /eV (printed 0.804); highest Tc "
        f"{float(best.tc_kelvin):.1f} K at p = {float(best.p):.4f}. A fit, not a prediction."
    )


def add_measured(dome: Dome, measured: MeasuredAlong) -> list[str]:
    """Return how T* and the carriers of the fitted model compare with measured ones along the doping."""
    cles = next(fit for fit in dome.fits if fit.curve.name == "cles")
    model = model_with(dome.parameters, *(float(x) for x in cles.values))
    notes = []
    if measured.tstar_kelvin:
        p, found = map(np.array, zip(*measured.tstar_kelvin, strict=True))
        tstar = solve_temperatures(model.chemical_potential(p), model).tstar_kelvin
        notes.append(_difference("T*", "K", tstar, found))
    if measured.n_hall:
        p, found = map(np.array, zip(*measured.n_hall, strict=True))
        pairs = solve_carriers(model.chemical_potential(p), model).n_p
        of_lines = [float(np.sqrt(np.mean((line - found) ** 2))) for line in (p, 1.0 + p)]
        notes.append(
            _difference("n_H, held against N_p,", "per copper", pairs, found)
            + f" p alone misses it by {of_lines[0]:.3g}, 1 + p by {of_lines[1]:.3g}."
        )
    return notes


def _difference(name: str, unit: str, model: FloatArray, found: FloatArray) -> str:
    rest = model - found
    rmse, mean = float(np.sqrt(np.mean(rest**2))), float(np.mean(rest))
    return (
        f"{name} of {len(found)} points: the model fitted to Tc misses by {rmse:.3g} {unit}, {mean:+.3g} on average."
    )


def draw_dome(dome: Dome) -> Figure:
    """Return measured Tc over doping with the fitted curves and the paper's own set."""
    figure = new_figure(7, 4.4)
    axes = figure.subplots()
    p = np.linspace(min(0.0, dome.p.min()), 1.15 * max(0.27, dome.p.max()), 500)
    for fit in dome.fits:
        tc = fit.curve.predict(fit.values, p)
        axes.plot(p, np.where(tc > 0, tc, np.nan), color=_COLOURS[fit.curve.name], label=fit.curve.title)
    printed = np.asarray(solve_tc(dome.parameters.chemical_potential(p), dome.parameters))
    axes.plot(p, printed, ":", color=_COLOURS["printed"], label="the paper's own set, not fitted")
    for table, marker in zip(sorted({x.table for x in dome.data.points}), "osD^v<>*" * 9, strict=False):
        here = [x for x in dome.data.points if x.table == table]
        axes.plot([x.p for x in here], [x.tc_kelvin for x in here], marker, color="0.25", mfc="none", label=table)
    axes.set(xlabel="doping p", ylabel="Tc (K)", title=dome.data.system, ylim=(0, None), xlim=(p[0], p[-1]))
    axes.legend(frameon=False, fontsize=7)
    return figure
