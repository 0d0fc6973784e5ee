"""The pressure phases of K0.8FeySe2: the windows of the papers beside the law's Tc of both wells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from polyqw.core.wells import Family
from polyqw.db.look.find import pressure_windows, published_predictions
from polyqw.db.models import PressureState
from polyqw.db.well_columns import read_well
from polyqw.errors import PolyqwError, UsageError
from polyqw.services.drawing.columns import Column
from polyqw.services.drawing.style import MARKERS, OF_PHASE, new_figure
from polyqw.services.law.predict import ALL_SETS, prediction_set, printed_lambda
from polyqw.services.structures.stored import structures_for_compound
from polyqw.services.systems.series.measured_pressure import measured_points
from polyqw.services.systems.series.notes import PRINTED_SHIFT
from polyqw.theory.scaling import height_of_tc, law_tc
from polyqw.theory.transfer import beta_alpha_shift

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from sqlalchemy.orm import Session

    from polyqw.db.models import Compound, PredictionSet, PressurePoint

AS_PRINTED = (Column("height_angstrom", "h printed", "Å", 3), Column("tc_law_kelvin", "Tc by law", "K", 2))
WINDOWS = (
    "pressure_from_gpa", "pressure_to_gpa", "state", "phase", *AS_PRINTED, "tc_observed_kelvin", "pressure_of_tc_gpa",
    "height_for_observed_angstrom",
)  # fmt: skip
"""Columns of the table of windows."""


def pressure_phases(session: Session, name: str, lam: float | None = None) -> dict[str, Any]:
    """Return the windows of a set of predictions with the law's Tc of each window's well, as plain values.

    Parameters
    ----------
    name : str
        Set of predictions whose compound has windows of pressure: ``k08feyse2``.
    lam : float, optional
        λ [K Å²]; default the one that the papers print for the family.

    Raises
    ------
    UsageError
        If there is no such set, or λ is not positive.
    PolyqwError
        If no compound of the set has windows in the database.
    """
    if name not in ALL_SETS:
        raise UsageError(f"--set {name}: there is no such set of predictions; the sets are {', '.join(ALL_SETS)}")
    chosen = prediction_set(name)
    compound, windows = _windows(session, chosen)
    if lam is not None and not 0 < lam <= 1e6:
        raise UsageError(f"--lambda {lam:g}: λ is a positive number of K Å²")
    used, source = (lam, "given") if lam is not None else printed_lambda(Family(compound.family or Family.IRON))
    printed = {
        p.phase: p
        for p in published_predictions(session, chosen)
        if p.compound_id == compound.id and p.phase and p.height_angstrom
    }
    heights = {phase: p.height_angstrom for phase, p in printed.items() if p.height_angstrom}
    result = {
        "set": name,
        "compound": compound.name,
        "lambda_used_kelvin_angstrom2": used,
        "lambda_from": source,
        "windows": [_window_row(w, heights, used) for w in windows],
        "phases": [
            {
                "phase": phase,
                "height_angstrom": height,
                "tc_law_kelvin": law_tc(height, used),
                "tc_published_kelvin": printed[phase].tc_kelvin,
            }
            for phase, height in sorted(heights.items())
        ],
        "measured": measured_points(session, compound),
        "shifts": _shifts(session, compound),
    }
    return result | {"notes": _notes(result)}


def _windows(session: Session, chosen: PredictionSet) -> tuple[Compound, Sequence[PressurePoint]]:
    compounds = {p.compound.name: p.compound for p in published_predictions(session, chosen)}
    for name, compound in compounds.items():
        windows = pressure_windows(session, name)
        if windows:
            return compound, windows
    raise PolyqwError(f"the database has no windows of pressure for {', '.join(compounds) or chosen}; try k08feyse2")


def _window_row(window: PressurePoint, heights: dict[str, float], lam: float) -> dict[str, Any]:
    height = heights.get(window.phase or "")
    return {
        "pressure_from_gpa": window.pressure_from_gpa,
        "pressure_to_gpa": window.pressure_to_gpa,
        "state": window.state,
        "phase": window.phase,
        "height_angstrom": height,
        "tc_law_kelvin": law_tc(height, lam) if height else None,
        "tc_observed_kelvin": window.tc_kelvin,
        "pressure_of_tc_gpa": window.pressure_of_tc_gpa,
        "height_for_observed_angstrom": height_of_tc(window.tc_kelvin, lam) if window.tc_kelvin else None,
        "source": window.source,
        "note": window.note,
    }


def _shifts(session: Session, compound: Compound) -> list[dict[str, Any]]:
    found = []
    for structure in structures_for_compound(session, compound):
        shift = beta_alpha_shift([read_well(w) for w in structure.wells])
        if shift is not None:
            found.append({"structure": structure.block, "origin": structure.origin, "shift_angstrom": shift})
    return found


def _notes(result: dict[str, Any]) -> list[str]:
    """Return what the numbers of the windows come to, one sentence each."""
    parts = (_on_windows, _on_first_phase, _on_phases, _on_measured, _on_shifts)
    return [note for part in parts for note in part(result)]


def _on_windows(result: dict[str, Any]) -> Iterator[str]:
    lam = result["lambda_used_kelvin_angstrom2"]
    for w in result["windows"]:
        law, observed = w["tc_law_kelvin"], w["tc_observed_kelvin"]
        if law is not None and observed is not None:
            yield (
                f"{w['state']} ({w['phase']}): the law gives {law:.2f} K from the printed h = "
                f"{w['height_angstrom']:.3f} Å, observed at most {observed:g} K ({law - observed:+.2f} K); "
                f"{observed:g} K asks for h = {w['height_for_observed_angstrom']:.3f} Å with λ = {lam:g} K Å²."
            )
    for w in result["windows"]:
        if w["phase"] is not None and w["pressure_to_gpa"] is not None and w["tc_law_kelvin"] is not None:
            width = w["pressure_to_gpa"] - w["pressure_from_gpa"]
            yield (
                f"{w['state']} ({w['phase']}): the papers have one h for the whole window of {width:.3g} GPa and say "
                f"that pressure lowers h (002, III.E); each 1 % that h falls raises the law's Tc by "
                f"{law_tc(0.99 * w['height_angstrom'], lam) - w['tc_law_kelvin']:.2f} K."
            )
        if w["note"] and w["phase"] is not None:
            yield f"{w['state']}: {w['note']}"


def _on_phases(result: dict[str, Any]) -> Iterator[str]:
    for p in result["phases"]:
        if p["tc_published_kelvin"] is not None:
            yield (
                f"{p['phase']}: λ/h² = {p['tc_law_kelvin']:.2f} K, printed {p['tc_published_kelvin']:g} K "
                f"({p['tc_law_kelvin'] - p['tc_published_kelvin']:+.2f} K)."
            )
    observed = {w["phase"]: w for w in result["windows"] if w["tc_observed_kelvin"] and w["height_angstrom"]}
    if {"alpha", "beta"} <= observed.keys():
        alpha, beta = observed["alpha"], observed["beta"]
        yield (
            "without any λ: the observed Tc are in the ratio "
            f"{alpha['tc_observed_kelvin'] / beta['tc_observed_kelvin']:.3f}, the law's (h_beta/h_alpha)² = "
            f"{(beta['height_angstrom'] / alpha['height_angstrom']) ** 2:.3f}."
        )


def _on_measured(result: dict[str, Any]) -> Iterator[str]:
    points = result["measured"]
    if points:
        yield (
            "measured maxima: "
            + "; ".join(f"{p['tc_kelvin']:g} K at {p['pressure_gpa']:g} GPa ({p['state']})" for p in points)
            + ". The database holds these alone, no curve of Tc between them."
        )


def _on_first_phase(result: dict[str, Any]) -> Iterator[str]:
    """Say what papers/001 (text on Fig. 6) has happen before the electrons change their well."""
    first = PressureState.SUPERCONDUCTING_1
    for p in result["measured"]:
        if p["state"] == first and p["pressure_gpa"] > 0:
            yield (
                f"papers/001 has the highest Tc of {first} before any pressure; the experiment has it at "
                f"{p['pressure_gpa']:g} GPa ({p['reference']})."
            )
    if any(w["state"] == first and w["tc_law_kelvin"] is not None for w in result["windows"]):
        yield (
            f"papers/001 has Tc fall with pressure within {first} because the distance of the pair falls; that "
            "distance is not in Tc = λ/h², which rises when h falls."
        )


def _on_shifts(result: dict[str, Any]) -> Iterator[str]:
    for s in result["shifts"]:
        yield (
            f"shift of an electron from the beta to the alpha centre in {s['structure']} ({s['origin']}): "
            f"{s['shift_angstrom']:.3f} Å; the papers print about {PRINTED_SHIFT:g} Å."
        )


def draw_pressure_phases(result: dict[str, Any]) -> Figure:
    """Return the figure of the windows: observed Tc against pressure, the law's Tc of each well as a line across."""
    figure = new_figure(8.2, 4.6)
    axes = figure.subplots()
    bounds = [w[k] for w in result["windows"] for k in ("pressure_from_gpa", "pressure_to_gpa") if w[k] is not None]
    end = max(bounds) * 1.15
    top = 1.3 * max(p["tc_law_kelvin"] for p in result["phases"])
    told = {p["state"] for p in result["measured"]}
    for window in result["windows"]:
        _draw_window(axes, window, end, top)
        if window["tc_observed_kelvin"] is not None and window["state"] not in told:
            _draw_unplaced(axes, window, end)
    for phase in result["phases"]:
        axes.axhline(phase["tc_law_kelvin"], color=OF_PHASE[phase["phase"]], lw=1.2, ls="--",
                     label=f"law, {phase['phase']}: λ/h² = {phase['tc_law_kelvin']:.1f} K")  # fmt: skip
    for point in result["measured"]:
        axes.plot(point["pressure_gpa"], point["tc_kelvin"], MARKERS.get(point["phase"], "D"), ms=8,
                  color=OF_PHASE.get(point["phase"], "0.3"), label=f"measured, {point['state']}: "
                  f"{point['tc_kelvin']:g} K at {point['pressure_gpa']:g} GPa")  # fmt: skip
    axes.set(xlabel="pressure (GPa)", ylabel="Tc (K)", xlim=(min(bounds), end), ylim=(0, top))
    axes.set_title(f"{result['compound']}: windows of the papers, highest Tc of each", fontsize=10, parse_math=False)
    axes.legend(frameon=True, fontsize=8, loc="lower left")
    return figure


def _draw_window(axes: Axes, window: dict[str, Any], end: float, top: float) -> None:
    start, stop = window["pressure_from_gpa"], window["pressure_to_gpa"] or end
    colour = OF_PHASE.get(window["phase"], "0.6")
    axes.axvspan(start, stop, color=colour, alpha=0.1 if window["phase"] else 0.2, lw=0)
    label = window["state"] + (f"\n{window['phase']}" if window["phase"] else "")
    narrow = stop - start < 0.2 * end and not window["phase"]
    axes.text((start + stop) / 2, 0.97 * top, label, ha="center", va="top", fontsize=9, rotation=90 if narrow else 0)


def _draw_unplaced(axes: Axes, window: dict[str, Any], end: float) -> None:
    """Draw the highest Tc of a window as a bar across it, where no measurement says at which pressure it was."""
    axes.hlines(
        window["tc_observed_kelvin"],
        window["pressure_from_gpa"],
        window["pressure_to_gpa"] or end,
        color=OF_PHASE.get(window["phase"], "0.6"),
        lw=5,
        alpha=0.4,
        label=f"highest Tc, {window['state']}: {window['tc_observed_kelvin']:g} K",
    )
