"""The sections of the report, in their order: each is made where its numbers are, and stands here in one line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from polyqw.services.claims import section as claims
from polyqw.services.law import heights_section, law_section, predictions_section, resonance, slopes_section
from polyqw.services.report import answers_section, provenance_section, wells_section
from polyqw.services.systems import (
    charge_order,
    element_cages,
    kagome,
    layers,
    meissner,
    order_parameter,
    provenance,
    stm,
    transport,
)
from polyqw.services.systems.cles import section as cles
from polyqw.services.systems.fermi import section as fermi
from polyqw.services.systems.field import doping_section as doping
from polyqw.services.systems.field import section as field
from polyqw.services.systems.series import section as series
from polyqw.services.validation import evidence_section, screen_section

if TYPE_CHECKING:
    from collections.abc import Callable

    from polyqw.services.drawing.section import Section
    from polyqw.services.structures.lookup import Lookup

FIRST = "The answer"
"""The group that is open when the page is."""

GROUPS: dict[str, tuple[Callable[[Lookup], Section], ...]] = {
    FIRST: (answers_section.answer_section, answers_section.structures_section),
    "The law and its tests": (
        law_section.section,
        evidence_section.section,
        screen_section.section,
        heights_section.section,
        predictions_section.section,
        resonance.section,
        slopes_section.section,
        series.heights_section,
        series.phases_section,
        series.windows_section,
    ),
    "Crystals": (wells_section.section, layers.section, wells_section.failures_section),
    "What else the papers say": (
        cles.section,
        charge_order.section,
        field.section,
        doping.section,
        fermi.section,
        stm.section,
        element_cages.section,
        kagome.section,
        order_parameter.section,
        transport.section,
        meissner.section,
        provenance.section,
        claims.section,
    ),
    "Where it comes from": (provenance_section.section, provenance_section.sources_section),
}
"""Groups of the list of contents."""


def make_groups(data: Lookup) -> dict[str, list[Section]]:
    """Return the sections by group, those without parts left out."""
    return {title: [s for s in (make(data) for make in group) if s.parts] for title, group in GROUPS.items()}
