"""What a careful reader should know about a structure, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from polyqw.core.options import OccupancyPolicy
from polyqw.core.record import Origin
from polyqw.core.wells import Kind
from polyqw.services.describe.wording import count, foreign, joined, number_word, sentence

if TYPE_CHECKING:
    from polyqw.core.cell import Cell, Site
    from polyqw.core.options import AnalysisOptions
    from polyqw.core.wells import Analysis
    from polyqw.services.structures.analyse import Analysed

_NO_MEASUREMENT = frozenset({Origin.DFT, Origin.SYNTHETIC_DOPED, Origin.CONSTRUCTED, Origin.IDEALISED})
_MOST_SITES = 8


def tell_remarks(analysed: Analysed, options: AnalysisOptions) -> str:
    """Return disorder, squares without a well, warnings and notes as sentences; empty where there are none."""
    record, analysis = analysed.record, analysed.analysis
    sentences = []
    if record is not None:
        sentences.append(_disorder(record.cell, options))
        if record.provenance.cautious_origin in _NO_MEASUREMENT and analysis is not None and analysis.wells:
            sentences.append(
                "Its heights are not measured ones and should not be held against a measured Tc without care."
            )
    if analysis is not None:
        sentences += _without_well(analysis)
    if analysed.warnings:
        sentences += [sentence(foreign(warning)) for warning in dict.fromkeys(analysed.warnings)]
    if record is not None and record.provenance.pressure_note:
        sentences.append(f"On its pressure: {sentence(foreign(record.provenance.pressure_note))}")
    if record is not None and record.provenance.note:
        sentences.append(f"Note of the file: {sentence(foreign(record.provenance.note))}")
    return " ".join(text for text in sentences if text)


def _disorder(cell: Cell, options: AnalysisOptions) -> str:
    shown = list(dict.fromkeys(_site_words(site) for site in cell.sites if site.is_disordered))
    if not shown:
        return ""
    rest = len(shown) - _MOST_SITES
    listed = joined(shown) if rest <= 0 else f"{', '.join(shown[:_MOST_SITES])} and {number_word(rest)} more"
    policy = {
        OccupancyPolicy.WEIGHTED: "every occupancy was used as it is",
        OccupancyPolicy.MAJORITY: "each was given to its most abundant element",
        OccupancyPolicy.ORDERED: "such structures were to be refused",
    }[options.occupancy]
    one = len(shown) == 1
    return f"{'One kind of site is' if one else 'Some sites are'} shared or partly empty: {listed}; {policy}."


def _site_words(site: Site) -> str:
    species = ", ".join(f"{element} {round(occupancy, 4):g}" for element, occupancy in site.species)
    return f"{foreign(site.label)} ({species})"


def _without_well(analysis: Analysis) -> list[str]:
    sentences = []
    n_squares = sum(step.data.get("n_in_planes", 0) for step in analysis.steps)
    n_wells = sum(w.multiplicity for w in analysis.wells if w.kind in (Kind.OCTAHEDRON, Kind.NONAHEDRON))
    if analysis.wells and n_squares > n_wells:
        sentences.append(
            f"Of {count(n_squares, 'square')} in the planes {number_word(n_squares - n_wells)} "
            f"{'carries' if n_squares - n_wells == 1 else 'carry'} no well."
        )
    refused = dict.fromkeys(step.text for step in analysis.steps if step.name == "refused_apex")
    sentences += [f"A column of cations was passed over: {foreign(text)}" for text in refused]
    return sentences
