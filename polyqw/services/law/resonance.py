"""Spin resonance energies from the heights of a compound's wells, and the report's section on them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from polyqw.core.wells import Phase
from polyqw.db.look.find import find_compound
from polyqw.db.look.find import resonance_modes as resonance_modes_of
from polyqw.errors import UsageError
from polyqw.services.drawing.columns import OF_WELL, Column, columns_of
from polyqw.services.drawing.section import Bullets, Command, Paragraph, Picture, Section, Table
from polyqw.services.law.resonance_figure import draw_resonance
from polyqw.services.law.resonance_pairs import pair_distances, plane_spacings
from polyqw.services.structures.phase_height import phase_height
from polyqw.services.structures.stored import structures_for_compound
from polyqw.theory.resonance import relative_intensities, resonance_modes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.orm import Session

    from polyqw.db.models import Resonance, Structure
    from polyqw.services.structures.lookup import Lookup

DEFAULT_COMPOUND = "CaKFe4As4"

MODES = (
    "phase", "heights_from", "height_angstrom", "energy_mev", "published_mev", "measured_mev", "parity",
    "pair_distance_angstrom", "relative_intensity",
)  # fmt: skip
"""Columns of the table of modes."""

INTENSITY = Column("relative_intensity", "intensity", decimals=2)


FIGURE = (
    "Modes along L with 1/η² (above) and energies (below), one column for each origin of the heights; the printed η "
    "stand beside printed heights alone."
)


def resonance_rows(session: Session, compound: str = DEFAULT_COMPOUND) -> dict[str, Any]:
    """Return the resonance modes of a compound, the fields of ``polyqw resonance --json``.

    Every set of heights is scaled to the anchor's measured energy: the heights printed in the papers' text, those
    of their Table II, and those of each structure in the database that stands for the compound.

    Raises
    ------
    UsageError
        If the database holds no resonance of the compound.
    """
    known_compound = find_compound(session, compound)
    printed = resonance_modes_of(session, known_compound.name) if known_compound else ()
    if not printed:
        known = sorted({mode.compound.name for mode in resonance_modes_of(session)})
        raise UsageError(f"no resonance of {compound!r} in the database; there is {', '.join(known) or 'none'}")
    anchor = next(r for r in printed if r.is_anchor)
    by_phase = {r.phase: r for r in printed}
    printed_pairs = {r.phase: r.pair_distance_angstrom for r in printed}
    intensities = relative_intensities(printed_pairs)
    pairs, share = {}, {}
    sets = {
        "text": text_heights(printed),
        "Table II": {r.phase: r.height_table_angstrom for r in printed},
    }
    structures = structures_for_compound(session, anchor.compound)
    for structure in structures:
        found = {phase: h for phase in by_phase if (h := phase_height(structure, phase)) is not None}
        if len(found) == len(by_phase):
            sets[structure.block] = found
            pairs[structure.block] = pair_distances(structure)
            share[structure.block] = plane_spacings(structure)[0] / structure.c_angstrom
    modes = []
    for origin, heights in sets.items():
        etas = pairs.get(origin, printed_pairs)
        strengths = relative_intensities(etas)
        for mode in resonance_modes(heights, anchor.phase, anchor.energy_published_mev):
            row = by_phase[mode.phase]
            measured = row.energy_measured_mev
            modes.append(
                {
                    "phase": mode.phase,
                    "heights_from": origin,
                    "height_angstrom": mode.height_angstrom,
                    "energy_mev": mode.energy_mev,
                    "measured_mev": measured,
                    "published_mev": row.energy_published_mev,
                    "difference_mev": None if measured is None else mode.energy_mev - measured,
                    "parity": mode.parity,
                    "pair_distance_angstrom": etas[mode.phase],
                    "relative_intensity": strengths[mode.phase],
                    "spacing_over_c": share.get(origin, anchor.bilayer_angstrom / anchor.c_angstrom),
                }
            )
    return {
        "compound": compound,
        "anchor": {"phase": anchor.phase, "energy_mev": anchor.energy_published_mev},
        "modes": modes,
        "notes": [*_notes(printed, modes, intensities), *pair_notes(structures, pairs)],
        "sources": [
            f"{anchor.reference.key}, {anchor.source}",
            anchor.experiment.citation or anchor.experiment.key,
            *(f"{s.block}: {s.origin}, {s.source}" for s in structures),
        ],
    }


def pair_notes(structures: Sequence[Structure], pairs: Mapping[str, Mapping[str, float]]) -> list[str]:
    """Return what the distances of each structure make of the intensities, with α paired across either spacer."""
    told = []
    for s in structures:
        if s.block not in pairs:
            continue
        own = pairs[s.block]
        near = {**own, "alpha": plane_spacings(s)[0]}
        ratios = [[relative_intensities(p)[q] / relative_intensities(p)["alpha"] for q in own if q != "alpha"]
                  for p in (own, near)]  # fmt: skip
        words = [" and ".join(f"{x:.1f}" for x in sorted(r, reverse=True)) for r in ratios]
        told.append(
            f"{s.block} ({s.origin}): η of its own "
            + ", ".join(f"{p} {own[p]:.2f} Å" for p in sorted(own))
            + f": the odd modes {words[0]} times as strong as the even one; {words[1]} times with α paired across "
            f"the smaller spacer ({near['alpha']:.2f} Å). The paper does not say why α pairs across the larger one"
        )
    return told


def text_heights(printed: Sequence[Resonance]) -> dict[str, float]:
    """Return the heights of the papers' text: beta and gamma are halves of z·c and (1 - z)·c, which it prints too."""
    heights = {r.phase: r.height_text_angstrom for r in printed}
    for r in printed:
        if r.phase == "beta":
            heights["beta"] = r.bilayer_angstrom / 2
        if r.phase == "gamma":
            heights["gamma"] = (r.c_angstrom - r.bilayer_angstrom) / 2
    return heights


def _notes(printed: Sequence[Resonance], modes: list[dict[str, Any]], intensities: dict[str, float]) -> list[str]:
    """Return what the numbers say about the papers' statements, one sentence each."""
    notes = []
    by_phase = {r.phase: r for r in printed}
    anchor = next(r for r in printed if r.is_anchor)
    alpha = by_phase.get("alpha")
    if alpha and abs(alpha.height_text_angstrom - alpha.height_table_angstrom) > 1e-6:
        two = [m for m in modes if m["phase"] == "alpha" and m["heights_from"] in ("text", "Table II")]
        energies = " and ".join(f"{m['energy_mev']:.2f} meV with {m['height_angstrom']:.4f} Å" for m in two)
        notes.append(
            f"the papers print two heights of alpha, {alpha.height_text_angstrom:.3f} Å (text) and "
            f"{alpha.height_table_angstrom:.4f} Å (Table II): {energies}; printed "
            f"{alpha.energy_published_mev:g} meV, measured {alpha.energy_measured_mev:g} meV"
        )
    heights = [r.height_table_angstrom for r in printed if r.phase != "alpha"]
    notes.append(
        f"beta and gamma of Table II add up to {sum(heights):.4f} Å, half of c is {anchor.c_angstrom / 2:.4f} Å: "
        "with the spacers on mirror planes the place of the Fe planes alone fixes both"
    )
    if alpha:
        closure = (
            sum(r.pair_distance_angstrom for r in printed if r.phase != "alpha") + 2 * alpha.height_text_angstrom
        )
        notes.append(
            f"pair distances of beta and gamma and twice h of alpha add up to {closure:.2f} Å, c is "
            f"{anchor.c_angstrom:.2f} Å; with h of Table II to "
            f"{closure + 2 * (alpha.height_table_angstrom - alpha.height_text_angstrom):.2f} Å"
        )
        odd = [intensities[r.phase] for r in printed if r.parity == "odd"]
        notes.append(
            "intensities ~ 1/η² make the odd modes "
            + " and ".join(f"{x / intensities['alpha']:.1f}" for x in odd)
            + " times as strong as the even one, "
            f"{sum(odd) / len(odd) / intensities['alpha']:.1f} on average; the papers say about three times"
        )
    return notes


def section(data: Lookup) -> Section:
    """Return the section on the resonance of the papers' compound."""
    found = resonance_rows(data.session)
    caption = "Modes by origin of the heights; intensities ~ 1/η² relative to the weakest."
    law = Markup("E<sub>R</sub> = Θ/h², Θ set by E<sub>R</sub>({phase}) = {energy_mev} meV.").format(
        **found["anchor"]
    )
    return Section(
        "resonance",
        f"Spin resonance of {found['compound']}",
        [
            Paragraph(law, "E_R = Θ/h², Θ set by E_R({phase}) = {energy_mev} meV.".format(**found["anchor"])),
            Command("polyqw resonance -o resonance.png"),
            Picture("resonance", draw_resonance(found), FIGURE),
            Table(found["modes"], columns_of(MODES, OF_WELL, INTENSITY), caption, ""),
            Bullets(found["notes"]),
        ],
        entry="Resonance",
        small=True,
        verdicts=_verdicts(found),
    )


def _verdicts(resonance: dict[str, Any]) -> list[str]:
    printed = [m for m in resonance["modes"] if m["heights_from"] == "text" and m["measured_mev"] is not None]
    off = [
        f"{m['phase']} {m['energy_mev']:.2f} meV (printed {m['published_mev']:g}, measured {m['measured_mev']:g})"
        for m in printed
    ]
    if not off:
        return []
    other = [m for m in resonance["modes"] if m["heights_from"] == "Table II" and m["phase"] == Phase.ALPHA]
    tail = f"; with the alpha height of Table II {other[0]['energy_mev']:.2f} meV" if other else ""
    return [f"Resonance of {resonance['compound']} from the printed heights: {' and '.join(off)}{tail}."]
