"""What the windows of pressure and the law's Tc of their wells say, one sentence each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from polyqw.db.models import PressureState
from polyqw.services.systems.series.notes import PRINTED_SHIFT
from polyqw.theory.scaling import law_tc

if TYPE_CHECKING:
    from collections.abc import Iterator

    from polyqw.services.systems.series.pressure_values import PressurePhases


def pressure_notes(found: PressurePhases) -> list[str]:
    """Return what the numbers of the windows say, one sentence each."""
    parts = (_on_windows, _on_first_phase, _on_phases, _on_measured, _on_shifts)
    return [note for part in parts for note in part(found)]


def _on_windows(found: PressurePhases) -> Iterator[str]:
    lam = found.lambda_used_kelvin_angstrom2
    for w in found.windows:
        law, observed = w.tc_law_kelvin, w.tc_observed_kelvin
        if law is not None and observed is not None:
            yield (
                f"{w.state} ({w.phase}): the law gives {law:.2f} K from the printed h = "
                f"{w.height_angstrom:.3f} Å, observed at most {observed:g} K ({law - observed:+.2f} K); "
                f"{observed:g} K asks for h = {w.height_for_observed_angstrom:.3f} Å with λ = {lam:g} K Å²."
            )
    for w in found.windows:
        if w.pressure_to_gpa is not None and w.height_angstrom is not None:
            width = w.pressure_to_gpa - w.pressure_from_gpa
            rise = law_tc(0.99 * w.height_angstrom, lam) - law_tc(w.height_angstrom, lam)
            yield (
                f"{w.state} ({w.phase}): the papers have one h for the whole window of {width:.3g} GPa and say "
                f"that pressure lowers h (002, III.E); each 1 % that h falls raises the law's Tc by "
                f"{rise:.2f} K."
            )
        if w.note and w.phase is not None:
            yield f"{w.state}: {w.note}"


def _on_phases(found: PressurePhases) -> Iterator[str]:
    for p in found.phases:
        if p.tc_published_kelvin is not None:
            yield (
                f"{p.phase}: λ/h² = {p.tc_law_kelvin:.2f} K, printed {p.tc_published_kelvin:g} K "
                f"({p.tc_law_kelvin - p.tc_published_kelvin:+.2f} K)."
            )
    observed = {
        w.phase: (w.tc_observed_kelvin, w.height_angstrom)
        for w in found.windows
        if w.tc_observed_kelvin and w.height_angstrom
    }
    if {"alpha", "beta"} <= observed.keys():
        (tc_alpha, h_alpha), (tc_beta, h_beta) = observed["alpha"], observed["beta"]
        yield (
            f"without any λ: the observed Tc are in the ratio {tc_alpha / tc_beta:.3f}, "
            f"the law's (h_beta/h_alpha)² = {(h_beta / h_alpha) ** 2:.3f}."
        )


def _on_measured(found: PressurePhases) -> Iterator[str]:
    points = found.measured
    if points:
        yield (
            "measured maxima: "
            + "; ".join(f"{p.tc_kelvin:g} K at {p.pressure_gpa:g} GPa ({p.state})" for p in points)
            + ". The database holds these alone, no curve of Tc between them."
        )


def _on_first_phase(found: PressurePhases) -> Iterator[str]:
    """Say what papers/001 (text on Fig. 6) has happen before the electrons change their well."""
    first = PressureState.SUPERCONDUCTING_1
    for p in found.measured:
        if p.state == first and p.pressure_gpa > 0:
            yield (
                f"papers/001 has the highest Tc of {first} before any pressure; the experiment has it at "
                f"{p.pressure_gpa:g} GPa ({p.reference})."
            )
    if any(w.state == first and w.tc_law_kelvin is not None for w in found.windows):
        yield (
            f"papers/001 has Tc fall with pressure within {first} because the distance of the pair falls; that "
            "distance is not in Tc = λ/h², which rises when h falls."
        )


def _on_shifts(found: PressurePhases) -> Iterator[str]:
    for s in found.shifts:
        yield (
            f"shift of an electron from the beta to the alpha centre in {s.structure} ({s.origin}): "
            f"{s.shift_angstrom:.3f} Å; the papers print about {PRINTED_SHIFT:g} Å."
        )
